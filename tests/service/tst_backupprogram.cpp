// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::test;

// The backup verbs of the real program, with a running service and without.
class BackupProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withAService();
    void afterADisaster();
    void asksBeforeItDestroys_data();
    void asksBeforeItDestroys();
    void surviveKills();
};

static QJsonObject json(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

// Runs a verb on the program's data directory.
static Program::Ended backup(const Program &program, const QStringList &words)
{
    return program.run(QStringList{u"backup"_s} + words + QStringList{u"--data-dir"_s, program.data()});
}

static void makeKeys(const Program &program, const QString &label, int count)
{
    const auto made = program.run({u"keys"_s, u"create"_s, u"--label"_s, label, u"--count"_s,
                                   QString::number(count), u"--data-dir"_s, program.data()});
    QVERIFY2(made.code == 0, made.error.constData());
}

static int keysOf(const Program &program)
{
    const auto listed = program.run({u"keys"_s, u"list"_s, u"--json"_s, u"--data-dir"_s, program.data()});
    return listed.code == 0 ? int(json(listed.out)[u"keys"_s].toArray().size()) : -1;
}

void BackupProgramTest::withAService()
{
    Program program;
    QVERIFY2(program.serve(), program.log().constData());
    makeKeys(program, u"one"_s, 3);
    const auto made =
        backup(program, {u"create"_s, u"--json"_s, u"--output"_s, program.path(u"copy.tar.gz"_s)});
    QVERIFY2(made.code == 0, made.error.constData());
    QCOMPARE(json(made.out)[u"state"_s].toString(), u"good"_s);
    const QString id = json(made.out)[u"id"_s].toString();
    QFile copy(program.path(u"copy.tar.gz"_s));
    QFile original(program.data() + u"/backups/"_s + id);
    QVERIFY(copy.open(QIODevice::ReadOnly) && original.open(QIODevice::ReadOnly));
    QCOMPARE(copy.readAll() == original.readAll(), true);
    QCOMPARE(copy.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QCOMPARE(backup(program, {u"create"_s, u"--output"_s, program.path(u"copy.tar.gz"_s)}).code, 2);

    QVERIFY(backup(program, {u"list"_s}).out.contains("good, verified at"));
    QCOMPARE(backup(program, {u"verify"_s, id}).code, 0);
    QCOMPARE(program.run({u"backup"_s, u"verify"_s, program.path(u"copy.tar.gz"_s)}).code, 0);
    QCOMPARE(backup(program, {u"verify"_s, u"nothing.tar.gz"_s}).code, 1);
    makeKeys(program, u"two"_s, 2);
    const auto dry = backup(program, {u"restore"_s, id, u"--dry-run"_s});
    QVERIFY2(dry.out.contains("Keys: 0 come, 2 go, 0 change."), dry.out.constData());
    const auto keys = backup(program, {u"restore"_s, id, u"--only"_s, u"keys"_s, u"--yes"_s});
    QVERIFY2(keys.code == 0, keys.error.constData());
    QCOMPARE(keysOf(program), 3);
    makeKeys(program, u"three"_s, 1);
    const auto all = backup(program, {u"restore"_s, id, u"--yes"_s});
    QVERIFY2(all.code == 0, all.error.constData());
    QVERIFY2(all.out.contains("Keys: 0 come, 1 go, 0 change."), all.out.constData());
    QVERIFY2(all.error.contains("Restored and proven; there are 3 keys."), all.error.constData());
    QCOMPARE(keysOf(program), 3);
    // A file is given to the service first, and asked about before.
    makeKeys(program, u"four"_s, 1);
    const auto file = backup(program, {u"restore"_s, program.path(u"copy.tar.gz"_s), u"--yes"_s});
    QVERIFY2(file.code == 0, file.error.constData());
    QVERIFY2(file.error.contains("-foreign.tar.gz"), file.error.constData());
    QCOMPARE(keysOf(program), 3);
    const auto noise = backup(program, {u"restore"_s, Program::binary(), u"--yes"_s});
    QCOMPARE(noise.code, 1);
    QVERIFY2(noise.error.contains("no backup"), noise.error.constData());
    QCOMPARE(program.end(), 0);
    QVERIFY(program.log().contains("A backup is made and proven."));
}

void BackupProgramTest::afterADisaster()
{
    Program program;
    QVERIFY(program.serve());
    makeKeys(program, u"one"_s, 3);
    const auto made = backup(program, {u"create"_s, u"--json"_s});
    const QString id = json(made.out)[u"id"_s].toString();
    program.signal(SIGKILL);
    program.end();
    QFile database(program.data() + u"/quota.db"_s);
    QVERIFY(database.open(QIODevice::ReadWrite));
    database.write(QByteArray(20'000, 'n'));
    database.close();
    QVERIFY(!program.serve());
    QVERIFY2(program.log().contains("is damaged"), program.log().constData());
    program.end();

    const auto restored = backup(program, {u"restore"_s, id, u"--yes"_s, u"--json"_s});
    QVERIFY2(restored.code == 0, restored.error.constData());
    QCOMPARE(json(restored.out)[u"restored"_s].toBool(), true);
    QCOMPARE(json(restored.out)[u"keys"_s].toInt(), 3);
    QVERIFY2(program.serve(), program.log().constData());
    QCOMPARE(keysOf(program), 3);
    QCOMPARE(program.end(), 0);
}

void BackupProgramTest::asksBeforeItDestroys_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("restore") << QStringList{u"restore"_s, u"x.tar.gz"_s} << 2 << QByteArray("--yes");
    QTest::newRow("prune") << QStringList{u"prune"_s} << 2 << QByteArray("--yes");
    QTest::newRow("only what") << QStringList{u"restore"_s, u"x.tar.gz"_s, u"--only"_s, u"usage"_s,
                                              u"--yes"_s}
                               << 2 << QByteArray("keys or settings");
    QTest::newRow("nothing to restore") << QStringList{u"restore"_s} << 2 << QByteArray("restore");
    QTest::newRow("no such passphrase file")
        << QStringList{u"create"_s, u"--passphrase-file"_s, u"nowhere"_s} << 1 << QByteArray("passphrase");
    QTest::newRow("no data directory") << QStringList{u"create"_s} << 1 << QByteArray("no data directory");
    QTest::newRow("unknown verb") << QStringList{u"crate"_s} << 2 << QByteArray("create");
}

void BackupProgramTest::asksBeforeItDestroys()
{
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    Program program;
    const auto ended = backup(program, words);
    QCOMPARE(ended.code, code);
    QVERIFY2(ended.error.contains(says), ended.error.constData());
}

// Ends the program at random instants of a restore and of a backup: the store is the old one or the new one, and what
// is listed is whole.
void BackupProgramTest::surviveKills()
{
    Program program;
    QVERIFY(program.serve());
    makeKeys(program, u"one"_s, 3);
    const QString id = json(backup(program, {u"create"_s, u"--json"_s}).out)[u"id"_s].toString();
    makeKeys(program, u"two"_s, 2);
    const QString larger = json(backup(program, {u"create"_s, u"--json"_s}).out)[u"id"_s].toString();
    QCOMPARE(program.end(), 0);
    QRandomGenerator random(5);
    for (int round = 0; round < 16; ++round) {
        const QStringList words = round % 4 == 3
                                      ? QStringList{u"create"_s}
                                      : QStringList{u"restore"_s, round % 2 == 0 ? id : larger, u"--yes"_s};
        QProcess process;
        process.start(Program::binary(),
                      QStringList{u"backup"_s} + words + QStringList{u"--data-dir"_s, program.data()});
        QVERIFY(process.waitForStarted());
        // By chance before, within or after the work; either way the state must be a whole one.
        process.waitForFinished(int(random.bounded(120)));
        process.kill();
        process.waitForFinished();
        const auto dry = backup(program, {u"restore"_s, id, u"--dry-run"_s, u"--json"_s});
        QVERIFY2(dry.code == 0, dry.error.constData());
        const int gone = json(dry.out)[u"differences"_s][u"keys"_s][u"removed"_s].toInt();
        QVERIFY2(gone == 0 || gone == 2, dry.out.constData());
        QVERIFY(!QFile::exists(program.data() + u"/restore.journal"_s));
    }
    const QJsonArray listed = json(backup(program, {u"list"_s, u"--json"_s}).out)[u"backups"_s].toArray();
    for (const QJsonValue &one : listed)
        QCOMPARE(backup(program, {u"verify"_s, one[u"id"_s].toString()}).code, 0);
    QVERIFY(program.serve());
    QVERIFY(keysOf(program) == 3 || keysOf(program) == 5);
    QCOMPARE(program.end(), 0);
}

QTEST_GUILESS_MAIN(BackupProgramTest)
#include "tst_backupprogram.moc"
