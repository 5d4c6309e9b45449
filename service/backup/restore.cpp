// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/restore.h"

#include "service/backup/comparison.h"
#include "service/backup/keyexchange.h"
#include "service/backup/sqlitefile.h"
#include "service/backup/verification.h"
#include "service/store/auditstore.h"
#include "service/store/keystore.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>
#include <QTimeZone>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class Restore
{
public:
    Restore(const RestorePlaces &places, const RestoreRequest &request, const RestoreStore &store,
            BackupProgress &progress, const FileExchange::Step &step)
        : m_places(places)
        , m_request(request)
        , m_store(store)
        , m_progress(progress)
        , m_step(step)
    {}

    Result<RestoreOutcome> run();

private:
    Done verify();
    Done bringUpToDate();
    Done compare();
    void noteSecrets();
    Done keepWhatIsThere();
    Done stage();
    Done stageDatabase();
    Result<qint64> apply();
    Result<qint64> prove(Database &database) const;
    bool takesDatabase() const { return m_request.scope == RestoreScope::All; }
    bool takesSettings() const
    {
        const bool wanted =
            m_request.scope == RestoreScope::Settings || (takesDatabase() && m_places.hasEnvFile);
        return wanted && m_places.envFileIsPlain() && !m_outcome.differences.settings.isEmpty();
    }
    QString stamp() const;

    const RestorePlaces &m_places;
    const RestoreRequest &m_request;
    const RestoreStore &m_store;
    BackupProgress &m_progress;
    const FileExchange::Step &m_step;
    VerifiedBackup m_backup;
    std::optional<SealKey> m_key; // that will be in force
    bool m_takesSealKey = false;
    bool m_currentIsReadable = false;
    qint64 m_expectedKeys = 0;
    QList<GivenSetting> m_settings;
    QList<FileExchange::Item> m_items;
    RestoreOutcome m_outcome;
};

}

QString Restore::stamp() const
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(m_request.now), QTimeZone::utc())
        .toString(u"yyyyMMdd'T'HHmmss'Z'"_s);
}

Done Restore::verify()
{
    auto verified = verifyBackup(
        {m_request.archive, m_places.scratch, m_request.passphrase, m_places.maximumBytes}, m_progress);
    if (!verified)
        return tl::unexpected(verified.error());
    m_backup = std::move(*verified);
    if (m_request.scope != RestoreScope::Settings)
        return {};
    if (!m_places.envFileIsPlain())
        return failure(
            ErrorCode::Storage,
            u"%1 is no plain file, so that no settings can be written to it. Give another env file with "
            "--env-file."_s.arg(m_places.envFile));
    if (!m_backup.unpacked.settings.isEmpty())
        return {};
    return failure(ErrorCode::NotFound, u"The backup holds no settings."_s);
}

// In the scratch place: what is there now is not touched by a schema that grows.
Done Restore::bringUpToDate()
{
    m_progress.begin("migrate");
    DatabaseOptions options;
    options.path = m_backup.unpacked.database;
    const auto database = Database::open(options);
    if (!database)
        return tl::unexpected(database.error());
    if (!takesDatabase())
        return {};
    return auditstore::append(**database, m_request.now, m_request.actor, u"restore"_s,
                              QFileInfo(m_request.archive).fileName(), toString(m_request.scope));
}

static QList<GivenSetting> withoutPlaces(QList<GivenSetting> settings)
{
    // Where the restored data lie is decided by who restores.
    settings.removeIf([](const GivenSetting &setting) {
        return setting.name == "DATA_DIR"_L1 || setting.name == "DATABASE_URL"_L1;
    });
    return settings;
}

Done Restore::compare()
{
    m_progress.begin("compare");
    RestoreDifferences &differences = m_outcome.differences;
    const bool exists = QFileInfo::exists(m_places.database);
    m_currentIsReadable = exists && SqliteFile::open(m_places.database).has_value();
    m_expectedKeys = m_backup.contents.rows.value(u"keys"_s);
    if (Done compared =
            compareDatabases(exists ? m_places.database : QString(), m_backup.unpacked.database, differences);
        !compared)
        return compared;
    QString keyPath = m_backup.unpacked.sealKey;
    m_takesSealKey = takesDatabase() && !keyPath.isEmpty();
    if (keyPath.isEmpty())
        keyPath = m_places.sealKey;
    if (QFileInfo::exists(keyPath)) {
        auto key = SealKey::loadOrCreate(keyPath);
        if (!key)
            return tl::unexpected(key.error());
        m_key = std::move(*key);
    }
    noteSecrets();
    if (m_backup.unpacked.settings.isEmpty() || m_request.scope == RestoreScope::Keys)
        return {};
    QFile file(m_backup.unpacked.settings);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage, u"%1 cannot be read."_s.arg(file.fileName()));
    constexpr qint64 largest = 1024 * 1024;
    const ArchivedSettings archived = settingsFromText(file.read(largest), m_key);
    m_settings = withoutPlaces(archived.settings);
    compareSettings(withoutPlaces(m_places.settings), m_settings, differences);
    for (const QString &name : archived.unreadable) {
        differences.settings.removeIf([&name](const auto &setting) { return setting.name == name; });
        differences.notes.append(
            u"%1 was sealed with another seal key and cannot be read here; set it again."_s.arg(name));
    }
    if (takesSettings()) {
        differences.notes.append(u"Settings are written to %1 and count from the next start%2."_s.arg(
            m_places.envFile, m_places.hasEnvFile ? QString() : u" with --env-file "_s + m_places.envFile));
    } else if (!m_places.envFileIsPlain() && !differences.settings.isEmpty()) {
        differences.notes.append(
            u"Settings stay as they are, as the env file %1 is no plain file."_s.arg(m_places.envFile));
    } else if (!differences.settings.isEmpty()) {
        differences.notes.append(
            u"Settings stay as they are, as no env file is in use; backup restore --only settings "
            "writes those of the backup to %1."_s.arg(m_places.envFile));
    }
    return {};
}

void Restore::noteSecrets()
{
    const auto file = SqliteFile::open(m_backup.unpacked.database);
    const auto sealed =
        file ? (*file)->rows(u"SELECT sealed_secret FROM providers WHERE sealed_secret IS NOT NULL"_s)
             : Result<QList<QVariantList>>(tl::unexpected(file.error()));
    if (!sealed || !takesDatabase())
        return;
    qsizetype unreadable = 0;
    for (const QVariantList &row : *sealed) {
        if (!m_key || !m_key->open(row.value(0).toByteArray()))
            ++unreadable;
    }
    if (unreadable > 0)
        m_outcome.differences.notes.append(u"The secrets of %1 providers were sealed with another seal key "
                                           u"and cannot be read here; enter them "
                                           "again after the restore."_s.arg(unreadable));
}

Done Restore::keepWhatIsThere()
{
    if (!m_currentIsReadable || m_request.scope == RestoreScope::Settings)
        return {};
    m_progress.begin("safety");
    BackupRequest safety;
    safety.kind = BackupKind::Safety;
    safety.now = m_request.now;
    safety.copy = m_store.copy;
    const auto made = makeBackup(m_places, safety, m_progress);
    if (made) {
        m_outcome.safetyBackup = made->id;
        return {};
    }
    // A damaged database stays as a file instead.
    if (examineDatabase(m_places.database)) {
        Error error = made.error();
        error.message =
            u"No safety backup of what is there could be made, so nothing was changed: "_s + error.message;
        return tl::unexpected(error);
    }
    m_currentIsReadable = false;
    return {};
}

// A restore by root must not lock the service's user out.
static void giveTo(const QString &path, const QString &likeThis)
{
    struct stat owner
    {};
    if (::geteuid() == 0 && ::stat(QFile::encodeName(likeThis).constData(), &owner) == 0)
        (void)!::chown(QFile::encodeName(path).constData(), owner.st_uid, owner.st_gid);
}

static Done moveBeside(const QString &from, const QString &target, const QString &staged)
{
    QFile::remove(staged);
    QFile file(from);
    if (!file.rename(staged)) {
        return failure(
            ErrorCode::Storage,
            u"%1 cannot be written: %2. Free some space there, and give this user write permission "
            "on the directory."_s.arg(staged, file.errorString()));
    }
    QFile::setPermissions(staged, QFile::ReadOwner | QFile::WriteOwner);
    giveTo(staged, QFileInfo::exists(target) ? target : QFileInfo(target).path());
    return {};
}

Done Restore::stageDatabase()
{
    const QString staged = m_places.database + u".restoring"_s;
    if (Done moved = moveBeside(m_backup.unpacked.database, m_places.database, staged); !moved)
        return moved;
    // The journal of a database that was not closed belongs to it, and goes with it.
    m_items.append({m_places.database + u"-wal"_s, {}, {}});
    m_items.append({m_places.database + u"-shm"_s, {}, {}});
    m_items.append({m_places.database, staged, {}});
    if (!m_currentIsReadable && QFileInfo::exists(m_places.database)) {
        const QString kept = m_places.database + u".damaged-"_s + stamp();
        m_items[0].keptAs = kept + u"-wal"_s;
        m_items[2].keptAs = kept;
        m_outcome.differences.notes.append(u"What was there is damaged and stays as %1."_s.arg(kept));
    }
    return {};
}

Done Restore::stage()
{
    if (takesDatabase()) {
        if (Done staged = stageDatabase(); !staged)
            return staged;
    }
    if (m_takesSealKey) {
        const QString staged = m_places.sealKey + u".restoring"_s;
        if (Done moved = moveBeside(m_backup.unpacked.sealKey, m_places.sealKey, staged); !moved)
            return moved;
        m_items.append({m_places.sealKey, staged, {}});
    }
    if (takesSettings()) {
        const QString staged = m_places.envFile + u".restoring"_s;
        const QByteArray text = plainSettingsText(m_settings);
        QFile::remove(staged);
        QFile file(staged);
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner) ||
            file.write(text) != text.size() || !file.flush())
            return failure(
                ErrorCode::Storage,
                u"The settings cannot be written to %1: %2. Give this user write permission there, or "
                "restore with --only keys."_s.arg(m_places.envFile, file.errorString()));
        giveTo(staged,
               QFileInfo::exists(m_places.envFile) ? m_places.envFile : QFileInfo(m_places.envFile).path());
        m_items.append(
            {m_places.envFile, staged,
             QFileInfo::exists(m_places.envFile) ? m_places.envFile + u".before-"_s + stamp() : QString()});
    }
    return {};
}

Result<qint64> Restore::prove(Database &database) const
{
    const auto keys = keystore::loadAll(database);
    if (!keys)
        return tl::unexpected(keys.error());
    const auto instance = database.meta(u"instance"_s);
    if (!instance)
        return tl::unexpected(instance.error());
    if (keys->size() != m_expectedKeys || *instance != m_backup.contents.instance) {
        return failure(ErrorCode::Storage,
                       u"After the exchange the store has %1 keys instead of %2."_s.arg(
                           QString::number(keys->size()), QString::number(m_expectedKeys)));
    }
    return qint64(keys->size());
}

Result<qint64> Restore::apply()
{
    m_progress.begin("swap");
    FileExchange exchange(m_places.journal, m_items, m_step);
    if (!takesDatabase()) {
        Done done = exchange.begin();
        if (done)
            done = exchange.exchange();
        if (done)
            done = exchange.keep();
        else if (const Done undone = exchange.undo(); !undone)
            return tl::unexpected(undone.error());
        return done ? Result<qint64>(0) : tl::unexpected(done.error());
    }
    return m_store.swap(
        [&exchange]() -> Done {
            if (Done begun = exchange.begin(); !begun)
                return begun;
            return exchange.exchange();
        },
        [this, &exchange](Database &database) {
            const auto keys = prove(database);
            const Done kept = keys ? exchange.keep() : Done();
            return kept ? keys : Result<qint64>(tl::unexpected(kept.error()));
        },
        [&exchange] { return exchange.undo(); });
}

Result<RestoreOutcome> Restore::run()
{
    m_outcome.scope = m_request.scope;
    for (const auto part : {&Restore::verify, &Restore::bringUpToDate, &Restore::compare}) {
        if (const Done done = (this->*part)(); !done)
            return tl::unexpected(done.error());
        if (const Done go = m_progress.checkCancelled(); !go)
            return tl::unexpected(go.error());
    }
    if (m_request.dryRun) {
        m_outcome.keys = m_expectedKeys;
        return m_outcome;
    }
    const auto removeStaged = qScopeGuard([this] {
        for (const QString &target : {m_places.database, m_places.sealKey, m_places.envFile})
            QFile::remove(target + u".restoring"_s); // gone already when it took its place
    });
    for (const auto part : {&Restore::keepWhatIsThere, &Restore::stage}) {
        if (const Done done = (this->*part)(); !done)
            return tl::unexpected(done.error());
        if (const Done go = m_progress.checkCancelled(); !go)
            return tl::unexpected(go.error());
    }
    if (const Done go = m_progress.beginChange(); !go)
        return tl::unexpected(go.error());
    const auto keys = m_request.scope == RestoreScope::Keys ? m_store.change([this](Database &database) {
        return takeKeys(database, m_backup.unpacked.database, QFileInfo(m_request.archive).fileName(),
                        m_request.actor, m_request.now);
    })
                                                            : apply();
    if (!keys)
        return tl::unexpected(keys.error());
    m_outcome.keys = *keys;
    m_outcome.done = true;
    return m_outcome;
}

Result<RestoreOutcome> restoreBackup(const RestorePlaces &places, const RestoreRequest &request,
                                     const RestoreStore &store, BackupProgress &progress,
                                     const FileExchange::Step &step)
{
    return Restore(places, request, store, progress, step).run();
}

}
