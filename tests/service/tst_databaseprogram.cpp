// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"
#include "rawclient.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::test;

// The database verbs of the real program, and what its start does to a database of an older one.
class DatabaseProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makesAndShows();
    void beginsAnewOnlyWhenTold();
    void tellsOfAStoreThatIsGone_data();
    void tellsOfAStoreThatIsGone();
    void neverMeetsTheJournalOfAnother();
    void leavesARunningServiceAlone();
    void provesItBesideAService();
    void findsWhatIsWrong_data();
    void findsWhatIsWrong();
    void migratesAfterABackup_data();
    void migratesAfterABackup();
    void refusesWrongUse_data();
    void refusesWrongUse();
};

static QJsonObject json(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

static Program::Ended database(const Program &program, const QStringList &words)
{
    return program.run(QStringList{u"database"_s} + words + QStringList{u"--data-dir"_s, program.data()});
}

// What somebody writes into the file with another program.
static void write(const QString &path, const QStringList &statements)
{
    const QString name = u"of the test"_s;
    {
        auto connection = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
        connection.setDatabaseName(path);
        QVERIFY(connection.open());
        QSqlQuery query(connection);
        for (const QString &statement : statements)
            QVERIFY2(query.exec(statement), qPrintable(query.lastError().text() + u": "_s + statement));
    }
    QSqlDatabase::removeDatabase(name);
}

static QByteArray makeKey(const Program &program)
{
    const auto made = program.run(
        {u"keys"_s, u"create"_s, u"--limit"_s, u"requests/day=100"_s, u"--data-dir"_s, program.data()});
    return made.out.trimmed();
}

static int chat(quint16 port, const QByteArray &secret)
{
    RawClient client(port);
    const QByteArray body = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
    client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + secret +
                "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
                "\r\n\r\n" + body);
    return client.answer().status;
}

static quint16 portOf(const Program &program)
{
    const QByteArray mark = "url=http://127.0.0.1:";
    const qsizetype at = program.log().lastIndexOf(mark);
    return quint16(program.log().mid(at + mark.size(), 5).split(' ').first().toUInt());
}

void DatabaseProgramTest::makesAndShows()
{
    Program program;
    const auto none = database(program, {u"status"_s, u"--json"_s});
    QCOMPARE(none.code, 1);
    QCOMPARE(json(none.out)[u"exists"_s].toBool(true), false);
    QVERIFY2(none.error.contains("database init"), none.error.constData());

    const auto made = database(program, {u"init"_s});
    QVERIFY2(made.code == 0, made.error.constData());
    QCOMPARE(made.out.trimmed(), (program.data() + u"/quota.db"_s).toUtf8());
    const auto status = database(program, {u"status"_s, u"--json"_s});
    QCOMPARE(status.code, 0);
    const QJsonObject shown = json(status.out);
    QCOMPARE(shown[u"schema"_s], shown[u"newest_schema"_s]);
    QCOMPARE(shown[u"instance"_s].toString().size(), 32);
    QCOMPARE(shown[u"rows"_s].toObject()[u"keys"_s].toInt(-1), 0);
    QVERIFY(shown[u"service_pid"_s].isNull());
    QVERIFY(database(program, {u"status"_s}).out.contains("0 keys, 0 providers, 0 request rows"));
    QCOMPARE(database(program, {u"check"_s}).code, 0);
    QCOMPARE(database(program, {u"migrate"_s}).code, 0);
    QVERIFY2(program.serve(), program.log().constData());
    QCOMPARE(program.end(), 0);
}

void DatabaseProgramTest::beginsAnewOnlyWhenTold()
{
    Program program;
    QCOMPARE(database(program, {u"init"_s}).code, 0);
    const QString path = program.data() + u"/quota.db"_s;
    write(path, {u"UPDATE meta SET value = 'the first' WHERE name = 'instance'"_s});
    const auto refused = database(program, {u"init"_s});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("--force"), refused.error.constData());
    QCOMPARE(database(program, {u"init"_s, u"--force"_s}).code, 2); // nobody to ask
    const auto anew = database(program, {u"init"_s, u"--force"_s, u"--yes"_s, u"--json"_s});
    QVERIFY2(anew.code == 0, anew.error.constData());
    const QString aside = json(anew.out)[u"kept_aside"_s].toString();
    QVERIFY(QFile::exists(aside));
    const auto old = database(program, {u"status"_s, u"--json"_s, u"--database"_s, u"sqlite:"_s + aside});
    QCOMPARE(json(old.out)[u"instance"_s].toString(), u"the first"_s);
    const auto fresh = database(program, {u"status"_s, u"--json"_s});
    QVERIFY(json(fresh.out)[u"instance"_s].toString() != u"the first"_s);
}

void DatabaseProgramTest::tellsOfAStoreThatIsGone_data()
{
    QTest::addColumn<QString>("trace"); // what is left of it
    for (const char *trace : {"seal-key", "quota.db-wal", "quota.db.damaged-20261127T000000Z", "backups"})
        QTest::newRow(trace) << QString::fromLatin1(trace);
}

void DatabaseProgramTest::tellsOfAStoreThatIsGone()
{
    QFETCH(QString, trace);
    Program program;
    QVERIFY2(program.serve(), program.log().constData());
    QCOMPARE(program.end(), 0);
    const auto backup = program.run({u"backup"_s, u"create"_s, u"--data-dir"_s, program.data()});
    QVERIFY2(backup.code == 0, backup.error.constData());
    QFile wal(program.data() + u"/quota.db-wal"_s);
    QVERIFY(wal.open(QIODevice::WriteOnly) && wal.write("of the database that is gone") > 0);
    wal.close();
    QVERIFY(QFile::rename(program.data() + u"/quota.db"_s,
                          program.data() + u"/quota.db.damaged-20261127T000000Z"_s));
    const QStringList names = QDir(program.data()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    for (const QString &name : names) {
        if (name != trace && name != "admin-token"_L1)
            QVERIFY(QFile::remove(program.data() + u'/' + name) ||
                    QDir(program.data() + u'/' + name).removeRecursively());
    }
    QVERIFY(!program.serve());
    program.end();
    const QByteArray place = (program.data() + u'/' + trace).toUtf8();
    for (const QByteArray &words : {QByteArray("is gone"), place, QByteArray("backup restore"),
                                    QByteArray("quota-proxy database init")})
        QVERIFY2(program.log().contains(words), program.log().constData());
    QVERIFY(!QFile::exists(program.data() + u"/quota.db"_s));
    const auto status = database(program, {u"status"_s});
    QCOMPARE(status.code, 1);
    QVERIFY2(status.error.contains("is gone"), status.error.constData());
    // The two ways out.
    if (trace == "backups"_L1) {
        const QString id = QDir(program.data() + u"/backups"_s).entryList({u"*.tar.gz"_s}).constFirst();
        const auto restored =
            program.run({u"backup"_s, u"restore"_s, id, u"--yes"_s, u"--data-dir"_s, program.data()});
        QVERIFY2(restored.code == 0, restored.error.constData());
    } else {
        const auto made = database(program, {u"init"_s});
        QVERIFY2(made.code == 0, made.error.constData());
    }
    QVERIFY2(program.serve(), program.log().constData());
    QCOMPARE(program.end(), 0);
    QCOMPARE(database(program, {u"check"_s}).code, 0);
}

void DatabaseProgramTest::neverMeetsTheJournalOfAnother()
{
    Program program;
    QVERIFY2(program.serve(), program.log().constData());
    const QByteArray secret = makeKey(program);
    program.signal(SIGKILL);
    program.end();
    const QString path = program.data() + u"/quota.db"_s;
    QFile wal(path + u"-wal"_s);
    QVERIFY(wal.open(QIODevice::ReadOnly));
    const QByteArray journal = wal.readAll();
    QVERIFY(!journal.isEmpty());
    QVERIFY(QFile::remove(path));
    const auto made = database(program, {u"init"_s, u"--json"_s});
    QVERIFY2(made.code == 0, made.error.constData());
    QFile kept(json(made.out)[u"kept_aside"_s].toString());
    QVERIFY2(kept.open(QIODevice::ReadOnly), made.out.constData());
    QCOMPARE(kept.readAll(), journal);
    QCOMPARE(json(database(program, {u"status"_s, u"--json"_s}).out)[u"rows"_s][u"keys"_s].toInt(-1), 0);
    QCOMPARE(database(program, {u"check"_s}).code, 0);
}

void DatabaseProgramTest::leavesARunningServiceAlone()
{
    Program program;
    QVERIFY2(program.serve(), program.log().constData());
    for (const QStringList &words :
         {QStringList{u"init"_s, u"--force"_s, u"--yes"_s}, QStringList{u"migrate"_s}}) {
        const auto refused = database(program, words);
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.error.contains("pid " + QByteArray::number(program.pid())),
                 refused.error.constData());
    }
    const auto status = database(program, {u"status"_s, u"--json"_s});
    QCOMPARE(json(status.out)[u"service_pid"_s].toInteger(), program.pid());
    QCOMPARE(program.end(), 0);
}

void DatabaseProgramTest::provesItBesideAService()
{
    Program program;
    QVERIFY2(program.serve(), program.log().constData());
    const QByteArray secret = makeKey(program);
    for (int request = 0; request < 20; ++request) {
        QCOMPARE(chat(portOf(program), secret), 200);
        const auto checked = database(program, {u"check"_s, u"--json"_s});
        QVERIFY2(checked.code == 0, checked.out.constData());
        QVERIFY(json(checked.out)[u"books_checked"_s].toBool());
    }
    // What a killed service leaves behind adds up too, before and after the next start.
    QCOMPARE(chat(portOf(program), secret), 200);
    program.signal(SIGKILL);
    program.end();
    QVERIFY2(database(program, {u"check"_s}).code == 0, database(program, {u"check"_s}).out.constData());
    QVERIFY2(program.serve(), program.log().constData());
    QCOMPARE(program.end(), 0);
    QVERIFY2(database(program, {u"check"_s}).code == 0, database(program, {u"check"_s}).out.constData());
}

void DatabaseProgramTest::findsWhatIsWrong_data()
{
    QTest::addColumn<QString>("statement");
    QTest::addColumn<QString>("subject");
    QTest::addColumn<QString>("says");
    QTest::newRow("a row is gone") << u"DELETE FROM requests WHERE id = 1"_s << u"books"_s
                                   << u"and the rows say"_s;
    QTest::newRow("sums of days") << u"UPDATE rollups SET counted = counted + 1 WHERE grain = 2"_s
                                  << u"books"_s << u"the sums of the day"_s;
    QTest::newRow("sums for all keys")
        << u"UPDATE rollups SET prompt_tokens = prompt_tokens + 1 WHERE grain = 13"_s << u"books"_s
        << u"all keys: "_s;
    QTest::newRow("a counter") << u"UPDATE counters SET requests = 1 WHERE window_kind = 'month'"_s
                               << u"books"_s << u"the counter of the month"_s;
    QTest::newRow("the mark") << u"DELETE FROM books"_s << u"books"_s << u"and the rows say 0"_s;
    QTest::newRow("an orphan") << u"DELETE FROM keys"_s << u"references"_s << u"1 rows of key_limits"_s;
    QTest::newRow("another program's") << u"PRAGMA application_id = 7"_s << u"file"_s << u"another program"_s;
    QTest::newRow("a newer program's") << u"PRAGMA user_version = 9999"_s << u"file"_s << u"schema 9999"_s;
}

void DatabaseProgramTest::findsWhatIsWrong()
{
    QFETCH(QString, statement);
    QFETCH(QString, subject);
    QFETCH(QString, says);
    Program program;
    QVERIFY2(program.serve(), program.log().constData());
    const QByteArray secret = makeKey(program);
    for (int request = 0; request < 3; ++request)
        QCOMPARE(chat(portOf(program), secret), 200);
    QCOMPARE(program.end(), 0);
    write(program.data() + u"/quota.db"_s, {statement});
    const auto checked = database(program, {u"check"_s, u"--json"_s});
    QCOMPARE(checked.code, 1);
    bool found = false;
    const QJsonArray findings = json(checked.out)[u"findings"_s].toArray();
    for (const QJsonValue &finding : findings)
        found = found ||
                (finding[u"subject"_s].toString() == subject &&
                 finding[u"text"_s].toString().contains(says) && !finding[u"cure"_s].toString().isEmpty());
    QVERIFY2(found, checked.out.constData());
    QCOMPARE(database(program, {u"check"_s}).code, 1);
}

void DatabaseProgramTest::migratesAfterABackup_data()
{
    QTest::addColumn<int>("schema");
    QTest::addColumn<bool>("byTheStart"); // of the service; else by the verb
    for (const int schema : {1, 2, 3, 5, 6, 7}) {
        QTest::addRow("%d by the verb", schema) << schema << false;
        QTest::addRow("%d by a start", schema) << schema << true;
    }
}

// As the program of that schema left it: made of the schema files, which never change once they are released.
static QStringList schemaStatements(int first, int last)
{
    QStringList statements;
    for (const QString &directory : {u":/schema/common"_s, u":/schema/sqlite"_s}) {
        const QStringList files = QDir(directory).entryList({u"*.sql"_s}, QDir::Files, QDir::Name);
        for (const QString &name : files) {
            if (name.left(3).toInt() < first || name.left(3).toInt() > last)
                continue;
            QFile file(directory + u'/' + name);
            if (!file.open(QIODevice::ReadOnly))
                qFatal("%s", qPrintable(file.errorString()));
            QString text;
            const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
            for (const QString &line : lines) {
                if (line.startsWith("--"_L1))
                    continue;
                text += line + u'\n';
                if (!line.trimmed().endsWith(u';'))
                    continue;
                statements.append(text.trimmed());
                text.clear();
            }
        }
    }
    return statements;
}

// The rows are those of before schema 006, which took them along.
static void makeOld(const QString &path, int schema)
{
    QStringList statements = schemaStatements(1, qMin(schema, 5));
    statements +=
        {u"INSERT INTO keys (id, secret_hash, label, prefix, tail, disabled, inherits_limits, models, "
         u"created_at, "
         "updated_at, version) VALUES ('key_old', x'01', 'old', 'sk-', 'abcd', 0, 0, '[]', 1000, 1000, 1)"_s,
         u"INSERT INTO key_limits VALUES ('key_old', 0, 'requests', 'total', 100)"_s,
         u"INSERT INTO requests (request_id, key_id, model, provider_id, reserved_at, status, outcome, "
         u"requests, "
         "prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, measure, streamed, "
         "first_byte_microseconds, total_microseconds) VALUES ('req_1', 'key_old', 'm', 'p', 1790000000000, "
         "200, "
         "'answered', 1, 10, 5, 0, 0, 'measured', 0, 5, 9), ('req_2', 'key_old', 'm', 'p', 1790000900000, "
         "502, "
         "'upstream_failed', 1, 7, 0, 0, 0, 'unknown', 1, 0, 9)"_s,
         u"INSERT INTO rollups VALUES (1790000000000 / 900000 * 900000, 'key_old', 'm', 'p', 1, 0, 0, 10, 5, "
         u"0, 0, 0), "
         "(1790000900000 / 900000 * 900000, 'key_old', 'm', 'p', 1, 0, 1, 7, 0, 0, 0, 1)"_s,
         u"INSERT INTO counters VALUES ('key_old', 'total', 0, 2, 22)"_s};
    statements += schemaStatements(6, schema);
    statements +=
        {u"PRAGMA application_id = %1"_s.arg(0x71757078), u"PRAGMA user_version = %1"_s.arg(schema)};
    write(path, statements);
}

void DatabaseProgramTest::migratesAfterABackup()
{
    QFETCH(int, schema);
    QFETCH(bool, byTheStart);
    Program program;
    QVERIFY(QDir().mkpath(program.data()));
    const QString path = program.data() + u"/quota.db"_s;
    makeOld(path, schema);
    const auto dry = database(program, {u"migrate"_s, u"--dry-run"_s, u"--json"_s});
    QVERIFY2(dry.code == 0, dry.error.constData());
    QCOMPARE(json(dry.out)[u"from"_s].toInt(), schema);
    QVERIFY(!json(dry.out)[u"steps"_s].toArray().isEmpty());
    QCOMPARE(json(database(program, {u"status"_s, u"--json"_s}).out)[u"schema"_s].toInt(), schema);
    const auto old = database(program, {u"check"_s, u"--json"_s});
    QCOMPARE(json(old.out)[u"findings"_s][0][u"subject"_s].toString(), u"schema"_s);

    if (byTheStart) {
        QVERIFY2(program.serve(), program.log().constData());
        QVERIFY(program.log().contains("a backup of before was made"));
        QCOMPARE(program.end(), 0);
    } else {
        const auto migrated = database(program, {u"migrate"_s});
        QVERIFY2(migrated.code == 0, migrated.error.constData());
    }
    const QJsonObject status = json(database(program, {u"status"_s, u"--json"_s}).out);
    QCOMPARE(status[u"schema"_s], status[u"newest_schema"_s]);
    QCOMPARE(status[u"rows"_s][u"requests"_s].toInt(), 2);
    QCOMPARE(status[u"rows"_s][u"keys"_s].toInt(), 1);
    const auto checked = database(program, {u"check"_s});
    QVERIFY2(checked.code == 0, checked.out.constData());

    const auto listed = program.run({u"backup"_s, u"list"_s, u"--json"_s, u"--data-dir"_s, program.data()});
    const QJsonValue backup = json(listed.out)[u"backups"_s][0];
    QCOMPARE(backup[u"kind"_s].toString(), u"before_migration"_s);
    QCOMPARE(backup[u"state"_s].toString(), u"good"_s);
    QCOMPARE(backup[u"schema"_s].toInt(), schema);
    QVERIFY(backup[u"id"_s].toString().contains(u"-before-migration"_s));
}

void DatabaseProgramTest::refusesWrongUse_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("unknown verb") << QStringList{u"chek"_s} << 2 << QByteArray("check");
    QTest::newRow("unknown option") << QStringList{u"check"_s, u"--fix"_s} << 2 << QByteArray("--fix");
    QTest::newRow("in memory") << QStringList{u"check"_s, u"--database"_s, u"memory:"_s} << 1
                               << QByteArray("there is no file");
    QTest::newRow("nothing to migrate") << QStringList{u"migrate"_s} << 1 << QByteArray("no data directory");
    QTest::newRow("nothing to prove") << QStringList{u"check"_s} << 1 << QByteArray();
    QTest::newRow("help") << QStringList{u"--help"_s} << 0 << QByteArray();
}

void DatabaseProgramTest::refusesWrongUse()
{
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    Program program;
    const auto ended = database(program, words);
    QCOMPARE(ended.code, code);
    QVERIFY2(ended.error.contains(says), ended.error.constData());
}

QTEST_GUILESS_MAIN(DatabaseProgramTest)
#include "tst_databaseprogram.moc"
