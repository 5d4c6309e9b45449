// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/restore.h"
#include "service/backup/sqlitefile.h"
#include "service/backup/verification.h"
#include "service/store/keystore.h"
#include "service/store/providerstore.h"
#include "service/store/usagebooks.h"

#include <QDir>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;

static const Timestamp noon = *timestampFromIso(u"2026-11-27T12:00:00Z"_s);
static const QByteArray passphrase = "correct horse battery";

// Backups of a data directory that no service uses: made, proven, refused, restored, interrupted.
class RestoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aBackupIsWhatTarOpens();
    void aBackupHoldsNoSecretInClear();
    void aBackupIsMadeOfWhatWasCommitted();
    void refusesAtOnce_data();
    void refusesAtOnce();
    void noticesBitFlips_data();
    void noticesBitFlips();
    void noticesEveryFlipNearTheEnd();
    void refusesBombs();
    void restoresAll();
    void restoresOnlyKeys();
    void restoresSettings();
    void followsLinks();
    void neverReplacesADevice_data();
    void neverReplacesADevice();
    void restoresOverDamage();
    void restoresWhereNothingIs();
    void restoresAnOlderSchema();
    void restoresWhatTarPacked();
    void dryRunChangesNothing();
    void aStoreThatCannotBeProvenIsPutBack();
    void surviveAKillAtEachStep_data();
    void surviveAKillAtEachStep();

private:
    void addKeys(int count, const QString &label);
    BackupInfo backup(const QByteArray &secret = {});
    Result<RestoreOutcome> restore(const QString &archive, RestoreScope scope = RestoreScope::All,
                                   const FileExchange::Step &step = {});
    qint64 keysWithLabel(const QString &label);
    QString path(const QString &name) const { return m_place->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_place;
    Config m_config;
    BackupProgress m_progress;
};

void RestoreTest::init()
{
    m_place = std::make_unique<QTemporaryDir>();
    m_config = Config();
    m_config.dataDirectory = m_place->path();
    m_config.databasePath = path(u"quota.db"_s);
    m_config.backupDirectory = path(u"backups"_s);
    m_config.backupMaximumSize = 64 << 20;
    m_config.given = {{u"DATA_DIR"_s, m_place->path()},
                      {u"DAILY_REQ_LIMIT"_s, u"500"_s},
                      {u"ADMIN_TOKEN"_s, u"the-admin-token-in-clear"_s, true}};
}

void RestoreTest::addKeys(int count, const QString &label)
{
    DatabaseOptions options;
    options.path = m_config.databasePath;
    const auto database = Database::open(options);
    QVERIFY(database);
    QList<Keyring::StoredKey> keys;
    for (int i = 0; i < count; ++i) {
        Keyring::StoredKey key;
        key.key.id = makeKeyId();
        key.key.label = label;
        key.key.prefix = u"sk-"_s;
        key.key.tail = u"abcd"_s;
        key.key.limits = {{LimitUnit::Requests, LimitWindow::Day, 10}};
        key.key.inheritsLimits = false;
        key.key.createdAt = key.key.updatedAt = noon;
        key.secretHash = hashSecret(makeSecret(u"sk-"_s).toLatin1());
        keys.append(key);
    }
    QVERIFY(keystore::insert(**database, keys, u"test"_s));
    std::vector<UsageRow> rows(3);
    for (UsageRow &row : rows) {
        row.requestId = "req";
        row.key = keys.first().key.id;
        row.model = u"m"_s;
        row.reservedAt = noon;
        row.promptTokens = 5;
    }
    UsageBooks books(**database, QTimeZone::utc());
    QVERIFY(books.append(rows, true));
    StoredProvider provider;
    provider.provider.id = {u"p-"_s + label};
    provider.provider.name = label;
    provider.provider.baseUrl = QUrl(u"https://example.com/v1"_s);
    provider.secret = "provider-secret-in-clear";
    const auto seal = SealKey::loadOrCreate(path(u"seal-key"_s));
    QVERIFY(seal);
    QVERIFY(providerstore::insert(**database, provider, *seal, u"test"_s));
}

BackupInfo RestoreTest::backup(const QByteArray &secret)
{
    BackupRequest request;
    request.now = noon;
    request.passphrase = secret;
    const auto made = makeBackup(BackupPlaces(m_config), request, m_progress);
    if (!made)
        QTest::qFail(qPrintable(made.error().message), __FILE__, __LINE__);
    return made.value_or(BackupInfo());
}

Result<RestoreOutcome> RestoreTest::restore(const QString &archive, RestoreScope scope,
                                            const FileExchange::Step &step)
{
    RestoreRequest request;
    request.archive = archive;
    request.scope = scope;
    request.now = noon + std::chrono::hours(1);
    request.actor = u"test"_s;
    return restoreBackup(RestorePlaces(m_config), request, offlineStore(m_config.databasePath), m_progress,
                         step);
}

qint64 RestoreTest::keysWithLabel(const QString &label)
{
    const auto file = SqliteFile::open(m_config.databasePath, true);
    return file ? (*file)->number(u"SELECT count(*) FROM keys WHERE label = ?"_s, {label}).value_or(-2) : -1;
}

static QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

static void put(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

static QByteArray sh(const QString &command, const QString &where)
{
    QProcess shell;
    shell.setWorkingDirectory(where);
    shell.start(u"sh"_s, {u"-c"_s, command});
    shell.waitForFinished();
    return shell.readAllStandardOutput() + shell.readAllStandardError();
}

// Everything below the place but backups, with its bytes.
static QMap<QString, QByteArray> stateOf(const QString &place)
{
    QMap<QString, QByteArray> state;
    QDirIterator files(place, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString file = files.next();
        if (!file.contains("/backups/"_L1) && !file.endsWith("-shm"_L1) && !file.endsWith("-wal"_L1))
            state.insert(QDir(place).relativeFilePath(file), contentOf(file));
    }
    return state;
}

void RestoreTest::aBackupIsWhatTarOpens()
{
    addKeys(2, u"one"_s);
    const BackupInfo made = backup();
    QCOMPARE(made.id, u"quota-proxy-20261127T120000Z.tar.gz"_s);
    QCOMPARE(toString(made.state), u"good"_s);
    QCOMPARE(made.rows.value(u"keys"_s), 2);
    QCOMPARE(made.rows.value(u"requests"_s), 3);
    QCOMPARE(toIso(*made.verifiedAt), toIso(noon));
    struct stat info
    {};
    QCOMPARE(::stat(qPrintable(path(u"backups/"_s + made.id)), &info), 0);
    QCOMPARE(int(info.st_mode & 0777), 0600);
    QDir().mkpath(path(u"out"_s));
    QCOMPARE(sh(u"tar -xzf ../backups/%1 && ls"_s.arg(made.id), path(u"out"_s)),
             QByteArray("config.env\nmanifest.json\nquota.db\n"));
    const auto contents = examineDatabase(path(u"out/quota.db"_s));
    QVERIFY(contents);
    QCOMPARE(contents->rows == made.rows, true);
    // Nothing half-made stays behind, and nothing in the scratch place.
    QCOMPARE(QDir(path(u"backups"_s)).entryList(QDir::Files | QDir::Hidden).size(), 2);
    QCOMPARE(QDir(path(u"scratch"_s)).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).size(), 0);
}

void RestoreTest::aBackupHoldsNoSecretInClear()
{
    addKeys(1, u"one"_s);
    const QByteArray key = contentOf(path(u"seal-key"_s));
    const BackupInfo plain = backup();
    QVERIFY(!plain.carriesSealKey);
    const BackupInfo sealed = backup(passphrase);
    QVERIFY(sealed.carriesSealKey);
    QVERIFY(sealed.encrypted);
    QVERIFY(sealed.id.endsWith(u".tar.gz.sealed"_s));
    QDir().mkpath(path(u"out"_s));
    sh(u"tar -xzf ../backups/%1"_s.arg(plain.id), path(u"out"_s));
    for (const QString &file : QDir(path(u"out"_s)).entryList(QDir::Files)) {
        const QByteArray content = contentOf(path(u"out/"_s + file));
        QVERIFY2(!content.contains("-in-clear"), qPrintable(file));
        QVERIFY2(!content.contains(key), qPrintable(file));
    }
    QVERIFY(contentOf(path(u"out/config.env"_s)).contains("DAILY_REQ_LIMIT=500\n"));
}

void RestoreTest::aBackupIsMadeOfWhatWasCommitted()
{
    addKeys(1, u"one"_s);
    // A connection that writes on meanwhile, and what it has not committed.
    BackupInfo made;
    {
        const auto writer = SqliteFile::open(m_config.databasePath, true);
        QVERIFY(writer);
        QVERIFY((*writer)->execute(u"BEGIN IMMEDIATE"_s));
        QVERIFY((*writer)->execute(u"UPDATE keys SET label = 'half'"_s));
        made = backup();
        QVERIFY((*writer)->execute(u"COMMIT"_s));
    }
    QCOMPARE(keysWithLabel(u"half"_s), 1);
    QVERIFY(restore(path(u"backups/"_s + made.id)));
    QCOMPARE(keysWithLabel(u"one"_s), 1);
}

void RestoreTest::refusesAtOnce_data()
{
    QTest::addColumn<QString>("command"); // makes bad.tar.gz out of good.tar.gz and quota.db
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const char *command, const char *words) {
        QTest::newRow(name) << QString::fromLatin1(command) << QString::fromLatin1(words);
    };
    row("nothing there", "true", "cannot be read");
    row("empty", ": > bad.tar.gz", "cut short");
    row("no archive", "head -c 5000 /dev/zero > bad.tar.gz", "not compressed with gzip");
    row("gzip of no archive", "head -c 5000 /dev/zero | tr '\\0' 'x' | gzip > bad.tar.gz",
        "no whole tar archive");
    row("leads out", "tar -czf bad.tar.gz --transform 's,^,../,' -P quota.db", "leads out of the archive");
    row("absolute", "tar -czPf bad.tar.gz \"$PWD/quota.db\"", "absolute path");
    row("symbolic link", "ln -s quota.db link; tar -czf bad.tar.gz link", "link or a device");
    row("hard link", "ln quota.db hard; tar -czf bad.tar.gz quota.db hard", "link or a device");
    row("pipe", "mkfifo pipe; tar -czf bad.tar.gz pipe", "link or a device");
    row("no database", "echo > x; tar -czf bad.tar.gz x", "no database in it");
    row("two databases", "cp quota.db a.db; cp quota.db b.db; tar -czf bad.tar.gz a.db b.db",
        "more than one database");
    row("another program's database",
        "printf 'SQLite format 3\\0' > quota2.db; head -c 4080 /dev/zero >> quota2.db; mv quota2.db x.db; "
        "tar -czf bad.tar.gz x.db",
        "x");
    row("packed anew", "tar -xzf good.tar.gz; tar -czf bad.tar.gz manifest.json quota.db config.env",
        "packed anew");
    row("cut short", "head -c 3000 good.tar.gz > bad.tar.gz", "damaged");
    row("more at the end", "cp good.tar.gz bad.tar.gz; echo more >> bad.tar.gz", "damaged");
    row("noise in the middle",
        "cp good.tar.gz bad.tar.gz; printf noise | dd of=bad.tar.gz bs=1 seek=2000 conv=notrunc 2>/dev/null",
        "damaged");
}

void RestoreTest::refusesAtOnce()
{
    QFETCH(QString, command);
    QFETCH(QString, words);
    addKeys(2, u"one"_s);
    const BackupInfo made = backup();
    QDir().mkpath(path(u"work"_s));
    QFile::copy(path(u"backups/"_s + made.id), path(u"work/good.tar.gz"_s));
    QFile::copy(path(u"quota.db"_s), path(u"work/quota.db"_s));
    sh(command, path(u"work"_s));
    const auto before = stateOf(m_place->path());
    const auto outcome = restore(path(u"work/bad.tar.gz"_s));
    QVERIFY(!outcome);
    if (words != "x"_L1)
        QVERIFY2(outcome.error().message.contains(words), qPrintable(outcome.error().message));
    QCOMPARE(stateOf(m_place->path()) == before, true);
    QCOMPARE(QDir(path(u"backups"_s)).entryList({u"*.tar.gz"_s}, QDir::Files).size(),
             1); // no safety backup either
}

void RestoreTest::noticesBitFlips_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<int>("tries");
    QTest::newRow("plain") << QByteArray() << 1000;
    QTest::newRow("encrypted") << passphrase << 20; // each derives a key
}

// What ends the compression lies in the zeros behind the last member, where a reader of tar has seen enough. Which bits
// matter there differs from one archive to the next.
void RestoreTest::noticesEveryFlipNearTheEnd()
{
    addKeys(2, u"one"_s);
    for (int archive = 0; archive < 20; ++archive) {
        const BackupInfo made = backup();
        const QByteArray good = contentOf(path(u"backups/"_s + made.id));
        for (qsizetype bit = 8 * (good.size() - 118); bit < 8 * (good.size() - 90); ++bit) {
            QByteArray bad = good;
            bad[bit / 8] = char(bad[bit / 8] ^ (1 << (bit % 8)));
            put(path(u"bad.tar.gz"_s), bad);
            const auto verified =
                verifyBackup({path(u"bad.tar.gz"_s), path(u"scratch"_s), {}, 64 << 20}, m_progress);
            QVERIFY2(!verified, qPrintable(u"bit %1 of %2"_s.arg(bit).arg(8 * bad.size())));
        }
    }
}

void RestoreTest::noticesBitFlips()
{
    QFETCH(QByteArray, secret);
    QFETCH(int, tries);
    addKeys(2, u"one"_s);
    const BackupInfo made = backup(secret);
    const QByteArray good = contentOf(path(u"backups/"_s + made.id));
    QRandomGenerator random(20261127);
    for (int i = 0; i < tries; ++i) {
        QByteArray bad = good;
        const auto place = qsizetype(random.bounded(qint64(bad.size())));
        bad[place] = char(bad[place] ^ (1 << random.bounded(8)));
        put(path(u"bad.tar.gz"_s), bad);
        const auto verified =
            verifyBackup({path(u"bad.tar.gz"_s), path(u"scratch"_s), secret, 64 << 20}, m_progress);
        QVERIFY2(!verified, qPrintable(u"byte %1 of %2"_s.arg(place).arg(bad.size())));
    }
    put(path(u"bad.tar.gz"_s), good);
    QVERIFY(verifyBackup({path(u"bad.tar.gz"_s), path(u"scratch"_s), secret, 64 << 20}, m_progress));
}

void RestoreTest::refusesBombs()
{
    // A hundred MB of zeros, as one member, as a sparse one, and as more members than there may be.
    for (const QString &command :
         {u"truncate -s 100M big.db; tar -czf bomb.tar.gz big.db"_s,
          u"truncate -s 100M big.db; tar -cSzf bomb.tar.gz big.db"_s,
          u"mkdir many; cd many; seq 1 10100 | xargs touch; cd ..; tar -czf bomb.tar.gz many"_s}) {
        QTemporaryDir work;
        sh(command, work.path());
        const auto verified =
            verifyBackup({work.filePath(u"bomb.tar.gz"_s), path(u"scratch"_s), {}, 64 << 20}, m_progress);
        QVERIFY(!verified);
        const QString text = verified.error().message;
        QVERIFY2(text.contains(u"refused"_s) || text.contains(u"than it says"_s), qPrintable(text));
    }
}

void RestoreTest::restoresAll()
{
    addKeys(3, u"one"_s);
    const BackupInfo made = backup();
    addKeys(2, u"two"_s);
    const auto outcome = restore(path(u"backups/"_s + made.id));
    QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
    QVERIFY(outcome->done);
    QCOMPARE(outcome->keys, 3);
    QCOMPARE(outcome->differences.keysRemoved, 2);
    QCOMPARE(outcome->differences.removed.first().label, u"two"_s);
    QCOMPARE(outcome->differences.keysAdded, 0);
    QCOMPARE(outcome->differences.keysChanged, 0);
    QCOMPARE(outcome->differences.currentRequests, 6);
    QCOMPARE(outcome->differences.backupRequests, 3);
    QCOMPARE(outcome->differences.currentTokens, 30);
    QCOMPARE(outcome->differences.providersCurrent, 2);
    QCOMPARE(outcome->differences.notes, QStringList());
    QCOMPARE(keysWithLabel(u"one"_s), 3);
    QCOMPARE(keysWithLabel(u"two"_s), 0);
    // What was there is in the safety backup, and nothing else stays.
    QVERIFY(outcome->safetyBackup.contains(u"-safety."_s));
    QCOMPARE(QDir(m_place->path()).entryList({u"*restor*"_s}, QDir::Files), QStringList());
    QVERIFY(restore(path(u"backups/"_s + outcome->safetyBackup)));
    QCOMPARE(keysWithLabel(u"two"_s), 2);
}

void RestoreTest::restoresOnlyKeys()
{
    addKeys(3, u"one"_s);
    const BackupInfo made = backup();
    addKeys(2, u"two"_s);
    const auto outcome = restore(path(u"backups/"_s + made.id), RestoreScope::Keys);
    QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
    QCOMPARE(outcome->keys, 3);
    QCOMPARE(keysWithLabel(u"two"_s), 0);
    const auto file = SqliteFile::open(m_config.databasePath, true);
    QCOMPARE((*file)->number(u"SELECT count(*) FROM requests"_s).value_or(-1), 6);
    QCOMPARE((*file)->number(u"SELECT count(*) FROM providers"_s).value_or(-1), 2);
    QCOMPARE((*file)->number(u"SELECT count(*) FROM key_limits"_s).value_or(-1), 3);
    QCOMPARE((*file)->number(u"SELECT count(*) FROM audit WHERE action = 'restore'"_s).value_or(-1), 1);
}

void RestoreTest::restoresSettings()
{
    addKeys(1, u"one"_s);
    const BackupInfo made = backup();
    m_config.given = {{u"DATA_DIR"_s, m_place->path()}, {u"DAILY_REQ_LIMIT"_s, u"7"_s}};
    m_config.envFile = path(u".env"_s);
    put(m_config.envFile, "DAILY_REQ_LIMIT=7\n");
    const auto outcome = restore(path(u"backups/"_s + made.id), RestoreScope::Settings);
    QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
    const QByteArray text = contentOf(m_config.envFile);
    QVERIFY(text.contains("DAILY_REQ_LIMIT=500\n"));
    QVERIFY(text.contains("ADMIN_TOKEN=the-admin-token-in-clear\n"));
    QVERIFY(!text.contains("DATA_DIR"));
    QCOMPARE(outcome->differences.settings.size(), 2);
    QCOMPARE(outcome->differences.settings.constFirst() ==
                 (RestoreDifferences::Setting{u"DAILY_REQ_LIMIT"_s, u"7"_s, u"500"_s}),
             true);
    QCOMPARE(outcome->differences.settings.constLast().backup, u"********"_s);
    QCOMPARE(contentOf(m_config.envFile + u".before-20261127T130000Z"_s), QByteArray("DAILY_REQ_LIMIT=7\n"));
}

void RestoreTest::followsLinks()
{
    addKeys(1, u"one"_s);
    const BackupInfo made = backup();
    addKeys(2, u"later"_s);
    const QString elsewhere = path(u"elsewhere"_s);
    QVERIFY(QDir().mkpath(elsewhere));
    QVERIFY(QFile::rename(m_config.databasePath, elsewhere + u"/real.db"_s));
    QVERIFY(QFile::link(u"elsewhere/real.db"_s, m_config.databasePath));
    const auto outcome = restore(path(u"backups/"_s + made.id), RestoreScope::All);
    QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
    QVERIFY(QFileInfo(m_config.databasePath).isSymLink());
    QCOMPARE(QFileInfo(m_config.databasePath).symLinkTarget(), elsewhere + u"/real.db"_s);
    const auto file = SqliteFile::open(elsewhere + u"/real.db"_s);
    QVERIFY(file);
    QCOMPARE((*file)->number(u"SELECT count(*) FROM keys"_s).value_or(-1), 1);
}

void RestoreTest::neverReplacesADevice_data()
{
    QTest::addColumn<RestoreScope>("scope");
    QTest::newRow("all") << RestoreScope::All;
    QTest::newRow("settings") << RestoreScope::Settings;
}

// A pipe stands for /dev/null, which a service is given as its env file so that it reads none.
void RestoreTest::neverReplacesADevice()
{
    QFETCH(RestoreScope, scope);
    addKeys(1, u"one"_s);
    const BackupInfo made = backup();
    m_config.given = {{u"DAILY_REQ_LIMIT"_s, u"7"_s}};
    m_config.envFile = path(u"pipe"_s);
    QCOMPARE(::mkfifo(qPrintable(m_config.envFile), 0600), 0);
    const auto outcome = restore(path(u"backups/"_s + made.id), scope);
    QCOMPARE(outcome.has_value(), scope == RestoreScope::All);
    const QString words = outcome ? outcome->differences.notes.join(u' ') : outcome.error().message;
    QVERIFY2(words.contains(u"no plain file"_s), qPrintable(words));
    struct stat info
    {};
    QCOMPARE(::stat(qPrintable(m_config.envFile), &info), 0);
    QVERIFY(S_ISFIFO(info.st_mode));
    QCOMPARE(QDir(m_place->path()).entryList({u"pipe.*"_s}, QDir::AllEntries | QDir::System), QStringList());
    FileExchange exchange(path(u"restore.journal"_s), {{m_config.envFile, path(u"x"_s), {}}});
    const Done begun = exchange.begin();
    QVERIFY(!begun && begun.error().message.contains(u"no plain file"_s));
    QVERIFY(!QFile::exists(path(u"restore.journal"_s)));
}

void RestoreTest::restoresOverDamage()
{
    addKeys(3, u"one"_s);
    const BackupInfo made = backup();
    put(m_config.databasePath, QByteArray(50'000, 'n'));
    put(m_config.databasePath + u"-wal"_s, "old journal");
    const auto outcome = restore(path(u"backups/"_s + made.id));
    QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
    QCOMPARE(keysWithLabel(u"one"_s), 3);
    QCOMPARE(outcome->safetyBackup, QString());
    QCOMPARE(contentOf(m_config.databasePath + u".damaged-20261127T130000Z"_s).size(), 50'000);
    QVERIFY(contentOf(m_config.databasePath + u"-wal"_s) != "old journal");
}

void RestoreTest::restoresWhereNothingIs()
{
    addKeys(3, u"one"_s);
    const BackupInfo plain = backup();
    const BackupInfo sealed = backup(passphrase);
    for (const QString &id : {plain.id, sealed.id}) {
        QTemporaryDir other;
        Config config = m_config;
        config.dataDirectory = other.path();
        config.databasePath = other.filePath(u"quota.db"_s);
        config.backupDirectory = other.filePath(u"backups"_s);
        RestoreRequest request;
        request.archive = path(u"backups/"_s + id);
        request.passphrase = passphrase;
        request.now = noon;
        const auto outcome =
            restoreBackup(RestorePlaces(config), request, offlineStore(config.databasePath), m_progress);
        QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
        QCOMPARE(outcome->keys, 3);
        const bool whole = id == sealed.id;
        QCOMPARE(outcome->differences.notes.join(u' ').contains(u"another seal key"_s), !whole);
        QCOMPARE(contentOf(other.filePath(u"seal-key"_s)) == contentOf(path(u"seal-key"_s)), whole);
    }
    RestoreRequest wrong;
    wrong.archive = path(u"backups/"_s + sealed.id);
    wrong.passphrase = "not that one at all";
    const auto refused =
        restoreBackup(RestorePlaces(m_config), wrong, offlineStore(m_config.databasePath), m_progress);
    QVERIFY(!refused);
    QCOMPARE(refused.error().field, u"passphrase"_s);
    wrong.passphrase.clear();
    QVERIFY(!restoreBackup(RestorePlaces(m_config), wrong, offlineStore(m_config.databasePath), m_progress));
}

void RestoreTest::restoresAnOlderSchema()
{
    // A store as the first schema made it.
    QTemporaryDir old;
    QDir().mkpath(old.filePath(u"schema/sqlite"_s));
    QFile::copy(u":/schema/sqlite/001_first.sql"_s, old.filePath(u"schema/sqlite/001_first.sql"_s));
    {
        DatabaseOptions options;
        options.path = m_config.databasePath;
        options.schema = old.filePath(u"schema"_s);
        const auto database = Database::open(options);
        QVERIFY2(database, database ? "" : qPrintable(database.error().message));
        QVERIFY((*database)->change(
            u"INSERT INTO keys VALUES ('key_old', randomblob(32), 'old', 'sk-', 'tail', 0, 1, NULL, '[]', "
            "NULL, NULL, NULL, 1, 1, 1, NULL)"_s));
    }
    const BackupInfo made = backup();
    QCOMPARE(made.schema, 1);
    QFile::remove(m_config.databasePath);
    addKeys(2, u"new"_s);
    const auto outcome = restore(path(u"backups/"_s + made.id));
    QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
    QCOMPARE(keysWithLabel(u"old"_s), 1);
    QCOMPARE(SqliteFile::open(m_config.databasePath, true).value()->schema(), Database::newestSchema());
}

void RestoreTest::restoresWhatTarPacked()
{
    // As the FAQ does it, of a service that was killed: its journal is part of the books.
    addKeys(3, u"one"_s);
    QDir().mkpath(path(u"opt/roc/quota-proxy/data/logs"_s));
    {
        const auto writer = SqliteFile::open(m_config.databasePath, true);
        QVERIFY((*writer)->execute(u"UPDATE keys SET label = 'journal'"_s));
        sh(u"cp quota.db quota.db-wal seal-key opt/roc/quota-proxy/data/; echo log > "
           u"opt/roc/quota-proxy/data/logs/app.log; "
           "echo DAILY_REQ_LIMIT=77 > opt/roc/quota-proxy/.env; "
           "tar -czf faq.tar.gz opt/roc/quota-proxy/data/ opt/roc/quota-proxy/.env"_s,
           m_place->path());
    }
    addKeys(1, u"two"_s);
    m_config.envFile = path(u".env"_s);
    const auto outcome = restore(path(u"faq.tar.gz"_s));
    QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
    QCOMPARE(keysWithLabel(u"journal"_s), 3);
    QCOMPARE(keysWithLabel(u"two"_s), 0);
    QVERIFY(contentOf(path(u".env"_s)).contains("DAILY_REQ_LIMIT=77\n"));
}

void RestoreTest::dryRunChangesNothing()
{
    addKeys(3, u"one"_s);
    const BackupInfo made = backup();
    addKeys(2, u"two"_s);
    const auto before = stateOf(m_place->path());
    RestoreRequest request;
    request.archive = path(u"backups/"_s + made.id);
    request.dryRun = true;
    request.now = noon;
    const auto outcome =
        restoreBackup(RestorePlaces(m_config), request, offlineStore(m_config.databasePath), m_progress);
    QVERIFY(outcome);
    QVERIFY(!outcome->done);
    QCOMPARE(outcome->differences.keysRemoved, 2);
    QCOMPARE(stateOf(m_place->path()) == before, true);
}

void RestoreTest::aStoreThatCannotBeProvenIsPutBack()
{
    addKeys(3, u"one"_s);
    const BackupInfo made = backup();
    addKeys(2, u"two"_s);
    const auto before = contentOf(m_config.databasePath);
    RestoreStore store = offlineStore(m_config.databasePath);
    const auto swap = store.swap;
    store.swap = [swap](const RestoreStore::Exchange &exchange, const RestoreStore::Prove &prove,
                        const RestoreStore::Exchange &undo) {
        return swap(
            exchange,
            [&prove](Database &database) -> Result<qint64> {
                // Something is wrong with the disk, say.
                (void)database.change(u"DELETE FROM keys WHERE id = (SELECT min(id) FROM keys)"_s);
                return prove(database);
            },
            undo);
    };
    RestoreRequest request;
    request.archive = path(u"backups/"_s + made.id);
    request.now = noon;
    const auto outcome = restoreBackup(RestorePlaces(m_config), request, store, m_progress);
    QVERIFY(!outcome);
    QVERIFY2(outcome.error().message.contains(u"as it was before"_s), qPrintable(outcome.error().message));
    QCOMPARE(contentOf(m_config.databasePath) == before, true);
    QVERIFY(!QFile::exists(path(u"restore.journal"_s)));
    QCOMPARE(keysWithLabel(u"two"_s), 2);
}

void RestoreTest::surviveAKillAtEachStep_data()
{
    QTest::addColumn<bool>("fails"); // the proof, so that it is undone
    QTest::newRow("a restore") << false;
    QTest::newRow("a restore that is undone") << true;
}

// Ends a process of its own at every step that changes something on disk, and every recovery from that at each of its
// steps: after the last one all files are the old ones or all the new ones.
void RestoreTest::surviveAKillAtEachStep()
{
    QFETCH(bool, fails);
    const auto dieAt = [](int step) {
        return [left = std::make_shared<int>(step)](const char *) {
            if (--*left == 0)
                ::_exit(9);
        };
    };
    const auto inChild = [](const std::function<void()> &work) {
        const pid_t child = ::fork();
        if (child == 0) {
            work();
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WEXITSTATUS(status) == 9;
    };
    bool interrupted = true;
    int states = 0;
    for (int step = 1; interrupted; ++step) {
        bool recoveryInterrupted = true;
        for (int recoveryStep = 1; recoveryInterrupted; ++recoveryStep) {
            QTemporaryDir place;
            const QString journal = place.filePath(u"restore.journal"_s);
            QList<FileExchange::Item> items{
                {place.filePath(u"a.db-wal"_s), {}, {}},
                {place.filePath(u"a.db"_s), place.filePath(u"a.db.restoring"_s), {}},
                {place.filePath(u"key"_s), place.filePath(u"key.restoring"_s), {}}};
            put(place.filePath(u"a.db"_s), "old");
            put(place.filePath(u"a.db-wal"_s), "old journal");
            put(place.filePath(u"a.db.restoring"_s), "new");
            put(place.filePath(u"key.restoring"_s), "new key"); // where there was none
            interrupted = inChild([&] {
                FileExchange exchange(journal, items, dieAt(step));
                if (!exchange.begin() || !exchange.exchange())
                    ::_exit(1);
                put(place.filePath(u"a.db-wal"_s), "new journal"); // as a store that is opened does
                if (fails ? !exchange.undo() : !exchange.keep())
                    ::_exit(1);
            });
            recoveryInterrupted = inChild([&] {
                if (!FileExchange::recover(journal, dieAt(recoveryStep)))
                    ::_exit(1);
            });
            QVERIFY(FileExchange::recover(journal));
            const QByteArray database = contentOf(place.filePath(u"a.db"_s));
            const QByteArray wal = contentOf(place.filePath(u"a.db-wal"_s));
            const QByteArray key = contentOf(place.filePath(u"key"_s));
            const bool isOld = database == "old" && wal == "old journal" && key.isEmpty();
            const bool isNew = database == "new" && wal == "new journal" && key == "new key";
            QVERIFY2(isOld || (isNew && !fails),
                     qPrintable(u"step %1, recovery %2: %3, %4, %5"_s.arg(step)
                                    .arg(recoveryStep)
                                    .arg(QString::fromLatin1(database), QString::fromLatin1(wal),
                                         QString::fromLatin1(key))));
            QVERIFY(!QFile::exists(journal));
            QCOMPARE(QDir(place.path()).entryList({u"*.before-restore"_s}, QDir::Files), QStringList());
            states |= isOld ? 1 : 2;
        }
    }
    QCOMPARE(states, fails ? 1 : 3);
}

QTEST_GUILESS_MAIN(RestoreTest)
#include "tst_restore.moc"
