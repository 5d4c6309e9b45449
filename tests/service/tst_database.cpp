// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/database.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static void write(const QString &path, const QByteArray &bytes)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

static QByteArray read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

static QVariant valueOf(Database &database, const QString &statement)
{
    auto query = database.run(statement);
    if (!query || !(*query)->next())
        return {};
    const QVariant value = (*query)->value(0);
    (*query)->finish();
    return value;
}

class DatabaseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void createsAFileOfOurOwn();
    void pragmasAreInForce();
    void opensAgainWithTheSameIdentity();
    void twoMemoryStoresAreApart();
    void refusals_data();
    void refusals();
    void deniedToAnotherUser();
    void lockedByAnotherProgram();
    void readerSeesTheWriterAndMayNotWrite();
    void readerWantsACurrentStore();
    void interruptedCreationStartsAnew();
    void interruptedUpgradeResumes();
    void errorsNameStatementsNeverValues();
    void transactionsRollBackUnlessCommitted();
    void nullTextsAreEmptyOnes();
    void countersCount();

private:
    QString path() const { return m_directory->filePath(u"quota.db"_s); }
    Result<std::unique_ptr<Database>> open(bool readOnly = false) const
    {
        return Database::open({.path = path(), .readOnly = readOnly, .busyTimeout = 50ms});
    }
    std::unique_ptr<QTemporaryDir> m_directory;
};

void DatabaseTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
}

void DatabaseTest::createsAFileOfOurOwn()
{
    const auto database = open();
    QVERIFY2(database, qPrintable(database ? QString() : database.error().detail));
    QCOMPARE((*database)->schemaVersion(), Database::newestSchema());
    QVERIFY(Database::newestSchema() >= 1);
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QVERIFY(!(QFile::permissions(path()) & others));
    QVERIFY(!(QFile::permissions(path() + "-wal"_L1) & others));
    QVERIFY(!QFile::exists(path() + ".new"_L1));
    QCOMPARE(valueOf(**database, u"PRAGMA application_id"_s).toLongLong(), 0x71757078);
}

void DatabaseTest::pragmasAreInForce()
{
    const auto database = open();
    QVERIFY(database);
    QCOMPARE(valueOf(**database, u"PRAGMA journal_mode"_s).toString(), u"wal"_s);
    QCOMPARE(valueOf(**database, u"PRAGMA synchronous"_s).toInt(), 2);
    QCOMPARE(valueOf(**database, u"PRAGMA foreign_keys"_s).toInt(), 1);
}

void DatabaseTest::opensAgainWithTheSameIdentity()
{
    QString instance;
    {
        const auto database = open();
        QVERIFY(database);
        instance = (*database)->meta(u"instance"_s).value();
        QCOMPARE(instance.size(), 32);
    }
    const auto database = open();
    QVERIFY(database);
    QCOMPARE((*database)->meta(u"instance"_s).value(), instance);
    QVERIFY((*database)->meta(u"created"_s).value().toLongLong() > 1'700'000'000'000);
    QVERIFY((*database)->meta(u"nonsense"_s).error().code == ErrorCode::NotFound);
}

void DatabaseTest::twoMemoryStoresAreApart()
{
    const auto first = Database::open({.path = u":memory:"_s, .inMemory = true});
    const auto second = Database::open({.path = u"file:second?mode=memory&cache=shared"_s, .inMemory = true});
    QVERIFY(first && second);
    QVERIFY((*first)->meta(u"instance"_s).value() != (*second)->meta(u"instance"_s).value());
    QCOMPARE((*first)->schemaVersion(), Database::newestSchema());
    QVERIFY(!QFile::exists(u":memory:"_s));
}

void DatabaseTest::refusals_data()
{
    QTest::addColumn<QString>("situation");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *situation, const char *words) {
        QTest::newRow(situation) << QString::fromLatin1(situation) << QString::fromLatin1(words);
    };
    row("missing directory", "does not exist");
    row("directory in its place", "must name a file");
    row("empty", "0 bytes");
    row("text", "damaged");
    row("cut short", "damaged");
    row("first page overwritten", "damaged");
    row("of another program", "another program");
    row("newer", "newer version");
}

void DatabaseTest::refusals()
{
    QFETCH(QString, situation);
    QFETCH(QString, words);
    QString file = path();
    if (situation == "missing directory"_L1) {
        file = m_directory->filePath(u"no/where/quota.db"_s);
    } else if (situation == "directory in its place"_L1) {
        QVERIFY(QDir().mkpath(file));
    } else if (situation == "empty"_L1) {
        write(file, "");
    } else if (situation == "text"_L1) {
        write(file, QByteArray("key,requests\n").repeated(1000));
    } else {
        const auto database = open();
        QVERIFY(database);
        if (situation == "of another program"_L1)
            QVERIFY((*database)->change(u"PRAGMA application_id = 7"_s));
        if (situation == "newer"_L1)
            QVERIFY((*database)->change(u"PRAGMA user_version = 999"_s));
    }
    if (situation == "cut short"_L1)
        write(file, read(file).left(9000));
    if (situation == "first page overwritten"_L1)
        write(file, read(file).left(16) + QByteArray(4080, 'x') + read(file).mid(4096));
    const QByteArray before = read(file);

    const auto refused = Database::open({.path = file, .busyTimeout = 50ms});
    QVERIFY(!refused);
    QVERIFY(refused.error().code == ErrorCode::Storage);
    QVERIFY2(refused.error().message.contains(words), qPrintable(refused.error().message));
    QVERIFY(refused.error().message.contains(QFileInfo(file).absolutePath()));
    QCOMPARE(read(file), before);
}

void DatabaseTest::deniedToAnotherUser()
{
    QVERIFY(open());
    QVERIFY(QFile::setPermissions(path(), QFile::ReadOwner));
    QVERIFY(QFile::setPermissions(m_directory->path(), QFile::ReadOwner | QFile::ExeOwner));
    // Root may do anything: be somebody else for this one call.
    const bool isRoot = ::geteuid() == 0;
    if (isRoot) {
        QCOMPARE(::chown(qPrintable(m_directory->path()), 65534, 65534), 0);
        QCOMPARE(::chown(qPrintable(path()), 65534, 65534), 0);
        QCOMPARE(::seteuid(65534), 0);
    }
    const auto refused = open();
    if (isRoot)
        QCOMPARE(::seteuid(0), 0);
    QVERIFY(
        QFile::setPermissions(m_directory->path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains("permission"_L1), qPrintable(refused.error().message));
}

void DatabaseTest::lockedByAnotherProgram()
{
    const auto holder = open();
    QVERIFY(holder);
    Transaction transaction(**holder);
    QVERIFY(transaction.begin());
    const auto refused = open();
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains("locked"_L1), qPrintable(refused.error().message));
}

void DatabaseTest::readerSeesTheWriterAndMayNotWrite()
{
    QVERIFY(!open(true)); // nothing there yet
    QVERIFY(!QFile::exists(path()));
    const auto writer = open();
    const auto reader = open(true);
    QVERIFY(writer && reader);
    QVERIFY((*writer)->change(u"INSERT INTO meta VALUES ('colour', 'green')"_s));
    QCOMPARE((*reader)->meta(u"colour"_s).value(), u"green"_s);
    QVERIFY(!(*reader)->change(u"INSERT INTO meta VALUES ('taste', 'bitter')"_s));
}

void DatabaseTest::readerWantsACurrentStore()
{
    const QString schema = m_directory->filePath(u"schema"_s);
    write(schema + "/sqlite/001_first.sql"_L1, "CREATE TABLE one (a INTEGER);\n");
    QVERIFY(Database::open({.path = path(), .schema = schema}));
    write(schema + "/common/002_second.sql"_L1, "CREATE TABLE two (a INTEGER);\n");
    const auto refused = Database::open({.path = path(), .readOnly = true, .schema = schema});
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains("Start"_L1));
}

void DatabaseTest::interruptedCreationStartsAnew()
{
    write(path() + ".new"_L1, "half");
    write(path() + ".new-journal"_L1, "half");
    const auto database = open();
    QVERIFY(database);
    QCOMPARE((*database)->schemaVersion(), Database::newestSchema());
    QVERIFY(!QFile::exists(path() + ".new"_L1));
}

void DatabaseTest::interruptedUpgradeResumes()
{
    const QString schema = m_directory->filePath(u"schema"_s);
    const DatabaseOptions options{.path = path(), .schema = schema};
    write(schema + "/sqlite/001_first.sql"_L1,
          "-- one\nCREATE TABLE one (a INTEGER);\nINSERT INTO one VALUES (1);\n");
    QVERIFY(Database::open(options));
    write(schema + "/common/002_second.sql"_L1, "CREATE TABLE two (a INTEGER);\n");
    write(schema + "/sqlite/003_third.sql"_L1,
          "CREATE TABLE three (a INTEGER);\nINSERT INTO nowhere VALUES (1);\n");
    const auto failed = Database::open(options);
    QVERIFY(!failed);
    QVERIFY(failed.error().detail.contains("INSERT INTO nowhere"_L1));

    // The second step stands, nothing of the third does, and the next start goes on there.
    write(schema + "/sqlite/003_third.sql"_L1,
          "CREATE TABLE three (a INTEGER);\nINSERT INTO three VALUES (3);\n");
    const auto database = Database::open(options);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().detail));
    QCOMPARE((*database)->schemaVersion(), 3);
    QCOMPARE(valueOf(**database, u"SELECT count(*) FROM one"_s).toInt(), 1);
    QCOMPARE(valueOf(**database, u"SELECT count(*) FROM two"_s).toInt(), 0);
    QCOMPARE(valueOf(**database, u"SELECT a FROM three"_s).toInt(), 3);
}

void DatabaseTest::errorsNameStatementsNeverValues()
{
    const auto database = open();
    QVERIFY(database);
    const auto insert = u"INSERT INTO meta (name, value) VALUES (?, ?)"_s;
    QVERIFY((*database)->change(insert, {u"sk-secret-name"_s, u"sk-secret-value"_s}));
    const auto refused = (*database)->change(insert, {u"sk-secret-name"_s, u"sk-secret-value"_s});
    QVERIFY(!refused);
    QVERIFY(refused.error().detail.contains(insert));
    QVERIFY(!(refused.error().detail + refused.error().message).contains("sk-secret"_L1));
    QVERIFY(!(*database)->run(u"SELECT nonsense FROM nowhere"_s));
    QVERIFY((*database)->change(insert, {u"other"_s, u"x"_s})); // the statement can be used again
}

void DatabaseTest::transactionsRollBackUnlessCommitted()
{
    const auto database = open();
    QVERIFY(database);
    for (const bool commits : {false, true}) {
        Transaction transaction(**database);
        QVERIFY(transaction.begin());
        QVERIFY((*database)->change(u"INSERT INTO meta VALUES ('colour', 'green')"_s));
        if (commits)
            QVERIFY(transaction.commit());
    }
    QCOMPARE(valueOf(**database, u"SELECT count(*) FROM meta WHERE name = 'colour'"_s).toInt(), 1);
}

void DatabaseTest::nullTextsAreEmptyOnes()
{
    const auto database = open();
    QVERIFY(database);
    QVERIFY((*database)->change(u"INSERT INTO meta VALUES (?, ?)"_s, {u"nothing"_s, QString()}));
    QCOMPARE((*database)->meta(u"nothing"_s).value(), QString());
    QVERIFY(!(*database)->change(u"INSERT INTO meta VALUES (?, ?)"_s, {u"null"_s, QVariant()}));
}

void DatabaseTest::countersCount()
{
    StatementCounters counters;
    const auto database = Database::open({.path = path(), .counters = &counters});
    QVERIFY(database);
    const qint64 before = counters.statements;
    QVERIFY((*database)->run(u"SELECT 1"_s));
    QVERIFY((*database)->run(u"SELECT 1"_s));
    QCOMPARE(counters.statements.load() - before, 2);
    QVERIFY(counters.microseconds >= 0);
}

QTEST_GUILESS_MAIN(DatabaseTest)
#include "tst_database.moc"
