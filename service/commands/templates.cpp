// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/templates.h"

#include "service/commands/commandline.h"
#include "service/commands/keyarguments.h"
#include "service/commands/keyoutput.h"
#include "service/commands/session.h"
#include "service/commands/texttable.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

static const char *const jsonHelp = QT_TRANSLATE_NOOP("service", "Prints JSON.");

static QString limitsText(const KeyTemplate &one)
{
    QStringList parts;
    for (const Limit &limit : one.limits)
        parts.append(toText(limit));
    if (one.concurrency)
        parts.append(u"concurrency=%1"_s.arg(*one.concurrency));
    return parts.isEmpty() ? u"-"_s : parts.join(u' ');
}

static QString tableOf(const Console &console, const QList<KeyTemplate> &templates)
{
    TextTable table{{console.text(QT_TRANSLATE_NOOP("service", "NAME")),
                     console.text(QT_TRANSLATE_NOOP("service", "KEYS")),
                     console.text(QT_TRANSLATE_NOOP("service", "DAYS")),
                     console.text(QT_TRANSLATE_NOOP("service", "LIMITS")),
                     console.text(QT_TRANSLATE_NOOP("service", "MODELS")),
                     console.text(QT_TRANSLATE_NOOP("service", "DESCRIPTION"))},
                    {},
                    {false, true, true, false, false, false}};
    for (const KeyTemplate &one : templates) {
        table.rows.append(
            {one.name, QString::number(one.keys), one.days ? QString::number(*one.days) : u"-"_s,
             limitsText(one),
             one.models.isEmpty() ? console.text(QT_TRANSLATE_NOOP("service", "all")) : one.models.join(u','),
             one.description});
    }
    return table.aligned();
}

static int printOne(Session &session, const CommandParser &parser, const Result<KeyTemplate> &one)
{
    if (!one)
        return session.refused(one.error());
    parser.console().write(parser.isSet(u"json"_s) ? toJsonText(toJson(*one))
                                                   : tableOf(parser.console(), {*one}));
    return ExitGood;
}

static int list(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"templates list"_s, QT_TRANSLATE_NOOP("service", "Lists templates."));
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    return withService(parser, [&](Session &session) -> int {
        const auto templates = session.wait(session.client().templates());
        if (!templates)
            return session.refused(templates.error());
        if (!parser.isSet(u"json"_s)) {
            console.write(tableOf(console, *templates));
            return ExitGood;
        }
        QJsonArray rows;
        for (const KeyTemplate &one : *templates)
            rows.append(toJson(one));
        console.write(toJsonText({{u"count"_s, rows.size()}, {u"templates"_s, rows}}));
        return ExitGood;
    });
}

static int show(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"templates show"_s, QT_TRANSLATE_NOOP("service", "Shows a template."));
    parser.words(u"NAME"_s, 1, 1);
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    return withService(parser, [&](Session &session) {
        return printOne(session, parser, session.wait(session.client().keyTemplate(parser.words().first())));
    });
}

static void addOptions(CommandParser &parser)
{
    parser.words(u"NAME"_s, 1, 1);
    parser.option(u"limit"_s, u"LIMIT"_s,
                  QT_TRANSLATE_NOOP("service",
                                    "UNIT/WINDOW=N, like requests/day=200 or tokens/month=1000000, or "
                                    "concurrency=N; may be given again. 0 blocks, -1 is no limit; :warn or "
                                    ":observe behind it does not refuse."),
                  true);
    parser.option(u"models"_s, u"A,B"_s,
                  QT_TRANSLATE_NOOP("service", "The models that keys made from it may use; empty for all."));
    parser.option(u"days"_s, u"N"_s,
                  QT_TRANSLATE_NOOP("service", "How long keys made from it live; none for no end."));
    parser.option(u"description"_s, u"TEXT"_s, QT_TRANSLATE_NOOP("service", "What it is for."));
    parser.flag(u"json"_s, jsonHelp);
    Session::addOptions(parser);
}

// What the options say, or the exit code of wrong use.
static tl::expected<TemplateChange, int> changeOf(const CommandParser &parser)
{
    const Console &console = parser.console();
    TemplateChange change;
    const auto limits = readLimits(parser.values(u"limit"_s), {});
    if (!limits)
        return tl::unexpected(parser.wrongUse(u"--limit: "_s + limits.error().in(console.language)));
    change.limits = limits->limits;
    if (limits->concurrency)
        change.concurrency = limits->concurrency;
    if (parser.isSet(u"models"_s))
        change.models = readModels(parser.value(u"models"_s));
    if (parser.isSet(u"description"_s))
        change.description = parser.value(u"description"_s);
    if (parser.value(u"days"_s) == "none"_L1) {
        change.days = std::optional<qint64>();
    } else if (parser.isSet(u"days"_s)) {
        const auto days = readInteger(parser.value(u"days"_s), 1, maximumTemplateDays);
        if (!days)
            return tl::unexpected(parser.wrongUse(u"--days: "_s + days.error().in(console.language)));
        change.days = std::optional<qint64>(*days);
    }
    return change;
}

static int create(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"templates create"_s, QT_TRANSLATE_NOOP("service", "Makes a template."));
    addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    auto change = changeOf(parser);
    if (!change)
        return change.error();
    change->name = parser.words().first();
    return withService(parser, [&](Session &session) {
        return printOne(session, parser, session.wait(session.client().createTemplate(*change)));
    });
}

static int update(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"templates update"_s,
                         QT_TRANSLATE_NOOP("service",
                                           "Changes what is given of a template; keys that follow it "
                                           "have that with their next request."));
    parser.flag(u"no-concurrency"_s, QT_TRANSLATE_NOOP("service", "Takes the limit of concurrency away."));
    parser.flag(u"no-limits"_s, QT_TRANSLATE_NOOP("service", "Takes the limits away."));
    addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    auto change = changeOf(parser);
    if (!change)
        return change.error();
    const bool contradicts = (parser.isSet(u"no-limits"_s) && change->limits) ||
                             (parser.isSet(u"no-concurrency"_s) && change->concurrency);
    if (contradicts)
        return parser.wrongUse(
            console.text(QT_TRANSLATE_NOOP("service", "a limit is given and taken away at once; keep one.")));
    if (parser.isSet(u"no-limits"_s))
        change->limits = QList<Limit>();
    if (parser.isSet(u"no-concurrency"_s))
        change->concurrency = std::optional<qint64>();
    if (*change == TemplateChange())
        return parser.wrongUse(console.text(QT_TRANSLATE_NOOP("service", "nothing is to be changed.")));
    return withService(parser, [&](Session &session) {
        return printOne(session, parser,
                        session.wait(session.client().updateTemplate(parser.words().first(), *change)));
    });
}

static int remove(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"templates delete"_s, QT_TRANSLATE_NOOP("service", "Deletes a template."));
    parser.words(u"NAME"_s, 1, 1);
    parser.flag(u"copy"_s, QT_TRANSLATE_NOOP("service", "Keys that follow it keep its limits as their own; "
                                                        "without it they keep it from being deleted."));
    parser.flag(u"yes"_s, QT_TRANSLATE_NOOP("service", "Does not ask."));
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    const QString name = parser.words().first();
    if (!parser.isSet(u"yes"_s)) {
        if (!console.interactive)
            return parser.wrongUse(
                console.text(QT_TRANSLATE_NOOP("service", "nobody is there to be asked; say --yes.")));
        console.writeError(console.text(QT_TRANSLATE_NOOP("service", "Delete the template %1? Type yes: "),
                                        {name.left(60)}));
        const QString reply = console.readLine().toLower();
        if (reply != "yes"_L1 && reply != "y"_L1) {
            console.tell(console.text(QT_TRANSLATE_NOOP("service", "Nothing was deleted.")));
            return ExitRefused;
        }
    }
    return withService(parser, [&](Session &session) -> int {
        const auto gone = session.wait(session.client().deleteTemplate(name, parser.isSet(u"copy"_s)));
        if (!gone)
            return session.refused(gone.error());
        console.say(console.text(QT_TRANSLATE_NOOP("service", "The template %1 is deleted."), {name}));
        return ExitGood;
    });
}

int runTemplates(const Console &console, const QStringList &arguments)
{
    const QList<Verb> verbs{
        {u"list"_s, QT_TRANSLATE_NOOP("service", "Lists templates."), list},
        {u"show"_s, QT_TRANSLATE_NOOP("service", "Shows a template."), show},
        {u"create"_s, QT_TRANSLATE_NOOP("service", "Makes a template."), create},
        {u"update"_s, QT_TRANSLATE_NOOP("service", "Changes what is given of a template."), update},
        {u"delete"_s, QT_TRANSLATE_NOOP("service", "Deletes a template."), remove},
    };
    return runVerb(verbs, u"templates"_s, console, arguments);
}

}
