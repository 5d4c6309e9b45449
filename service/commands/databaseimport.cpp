// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/databaseimport.h"

#include "service/backup/databasetraces.h"
#include "service/backup/import/importer.h"
#include "service/backup/restore.h"
#include "service/commands/keyoutput.h"
#include "service/commands/localdata.h"
#include "service/commands/texttable.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class ImportCommand
{
public:
    explicit ImportCommand(const CommandParser &parser)
        : m_parser(parser)
        , m_console(parser.console())
        , m_dryRun(parser.isSet(u"dry-run"_s))
        , m_json(parser.isSet(u"json"_s))
    {}

    int run();

private:
    std::optional<int> openData();
    std::optional<int> takeData();
    int import(const PreparedImport &import);
    bool confirmed() const;
    int refused(const QString &text) const
    {
        m_console.tell(u"quota-proxy %1: %2"_s.arg(m_parser.verb(), text));
        return ExitRefused;
    }
    int refusedByService() const;
    void print(const PreparedImport &import) const;
    void printJson(const PreparedImport &import, const ImportOutcome &outcome, bool done) const;
    const Config &config() const { return m_data->config(); }

    const CommandParser &m_parser;
    const Console &m_console;
    const bool m_dryRun;
    const bool m_json;
    std::unique_ptr<LocalData> m_data;
};

}

static QString limitsText(const Console &console, const ApiKey &key)
{
    if (key.inheritsLimits)
        return console.text(QT_TRANSLATE_NOOP("service", "the default"));
    QStringList words;
    for (const Limit &limit : key.limits)
        words.append(toText(limit));
    if (key.concurrency)
        words.append(u"concurrency=%1"_s.arg(*key.concurrency));
    return words.isEmpty() ? console.text(QT_TRANSLATE_NOOP("service", "none")) : words.join(u' ');
}

static QString stateText(const Console &console, KeyState state)
{
    switch (state) {
    case KeyState::Disabled:
        return console.text(QT_TRANSLATE_NOOP("service", "disabled"));
    case KeyState::Expired:
        return console.text(QT_TRANSLATE_NOOP("service", "expired"));
    default:
        return console.text(QT_TRANSLATE_NOOP("service", "active"));
    }
}

void ImportCommand::print(const PreparedImport &import) const
{
    const Timestamp now = SystemClock().now();
    m_console.say(
        m_console.text(QT_TRANSLATE_NOOP("service", "Found: %1. Keys: %2 in it, %3 come, %4 are here already "
                                                    "and stay as they are."),
                       {import.plan.format, QString::number(import.found),
                        QString::number(import.plan.keys.size()), QString::number(import.already)}));
    const bool isPreview = m_dryRun || !m_parser.isSet(u"yes"_s);
    if (isPreview && !import.plan.keys.isEmpty()) {
        TextTable table{{m_console.text(QT_TRANSLATE_NOOP("service", "LABEL")),
                         m_console.text(QT_TRANSLATE_NOOP("service", "KEY")),
                         m_console.text(QT_TRANSLATE_NOOP("service", "STATE")),
                         m_console.text(QT_TRANSLATE_NOOP("service", "REQUESTS")),
                         m_console.text(QT_TRANSLATE_NOOP("service", "TOKENS")),
                         m_console.text(QT_TRANSLATE_NOOP("service", "EXPIRES")),
                         m_console.text(QT_TRANSLATE_NOOP("service", "LIMITS"))},
                        {},
                        {false, false, false, true, true}};
        for (const ImportedKey &imported : import.plan.keys)
            table.rows.append({imported.key.label, imported.key.preview(),
                               stateText(m_console, imported.key.stateAt(now)),
                               QString::number(imported.requests), QString::number(imported.tokens),
                               imported.key.expiresAt ? toIso(*imported.key.expiresAt) : u"-"_s,
                               limitsText(m_console, imported.key)});
        m_console.write(table.aligned());
    }
    if (!import.plan.deeds.isEmpty() && !import.plan.keys.isEmpty())
        m_console.say(m_console.text(QT_TRANSLATE_NOOP("service",
                                                       "Of its audit log come up to %1 rows: who did what to "
                                                       "which key and when, without the keys in clear text."),
                                     {QString::number(import.plan.deeds.size())}));
    if (!import.plan.remarks.isEmpty())
        m_console.say(
            m_console.text(QT_TRANSLATE_NOOP("service", "What does not come along, or not as it was:")));
    for (const ImportRemark &remark : import.plan.remarks)
        m_console.say(u"  %1: %2"_s.arg(remark.subject, m_console.text(remark.text, remark.arguments)));
}

void ImportCommand::printJson(const PreparedImport &import, const ImportOutcome &outcome, bool done) const
{
    const Timestamp now = SystemClock().now();
    QJsonArray keys;
    for (const ImportedKey &imported : import.plan.keys) {
        QJsonArray limits;
        for (const Limit &limit : imported.key.limits)
            limits.append(toJson(limit));
        QJsonObject key{{u"label"_s, imported.key.label},
                        {u"preview"_s, imported.key.preview()},
                        {u"state"_s, toString(imported.key.stateAt(now))},
                        {u"inherits_limits"_s, imported.key.inheritsLimits},
                        {u"limits"_s, limits},
                        {u"models"_s, QJsonArray::fromStringList(imported.key.models)},
                        {u"expires_at"_s, toJson(imported.key.expiresAt)},
                        {u"requests"_s, imported.requests},
                        {u"tokens"_s, imported.tokens}};
        if (done)
            key[u"id"_s] = imported.key.id.value;
        keys.append(key);
    }
    QJsonArray remarks;
    for (const ImportRemark &remark : import.plan.remarks)
        remarks.append(QJsonObject{{u"subject"_s, remark.subject},
                                   {u"reason"_s, m_console.text(remark.text, remark.arguments)}});
    m_console.write(toJsonText({{u"imported"_s, done},
                                {u"kind"_s, import.plan.kind},
                                {u"format"_s, import.plan.format},
                                {u"found"_s, import.found},
                                {u"already_here"_s, import.already},
                                {u"keys"_s, keys},
                                {u"audit_rows"_s, import.plan.deeds.size()},
                                {u"left"_s, remarks},
                                {u"backup"_s, outcome.backup}}));
}

// A lock file is not made by a dry run: it is looked at.
std::optional<int> ImportCommand::openData()
{
    auto data = LocalData::read(m_parser);
    if (!data)
        return data.error();
    m_data = std::move(*data);
    if (config().memoryMode)
        return refused(m_console.text(QT_TRANSLATE_NOOP(
            "service",
            "The settings keep everything in memory (DATABASE_URL=memory:), so there is nothing to import "
            "into. Set DATABASE_URL to a file.")));
    if (RunLock::holderOf(config().dataDirectory + u"/run.lock"_s))
        return refusedByService();
    return m_dryRun ? std::nullopt : takeData();
}

std::optional<int> ImportCommand::takeData()
{
    if (const Done created = m_data->create(); !created)
        return refused(created.error().message);
    const auto locked = m_data->lock();
    if (!locked)
        return refused(locked.error().message);
    if (!*locked)
        return refusedByService();
    const auto recovered = recoverRestore(config().dataDirectory);
    if (!recovered)
        return refused(recovered.error().message);
    if (!recovered->isEmpty())
        m_console.tell(*recovered);
    if (const Done there = checkNotVanished(BackupPlaces(config())); !there)
        return refused(there.error().message);
    return std::nullopt;
}

int ImportCommand::refusedByService() const
{
    const auto holder = RunLock::holderOf(config().dataDirectory + u"/run.lock"_s);
    return refused(m_console.text(
        QT_TRANSLATE_NOOP("service",
                          "A quota-proxy (pid %1) uses the data directory %2. Import works only while no "
                          "service runs on it: stop it, import, and start it again."),
        {holder ? QString::number(holder->pid) : u"?"_s, config().dataDirectory}));
}

bool ImportCommand::confirmed() const
{
    m_console.writeError(m_console.text(QT_TRANSLATE_NOOP("service", "Import this? Type yes: ")));
    const QString reply = m_console.readLine().toLower();
    if (reply == "yes"_L1 || reply == "y"_L1)
        return true;
    m_console.tell(m_console.text(QT_TRANSLATE_NOOP("service", "Nothing was imported.")));
    return false;
}

int ImportCommand::import(const PreparedImport &import)
{
    BackupProgress progress(u"import"_s);
    const auto outcome = runImport(BackupPlaces(config()), import, config().timeZone, u"command line"_s,
                                   SystemClock().now(), progress);
    if (!outcome)
        return refused(outcome.error().message);
    if (m_json) {
        printJson(import, *outcome, true);
        return ExitGood;
    }
    m_console.tell(
        m_console.text(QT_TRANSLATE_NOOP("service", "Imported %1 keys; there are %2 now."),
                       {QString::number(import.plan.keys.size()), QString::number(outcome->keys)}));
    if (!outcome->backup.isEmpty())
        m_console.tell(m_console.text(QT_TRANSLATE_NOOP("service", "What was there before is in %1."),
                                      {outcome->backup}));
    return ExitGood;
}

int ImportCommand::run()
{
    if (const auto code = openData())
        return *code;
    const auto prepared =
        prepareImport(BackupPlaces(config()), m_parser.words().constFirst(), SystemClock().now());
    if (!prepared)
        return refused(prepared.error().message);
    const bool nothing = prepared->plan.keys.isEmpty();
    if (m_dryRun || nothing) {
        if (m_json)
            printJson(*prepared, {}, false);
        else
            print(*prepared);
        if (!m_json)
            m_console.tell(
                m_dryRun ? m_console.text(QT_TRANSLATE_NOOP("service", "A dry run: nothing was changed."))
                         : m_console.text(QT_TRANSLATE_NOOP("service", "Nothing was imported.")));
        return ExitGood;
    }
    if (!m_json)
        print(*prepared);
    if (!m_parser.isSet(u"yes"_s) && !confirmed())
        return ExitRefused;
    return import(*prepared);
}

int importDatabase(const Console &console, const QStringList &arguments)
{
    CommandParser parser(
        console, u"database import"_s,
        QT_TRANSLATE_NOOP("service",
                          "Takes over the keys of another system from its file, which stays as it "
                          "is: the earlier quota-proxy (JSON, SQLite), one-api (SQLite), LiteLLM's "
                          "key table (CSV, JSON). Secrets keep working. A key that is here already "
                          "stays as it is."));
    parser.words(u"FILE"_s, 1, 1);
    parser.flag(u"dry-run"_s, QT_TRANSLATE_NOOP("service", "Shows what would come, and changes nothing."));
    parser.flag(u"yes"_s, QT_TRANSLATE_NOOP("service", "Does not ask."));
    parser.flag(u"json"_s, QT_TRANSLATE_NOOP("service", "Prints JSON."));
    parser.option(u"data-dir"_s, u"DIRECTORY"_s,
                  QT_TRANSLATE_NOOP("service", "The service's data directory, where the admin token is."));
    LocalData::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    if (!parser.isSet(u"dry-run"_s) && !parser.isSet(u"yes"_s) &&
        (!console.interactive || parser.isSet(u"json"_s)))
        return parser.wrongUse(
            console.text(QT_TRANSLATE_NOOP("service", "nobody is there to be asked; say --yes.")));
    return ImportCommand(parser).run();
}

}
