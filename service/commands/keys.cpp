// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/keys.h"

#include "service/commands/commandline.h"
#include "service/commands/keyarguments.h"
#include "service/commands/keyoutput.h"
#include "service/commands/session.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

static const char *const jsonHelp = QT_TRANSLATE_NOOP("service", "Prints JSON.");

static void addKeyOptions(CommandParser &parser)
{
    parser.option(u"label"_s, u"TEXT"_s, QT_TRANSLATE_NOOP("service", "Whose the key is, or what for."));
    parser.option(u"limit"_s, u"LIMIT"_s,
                  QT_TRANSLATE_NOOP("service",
                                    "UNIT/WINDOW=N, like requests/day=200 or tokens/month=1000000, or "
                                    "concurrency=N; may be given again. 0 blocks, -1 is no limit."),
                  true);
    parser.option(u"models"_s, u"A,B"_s,
                  QT_TRANSLATE_NOOP("service", "The models it may use; all without it."));
}

static const char *const expiresHelp =
    QT_TRANSLATE_NOOP("service", "When it ends: 7d, 12h, 4w, a date (that day included) or an instant.");

// What a verb does once its options are read: the service, and the exit code.
template <class Use>
static int withService(CommandParser &parser, Use use)
{
    Session session(parser);
    if (const auto code = session.open())
        return *code;
    return use(session);
}

static int printCreated(const Console &console, const QList<CreatedKey> &keys, bool json)
{
    if (json) {
        QJsonArray rows;
        for (const CreatedKey &key : keys) {
            QJsonObject row = toJson(key.overview);
            row[u"key"_s] = key.secret;
            rows.append(row);
        }
        console.write(toJsonText({{u"count"_s, rows.size()}, {u"keys"_s, rows}}));
        return ExitGood;
    }
    for (const CreatedKey &key : keys)
        console.tell(keyLines(console, key.overview));
    console.tell(console.text(QT_TRANSLATE_NOOP("service", "The secret is shown only now; keep it:")));
    for (const CreatedKey &key : keys)
        console.say(key.secret);
    return ExitGood;
}

static int create(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"keys create"_s,
                         QT_TRANSLATE_NOOP("service",
                                           "Makes keys and prints their secrets, which are shown only "
                                           "once. Without limits they get the instance's default."));
    parser.option(u"prefix"_s, u"P"_s, QT_TRANSLATE_NOOP("service", "What the secret begins with."));
    parser.option(u"quota"_s, u"N"_s,
                  QT_TRANSLATE_NOOP("service", "Requests in total; the same as --limit "
                                               "requests/total=N."));
    parser.option(u"count"_s, u"N"_s, QT_TRANSLATE_NOOP("service", "How many keys to make."));
    parser.option(u"expires"_s, u"WHEN"_s, expiresHelp);
    addKeyOptions(parser);
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;

    NewKey key;
    key.label = parser.value(u"label"_s);
    if (parser.isSet(u"prefix"_s)) {
        key.prefix = parser.value(u"prefix"_s);
        if (const Done done = checkPrefix(*key.prefix); !done)
            return parser.wrongUse(u"--"_s + done.error().message);
    }
    if (parser.isSet(u"count"_s)) {
        const auto count = readInteger(parser.value(u"count"_s), 1, maximumKeysAtOnce);
        if (!count)
            return parser.wrongUse(u"--count: "_s + count.error().in(console.language));
        key.count = int(*count);
    }
    const auto limits =
        readLimits(parser.values(u"limit"_s),
                   parser.isSet(u"quota"_s) ? std::optional(parser.value(u"quota"_s)) : std::nullopt);
    if (!limits)
        return parser.wrongUse(u"--limit: "_s + limits.error().in(console.language));
    key.limits = limits->limits;
    key.concurrency = limits->concurrency;
    key.models = readModels(parser.value(u"models"_s));
    if (parser.isSet(u"expires"_s)) {
        const auto time =
            readExpiry(parser.value(u"expires"_s), SystemClock().now(), QTimeZone::systemTimeZone());
        if (!time)
            return parser.wrongUse(u"--expires: "_s + time.error().in(console.language));
        key.expiresAt = *time;
    }
    return withService(parser, [&](Session &session) {
        const auto created = session.wait(session.client().createKeys(key));
        return created ? printCreated(console, *created, parser.isSet(u"json"_s))
                       : session.refused(created.error());
    });
}

static Result<QList<KeyOverview>> allPages(Session &session, KeyQuery query, qsizetype most)
{
    constexpr qsizetype pageSize = 500;
    QList<KeyOverview> keys;
    do {
        query.limit = int(qMin(pageSize, most - keys.size()));
        const auto page = session.wait(session.client().keys(query));
        if (!page)
            return tl::unexpected<Error>(page.error());
        keys += page->keys;
        query.after = page->next;
    } while (!query.after.isEmpty() && keys.size() < most);
    return keys;
}

static int list(const Console &console, const QStringList &arguments)
{
    constexpr qint64 everything = 1'000'000;
    CommandParser parser(console, u"keys list"_s, QT_TRANSLATE_NOOP("service", "Lists keys."));
    parser.option(u"search"_s, u"TEXT"_s,
                  QT_TRANSLATE_NOOP("service", "Only those with this in label, id or key."));
    parser.option(
        u"state"_s, u"STATE"_s,
        QT_TRANSLATE_NOOP("service", "active, disabled, expired or deleted; all but deleted without it."));
    parser.option(u"sort"_s, u"FIELD"_s,
                  QT_TRANSLATE_NOOP("service",
                                    "created, label, requests_today, tokens_today, last_used or expires; "
                                    "with - before it the other way round."));
    parser.option(u"rows"_s, u"N"_s, QT_TRANSLATE_NOOP("service", "At most so many; all without it."));
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;

    KeyQuery query;
    query.search = parser.value(u"search"_s);
    if (parser.isSet(u"state"_s)) {
        query.state = keyStateFromString(parser.value(u"state"_s));
        if (!query.state)
            return parser.wrongUse(console.text(QT_TRANSLATE_NOOP("service", "“%1” is not a state."),
                                                {parser.value(u"state"_s).left(60)}));
    }
    if (parser.isSet(u"sort"_s)) {
        QString word = parser.value(u"sort"_s);
        query.descending = word.startsWith(u'-');
        if (query.descending)
            word.remove(0, 1);
        const auto sort = keySortFromString(word);
        if (!sort)
            return parser.wrongUse(console.text(
                QT_TRANSLATE_NOOP("service", "“%1” is not a field to sort by."), {word.left(60)}));
        query.sort = *sort;
    }
    const auto rows =
        parser.isSet(u"rows"_s) ? readInteger(parser.value(u"rows"_s), 1, everything) : everything;
    if (!rows)
        return parser.wrongUse(u"--rows: "_s + rows.error().in(console.language));
    return withService(parser, [&](Session &session) -> int {
        const auto keys = allPages(session, query, *rows);
        if (!keys)
            return session.refused(keys.error());
        if (!parser.isSet(u"json"_s)) {
            printKeys(console, *keys);
            return ExitGood;
        }
        QJsonArray array;
        for (const KeyOverview &key : *keys)
            array.append(toJson(key));
        console.write(toJsonText({{u"count"_s, array.size()}, {u"keys"_s, array}}));
        return ExitGood;
    });
}

static int printOne(Session &session, const CommandParser &parser, const Result<KeyOverview> &key)
{
    if (!key)
        return session.refused(key.error());
    parser.console().write(parser.isSet(u"json"_s) ? toJsonText(toJson(*key))
                                                   : keyLines(parser.console(), *key));
    return ExitGood;
}

// The verbs that take an id and nothing else.
using SimpleCall = QFuture<Result<KeyOverview>> (AdminClient::*)(const KeyId &);

static int simply(const Console &console, const QStringList &arguments, const QString &verb,
                  const char *summary, SimpleCall call)
{
    CommandParser parser(console, u"keys "_s + verb, summary);
    parser.words(u"ID"_s, 1, 1);
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    return withService(parser, [&](Session &session) {
        const KeyId id{parser.words().first()};
        return printOne(session, parser, session.wait((session.client().*call)(id)));
    });
}

static int update(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"keys update"_s,
                         QT_TRANSLATE_NOOP("service", "Changes what is given of a key."));
    parser.words(u"ID"_s, 1, 1);
    addKeyOptions(parser);
    parser.flag(u"inherit-limits"_s,
                QT_TRANSLATE_NOOP("service", "Takes its own limits away: the instance's default applies."));
    parser.flag(u"no-concurrency"_s, QT_TRANSLATE_NOOP("service", "Takes the limit of concurrency away."));
    parser.option(u"expires"_s, u"WHEN"_s,
                  QT_TRANSLATE_NOOP("service", "When it ends: 7d, 12h, 4w, a date, an instant, or never."));
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;

    KeyChange change;
    if (parser.isSet(u"label"_s))
        change.label = parser.value(u"label"_s);
    const auto limits = readLimits(parser.values(u"limit"_s), {});
    if (!limits)
        return parser.wrongUse(u"--limit: "_s + limits.error().in(console.language));
    change.limits = limits->limits;
    change.concurrency = limits->concurrency;
    change.inheritLimits = parser.isSet(u"inherit-limits"_s);
    change.clearConcurrency = parser.isSet(u"no-concurrency"_s);
    if ((change.limits && change.inheritLimits) || (change.concurrency && change.clearConcurrency))
        return parser.wrongUse(
            console.text(QT_TRANSLATE_NOOP("service", "a limit is given and taken away at once; keep one.")));
    if (parser.isSet(u"models"_s))
        change.models = readModels(parser.value(u"models"_s));
    if (const QString when = parser.value(u"expires"_s); when == "never"_L1) {
        change.clearExpiry = true;
    } else if (parser.isSet(u"expires"_s)) {
        const auto time = readExpiry(when, SystemClock().now(), QTimeZone::systemTimeZone());
        if (!time)
            return parser.wrongUse(u"--expires: "_s + time.error().in(console.language));
        change.expiresAt = *time;
    }
    if (change == KeyChange())
        return parser.wrongUse(console.text(QT_TRANSLATE_NOOP("service", "nothing is to be changed.")));
    return withService(parser, [&](Session &session) {
        const KeyId id{parser.words().first()};
        return printOne(session, parser, session.wait(session.client().updateKey(id, change)));
    });
}

static int rotate(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"keys rotate"_s,
                         QT_TRANSLATE_NOOP("service",
                                           "Gives a key a new secret and prints it; the old one ends at "
                                           "once."));
    parser.words(u"ID"_s, 1, 1);
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    return withService(parser, [&](Session &session) {
        const auto key = session.wait(session.client().rotateKey(KeyId{parser.words().first()}));
        return key ? printCreated(console, {*key}, parser.isSet(u"json"_s)) : session.refused(key.error());
    });
}

static int remove(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"keys delete"_s,
                         QT_TRANSLATE_NOOP("service", "Deletes a key; it can be restored for 30 days."));
    parser.words(u"ID"_s, 1, 1);
    parser.flag(u"yes"_s, QT_TRANSLATE_NOOP("service", "Does not ask."));
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    const KeyId id{parser.words().first()};
    if (!parser.isSet(u"yes"_s)) {
        if (!console.interactive)
            return parser.wrongUse(
                console.text(QT_TRANSLATE_NOOP("service", "nobody is there to be asked; say --yes.")));
        console.writeError(
            console.text(QT_TRANSLATE_NOOP("service", "Delete the key %1? Type yes: "), {id.value.left(60)}));
        const QString reply = console.readLine().toLower();
        if (reply != "yes"_L1 && reply != "y"_L1) {
            console.tell(console.text(QT_TRANSLATE_NOOP("service", "Nothing was deleted.")));
            return ExitRefused;
        }
    }
    return withService(parser, [&](Session &session) {
        return printOne(session, parser, session.wait(session.client().deleteKey(id)));
    });
}

static Verb simpleVerb(const QString &name, const char *summary, SimpleCall call)
{
    return {name, summary, [=](const Console &console, const QStringList &rest) {
                return simply(console, rest, name, summary, call);
            }};
}

int runKeys(const Console &console, const QStringList &arguments)
{
    const QList<Verb> verbs{
        {u"create"_s, QT_TRANSLATE_NOOP("service", "Makes keys and prints their secrets."), create},
        {u"list"_s, QT_TRANSLATE_NOOP("service", "Lists keys."), list},
        simpleVerb(u"show"_s, QT_TRANSLATE_NOOP("service", "Shows a key."), &AdminClient::key),
        {u"update"_s, QT_TRANSLATE_NOOP("service", "Changes what is given of a key."), update},
        simpleVerb(u"disable"_s, QT_TRANSLATE_NOOP("service", "Disables a key until it is enabled."),
                   &AdminClient::disableKey),
        simpleVerb(u"enable"_s, QT_TRANSLATE_NOOP("service", "Enables a disabled key."),
                   &AdminClient::enableKey),
        {u"rotate"_s, QT_TRANSLATE_NOOP("service", "Gives a key a new secret and prints it."), rotate},
        {u"delete"_s, QT_TRANSLATE_NOOP("service", "Deletes a key; it can be restored for 30 days."), remove},
        simpleVerb(u"restore"_s, QT_TRANSLATE_NOOP("service", "Restores a deleted key."),
                   &AdminClient::restoreKey),
    };
    return runVerb(verbs, u"keys"_s, console, arguments);
}

}
