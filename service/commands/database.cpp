// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/database.h"

#include "service/backup/databasefile.h"
#include "service/backup/databasetraces.h"
#include "service/commands/commandline.h"
#include "service/commands/databasechange.h"
#include "service/commands/databasecopy.h"
#include "service/commands/databaseimport.h"
#include "service/commands/databaseplace.h"
#include "service/commands/databaserepair.h"
#include "service/commands/keyoutput.h"

#include <QJsonArray>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr const char *jsonHelp = QT_TRANSLATE_NOOP("service", "Prints JSON.");

static QJsonObject toJson(const DatabaseStatus &status, std::optional<qint64> pid)
{
    const auto instant = [](const std::optional<Timestamp> &time) {
        return time ? QJsonValue(toIso(*time)) : QJsonValue();
    };
    QJsonObject rows;
    for (auto it = status.rows.begin(); it != status.rows.end(); ++it)
        rows.insert(it.key(), it.value());
    return {{u"path"_s, status.path},
            {u"exists"_s, status.exists},
            {u"size"_s, status.size},
            {u"journal_size"_s, status.journalSize},
            {u"writable"_s, status.writable},
            {u"fault"_s, status.fault},
            {u"schema"_s, status.schema},
            {u"newest_schema"_s, status.newestSchema},
            {u"instance"_s, status.instance},
            {u"created_at"_s, instant(status.createdAt)},
            {u"first_request_at"_s, instant(status.firstRequestAt)},
            {u"last_request_at"_s, instant(status.lastRequestAt)},
            {u"rows"_s, rows},
            {u"service_pid"_s, pid ? QJsonValue(*pid) : QJsonValue()}};
}

static void print(const Console &console, const DatabaseStatus &status, std::optional<qint64> pid)
{
    const auto size = [](qint64 bytes) { return QLocale::c().formattedDataSize(bytes); };
    console.say(console.text(QT_TRANSLATE_NOOP("service", "Database: %1 (%2, and %3 in its journal)"),
                             {status.path, size(status.size), size(status.journalSize)}));
    console.say(pid ? console.text(QT_TRANSLATE_NOOP("service", "Service: runs on it (pid %1)"),
                                   {QString::number(*pid)})
                    : console.text(QT_TRANSLATE_NOOP("service", "Service: none runs on it")));
    if (!status.writable)
        console.say(console.text(
            QT_TRANSLATE_NOOP("service", "Permission: this user may not write it, or not in its directory")));
    if (!status.fault.isEmpty())
        return;
    console.say(console.text(QT_TRANSLATE_NOOP("service", "Schema: %1 (this program's: %2)"),
                             {QString::number(status.schema), QString::number(status.newestSchema)}));
    console.say(console.text(QT_TRANSLATE_NOOP("service", "Instance: %1, made at %2"),
                             {status.instance, status.createdAt ? toIso(*status.createdAt) : u"?"_s}));
    console.say(console.text(QT_TRANSLATE_NOOP("service", "Contents: %1 keys, %2 providers, %3 request rows"),
                             {QString::number(status.rows.value(u"keys"_s)),
                              QString::number(status.rows.value(u"providers"_s)),
                              QString::number(status.rows.value(u"requests"_s))}));
    if (status.firstRequestAt && status.lastRequestAt)
        console.say(console.text(QT_TRANSLATE_NOOP("service", "Requests: from %1 to %2"),
                                 {toIso(*status.firstRequestAt), toIso(*status.lastRequestAt)}));
}

static int status(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"database status"_s,
                         QT_TRANSLATE_NOOP("service", "Shows which database there is, and what is in it."));
    DatabasePlace::addOptions(parser);
    parser.flag(u"json"_s, jsonHelp);
    if (const auto code = parser.parse(arguments))
        return *code;
    const auto place = DatabasePlace::toRead(parser);
    if (!place)
        return place.error();
    const DatabaseStatus found = databaseStatus(place->path());
    const auto pid = place->servicePid();
    if (parser.isSet(u"json"_s))
        console.write(toJsonText(toJson(found, pid)));
    else if (found.exists)
        print(console, found, pid);
    if (const Done there = checkNotVanished(BackupPlaces(place->config())); !there)
        return refuse(parser, there.error().message);
    if (!found.exists)
        return refuse(parser,
                      console.text(QT_TRANSLATE_NOOP("service", "There is no database at %1. The first "
                                                                "start of the service makes it, or "
                                                                "quota-proxy database init."),
                                   {found.path}));
    return found.fault.isEmpty() ? ExitGood : refuse(parser, found.fault);
}

static QString cureOf(const Console &console, DatabaseFinding::Subject subject)
{
    switch (subject) {
    case DatabaseFinding::Subject::File:
    case DatabaseFinding::Subject::Integrity:
        return console.text(QT_TRANSLATE_NOOP(
            "service",
            "Stop the service, and put the last good backup back: quota-proxy backup list, then "
            "quota-proxy backup restore NAME. Or save what can be read: quota-proxy database repair "
            "--dry-run shows what, quota-proxy database repair does it."));
    case DatabaseFinding::Subject::References:
        return console.text(QT_TRANSLATE_NOOP(
            "service", "They do no harm, but should not be there: somebody has written into the file. "
                       "quota-proxy database repair leaves them out."));
    case DatabaseFinding::Subject::Schema:
        return console.text(QT_TRANSLATE_NOOP(
            "service",
            "The next start of the service brings it up to date, or quota-proxy database migrate does."));
    case DatabaseFinding::Subject::Books:
        return console.text(QT_TRANSLATE_NOOP(
            "service", "Limits are judged by the counters, reports are made of the sums; the rows say what "
                       "happened. Somebody has written into the file, or this is a fault of ours: please "
                       "report it."));
    }
    Q_UNREACHABLE();
}

static void print(const Console &console, const DatabaseReport &report)
{
    for (qsizetype index = 0; index < report.findings.size(); ++index) {
        const DatabaseFinding &finding = report.findings.at(index);
        console.say(toString(finding.subject) + u": "_s + finding.text);
        const bool isLast =
            index + 1 == report.findings.size() || report.findings.at(index + 1).subject != finding.subject;
        if (isLast)
            console.tell(cureOf(console, finding.subject));
    }
    if (!report.findings.isEmpty())
        return;
    console.say(console.text(QT_TRANSLATE_NOOP("service", "good")));
    if (!report.booksChecked)
        console.tell(console.text(
            QT_TRANSLATE_NOOP("service", "The books of so old a schema cannot be checked; migrate first.")));
}

static int check(const Console &console, const QStringList &arguments)
{
    CommandParser parser(
        console, u"database check"_s,
        QT_TRANSLATE_NOOP("service", "Proves the database: its pages, its references, and that rows, sums "
                                     "and counters add up. Changes nothing."));
    DatabasePlace::addOptions(parser);
    parser.flag(u"json"_s, jsonHelp);
    if (const auto code = parser.parse(arguments))
        return *code;
    const auto place = DatabasePlace::toRead(parser);
    if (!place)
        return place.error();
    const DatabaseReport report = checkDatabase(place->path(), place->isOurs());
    if (parser.isSet(u"json"_s)) {
        QJsonArray findings;
        for (const DatabaseFinding &finding : report.findings)
            findings.append(QJsonObject{{u"subject"_s, toString(finding.subject)},
                                        {u"text"_s, finding.text},
                                        {u"cure"_s, cureOf(console, finding.subject)}});
        console.write(toJsonText({{u"path"_s, place->path()},
                                  {u"good"_s, report.findings.isEmpty()},
                                  {u"schema"_s, report.schema},
                                  {u"books_checked"_s, report.booksChecked},
                                  {u"findings"_s, findings}}));
    } else {
        print(console, report);
    }
    return report.findings.isEmpty() ? ExitGood : ExitRefused;
}

int runDatabase(const Console &console, const QStringList &arguments)
{
    const QList<Verb> verbs{
        {u"init"_s, QT_TRANSLATE_NOOP("service", "Makes an empty database."), initDatabase},
        {u"status"_s, QT_TRANSLATE_NOOP("service", "Shows which database there is."), status},
        {u"migrate"_s, QT_TRANSLATE_NOOP("service", "Brings its tables up to date."), migrateDatabase},
        {u"check"_s, QT_TRANSLATE_NOOP("service", "Proves it."), check},
        {u"repair"_s, QT_TRANSLATE_NOOP("service", "Saves what can be read of a damaged one."),
         repairDatabase},
        {u"copy"_s, QT_TRANSLATE_NOOP("service", "Copies it to another file."), copyDatabase},
        {u"import"_s, QT_TRANSLATE_NOOP("service", "Takes over the keys of another system."), importDatabase},
    };
    return runVerb(verbs, u"database"_s, console, arguments);
}

}
