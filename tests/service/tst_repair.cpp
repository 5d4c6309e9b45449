// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/repairer.h"
#include "service/backup/sqlitefile.h"
#include "service/store/keystore.h"
#include "service/store/usagebooks.h"

#include <QDir>
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
static constexpr int keyCount = 60;
static constexpr int requestCount = 1500;

using Rows = QMap<QString, QSet<QString>>; // of each table, as text

// Damage at random places of a database, and what a repair saves of it. Set QUOTA_DAMAGES for more places, QUOTA_SEED
// to see one again.
class RepairTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void savesAllAroundLostPages();
    void savesAllButFlippedBits();
    void knowsAStoreByItsTables();
    void readsWhatOnlyTheJournalHolds();
    void makesUpForLostSums();
    void disablesKeysWhoseLimitsAreLost();
    void keepsKeysOfALostTemplate();
    void takesWordsOutOfTheIndex();
    void savesAnOlderSchema_data();
    void savesAnOlderSchema();
    void refusesWithoutAChange_data();
    void refusesWithoutAChange();
    void followsALink();
    void surviveAKillAtEachStep();

private:
    QString path(const QString &name) const { return m_place->filePath(name); }
    Result<PreparedRepair> prepare() { return prepareRepair(RestorePlaces(m_config), u"test"_s, noon); }
    Result<PreparedRepair> repair();
    QByteArray content() const;
    void put(const QByteArray &bytes) const;
    static Rows rowsOf(const QString &file);
    qint64 rootOf(const QString &table) const;

    QTemporaryDir m_origin;
    QByteArray m_sound; // the bytes of a sound database
    Rows m_rows;
    std::unique_ptr<QTemporaryDir> m_place;
    Config m_config;
};

static KeyId idOf(int number)
{
    return {u"key_"_s + QString::number(number).rightJustified(6, u'0')};
}

static Keyring::StoredKey keyNumber(int number)
{
    Keyring::StoredKey key;
    key.key.id = idOf(number);
    key.key.label = u"label of %1"_s.arg(number);
    key.key.prefix = u"sk-"_s;
    key.key.tail = u"abcd"_s;
    key.key.limits = {{LimitUnit::Requests, LimitWindow::Day, 10 + number},
                      {LimitUnit::Tokens, LimitWindow::Total, 1000}};
    key.key.inheritsLimits = false;
    key.key.createdAt = key.key.updatedAt = noon;
    key.secretHash = hashSecret(QByteArray::number(number));
    return key;
}

void RepairTest::initTestCase()
{
    DatabaseOptions options;
    options.path = m_origin.filePath(u"quota.db"_s);
    {
        const auto database = Database::open(options);
        QVERIFY(database);
        QList<Keyring::StoredKey> keys;
        for (int number = 0; number < keyCount; ++number)
            keys.append(keyNumber(number));
        QVERIFY(keystore::insert(**database, keys, u"test"_s));
        UsageBooks books(**database, QTimeZone::utc());
        QVERIFY(books.open());
        std::vector<UsageRow> rows(requestCount);
        for (int number = 0; number < requestCount; ++number) {
            UsageRow &row = rows[size_t(number)];
            row.requestId = "req_" + QByteArray::number(number);
            row.key = idOf(number % keyCount);
            row.model = u"model-%1"_s.arg(number % 7);
            row.provider = {u"provider"_s};
            row.reservedAt = noon - std::chrono::minutes(requestCount - number);
            row.status = 200;
            row.promptTokens = 100 + number;
            row.completionTokens = 50;
            row.measure = Measure::Measured;
        }
        QVERIFY(books.append(rows, true));
        QVERIFY((*database)->change(u"PRAGMA wal_checkpoint(TRUNCATE)"_s));
    }
    QFile file(options.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_sound = file.readAll();
    m_rows = rowsOf(options.path);
    QCOMPARE(m_rows.value(u"requests"_s).size(), requestCount);
}

void RepairTest::init()
{
    m_place = std::make_unique<QTemporaryDir>();
    m_config = Config();
    m_config.dataDirectory = m_place->path();
    m_config.databasePath = path(u"quota.db"_s);
    m_config.backupDirectory = path(u"backups"_s);
    m_config.backupMaximumSize = 64 << 20;
}

QByteArray RepairTest::content() const
{
    QFile file(m_config.databasePath);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void RepairTest::put(const QByteArray &bytes) const
{
    for (const QLatin1StringView part : {""_L1, "-wal"_L1, "-shm"_L1})
        QFile::remove(m_config.databasePath + part);
    QFile file(m_config.databasePath);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

Rows RepairTest::rowsOf(const QString &file)
{
    Rows all;
    const auto database = SqliteFile::open(file);
    if (!database)
        return all;
    const auto tables =
        (*database)->rows(u"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                          "'sqlite\\_%' ESCAPE '\\'"_s);
    for (const QVariantList &table : *tables) {
        const QString name = table.value(0).toString();
        const auto rows = (*database)->rows(u"SELECT * FROM \"%1\""_s.arg(name));
        for (const QVariantList &row : rows.value_or(QList<QVariantList>())) {
            QStringList words;
            for (const QVariant &value : row)
                words.append(value.typeId() == QMetaType::QByteArray
                                 ? QString::fromLatin1(value.toByteArray().toHex())
                                 : value.toString());
            all[name].insert(words.join(u'|'));
        }
    }
    return all;
}

qint64 RepairTest::rootOf(const QString &table) const
{
    const auto file = SqliteFile::open(m_origin.filePath(u"quota.db"_s));
    return file ? (*file)->number(u"SELECT rootpage FROM sqlite_master WHERE name = ?"_s, {table}).value_or(0)
                : 0;
}

Result<PreparedRepair> RepairTest::repair()
{
    auto prepared = prepare();
    if (!prepared || !prepared->isNeeded)
        return prepared;
    const auto kept = carryOutRepair(RestorePlaces(m_config), *prepared, noon);
    if (!kept)
        return tl::unexpected(kept.error());
    return prepared;
}

static quint32 seedOf()
{
    const quint32 seed = qEnvironmentVariableIsSet("QUOTA_SEED")
                             ? quint32(qEnvironmentVariableIntValue("QUOTA_SEED"))
                             : QRandomGenerator::global()->generate() & 0x7fffffff;
    qInfo("QUOTA_SEED=%u", seed);
    return seed;
}

static int damages()
{
    return qEnvironmentVariableIsSet("QUOTA_DAMAGES") ? qEnvironmentVariableIntValue("QUOTA_DAMAGES") : 3;
}

static int pageSize()
{
    return 4096;
}

// Whole pages of noise or of zeros: what is saved was there, and no more is lost than stood on them.
void RepairTest::savesAllAroundLostPages()
{
    QRandomGenerator random(seedOf());
    const int pages = int(m_sound.size() / pageSize());
    for (int round = 0; round < damages(); ++round) {
        QByteArray bytes = m_sound;
        const int page = random.bounded(pages);
        const bool zeros = random.bounded(2) == 0;
        for (int at = 0; at < pageSize(); ++at)
            bytes[page * pageSize() + at] = zeros ? '\0' : char(random.bounded(256));
        put(bytes);
        const QByteArray where =
            "round " + QByteArray::number(round) + ", page " + QByteArray::number(page + 1);
        const auto repaired = repair();
        QVERIFY2(repaired,
                 repaired ? "" : qPrintable(QString::fromLatin1(where) + u": "_s + repaired.error().message));
        QVERIFY2(repaired->isNeeded, where.constData());
        const Rows rows = rowsOf(m_config.databasePath);
        const int header = page == 0 ? 100 : 0;
        const auto cells =
            qsizetype(numberAt(QByteArrayView(m_sound).sliced(page * pageSize(), pageSize()), header + 3, 2));
        qsizetype lost = 0;
        for (auto table = m_rows.begin(); table != m_rows.end(); ++table) {
            const QSet<QString> missing = table.value() - rows.value(table.key());
            const QSet<QString> added = rows.value(table.key()) - table.value();
            lost += table.key() == "keys"_L1 || table.key() == "books"_L1 || table.key() == "meta"_L1
                        ? 0
                        : missing.size();
            // Its own entry in the audit log; keys that had to be disabled; marks; words that are gone.
            for (const QString &row : added)
                QVERIFY2(table.key() == "audit"_L1 || table.key() == "keys"_L1 || table.key() == "books"_L1 ||
                             table.key() == "meta"_L1 ||
                             (table.key() == "names"_L1 && row.contains("lost-"_L1)),
                         qPrintable(QString::fromLatin1(where) + u": "_s + table.key() + u' ' + row));
        }
        // What stood on it, and what belonged to that: limits of a key, those of the templates of a fresh store.
        constexpr qsizetype limitsOfTemplates = 5;
        QVERIFY2(lost <= std::max<qsizetype>(cells, 1) * 3 + limitsOfTemplates,
                 (where + ", lost " + QByteArray::number(lost)).constData());
        const DatabaseReport report = checkDatabase(m_config.databasePath, true);
        for (const DatabaseFinding &finding : report.findings)
            QVERIFY2(finding.subject == DatabaseFinding::Subject::Books, qPrintable(finding.text));
    }
}

void RepairTest::savesAllButFlippedBits()
{
    QRandomGenerator random(seedOf());
    int unseen = 0;
    for (int round = 0; round < damages() * 2; ++round) {
        QByteArray bytes = m_sound;
        const int at = random.bounded(int(bytes.size()));
        bytes[at] = char(bytes[at] ^ (1 << random.bounded(8)));
        put(bytes);
        const QByteArray where = "round " + QByteArray::number(round) + ", byte " + QByteArray::number(at);
        const auto repaired = repair();
        QVERIFY2(repaired,
                 repaired ? "" : qPrintable(QString::fromLatin1(where) + u": "_s + repaired.error().message));
        const Rows rows = rowsOf(m_config.databasePath);
        qsizetype lost = 0;
        for (auto table = m_rows.begin(); table != m_rows.end(); ++table)
            lost += (table.value() - rows.value(table.key())).size();
        if (!repaired->isNeeded) {
            // A bit of a value, or of no use: the rows are as many.
            unseen += lost > 0 && repaired->found.findings.isEmpty() ? 1 : 0;
            QVERIFY2(lost <= 1, where.constData());
            continue;
        }
        // The row itself, its limits, the mark of the books.
        QVERIFY2(lost <= 5, (where + ", lost " + QByteArray::number(lost)).constData());
    }
    qInfo("%d bits of a value that nothing else knows", unseen);
}

void RepairTest::knowsAStoreByItsTables()
{
    QByteArray bytes = m_sound;
    bytes.replace(0, 100, QByteArray(100, '\xff'));
    put(bytes);
    const auto repaired = repair();
    QVERIFY2(repaired, repaired ? "" : qPrintable(repaired.error().message));
    constexpr int lastWithOtherTables =
        7; // later ones change rows only, and do no harm to those of their own
    QCOMPARE(repaired->schema, lastWithOtherTables);
    QVERIFY(repaired->remarks.isEmpty());
    QVERIFY(Database::open({.path = m_config.databasePath}));
    Rows rows = rowsOf(m_config.databasePath);
    QCOMPARE(rows.value(u"audit"_s).size(), m_rows.value(u"audit"_s).size() + 1);
    rows[u"audit"_s] = m_rows.value(u"audit"_s);
    QVERIFY(rows == m_rows);
}

void RepairTest::readsWhatOnlyTheJournalHolds()
{
    put(m_sound);
    QByteArray journal;
    {
        const auto writer = SqliteFile::open(m_config.databasePath, true);
        QVERIFY(writer);
        QVERIFY((*writer)->execute(u"PRAGMA wal_autocheckpoint = 0"_s));
        QVERIFY(
            (*writer)->execute(u"UPDATE keys SET label = 'only in the journal' WHERE id = 'key_000007'"_s));
        QFile file(m_config.databasePath + u"-wal"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        journal = file.readAll();
    }
    QVERIFY(journal.size() > pageSize());
    QByteArray bytes = m_sound;
    bytes.replace((rootOf(u"sqlite_autoindex_keys_2"_s) - 1) * pageSize(), 64, QByteArray(64, '\xee'));
    put(bytes);
    QFile file(m_config.databasePath + u"-wal"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(journal);
    file.close();
    const auto repaired = repair();
    QVERIFY2(repaired, repaired ? "" : qPrintable(repaired.error().message));
    QVERIFY(repaired->isNeeded);
    const auto database = SqliteFile::open(m_config.databasePath);
    QVERIFY(database);
    QCOMPARE((*database)->text(u"SELECT label FROM keys WHERE id = 'key_000007'"_s).value_or(QString()),
             u"only in the journal"_s);
    QCOMPARE((*database)->number(u"SELECT count(*) FROM keys"_s).value_or(0), keyCount);
}

void RepairTest::makesUpForLostSums()
{
    // The root of the sums, and of the counters: all that was above their rows.
    QByteArray bytes = m_sound;
    for (const QString &table : {u"rollups"_s, u"counters"_s})
        bytes.replace((rootOf(table) - 1) * pageSize(), pageSize(), QByteArray(pageSize(), '\0'));
    put(bytes);
    const auto repaired = repair();
    QVERIFY2(repaired, repaired ? "" : qPrintable(repaired.error().message));
    QVERIFY2(repaired->left.isEmpty(),
             repaired->left.isEmpty() ? "" : qPrintable(repaired->left.first().text));
    const Rows rows = rowsOf(m_config.databasePath);
    QVERIFY(rows.value(u"rollups"_s) == m_rows.value(u"rollups"_s));
    QVERIFY(checkDatabase(m_config.databasePath, true).findings.isEmpty());
}

void RepairTest::disablesKeysWhoseLimitsAreLost()
{
    QByteArray bytes = m_sound;
    bytes.replace((rootOf(u"key_limits"_s) - 1) * pageSize(), pageSize(), QByteArray(pageSize(), '\x55'));
    put(bytes);
    const auto repaired = repair();
    QVERIFY2(repaired, repaired ? "" : qPrintable(repaired.error().message));
    const auto database = SqliteFile::open(m_config.databasePath);
    QVERIFY(database);
    // None may be without its limits, and at work.
    QCOMPARE(
        (*database)
            ->number(
                u"SELECT count(*) FROM keys WHERE disabled = 0 AND inherits_limits = 0 AND (SELECT count(*) "
                "FROM key_limits WHERE key_id = keys.id) < 2"_s)
            .value_or(-1),
        0);
    QCOMPARE((*database)->number(u"SELECT count(*) FROM keys"_s).value_or(0), keyCount);
}

void RepairTest::keepsKeysOfALostTemplate()
{
    put(m_sound);
    {
        const auto file = SqliteFile::open(m_config.databasePath, true);
        QVERIFY(file);
        QVERIFY((*file)->execute(
            u"UPDATE keys SET template = 'trial', inherits_limits = 1 WHERE id = 'key_000001'"_s));
    }
    QByteArray bytes = content();
    bytes.replace((rootOf(u"templates"_s) - 1) * pageSize(), pageSize(), QByteArray(pageSize(), '\x55'));
    put(bytes);
    const auto repaired = repair();
    QVERIFY2(repaired, repaired ? "" : qPrintable(repaired.error().message));
    const auto database = SqliteFile::open(m_config.databasePath);
    QVERIFY(database);
    QCOMPARE((*database)->number(u"SELECT count(*) FROM keys"_s).value_or(0), keyCount);
    QCOMPARE((*database)
                 ->number(u"SELECT disabled FROM keys WHERE id = 'key_000001' AND template IS NULL"_s)
                 .value_or(0),
             1);
    QVERIFY(std::any_of(repaired->remarks.begin(), repaired->remarks.end(), [](const RepairRemark &remark) {
        return remark.table == "templates"_L1 && remark.arguments.contains(u"key_000001"_s);
    }));
}

void RepairTest::takesWordsOutOfTheIndex()
{
    QByteArray bytes = m_sound;
    bytes.replace((rootOf(u"names"_s) - 1) * pageSize(), pageSize(), QByteArray(pageSize(), '\x55'));
    put(bytes);
    const auto repaired = repair();
    QVERIFY2(repaired, repaired ? "" : qPrintable(repaired.error().message));
    QVERIFY(rowsOf(m_config.databasePath).value(u"names"_s) == m_rows.value(u"names"_s));
}

void RepairTest::savesAnOlderSchema_data()
{
    QTest::addColumn<int>("schema");
    for (const int schema : {1, 2, 3, 5, 6, 7})
        QTest::addRow("%d", schema) << schema;
}

void RepairTest::savesAnOlderSchema()
{
    QFETCH(int, schema);
    {
        DatabaseOptions options;
        options.path = m_config.databasePath;
        options.upTo = schema;
        const auto database = Database::open(options);
        QVERIFY(database);
        QCOMPARE((*database)->schemaVersion(), schema);
        QVERIFY((*database)->change(
            u"INSERT INTO keys (id, secret_hash, label, prefix, tail, disabled, inherits_limits, models, "
            u"created_at, "
            "updated_at, version) VALUES ('key_old', x'01', 'old', 'sk-', 'abcd', 0, 1, '[]', 1, 1, 1)"_s));
        QVERIFY((*database)->change(u"PRAGMA wal_checkpoint(TRUNCATE)"_s));
    }
    QByteArray bytes = content();
    const auto root = [this] {
        const auto file = SqliteFile::open(m_config.databasePath);
        return (*file)
            ->number(u"SELECT rootpage FROM sqlite_master WHERE name = 'audit_by_time'"_s)
            .value_or(0);
    }();
    bytes.replace((root - 1) * pageSize(), pageSize(), QByteArray(pageSize(), '\x55'));
    put(bytes);
    const auto repaired = repair();
    QVERIFY2(repaired, repaired ? "" : qPrintable(repaired.error().message));
    QCOMPARE(repaired->schema, schema);
    const auto file = SqliteFile::open(m_config.databasePath);
    QVERIFY(file);
    QCOMPARE((*file)->schema(), schema);
    QCOMPARE((*file)->number(u"SELECT count(*) FROM keys"_s).value_or(0), 1);
}

void RepairTest::refusesWithoutAChange_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QByteArray noise(20 * pageSize(), '\0');
    QRandomGenerator random(7);
    for (char &byte : noise)
        byte = char(random.bounded(256));
    QTest::newRow("noise") << noise << u"backup restore"_s;
    QTest::newRow("zeros") << QByteArray(20 * pageSize(), '\0') << u"backup restore"_s;
    QTest::newRow("empty") << QByteArray() << u"backup restore"_s;
    QTest::newRow("a text") << QByteArray("these are no tables\n") << u"backup restore"_s;
    QByteArray newer = m_sound;
    newer.replace(60, 4, QByteArray("\0\0\x27\x0f", 4));
    QTest::newRow("a newer program's") << newer << u"newer version"_s;
}

void RepairTest::refusesWithoutAChange()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    put(bytes);
    const auto repaired = repair();
    QVERIFY(!repaired);
    QVERIFY2(repaired.error().message.contains(says), qPrintable(repaired.error().message));
    QCOMPARE(content(), bytes);
    QCOMPARE(QDir(m_place->path()).entryList({u"*.damaged*"_s, u"*.repairing*"_s, u"scratch"_s}),
             QStringList());
}

void RepairTest::followsALink()
{
    QDir().mkpath(path(u"elsewhere"_s));
    const QString real = path(u"elsewhere/real.db"_s);
    QByteArray bytes = m_sound;
    bytes.replace((rootOf(u"names"_s) - 1) * pageSize(), pageSize(), QByteArray(pageSize(), '\x55'));
    put(bytes);
    QVERIFY(QFile::rename(m_config.databasePath, real));
    QVERIFY(QFile::link(u"elsewhere/real.db"_s, m_config.databasePath));
    const auto repaired = repair();
    QVERIFY2(repaired, repaired ? "" : qPrintable(repaired.error().message));
    QVERIFY(QFileInfo(m_config.databasePath).isSymLink());
    QVERIFY(checkDatabase(real, true).findings.isEmpty());
    struct stat info
    {};
    QCOMPARE(::stat(qPrintable(real), &info), 0);
    QCOMPARE(int(info.st_mode & 0777), 0600);
    const QStringList kept = QDir(path(u"elsewhere"_s)).entryList({u"real.db.damaged-20261127T120000Z"_s});
    QCOMPARE(kept.size(), 1);
    QCOMPARE(::stat(qPrintable(path(u"elsewhere/"_s + kept.first())), &info), 0);
    QCOMPARE(int(info.st_mode & 0777), 0600);
}

// The old file or the new one, whenever the process ends.
void RepairTest::surviveAKillAtEachStep()
{
    QByteArray bytes = m_sound;
    bytes.replace((rootOf(u"names"_s) - 1) * pageSize(), pageSize(), QByteArray(pageSize(), '\x55'));
    int states = 0;
    bool killed = true;
    for (int step = 1; killed; ++step) {
        put(bytes);
        const pid_t child = ::fork();
        if (child == 0) {
            int left = step;
            auto prepared = prepare();
            const auto kept = prepared ? carryOutRepair(RestorePlaces(m_config), *prepared, noon,
                                                        [&left](const char *) {
                                                            if (--left == 0)
                                                                ::_exit(9);
                                                        })
                                       : Result<QString>(tl::unexpected(prepared.error()));
            ::_exit(kept ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WEXITSTATUS(status) != 1);
        killed = WEXITSTATUS(status) == 9;
        QVERIFY(recoverRestore(m_config.dataDirectory));
        const bool isOld = content() == bytes;
        const bool isNew = !isOld && checkDatabase(m_config.databasePath, true).findings.isEmpty();
        QVERIFY2(isOld || isNew, qPrintable(u"step %1"_s.arg(step)));
        states |= isOld ? 1 : 2;
        QCOMPARE(QDir(m_place->path()).entryList({u"*.repairing*"_s, u"*.before-restore"_s, u"*.journal"_s}),
                 QStringList());
    }
    QCOMPARE(states, 3);
}

QTEST_GUILESS_MAIN(RepairTest)
#include "tst_repair.moc"
