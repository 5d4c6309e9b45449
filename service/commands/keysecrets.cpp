// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/keysecrets.h"

#include "service/commands/keyarguments.h"
#include "service/commands/keyoutput.h"
#include "service/commands/session.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

static const char *const jsonHelp = QT_TRANSLATE_NOOP("service", "Prints JSON.");

void addLimitOptions(CommandParser &parser)
{
    parser.option(u"label"_s, u"TEXT"_s, QT_TRANSLATE_NOOP("service", "Whose the key is, or what for."));
    parser.option(u"limit"_s, u"LIMIT"_s,
                  QT_TRANSLATE_NOOP("service",
                                    "UNIT/WINDOW=N, like requests/day=200 or tokens/month=1000000, or "
                                    "concurrency=N; may be given again. 0 blocks, -1 is no limit; :warn or "
                                    ":observe behind it does not refuse."),
                  true);
    parser.option(
        u"template"_s, u"NAME"_s,
        QT_TRANSLATE_NOOP("service", "The template whose limits it has from now on; none for none."));
    parser.flag(u"copy"_s,
                QT_TRANSLATE_NOOP("service", "Copies the template's limits instead of following it."));
    parser.option(u"models"_s, u"A,B"_s,
                  QT_TRANSLATE_NOOP("service", "The models it may use; all without it."));
}

std::optional<int> checkTemplate(const CommandParser &parser, bool limitsGiven)
{
    const Console &console = parser.console();
    if (parser.isSet(u"copy"_s) && !parser.isSet(u"template"_s))
        return parser.wrongUse(console.text(QT_TRANSLATE_NOOP("service", "--copy goes with --template.")));
    if (parser.isSet(u"template"_s) && limitsGiven)
        return parser.wrongUse(
            console.text(QT_TRANSLATE_NOOP("service", "give --limit or --template, not both.")));
    return std::nullopt;
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

int createKeys(const Console &console, const QStringList &arguments)
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
    parser.option(
        u"expires"_s, u"WHEN"_s,
        QT_TRANSLATE_NOOP("service", "When it ends: 7d, 12h, 4w, a date (that day included) or an instant."));
    addLimitOptions(parser);
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
    key.templateName = parser.value(u"template"_s);
    key.followsTemplate = !parser.isSet(u"copy"_s);
    if (const auto code = checkTemplate(parser, key.limits.has_value()))
        return *code;
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

int rotateKey(const Console &console, const QStringList &arguments)
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

}
