// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/keys.h"

#include "service/commands/commandline.h"
#include "service/commands/keyarguments.h"
#include "service/commands/keyoutput.h"
#include "service/commands/keypages.h"
#include "service/commands/keysecrets.h"
#include "service/commands/session.h"
#include "shared/csv.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

static const char *const jsonHelp = QT_TRANSLATE_NOOP("service", "Prints JSON.");

// Instants are UTC, and today is by the service's zone: both stand in the export.
static int exportKeys(Session &session, const CommandParser &parser, const QList<KeyOverview> &keys)
{
    const auto health = session.wait(session.client().health());
    if (!health)
        return session.refused(health.error());
    if (parser.isSet(u"json"_s)) {
        QJsonArray array;
        for (const KeyOverview &key : keys)
            array.append(toJson(key));
        parser.console().write(
            toJsonText({{u"count"_s, array.size()}, {u"keys"_s, array}, {u"time_zone"_s, health->timeZone}}));
        return ExitGood;
    }
    QList<QStringList> rows{keyCsvHeading() + QStringList{u"time_zone"_s}};
    for (const KeyOverview &key : keys)
        rows.append(keyCsvRow(key) + QStringList{health->timeZone});
    parser.console().write(csvText(rows, parser.isSet(u"bom"_s)));
    return ExitGood;
}

static int list(const Console &console, const QStringList &arguments)
{
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
    parser.flag(u"csv"_s, QT_TRANSLATE_NOOP("service", "Prints CSV, one line for each key."));
    addCsvMark(parser);
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    if (const auto code = checkFormat(parser))
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
    const auto rows = parser.isSet(u"rows"_s) ? readInteger(parser.value(u"rows"_s), 1, maximumListedKeys)
                                              : maximumListedKeys;
    if (!rows)
        return parser.wrongUse(u"--rows: "_s + rows.error().in(console.language));
    return withService(parser, [&](Session &session) -> int {
        const auto keys = allKeys(session, query, *rows);
        if (!keys)
            return session.refused(keys.error());
        if (parser.isSet(u"json"_s) || parser.isSet(u"csv"_s))
            return exportKeys(session, parser, *keys);
        printKeys(console, *keys);
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
    addLimitOptions(parser);
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
    if (parser.isSet(u"template"_s)) {
        const QString name = parser.value(u"template"_s);
        change.templateName = name == "none"_L1 ? u""_s : name;
        change.followsTemplate = !parser.isSet(u"copy"_s);
    }
    if (const auto code = checkTemplate(parser, change.limits || change.inheritLimits))
        return *code;
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

static int raise(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"keys raise"_s,
                         QT_TRANSLATE_NOOP("service",
                                           "Raises a limit of a key for the window that runs and, with "
                                           "--windows, for those that follow; the limit itself stays."));
    parser.words(u"ID"_s, 1, 1);
    parser.option(u"limit"_s, u"LIMIT"_s,
                  QT_TRANSLATE_NOOP("service", "UNIT/WINDOW=N: what the limit is meanwhile, like "
                                               "requests/day=500; -1 is no limit."));
    parser.option(u"windows"_s, u"N"_s,
                  QT_TRANSLATE_NOOP("service", "How many windows, this one included; 1 without it."));
    parser.flag(u"end"_s, QT_TRANSLATE_NOOP("service", "Ends what is raised now instead."));
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    const KeyId id{parser.words().first()};
    if (parser.isSet(u"end"_s) == parser.isSet(u"limit"_s))
        return parser.wrongUse(console.text(QT_TRANSLATE_NOOP("service", "give --limit or --end.")));
    if (parser.isSet(u"end"_s)) {
        return withService(parser, [&](Session &session) {
            return printOne(session, parser, session.wait(session.client().endRaises(id)));
        });
    }
    const auto limits = readLimits({parser.value(u"limit"_s)}, {});
    if (!limits)
        return parser.wrongUse(u"--limit: "_s + limits.error().in(console.language));
    if (!limits->limits || limits->limits->first().mode != LimitMode::Enforce)
        return parser.wrongUse(console.text(QT_TRANSLATE_NOOP(
            "service", "--limit: only a limit of requests or tokens that is enforced can be "
                       "raised; write UNIT/WINDOW=N.")));
    const auto windows = parser.isSet(u"windows"_s)
                             ? readInteger(parser.value(u"windows"_s), 1, maximumRaisedWindows)
                             : Reading<qint64>(1);
    if (!windows)
        return parser.wrongUse(u"--windows: "_s + windows.error().in(console.language));
    const Limit &limit = limits->limits->first();
    const NewRaise raise{limit.unit, limit.window, limit.amount, int(*windows), std::nullopt};
    return withService(parser, [&](Session &session) {
        return printOne(session, parser, session.wait(session.client().raiseLimit(id, raise)));
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
        {u"create"_s, QT_TRANSLATE_NOOP("service", "Makes keys and prints their secrets."), createKeys},
        {u"list"_s, QT_TRANSLATE_NOOP("service", "Lists keys."), list},
        simpleVerb(u"show"_s, QT_TRANSLATE_NOOP("service", "Shows a key."), &AdminClient::key),
        {u"update"_s, QT_TRANSLATE_NOOP("service", "Changes what is given of a key."), update},
        simpleVerb(u"disable"_s, QT_TRANSLATE_NOOP("service", "Disables a key until it is enabled."),
                   &AdminClient::disableKey),
        simpleVerb(u"enable"_s, QT_TRANSLATE_NOOP("service", "Enables a disabled key."),
                   &AdminClient::enableKey),
        {u"rotate"_s, QT_TRANSLATE_NOOP("service", "Gives a key a new secret and prints it."), rotateKey},
        {u"delete"_s, QT_TRANSLATE_NOOP("service", "Deletes a key; it can be restored for 30 days."), remove},
        simpleVerb(u"restore"_s, QT_TRANSLATE_NOOP("service", "Restores a deleted key."),
                   &AdminClient::restoreKey),
        {u"raise"_s, QT_TRANSLATE_NOOP("service", "Raises a limit of a key for a time."), raise},
    };
    return runVerb(verbs, u"keys"_s, console, arguments);
}

}
