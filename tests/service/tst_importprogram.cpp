// SPDX-License-Identifier: GPL-3.0-or-later
#include "importfixtures.h"
#include "program.h"
#include "rawclient.h"
#include "service/runlock.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::test;

// database import of the real program: from a store of each other system to holders whose secrets work as before.
class ImportProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesOver_data();
    void takesOver();
    void keepsWhatIsThere();
    void needsTheStoreAlone();
    void refuses_data();
    void refuses();
    void survivesKills();
    void speaksChinese();
};

// By path: what is in a directory and below, or beside a file.
using Tree = QMap<QString, QByteArray>;

static Tree treeOf(const QString &directory)
{
    Tree tree;
    QDirIterator files(directory, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly))
            tree.insert(file.fileName(), file.readAll());
    }
    return tree;
}

static const QHash<QString, QString> environment{{u"QUOTA_TIMEZONE"_s, u"UTC"_s}};

static Program::Ended import(const Program &program, const QString &file, const QStringList &options)
{
    return program.run(QStringList{u"database"_s, u"import"_s, file, u"--data-dir"_s, program.data()} +
                           options,
                       environment);
}

static QJsonObject json(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

static quint16 portOf(const Program &program)
{
    const auto holder = quota::service::RunLock::holderOf(program.data() + u"/run.lock"_s);
    return holder ? quint16(holder->adminUrl.port()) : 0;
}

static RawAnswer ask(const Program &program, const QByteArray &secret, const QByteArray &body = {})
{
    RawClient client(portOf(program));
    const QByteArray target = body.isEmpty() ? "GET /v1/usage" : "POST /v1/chat/completions";
    client.send(target + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret +
                "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
                "\r\n\r\n" + body);
    return client.answer();
}

static QByteArray chat()
{
    return R"({"model":"demo-chat","messages":[{"role":"user","content":"Hello"}]})";
}

// «requests/day 12 of 200», one after the other.
static QString limitsOf(const QJsonObject &usage)
{
    QStringList all;
    for (const QJsonValue &limit : usage[u"limits"_s].toArray())
        all.append(u"%1/%2 %3 of %4"_s.arg(limit[u"unit"_s].toString(), limit[u"window"_s].toString())
                       .arg(limit[u"used"_s].toInteger())
                       .arg(limit[u"amount"_s].toInteger()));
    return all.join(u"; "_s);
}

void ImportProgramTest::takesOver_data()
{
    QTest::addColumn<QString>("limits");  // of Alice, as her holder sees them
    QTest::addColumn<qint64>("total");    // her requests so far
    QTest::addColumn<int>("bobStatus");   // what Bob's call gets
    QTest::addColumn<QByteArray>("lost"); // what the import says does not come
    const auto row = [](const char *name, const QString &limits, qint64 total, int bobStatus,
                        const char *lost) {
        QTest::newRow(name) << limits << total << bobStatus << QByteArray(lost);
    };
    const QString byDay = u"requests/day 12 of 200"_s;
    row("v0", byDay, 17, 200, "1 counts are of no key");
    row("v1", byDay, 17, 200, "");
    row("v2", byDay, 17, 200, "");
    row("v3", byDay, 17, 200, "2 applications stay behind");
    row("v4", u"requests/total 17 of 1000"_s, 17, 429, "audit log");
    row("v5", byDay, 17, 401, "");
    row("v6", u"requests/day 12 of 50"_s, 17, 403, "Its daily limit was 0");
    row("v7", u"requests/day 12 of 50"_s, 17, 403, "request_logs");
    row("v8", u"requests/total 17 of 1000"_s, 17, 401, "");
    row("faq", u"requests/day 12 of 1000; requests/minute 0 of 100; requests/month 17 of 30000"_s, 17, 403,
        "");
    row("one-api", u"tokens/total 1500 of 6500"_s, 0, 403, "1 channels stay behind");
    row("litellm-csv", u"requests/minute 0 of 30"_s, 0, 403, "budget");
    row("litellm-json", u"requests/minute 0 of 30"_s, 0, 403, "budget is used up");
}

void ImportProgramTest::takesOver()
{
    QFETCH(QString, limits);
    QFETCH(qint64, total);
    const QString variant = QString::fromLatin1(QTest::currentDataTag());
    const QDate today = QDateTime::currentDateTimeUtc().date();
    Program program;
    QVERIFY(QDir(program.path(u"."_s)).mkdir(u"old"_s));
    const QString file = program.path(u"old/quota.db"_s);
    QVERIFY(makeImportFixture(variant, file));
    const Tree source = treeOf(program.path(u"old"_s));
    const QByteArray alice = secretOf(variant, u"Alice"_s);
    const QByteArray bob = secretOf(variant, u"Bob"_s);

    const auto dry = import(program, file, {u"--dry-run"_s});
    QVERIFY2(dry.code == 0, dry.error.constData());
    QVERIFY2(dry.out.contains("Alice"), dry.out.constData());
    QVERIFY2(dry.out.contains("Keys: 2 in it, 2 come"), dry.out.constData());
    QFETCH(QByteArray, lost);
    QVERIFY2(dry.out.contains(lost), dry.out.constData());
    QVERIFY(!dry.out.contains(alice) && !dry.out.contains(alice.mid(3)) && !dry.out.contains(bob.mid(3)));
    QVERIFY(!QFile::exists(program.data()));
    QCOMPARE(treeOf(program.path(u"old"_s)), source);

    const auto done = import(program, file, {u"--yes"_s, u"--json"_s});
    QVERIFY2(done.code == 0, done.error.constData());
    QCOMPARE(json(done.out)[u"imported"_s].toBool(), true);
    QCOMPARE(json(done.out)[u"keys"_s].toArray().size(), 2);
    QCOMPARE(json(done.out)[u"backup"_s].toString(), QString());
    QVERIFY(!done.out.contains(alice.mid(3)) && !done.out.contains(bob.mid(3)));
    QCOMPARE(treeOf(program.path(u"old"_s)), source);

    Tree store = treeOf(program.data());
    const auto again = import(program, file, {u"--dry-run"_s, u"--json"_s});
    QVERIFY2(again.code == 0, again.error.constData());
    QCOMPARE(treeOf(program.data()), store);
    const auto twice = import(program, file, {u"--yes"_s, u"--json"_s});
    QCOMPARE(json(twice.out)[u"already_here"_s].toInt(), 2);
    QCOMPARE(json(twice.out)[u"imported"_s].toBool(), false);
    Tree after = treeOf(program.data());
    for (Tree *tree : {&store, &after}) // names the process that held it last
        tree->remove(program.data() + u"/run.lock"_s);
    QCOMPARE(after, store);

    QVERIFY2(program.serve(environment), program.log().constData());
    const RawAnswer usage = ask(program, alice);
    QCOMPARE(usage.status, 200);
    if (QDateTime::currentDateTimeUtc().date() != today)
        QSKIP("The day ended meanwhile.");
    QCOMPARE(limitsOf(json(usage.body)), limits);
    QCOMPARE(json(usage.body)[u"total"_s][u"requests"_s].toInteger(), total);
    const RawAnswer answer = ask(program, alice, chat());
    QVERIFY2(answer.status == 200, answer.body.constData());
    QCOMPARE(json(ask(program, alice).body)[u"total"_s][u"requests"_s].toInteger(), total + 1);
    QFETCH(int, bobStatus);
    QCOMPARE(ask(program, bob, chat()).status, bobStatus);
    QCOMPARE(program.end(), 0);
    const auto check = program.run({u"database"_s, u"check"_s, u"--data-dir"_s, program.data()}, environment);
    QVERIFY2(check.code == 0, (check.out + check.error).constData());
}

// A store with keys of its own: a safety backup first, only what is new comes, and the restored backup is without it.
void ImportProgramTest::keepsWhatIsThere()
{
    Program program;
    QVERIFY(program.serve(environment));
    const QStringList data{u"--data-dir"_s, program.data()};
    QCOMPARE(program.run(QStringList{u"keys"_s, u"create"_s, u"--label"_s, u"Own"_s} + data).code, 0);
    QCOMPARE(program.end(), 0);
    QVERIFY(makeImportFixture(u"v6"_s, program.path(u"six"_s)));
    QVERIFY(makeImportFixture(u"litellm-json"_s, program.path(u"lite"_s)));
    const auto six = import(program, program.path(u"six"_s), {u"--yes"_s, u"--json"_s});
    QVERIFY2(six.code == 0, six.error.constData());
    const QString backup = json(six.out)[u"backup"_s].toString();
    QVERIFY2(backup.endsWith("-safety.tar.gz"_L1), qPrintable(backup));
    QCOMPARE(import(program, program.path(u"lite"_s), {u"--yes"_s}).code, 0);

    QVERIFY(program.serve(environment));
    const auto listed = program.run(QStringList{u"keys"_s, u"list"_s, u"--json"_s} + data);
    QCOMPARE(json(listed.out)[u"count"_s].toInt(), 5);
    const auto usage = program.run(QStringList{u"usage"_s, u"--csv"_s} + data);
    QVERIFY2(usage.out.contains(",Alice,12,"), usage.out.constData());
    QVERIFY2(usage.out.contains(",Alice,5,"), usage.out.constData());
    QCOMPARE(program.end(), 0);
    const auto restored =
        program.run(QStringList{u"backup"_s, u"restore"_s, backup, u"--yes"_s, u"--json"_s} + data);
    QVERIFY2(restored.code == 0, restored.error.constData());
    QCOMPARE(json(restored.out)[u"keys"_s].toInt(), 1);
}

void ImportProgramTest::needsTheStoreAlone()
{
    Program program;
    QVERIFY(program.serve(environment));
    QVERIFY(makeImportFixture(u"v1"_s, program.path(u"one"_s)));
    for (const QString &option : {u"--yes"_s, u"--dry-run"_s}) {
        const auto refused = import(program, program.path(u"one"_s), {option});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.error.contains("pid " + QByteArray::number(program.pid())),
                 refused.error.constData());
    }
    QCOMPARE(program.end(), 0);
    const auto asked = import(program, program.path(u"one"_s), {});
    QCOMPARE(asked.code, 2);
    QVERIFY2(asked.error.contains("--yes"), asked.error.constData());
    const auto memory = program.run({u"database"_s, u"import"_s, program.path(u"one"_s), u"--yes"_s},
                                    {{u"DATABASE_URL"_s, u"memory:"_s}});
    QCOMPARE(memory.code, 1);
    QVERIFY2(memory.error.contains("DATABASE_URL"), memory.error.constData());
}

static bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

void ImportProgramTest::refuses_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const QByteArray &content, const char *says) {
        QTest::newRow(name) << content << QByteArray(says);
    };
    row("empty", {}, "0 bytes");
    row("gzip", "\x1f\x8b\x08 and so on", "tar -xzf");
    row("zip", "PK\x03\x04 and so on", "ZIP");
    row("dump", "PRAGMA foreign_keys=OFF;\nCREATE TABLE api_keys (key TEXT);", "sqlite3 NEW.db");
    row("bytes", QByteArray("\x01\x02\0\x03", 4), "unknown kind");
    row("cut JSON", R"({"keys":{"trial_aaaaaaaaaaaaaaaa":{"label":"Ali)", "not whole");
    row("other JSON", R"({"users":[]})", "unknown shape");
    row("other rows", R"([{"id":1,"email":"x"}])", "the columns email, id");
    row("other text", "id,name\n1,a\n", "neither JSON nor CSV");
    row("cut CSV", "token,key_alias,models\nabc,\"Ali", "within quotes");
    row("uneven CSV", "token,key_alias,models\nabc,Ali\n", "Row 2 of the CSV has 2 fields");
    row("noise that begins as SQLite", QByteArray("SQLite format 3\0", 16) + QByteArray(5000, 'n'),
        "damaged");
}

void ImportProgramTest::refuses()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, says);
    Program program;
    const QString file = program.path(u"source"_s);
    QVERIFY(write(file, content));
    const auto refused = import(program, file, {u"--yes"_s});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains(says), refused.error.constData());
    QVERIFY(!refused.error.contains("trial_aaaa"));
    QCOMPARE(QFile(file).size(), content.size());
    QVERIFY(!QFile::exists(program.data() + u"/quota.db"_s));
}

// Ended at random instants of an import: all keys are there, or none, and the next run brings what is missing.
void ImportProgramTest::survivesKills()
{
    constexpr int keyCount = 1500;
    Program program;
    QVERIFY(makeSqlite(program.path(u"old"_s),
                       {u"CREATE TABLE trial_keys (key TEXT PRIMARY KEY, label TEXT, daily_limit INTEGER)"_s,
                        u"CREATE TABLE usage_stats (trial_key TEXT, day TEXT, requests INTEGER)"_s,
                        u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %1) "
                        u"INSERT INTO trial_keys "
                        "SELECT 'roc_0123456789abcdef' || i, 'x', 9 FROM n"_s.arg(keyCount),
                        u"INSERT INTO usage_stats SELECT key, '2026-01-02', 3 FROM trial_keys"_s}));
    QRandomGenerator random(7);
    int none = 0;
    for (int round = 0; round < 12; ++round) {
        if (round % 3 == 0)
            QDir(program.data()).removeRecursively();
        QProcess process;
        process.start(Program::binary(), {u"database"_s, u"import"_s, program.path(u"old"_s), u"--yes"_s,
                                          u"--data-dir"_s, program.data()});
        QVERIFY(process.waitForStarted());
        // At first before the work, then by chance before, within or after it; the state must be a whole one.
        process.waitForFinished(round == 0 ? 0 : int(random.bounded(300)));
        process.kill();
        process.waitForFinished();
        const auto dry = import(program, program.path(u"old"_s), {u"--dry-run"_s, u"--json"_s});
        QVERIFY2(dry.code == 0, dry.error.constData());
        const int already = json(dry.out)[u"already_here"_s].toInt();
        QVERIFY2(already == 0 || already == keyCount, dry.out.left(400).constData());
        none += already == 0 ? 1 : 0;
    }
    QVERIFY(none > 0);
    QCOMPARE(import(program, program.path(u"old"_s), {u"--yes"_s}).code, 0);
    QVERIFY2(program.serve(environment), program.log().constData());
    const RawAnswer usage = ask(program, "roc_0123456789abcdef77");
    QCOMPARE(json(usage.body)[u"total"_s][u"requests"_s].toInteger(), 3);
    QCOMPARE(program.end(), 0);
}

void ImportProgramTest::speaksChinese()
{
    Program program;
    QVERIFY(makeImportFixture(u"v3"_s, program.path(u"three"_s)));
    const auto dry = program.run({u"database"_s, u"import"_s, program.path(u"three"_s), u"--dry-run"_s,
                                  u"--data-dir"_s, program.data()},
                                 {{u"LC_ALL"_s, u"zh_CN.UTF-8"_s}});
    QCOMPARE(dry.code, 0);
    QVERIFY2(dry.out.contains("2 份申请"), dry.out.constData());
}

QTEST_GUILESS_MAIN(ImportProgramTest)
#include "tst_importprogram.moc"
