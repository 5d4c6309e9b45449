// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/databasechange.h"

#include "service/backup/databasefile.h"
#include "service/backup/databasetraces.h"
#include "service/backup/restore.h"
#include "service/commands/databaseplace.h"
#include "service/commands/keyoutput.h"
#include "service/store/schemafiles.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr const char *jsonHelp = QT_TRANSLATE_NOOP("service", "Prints JSON.");

// A name beside it that is free; its journal goes along under the same name, as SQLite wants it.
static QString nameAside(const QString &path, Timestamp now)
{
    const QString stamp = QDateTime::fromMSecsSinceEpoch(toMilliseconds(now), QTimeZone::utc())
                              .toString(u"yyyyMMdd'T'HHmmss'Z'"_s);
    QString name = path + u".kept-"_s + stamp;
    for (int number = 2; QFileInfo::exists(name); ++number)
        name = path + u".kept-%1-%2"_s.arg(stamp).arg(number);
    return name;
}

// All of it or nothing, whatever interrupts it: the journal beside would otherwise meet the new file.
static Done moveAside(const DatabasePlace &place, const QString &aside)
{
    QList<FileExchange::Item> items;
    for (const QLatin1StringView part : {""_L1, "-wal"_L1, "-shm"_L1}) {
        const QString target = place.path() + part;
        if (QFileInfo::exists(target))
            items.append({target, {}, part == "-shm"_L1 ? QString() : aside + part});
    }
    FileExchange exchange(RestorePlaces(place.config()).journal, items);
    auto done = exchange.begin();
    if (done)
        done = exchange.exchange();
    return done ? exchange.keep() : done;
}

int initDatabase(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"database init"_s,
                         QT_TRANSLATE_NOOP("service", "Makes an empty database where there is none."));
    parser.flag(u"force"_s, QT_TRANSLATE_NOOP("service", "Moves a database that is there aside, and begins "
                                                         "anew: without keys, providers and books."));
    parser.flag(u"yes"_s, QT_TRANSLATE_NOOP("service", "Does not ask."));
    DatabasePlace::addOptions(parser);
    parser.flag(u"json"_s, jsonHelp);
    if (const auto code = parser.parse(arguments))
        return *code;
    const auto place = DatabasePlace::toChange(parser, true);
    if (!place)
        return place.error();
    QString aside;
    if (QFileInfo::exists(place->path())) {
        if (!parser.isSet(u"force"_s))
            return refuse(parser,
                          console.text(QT_TRANSLATE_NOOP("service", "There is a database at %1 already. "
                                                                    "--force moves it aside and begins "
                                                                    "anew."),
                                       {place->path()}));
        const auto agreed = isAgreed(
            parser, console.text(QT_TRANSLATE_NOOP("service", "Begin anew, without the keys and books of %1? "
                                                              "They are kept aside. Type yes: "),
                                 {place->path()}));
        if (!agreed)
            return agreed.error();
        if (!*agreed)
            return refuse(parser, console.text(QT_TRANSLATE_NOOP("service", "Nothing was changed.")));
    } else if (QFileInfo(place->path()).isSymLink()) {
        return refuse(parser, checkNotVanished(BackupPlaces(place->config())).error().message);
    }
    // Of a database that is gone, its journal may be left: a new one must not meet it.
    if (QFileInfo::exists(place->path()) || QFileInfo::exists(place->path() + "-wal"_L1)) {
        aside = nameAside(place->path(), SystemClock().now());
        const bool isOnlyJournal = !QFileInfo::exists(place->path());
        if (const Done moved = moveAside(*place, aside); !moved)
            return refuse(parser, moved.error().message);
        aside += isOnlyJournal ? u"-wal"_s : QString();
    }
    DatabaseOptions options;
    options.path = place->path();
    const auto database = Database::open(options);
    if (!database)
        return refuse(parser, database.error().message);
    if (parser.isSet(u"json"_s)) {
        console.write(toJsonText({{u"path"_s, place->path()},
                                  {u"schema"_s, (*database)->schemaVersion()},
                                  {u"kept_aside"_s, aside}}));
        return ExitGood;
    }
    console.say(place->path());
    if (!aside.isEmpty())
        console.tell(console.text(QT_TRANSLATE_NOOP("service", "What was there before is in %1."), {aside}));
    return ExitGood;
}

namespace
{

struct Migration
{
    int from = 0;
    int to = 0;
    QStringList steps; // names of the files
    QString backup;
};

}

static Result<Migration> plan(const DatabasePlace &place)
{
    Migration migration;
    const DatabaseStatus status = databaseStatus(place.path());
    if (!status.fault.isEmpty())
        return failure(ErrorCode::Storage, status.fault);
    migration.from = status.schema;
    migration.to = status.newestSchema;
    const auto files = schemaFiles(u":/schema"_s);
    for (auto file = files.upperBound(status.schema); file != files.end(); ++file)
        migration.steps.append(QFileInfo(file.value()).completeBaseName());
    return migration;
}

static Result<QString> carryOut(const DatabasePlace &place)
{
    BackupProgress progress(u"create"_s);
    const auto backup = backUpBeforeMigration(BackupPlaces(place.config()), SystemClock().now(), progress);
    if (!backup)
        return tl::unexpected(backup.error());
    DatabaseOptions options;
    options.path = place.path();
    if (const auto database = Database::open(options); !database)
        return tl::unexpected(database.error());
    return *backup ? (*backup)->id : QString();
}

int migrateDatabase(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"database migrate"_s,
                         QT_TRANSLATE_NOOP("service",
                                           "Brings the tables of an older version up to date, after a proven "
                                           "backup; a start of the service does the same."));
    parser.flag(u"dry-run"_s, QT_TRANSLATE_NOOP("service", "Shows what would change, and changes nothing."));
    DatabasePlace::addOptions(parser);
    parser.flag(u"json"_s, jsonHelp);
    if (const auto code = parser.parse(arguments))
        return *code;
    const bool dryRun = parser.isSet(u"dry-run"_s);
    const auto place = dryRun ? DatabasePlace::toRead(parser) : DatabasePlace::toChange(parser, false);
    if (!place)
        return place.error();
    if (!QFileInfo::exists(place->path()))
        return refuse(parser,
                      console.text(QT_TRANSLATE_NOOP("service", "There is no database at %1. The first "
                                                                "start of the service makes it, or "
                                                                "quota-proxy database init."),
                                   {place->path()}));
    auto migration = plan(*place);
    if (!migration)
        return refuse(parser, migration.error().message);
    const bool changes = !dryRun && !migration->steps.isEmpty();
    if (changes) {
        const auto backup = carryOut(*place);
        if (!backup)
            return refuse(parser, backup.error().message);
        migration->backup = *backup;
    }
    if (parser.isSet(u"json"_s)) {
        console.write(toJsonText({{u"path"_s, place->path()},
                                  {u"from"_s, migration->from},
                                  {u"to"_s, migration->to},
                                  {u"steps"_s, QJsonArray::fromStringList(migration->steps)},
                                  {u"backup"_s, migration->backup},
                                  {u"done"_s, changes}}));
        return ExitGood;
    }
    for (const QString &step : std::as_const(migration->steps))
        console.say(step);
    if (migration->steps.isEmpty())
        console.tell(console.text(QT_TRANSLATE_NOOP("service", "Up to date: schema %1."),
                                  {QString::number(migration->from)}));
    else if (dryRun)
        console.tell(console.text(QT_TRANSLATE_NOOP("service", "A dry run: nothing was changed.")));
    else
        console.tell(console.text(
            QT_TRANSLATE_NOOP("service", "Schema %1 became %2. What was before is in the "
                                         "backup %3."),
            {QString::number(migration->from), QString::number(migration->to), migration->backup}));
    return ExitGood;
}

}
