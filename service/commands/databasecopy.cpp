// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/databasecopy.h"

#include "service/backup/databasecopy.h"
#include "service/commands/databaseplace.h"
#include "service/commands/keyoutput.h"
#include "service/commands/texttable.h"
#include "service/settings/values.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class CopyCommand
{
public:
    CopyCommand(const CommandParser &parser, const DatabasePlace &place, const QString &target)
        : m_parser(parser)
        , m_console(parser.console())
        , m_place(place)
        , m_isJson(parser.isSet(u"json"_s))
    {
        m_request.source = place.path();
        m_request.target = target;
        m_request.sealKey = place.config().dataDirectory + u"/seal-key"_s;
        m_request.force = parser.isSet(u"force"_s);
        m_request.now = SystemClock().now();
    }

    int run();

private:
    std::optional<int> takeTarget();
    std::optional<int> mayReplace() const;
    int copy();
    int refused(const QString &text) const { return refuse(m_parser, text); }
    void print(const QMap<QString, CopiedTable> &tables, bool isDone) const;
    void printJson(const CopyOutcome &outcome, bool isDone) const;

    const CommandParser &m_parser;
    const Console &m_console;
    const DatabasePlace &m_place;
    const bool m_isJson;
    CopyRequest m_request;
    CopyPlan m_plan;
    RunLock m_lock; // of the target's data directory
};

}

static QString textOf(const std::optional<qint64> &count)
{
    return count ? QString::number(*count) : u"-"_s;
}

void CopyCommand::print(const QMap<QString, CopiedTable> &tables, bool isDone) const
{
    m_console.say(m_console.text(QT_TRANSLATE_NOOP("service", "From %1 to %2, schema %3."),
                                 {m_request.source, m_plan.target, QString::number(m_plan.schema)}));
    TextTable table{{m_console.text(QT_TRANSLATE_NOOP("service", "TABLE")),
                     m_console.text(QT_TRANSLATE_NOOP("service", "HERE")),
                     m_console.text(QT_TRANSLATE_NOOP("service", "THERE"))},
                    {},
                    {false, true, true}};
    if (isDone)
        table.head.last() = m_console.text(QT_TRANSLATE_NOOP("service", "COPIED"));
    for (auto it = tables.begin(); it != tables.end(); ++it)
        table.rows.append({it.key(), textOf(it->here), textOf(isDone ? it->copied : it->there)});
    m_console.write(table.aligned());
    switch (m_plan.sealKey) {
    case SealKeyPart::None:
    case SealKeyPart::Same:
        break;
    case SealKeyPart::Comes:
    case SealKeyPart::Other:
        m_console.say(m_console.text(
            isDone
                ? QT_TRANSLATE_NOOP("service",
                                    "The seal key, which opens the secrets of providers, is in %1 now.")
                : QT_TRANSLATE_NOOP(
                      "service", "The seal key, which opens the secrets of providers, comes along, to %1."),
            {m_plan.sealKeyTarget}));
        break;
    }
}

void CopyCommand::printJson(const CopyOutcome &outcome, bool isDone) const
{
    const auto number = [](const std::optional<qint64> &count) {
        return count ? QJsonValue(*count) : QJsonValue();
    };
    QJsonObject tables;
    for (auto it = outcome.tables.begin(); it != outcome.tables.end(); ++it)
        tables.insert(it.key(), QJsonObject{{u"here"_s, number(it->here)},
                                            {u"there"_s, number(it->there)},
                                            {u"copied"_s, number(it->copied)}});
    m_console.write(toJsonText({{u"source"_s, m_request.source},
                                {u"target"_s, m_plan.target},
                                {u"copied"_s, isDone},
                                {u"schema"_s, m_plan.schema},
                                {u"instance"_s, m_plan.instance},
                                {u"target_exists"_s, m_plan.targetExists},
                                {u"tables"_s, tables},
                                {u"seal_key"_s, toString(m_plan.sealKey)},
                                {u"kept_aside"_s, outcome.keptAside}}));
}

// A target in another data directory: no service may start there meanwhile.
std::optional<int> CopyCommand::takeTarget()
{
    const QString directory = QFileInfo(m_plan.target).absolutePath();
    if (QFileInfo(directory).canonicalFilePath() ==
        QFileInfo(m_place.config().dataDirectory).canonicalFilePath())
        return std::nullopt;
    const QString path = directory + u"/run.lock"_s;
    const bool isDataDirectory = QFileInfo::exists(path);
    if (!isDataDirectory)
        return std::nullopt;
    if (const Done taken = m_lock.take(path); !taken) {
        if (taken.error().code != ErrorCode::Unavailable)
            return refused(taken.error().message);
        const auto holder = RunLock::holderOf(path);
        return refused(m_console.text(
            QT_TRANSLATE_NOOP(
                "service", "A quota-proxy (pid %1) uses the directory %2, where the copy shall be. Stop it "
                           "first, and try again."),
            {holder ? QString::number(holder->pid) : u"?"_s, directory}));
    }
    return std::nullopt;
}

std::optional<int> CopyCommand::mayReplace() const
{
    if (m_request.force)
        return std::nullopt;
    if (m_plan.targetExists && !m_plan.targetIsEmpty)
        return refused(m_console.text(
            QT_TRANSLATE_NOOP("service",
                              "There is a file at %1 already. Give another place, or --force, which keeps it "
                              "aside; --dry-run shows what is in it."),
            {m_plan.target}));
    if (m_plan.sealKey == SealKeyPart::Other)
        return refused(m_console.text(
            QT_TRANSLATE_NOOP("service",
                              "%1 is another seal key, which would not open the secrets of providers. Give a "
                              "directory of its own to the copy, or --force, which keeps that key aside."),
            {m_plan.sealKeyTarget}));
    return std::nullopt;
}

int CopyCommand::copy()
{
    if (m_plan.targetExists && !m_plan.targetIsEmpty) {
        const auto agreed = isAgreed(
            m_parser, m_console.text(QT_TRANSLATE_NOOP("service", "Put the copy in the place of %1? What is "
                                                                  "there is kept aside. Type yes: "),
                                     {m_plan.target}));
        if (!agreed)
            return agreed.error();
        if (!*agreed)
            return refused(m_console.text(QT_TRANSLATE_NOOP("service", "Nothing was changed.")));
    }
    const auto outcome = carryOutCopy(m_request, m_plan);
    if (!outcome)
        return refused(outcome.error().message);
    if (m_isJson) {
        printJson(*outcome, true);
        return ExitGood;
    }
    print(outcome->tables, true);
    if (!outcome->keptAside.isEmpty())
        m_console.tell(m_console.text(QT_TRANSLATE_NOOP("service", "What was there before is in %1."),
                                      {outcome->keptAside}));
    if (m_place.servicePid())
        m_console.tell(m_console.text(
            QT_TRANSLATE_NOOP("service",
                              "A service goes on with %1: the copy is of one instant, and what was under way "
                              "then counts in it as used."),
            {m_request.source}));
    return ExitGood;
}

int CopyCommand::run()
{
    auto plan = planCopy(m_request);
    if (!plan)
        return refused(plan.error().message);
    m_plan = std::move(*plan);
    if (m_parser.isSet(u"dry-run"_s)) {
        if (m_isJson)
            printJson({m_plan.tables, {}}, false);
        else
            print(m_plan.tables, false);
        if (const auto code = mayReplace())
            return *code;
        if (!m_isJson)
            m_console.tell(m_console.text(QT_TRANSLATE_NOOP("service", "A dry run: nothing was changed.")));
        return ExitGood;
    }
    if (const auto code = mayReplace())
        return *code;
    if (const auto code = takeTarget())
        return *code;
    return copy();
}

// The path of the target; the exit code when there is none, which has been said.
static tl::expected<QString, int> targetOf(const CommandParser &parser)
{
    const Console &console = parser.console();
    if (!parser.isSet(u"to"_s))
        return tl::unexpected<int>(parser.wrongUse(
            console.text(QT_TRANSLATE_NOOP("service", "--to is missing: say where the copy shall be."))));
    const auto location = readDatabase(parser.value(u"to"_s));
    if (!location)
        return tl::unexpected<int>(parser.wrongUse(
            u"--to: "_s + console.text(location.error().english, location.error().arguments)));
    if (location->memory)
        return tl::unexpected<int>(refuse(
            parser, console.text(QT_TRANSLATE_NOOP("service",
                                                   "What is in memory ends with its process, so that nothing "
                                                   "can be copied there: --to must name a file."))));
    return location->path;
}

int copyDatabase(const Console &console, const QStringList &arguments)
{
    CommandParser parser(
        console, u"database copy"_s,
        QT_TRANSLATE_NOOP("service",
                          "Copies the database to another file, as of one instant, also while a service "
                          "uses it; proven and counted before it gets its name. To another directory "
                          "comes the seal key, too."));
    parser.option(
        u"to"_s, u"URL"_s,
        QT_TRANSLATE_NOOP("service", "Where the copy shall be: a path, or as DATABASE_URL says it."));
    parser.flag(
        u"dry-run"_s,
        QT_TRANSLATE_NOOP("service", "Shows the rows of each table here and there, and changes nothing."));
    parser.flag(u"force"_s, QT_TRANSLATE_NOOP("service", "Keeps aside what is there already."));
    parser.flag(u"yes"_s, QT_TRANSLATE_NOOP("service", "Does not ask."));
    DatabasePlace::addOptions(parser);
    parser.flag(u"json"_s, QT_TRANSLATE_NOOP("service", "Prints JSON."));
    if (const auto code = parser.parse(arguments))
        return *code;
    const auto target = targetOf(parser);
    if (!target)
        return target.error();
    const auto place = DatabasePlace::toRead(
        parser, QT_TRANSLATE_NOOP("service",
                                  "The settings keep everything in memory (DATABASE_URL=memory:): only the "
                                  "running service can read that. Let it make a backup (quota-proxy backup "
                                  "create), stop it, give it a file with DATABASE_URL, put the backup back "
                                  "(quota-proxy backup restore NAME), and start it."));
    if (!place)
        return place.error();
    return CopyCommand(parser, *place, *target).run();
}

}
