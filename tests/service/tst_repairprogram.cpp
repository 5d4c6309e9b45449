// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"
#include "rawclient.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace quota::test;

// `database repair` of the real program, on a store that the service has filled: what it says, what it leaves, and that
// holders' keys work after it. QUOTA_KILLS says how often it is killed.
class RepairProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void hasNothingToDo();
    void repairsSoThatKeysWork();
    void aDryRunLeavesNothing();
    void leavesARunningServiceAlone();
    void asksBeforeItChanges();
    void tellsOfDamageWithItsCures();
    void refusesADirectoryThatMayNotBeWritten();
    void refusesAFullDisk();
    void killedAtAnyInstant();

private:
    Program::Ended database(const QStringList &words) const
    {
        return m_program->run(QStringList{u"database"_s} + words +
                              QStringList{u"--data-dir"_s, m_program->data()});
    }
    QString path() const { return m_program->data() + u"/quota.db"_s; }
    QByteArray content() const;
    // Of every file of the data directory, with its bytes.
    QMap<QString, QByteArray> everything() const;
    void fill();
    void damage() const;

    std::unique_ptr<Program> m_program;
    QByteArray m_secret;
};

static QJsonObject json(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
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

void RepairProgramTest::init()
{
    m_program = std::make_unique<Program>();
}

QByteArray RepairProgramTest::content() const
{
    QFile file(path());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QMap<QString, QByteArray> RepairProgramTest::everything() const
{
    QMap<QString, QByteArray> files;
    const QDir directory(m_program->data());
    const QStringList names = directory.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    for (const QString &name : names) {
        QFile file(directory.filePath(name));
        // The lock names who had it last; looking at a database lays an empty journal and its index beside it.
        if (name == "run.lock"_L1 || name.startsWith("quota.db-"_L1))
            continue;
        files.insert(name, file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    return files;
}

// Keys with limits, and requests of one of them.
void RepairProgramTest::fill()
{
    QVERIFY2(m_program->serve(), m_program->log().constData());
    for (int key = 0; key < 3; ++key) {
        const auto made = m_program->run({u"keys"_s, u"create"_s, u"--limit"_s, u"requests/day=100"_s,
                                          u"--data-dir"_s, m_program->data()});
        QVERIFY2(made.code == 0, made.error.constData());
        m_secret = made.out.trimmed();
    }
    for (int request = 0; request < 5; ++request)
        QCOMPARE(chat(portOf(*m_program), m_secret), 200);
    QCOMPARE(m_program->end(), 0);
}

// The pages of an index, which are found by what only they hold: an index of sums.
void RepairProgramTest::damage() const
{
    QByteArray bytes = content();
    constexpr int pageSize = 4096;
    int damaged = 0;
    for (qsizetype page = 1; page < bytes.size() / pageSize; ++page) {
        const auto type = quint8(bytes[page * pageSize]);
        if (type == 0x0a && damaged < 4 && ++damaged > 0)
            bytes.replace(page * pageSize, 16, QByteArray(16, '\x77'));
    }
    QVERIFY(damaged > 0);
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

void RepairProgramTest::hasNothingToDo()
{
    fill();
    const auto before = everything();
    const auto repaired = database({u"repair"_s, u"--json"_s});
    QVERIFY2(repaired.code == 0, repaired.error.constData());
    QCOMPARE(json(repaired.out)[u"needed"_s].toBool(true), false);
    QVERIFY(database({u"repair"_s}).out.contains("Nothing to repair"));
    QCOMPARE(everything(), before);
}

void RepairProgramTest::repairsSoThatKeysWork()
{
    fill();
    damage();
    QCOMPARE(database({u"check"_s}).code, 1);
    const QByteArray damaged = content();
    const auto repaired = database({u"repair"_s, u"--yes"_s, u"--json"_s});
    QVERIFY2(repaired.code == 0, repaired.error.constData());
    const QJsonObject said = json(repaired.out);
    QVERIFY(said[u"repaired"_s].toBool());
    QCOMPARE(said[u"tables"_s][u"keys"_s][u"after"_s].toInt(), 3);
    QCOMPARE(said[u"tables"_s][u"requests"_s][u"after"_s].toInt(), 5);
    QFile kept(said[u"kept_aside"_s].toString());
    QVERIFY(kept.fileName().startsWith(path() + u".damaged-"_s));
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), damaged);
    struct stat info
    {};
    for (const QString &file : {path(), kept.fileName()}) {
        QCOMPARE(::stat(qPrintable(file), &info), 0);
        QCOMPARE(int(info.st_mode & 0777), 0600);
    }
    QCOMPARE(database({u"check"_s}).code, 0);
    QVERIFY(!QFile::exists(m_program->data() + u"/scratch"_s));
    QVERIFY2(m_program->serve(), m_program->log().constData());
    // Keys that had to be disabled are told of, and enabled by a person.
    const QJsonArray lost = said[u"lost"_s].toArray();
    const bool disabled = std::any_of(lost.begin(), lost.end(), [](const QJsonValue &remark) {
        return remark[u"text"_s].toString().contains(u"disabled"_s);
    });
    QCOMPARE(chat(portOf(*m_program), m_secret), disabled ? 403 : 200);
    QCOMPARE(m_program->end(), 0);
}

void RepairProgramTest::aDryRunLeavesNothing()
{
    fill();
    damage();
    const auto before = everything();
    const auto dry = database({u"repair"_s, u"--dry-run"_s});
    QVERIFY2(dry.code == 0, dry.error.constData());
    QVERIFY2(dry.out.contains("AFTER"), dry.out.constData());
    QVERIFY2(dry.error.contains("nothing was changed"), dry.error.constData());
    QCOMPARE(everything(), before);
}

void RepairProgramTest::leavesARunningServiceAlone()
{
    QVERIFY2(m_program->serve(), m_program->log().constData());
    for (const QStringList &words :
         {QStringList{u"repair"_s, u"--yes"_s}, QStringList{u"repair"_s, u"--dry-run"_s}}) {
        const auto refused = database(words);
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.error.contains("pid " + QByteArray::number(m_program->pid())),
                 refused.error.constData());
    }
    QCOMPARE(m_program->end(), 0);
}

void RepairProgramTest::asksBeforeItChanges()
{
    fill();
    damage();
    const auto before = everything();
    const auto asked = database({u"repair"_s});
    QCOMPARE(asked.code, 2);
    QVERIFY2(asked.error.contains("--yes"), asked.error.constData());
    QCOMPARE(database({u"repair"_s, u"--now"_s}).code, 2);
    QCOMPARE(everything(), before);
}

void RepairProgramTest::tellsOfDamageWithItsCures()
{
    fill();
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QByteArray noise(64 * 1024, '\0');
    QRandomGenerator random(3);
    for (char &byte : noise)
        byte = char(random.bounded(256));
    file.write(noise);
    file.close();
    QVERIFY(!m_program->serve());
    m_program->end();
    QVERIFY2(m_program->log().contains("is damaged"), m_program->log().constData());
    QVERIFY2(m_program->log().contains("backup restore"), m_program->log().constData());
    QVERIFY2(m_program->log().contains("database repair"), m_program->log().constData());
    const auto checked = database({u"check"_s});
    QCOMPARE(checked.code, 1);
    QVERIFY2(checked.error.contains("database repair"), checked.error.constData());
    const auto repaired = database({u"repair"_s, u"--yes"_s});
    QCOMPARE(repaired.code, 1);
    QVERIFY2(repaired.error.contains("Nothing was changed"), repaired.error.constData());
    QVERIFY2(repaired.error.contains("backup restore"), repaired.error.constData());
    QCOMPARE(content(), noise);
}

void RepairProgramTest::refusesADirectoryThatMayNotBeWritten()
{
    if (::geteuid() == 0)
        QSKIP("root may write everywhere");
    fill();
    damage();
    const auto before = everything();
    QFile::setPermissions(m_program->data(), QFile::ReadOwner | QFile::ExeOwner);
    const auto refused = database({u"repair"_s, u"--yes"_s});
    QFile::setPermissions(m_program->data(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains(m_program->data().toUtf8()), refused.error.constData());
    QCOMPARE(everything(), before);
}

// A small disk of memory, where this user may mount one.
void RepairProgramTest::refusesAFullDisk()
{
    fill();
    damage();
    const QString disk = m_program->path(u"disk"_s);
    QVERIFY(QDir().mkpath(disk));
    QProcess mount;
    mount.start(u"mount"_s, {u"-t"_s, u"tmpfs"_s, u"-o"_s, u"size=256k"_s, u"tmpfs"_s, disk});
    if (!mount.waitForFinished() || mount.exitCode() != 0)
        QSKIP("no disk can be mounted here");
    const auto unmount = qScopeGuard([&disk] { QProcess::execute(u"umount"_s, {disk}); });
    const QString copy = disk + u"/quota.db"_s;
    QVERIFY(QFile::copy(path(), copy));
    QFile ballast(disk + u"/ballast"_s);
    QVERIFY(ballast.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    while (ballast.write(QByteArray(4096, 'x')) == 4096) {
    }
    ballast.close();
    ballast.open(QIODevice::ReadWrite);
    ballast.resize(std::max<qint64>(0, ballast.size() - 16 * 1024)); // the lock, a directory
    ballast.close();
    const auto refused = m_program->run({u"database"_s, u"repair"_s, u"--yes"_s, u"--data-dir"_s, disk});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains(" is full"), refused.error.constData());
    QVERIFY2(refused.error.contains("othing was changed"), refused.error.constData());
    QFile file(copy);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), content());
    QCOMPARE(QDir(disk).entryList({u"*damaged*"_s, u"scratch"_s, u"*.repairing"_s}), QStringList());
}

void RepairProgramTest::killedAtAnyInstant()
{
    fill();
    damage();
    const QByteArray damaged = content();
    const int kills =
        qEnvironmentVariableIsSet("QUOTA_KILLS") ? qEnvironmentVariableIntValue("QUOTA_KILLS") : 6;
    auto *random = QRandomGenerator::global();
    int done = 0;
    for (int round = 0; round < kills; ++round) {
        for (const QLatin1StringView part : {""_L1, "-wal"_L1, "-shm"_L1})
            QFile::remove(path() + part);
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(damaged);
        file.close();
        QProcess repair;
        repair.start(Program::binary(),
                     {u"database"_s, u"repair"_s, u"--yes"_s, u"--data-dir"_s, m_program->data()});
        QVERIFY(repair.waitForStarted());
        // An instant that nothing determines, not a fact that is waited for.
        repair.waitForFinished(int(random->bounded(200)));
        repair.kill();
        repair.waitForFinished();
        const bool finished = repair.exitStatus() == QProcess::NormalExit && repair.exitCode() == 0;
        const auto after = database({u"repair"_s, u"--dry-run"_s, u"--json"_s});
        QVERIFY2(after.code == 0, after.error.constData());
        const bool isNew = !json(after.out)[u"needed"_s].toBool(true);
        QVERIFY(isNew || content() == damaged);
        QVERIFY(isNew || !finished);
        if (isNew)
            QCOMPARE(database({u"check"_s}).code, 0);
        done += isNew ? 1 : 0;
        QCOMPARE(QDir(m_program->data()).entryList({u"scratch"_s, u"*.journal"_s, u"*.before-restore"_s}),
                 QStringList());
    }
    qInfo("%d of %d repairs were done before the kill", done, kills);
}

QTEST_GUILESS_MAIN(RepairProgramTest)
#include "tst_repairprogram.moc"
