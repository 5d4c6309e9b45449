// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"
#include "rawclient.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace quota::test;

// `database copy` of the real program: to a new place, beside a service, over what is there; and that a service works on
// the copy.
class CopyProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void movesToAnotherDirectory();
    void copiesBesideAService();
    void aDryRunLeavesNothing();
    void replacesOnlyWhenTold();
    void leavesAServiceOfTheTargetAlone();
    void refuses_data();
    void refuses();
    void refusesADirectoryThatMayNotBeWritten();
    void refusesAFullDisk();
    void killedAtAnyInstant();

private:
    Program::Ended copy(const QString &to, const QStringList &words = {}) const
    {
        return m_program->run(QStringList{u"database"_s, u"copy"_s, u"--to"_s, to} + words +
                              QStringList{u"--data-dir"_s, m_program->data()});
    }
    QString place(const QString &name) const { return m_program->path(name); }
    void makeKeys(int count);
    void fill();

    QString other(const QString &name) const { return m_other->data() + u'/' + name; }

    std::unique_ptr<Program> m_program;
    std::unique_ptr<Program> m_other; // of the data directory that is copied to
    QByteArray m_secret;
};

static QJsonObject json(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

static QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

static int modeOf(const QString &path)
{
    struct stat info
    {};
    return ::stat(qPrintable(path), &info) == 0 ? int(info.st_mode & 0777) : -1;
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

void CopyProgramTest::init()
{
    m_program = std::make_unique<Program>();
    m_other = std::make_unique<Program>();
}

void CopyProgramTest::makeKeys(int count)
{
    for (int key = 0; key < count; ++key) {
        const auto made = m_program->run({u"keys"_s, u"create"_s, u"--limit"_s, u"requests/day=100"_s,
                                          u"--data-dir"_s, m_program->data()});
        QVERIFY2(made.code == 0, made.error.constData());
        m_secret = made.out.trimmed();
    }
}

void CopyProgramTest::fill()
{
    QVERIFY2(m_program->serve(), m_program->log().constData());
    makeKeys(3);
    for (int request = 0; request < 4; ++request)
        QCOMPARE(chat(portOf(*m_program), m_secret), 200);
    QCOMPARE(m_program->end(), 0);
}

void CopyProgramTest::movesToAnotherDirectory()
{
    fill();
    QVERIFY(QDir().mkpath(m_other->data()));
    const auto copied = copy(u"sqlite:"_s + other(u"quota.db"_s), {u"--json"_s});
    QVERIFY2(copied.code == 0, copied.error.constData());
    const QJsonObject said = json(copied.out);
    QVERIFY(said[u"copied"_s].toBool());
    QCOMPARE(said[u"tables"_s][u"keys"_s][u"copied"_s].toInt(), 3);
    QCOMPARE(said[u"tables"_s][u"requests"_s][u"copied"_s].toInt(), 4);
    QCOMPARE(said[u"seal_key"_s].toString(), u"comes"_s);
    QCOMPARE(contentOf(other(u"seal-key"_s)), contentOf(m_program->data() + u"/seal-key"_s));
    QCOMPARE(modeOf(other(u"quota.db"_s)), 0600);
    QCOMPARE(modeOf(other(u"seal-key"_s)), 0600);
    QCOMPARE(QDir(m_other->data()).entryList(QDir::Files).size(), 2);
    const auto checked = m_program->run({u"database"_s, u"check"_s, u"--data-dir"_s, m_other->data()});
    QVERIFY2(checked.code == 0, checked.out.constData());
    QVERIFY2(m_other->serve(), m_other->log().constData());
    QCOMPARE(chat(portOf(*m_other), m_secret), 200);
    QCOMPARE(m_other->end(), 0);
}

void CopyProgramTest::copiesBesideAService()
{
    QVERIFY2(m_program->serve(), m_program->log().constData());
    makeKeys(2);
    QCOMPARE(chat(portOf(*m_program), m_secret), 200);
    const auto copied = copy(place(u"data/copy.db"_s));
    QVERIFY2(copied.code == 0, copied.error.constData());
    QVERIFY2(copied.error.contains("of one instant"), copied.error.constData());
    QCOMPARE(chat(portOf(*m_program), m_secret), 200);
    const auto status = m_program->run({u"database"_s, u"status"_s, u"--json"_s, u"--data-dir"_s,
                                        m_program->data(), u"--database"_s, place(u"data/copy.db"_s)});
    QCOMPARE(json(status.out)[u"rows"_s][u"keys"_s].toInt(), 2);
    QCOMPARE(m_program->end(), 0);
}

void CopyProgramTest::aDryRunLeavesNothing()
{
    fill();
    QVERIFY(QDir().mkpath(m_other->data()));
    const auto dry = copy(other(u"quota.db"_s), {u"--dry-run"_s});
    QVERIFY2(dry.code == 0, dry.error.constData());
    QVERIFY2(dry.out.contains("THERE"), dry.out.constData());
    QVERIFY(QDir(m_other->data()).isEmpty());
    // Against another store: rows here and there.
    const auto made = m_program->run({u"database"_s, u"init"_s, u"--data-dir"_s, m_other->data()});
    QCOMPARE(made.code, 0);
    const QByteArray before = contentOf(other(u"quota.db"_s));
    const auto compared = copy(other(u"quota.db"_s), {u"--dry-run"_s, u"--json"_s});
    QVERIFY2(compared.code == 0, compared.error.constData());
    QCOMPARE(json(compared.out)[u"tables"_s][u"keys"_s][u"here"_s].toInt(-1), 3);
    QCOMPARE(json(compared.out)[u"tables"_s][u"keys"_s][u"there"_s].toInt(-1), 0);
    QCOMPARE(contentOf(other(u"quota.db"_s)), before);
}

void CopyProgramTest::replacesOnlyWhenTold()
{
    fill();
    const QString target = other(u"quota.db"_s);
    QVERIFY(QDir().mkpath(m_other->data()));
    // One without keys and books holds nothing to lose.
    QCOMPARE(m_program->run({u"database"_s, u"init"_s, u"--data-dir"_s, m_other->data()}).code, 0);
    QCOMPARE(copy(target).code, 0);
    const QByteArray first = contentOf(target);
    const auto refused = copy(target);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("--force"), refused.error.constData());
    QCOMPARE(copy(target, {u"--dry-run"_s}).code, 1);
    QCOMPARE(copy(target, {u"--force"_s}).code, 2); // nobody to ask
    QCOMPARE(contentOf(target), first);
    const auto forced = copy(target, {u"--force"_s, u"--yes"_s, u"--json"_s});
    QVERIFY2(forced.code == 0, forced.error.constData());
    QCOMPARE(contentOf(json(forced.out)[u"kept_aside"_s].toString()), first);

    // A seal key of another store.
    QVERIFY(QDir().mkpath(place(u"third"_s)));
    QFile key(place(u"third/seal-key"_s));
    QVERIFY(key.open(QIODevice::WriteOnly) && key.write(QByteArray(32, 'k')) == 32);
    key.close();
    const auto other = copy(place(u"third/quota.db"_s));
    QCOMPARE(other.code, 1);
    QVERIFY2(other.error.contains("another seal key"), other.error.constData());
    QCOMPARE(contentOf(place(u"third/seal-key"_s)), QByteArray(32, 'k'));
    QVERIFY(!QFile::exists(place(u"third/quota.db"_s)));
}

void CopyProgramTest::leavesAServiceOfTheTargetAlone()
{
    fill();
    QVERIFY2(m_other->serve(), m_other->log().constData());
    const auto refused = copy(other(u"quota.db"_s), {u"--force"_s, u"--yes"_s});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("pid " + QByteArray::number(m_other->pid())), refused.error.constData());
    const auto beside = copy(other(u"new.db"_s), {u"--force"_s, u"--yes"_s});
    QCOMPARE(beside.code, 1);
    QCOMPARE(m_other->end(), 0);
}

void CopyProgramTest::refuses_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const auto to = [](const char *target) { return QStringList{u"--to"_s, QString::fromLatin1(target)}; };
    QTest::newRow("no target") << QStringList{} << 2 << QByteArray("--to");
    QTest::newRow("into memory") << to("memory:") << 1 << QByteArray("nothing can be copied there");
    QTest::newRow("out of memory") << to("x.db") + QStringList{u"--database"_s, u"memory:"_s} << 1
                                   << QByteArray("backup create");
    QTest::newRow("PostgreSQL") << to("postgres://u:secret@h/d") << 2 << QByteArray("PostgreSQL");
    QTest::newRow("no directory") << to("no/where/x.db") << 1 << QByteArray("does not exist");
    QTest::newRow("a directory") << to("data") << 1 << QByteArray("is a directory");
    QTest::newRow("itself") << to("data/quota.db") << 1 << QByteArray("the database itself");
    QTest::newRow("itself by a link") << to("link.db") << 1 << QByteArray("the database itself");
    QTest::newRow("a link to nowhere") << to("nowhere.db") << 1 << QByteArray("where nothing is");
    QTest::newRow("a text") << to("text") << 1 << QByteArray("--force");
    QTest::newRow("help") << QStringList{u"--help"_s} << 0 << QByteArray();
}

void CopyProgramTest::refuses()
{
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    QCOMPARE(m_program->run({u"database"_s, u"init"_s, u"--data-dir"_s, m_program->data()}).code, 0);
    QVERIFY(QFile::link(u"data/quota.db"_s, place(u"link.db"_s)));
    QVERIFY(QFile::link(u"gone/quota.db"_s, place(u"nowhere.db"_s)));
    QFile text(place(u"text"_s));
    QVERIFY(text.open(QIODevice::WriteOnly) && text.write("no database\n") > 0);
    text.close();
    const QByteArray before = contentOf(m_program->data() + u"/quota.db"_s);
    const auto ended =
        m_program->run(QStringList{u"database"_s, u"copy"_s, u"--data-dir"_s, m_program->data()} + words);
    QVERIFY2(ended.code == code, ended.error.constData());
    QVERIFY2(ended.error.contains(says), ended.error.constData());
    QVERIFY(!ended.error.contains("secret@"));
    QCOMPARE(contentOf(m_program->data() + u"/quota.db"_s), before);
    QCOMPARE(contentOf(place(u"text"_s)), QByteArray("no database\n"));
}

void CopyProgramTest::refusesADirectoryThatMayNotBeWritten()
{
    if (::geteuid() == 0)
        QSKIP("root may write everywhere");
    fill();
    QVERIFY(QDir().mkpath(m_other->data()));
    QFile::setPermissions(m_other->data(), QFile::ReadOwner | QFile::ExeOwner);
    const auto refused = copy(other(u"quota.db"_s));
    QFile::setPermissions(m_other->data(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("write permission"), refused.error.constData());
    QVERIFY(QDir(m_other->data()).isEmpty());
}

void CopyProgramTest::refusesAFullDisk()
{
    fill();
    const QString disk = place(u"disk"_s);
    QVERIFY(QDir().mkpath(disk));
    QProcess mount;
    mount.start(u"mount"_s, {u"-t"_s, u"tmpfs"_s, u"-o"_s, u"size=64k"_s, u"tmpfs"_s, disk});
    if (!mount.waitForFinished() || mount.exitCode() != 0)
        QSKIP("no disk can be mounted here");
    const auto unmount = qScopeGuard([&disk] { QProcess::execute(u"umount"_s, {disk}); });
    const auto refused = copy(disk + u"/quota.db"_s);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains(" is full"), refused.error.constData());
    QVERIFY(QDir(disk).isEmpty());
}

// What was there, or the copy; with QUOTA_KILLS more often.
void CopyProgramTest::killedAtAnyInstant()
{
    fill();
    const QString target = other(u"quota.db"_s);
    QVERIFY2(m_other->serve(), m_other->log().constData());
    QCOMPARE(m_other->end(), 0);
    const auto instanceOf = [this](const QString &directory) {
        const auto status =
            m_program->run({u"database"_s, u"status"_s, u"--json"_s, u"--data-dir"_s, directory});
        return json(status.out)[u"instance"_s].toString();
    };
    const QString here = instanceOf(m_program->data());
    const QByteArray old = contentOf(target);
    const QByteArray oldKey = contentOf(other(u"seal-key"_s));
    QVERIFY(oldKey != contentOf(m_program->data() + u"/seal-key"_s));
    const int kills =
        qEnvironmentVariableIsSet("QUOTA_KILLS") ? qEnvironmentVariableIntValue("QUOTA_KILLS") : 6;
    int done = 0;
    for (int round = 0; round < kills; ++round) {
        for (const auto &[name, bytes] : {std::pair(target, old), std::pair(other(u"seal-key"_s), oldKey)}) {
            QFile file(name);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        }
        QProcess process;
        process.start(Program::binary(), {u"database"_s, u"copy"_s, u"--to"_s, target, u"--force"_s,
                                          u"--yes"_s, u"--data-dir"_s, m_program->data()});
        QVERIFY(process.waitForStarted());
        // An instant that nothing determines, not a fact that is waited for.
        process.waitForFinished(int(QRandomGenerator::global()->bounded(120)));
        process.kill();
        process.waitForFinished();
        QVERIFY2(m_other->serve(), m_other->log().constData());
        QCOMPARE(m_other->end(), 0);
        const bool isNew = instanceOf(m_other->data()) == here;
        QCOMPARE(contentOf(other(u"seal-key"_s)) == oldKey, !isNew);
        done += isNew ? 1 : 0;
        const auto checked = m_program->run({u"database"_s, u"check"_s, u"--data-dir"_s, m_other->data()});
        QVERIFY2(checked.code == 0, checked.out.constData());
    }
    qInfo("%d of %d copies were done before the kill", done, kills);
}

QTEST_GUILESS_MAIN(CopyProgramTest)
#include "tst_copyprogram.moc"
