// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace quota::test;

// Backups made and put back where the disk is full, a directory may not be written or is not there, a file belongs to
// somebody else or is a link: each is refused with its reason, and nothing has changed. Some need root, for mounts and
// for another user.
class BackupPlacesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void fullDiskOfBackups();
    void fullDiskOfTheDatabase();
    void whatIsThereStays();
    void ofAnotherUser_data();
    void ofAnotherUser();

private:
    // quota-proxy backup …, on this data directory; as nobody, if wanted.
    Program::Ended backup(const QString &data, const QStringList &arguments, bool asNobody = false,
                          const QHash<QString, QString> &environment = {}) const;
    bool mount(const QString &path, const QString &size);
    static QHash<QString, QByteArray> contentOf(const QString &directory);

    std::unique_ptr<Program> m_program;
    QString m_archive;
    QStringList m_mounts;
};

static int run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    return process.waitForFinished(20'000) && process.exitStatus() == QProcess::NormalExit
               ? process.exitCode()
               : -1;
}

void BackupPlacesTest::init()
{
    m_program = std::make_unique<Program>();
    const auto made = m_program->run({u"database"_s, u"init"_s, u"--data-dir"_s, m_program->data()});
    QVERIFY2(made.code == 0, made.error.constData());
    const auto created = backup(m_program->data(), {u"create"_s});
    QVERIFY2(created.code == 0, created.error.constData());
    const QDir backups(m_program->data() + u"/backups"_s);
    m_archive = m_program->path(u"kept.tar.gz"_s);
    QVERIFY(QFile::copy(backups.filePath(backups.entryList({u"*.tar.gz"_s}).value(0)), m_archive));
    QFile::setPermissions(m_archive, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
}

void BackupPlacesTest::cleanup()
{
    for (const QString &path : std::exchange(m_mounts, {}))
        run(u"umount"_s, {path});
    m_program.reset();
}

Program::Ended BackupPlacesTest::backup(const QString &data, const QStringList &arguments, bool asNobody,
                                        const QHash<QString, QString> &environment) const
{
    const QStringList words = QStringList{u"backup"_s} + arguments + QStringList{u"--data-dir"_s, data};
    if (!asNobody)
        return m_program->run(words, environment);
    QProcess process;
    process.setWorkingDirectory(u"/"_s);
    process.start(u"setpriv"_s, QStringList{u"--reuid"_s, u"65534"_s, u"--regid"_s, u"65534"_s,
                                            u"--clear-groups"_s, Program::binary()} +
                                    words);
    process.closeWriteChannel();
    process.waitForFinished(20'000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

bool BackupPlacesTest::mount(const QString &path, const QString &size)
{
    QDir().mkpath(path);
    const bool done = ::geteuid() == 0 && run(u"mount"_s, {u"-t"_s, u"tmpfs"_s, u"-o"_s, u"size="_s + size,
                                                           u"none"_s, path}) == 0;
    if (done)
        m_mounts.append(path);
    return done;
}

// All files that are not the lock, which says who came last.
QHash<QString, QByteArray> BackupPlacesTest::contentOf(const QString &directory)
{
    QHash<QString, QByteArray> content;
    const auto entries =
        QDir(directory).entryInfoList(QDir::Files | QDir::Hidden | QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QFileInfo &entry : entries) {
        if (entry.isDir()) {
            content.insert(contentOf(entry.filePath()));
            continue;
        }
        QFile file(entry.filePath());
        if (entry.fileName() != "run.lock"_L1 && file.open(QIODevice::ReadOnly))
            content.insert(entry.filePath(), file.readAll());
    }
    return content;
}

// Leaves no byte free.
static void fill(const QString &directory)
{
    QFile file(directory + u"/fill"_s);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    while (file.write(QByteArray(512, 'x')) > 0) {
    }
}

void BackupPlacesTest::fullDiskOfBackups()
{
    const QString disk = m_program->path(u"disk"_s);
    if (!mount(disk, u"64k"_s))
        QSKIP("no file system can be mounted here");
    fill(disk);
    const auto before = contentOf(disk);
    const auto data = contentOf(m_program->data());
    const auto refused = backup(m_program->data(), {u"create"_s}, false, {{u"BACKUP_DIR"_s, disk}});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("No space left"), refused.error.constData());
    const auto outside = backup(m_program->data(), {u"create"_s, u"--output"_s, disk + u"/out.tar.gz"_s});
    QCOMPARE(outside.code, 1);
    QVERIFY2(outside.error.contains("No space left"), outside.error.constData());
    QVERIFY(contentOf(disk) == before);
    // The second had been made and proven in the list before it was to be copied out.
    auto after = contentOf(m_program->data());
    for (auto file = data.begin(); file != data.end(); ++file)
        QVERIFY2(after.value(file.key()) == file.value(), qPrintable(file.key()));
}

void BackupPlacesTest::fullDiskOfTheDatabase()
{
    const QString disk = m_program->path(u"disk"_s);
    if (!mount(disk, u"700k"_s))
        QSKIP("no file system can be mounted here");
    const QString data = disk + u"/data"_s;
    const auto made = m_program->run({u"database"_s, u"init"_s, u"--data-dir"_s, data});
    QVERIFY2(made.code == 0, made.error.constData());
    fill(disk);
    const auto before = contentOf(data);
    QVERIFY(!before.isEmpty());
    const auto refused = backup(data, {u"restore"_s, m_archive, u"--yes"_s});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("No space left"), refused.error.constData());
    QVERIFY(contentOf(data) == before);
}

void BackupPlacesTest::whatIsThereStays()
{
    const QString precious = m_program->path(u"precious"_s);
    QFile file(precious);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
    file.close();
    QVERIFY(QFile::link(precious, m_program->path(u"link.tar.gz"_s)));
    QVERIFY(QFile::link(m_program->path(u"nowhere"_s), m_program->path(u"dangling.tar.gz"_s)));
    for (const QString &target :
         {u"precious"_s, u"link.tar.gz"_s, u"dangling.tar.gz"_s, u"gone/x.tar.gz"_s}) {
        const auto refused = backup(m_program->data(), {u"create"_s, u"--output"_s, m_program->path(target)});
        QVERIFY2(refused.code != 0, qPrintable(target));
        QVERIFY2(refused.error.contains(target.toUtf8()), refused.error.constData());
    }
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("mine"));
    QVERIFY(!QFile::exists(m_program->path(u"nowhere"_s)));
}

void BackupPlacesTest::ofAnotherUser_data()
{
    QTest::addColumn<QString>("mode"); // of a data directory that is nobody's
    QTest::addColumn<QString>("owner");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("read only") << u"0500"_s << u"65534"_s << QByteArray("permission");
    QTest::newRow("somebody else's") << u"0700"_s << u"0"_s << QByteArray("permission");
    QTest::newRow("somebody else's, open to all") << u"0755"_s << u"0"_s << QByteArray("permission");
}

void BackupPlacesTest::ofAnotherUser()
{
    QFETCH(QString, mode);
    QFETCH(QString, owner);
    QFETCH(QByteArray, says);
    QFile::setPermissions(QFileInfo(m_program->data()).path(), QFile::ReadOwner | QFile::WriteOwner |
                                                                   QFile::ExeOwner | QFile::ExeGroup |
                                                                   QFile::ReadOther | QFile::ExeOther);
    const bool isRoot = ::geteuid() == 0 && !QStandardPaths::findExecutable(u"setpriv"_s).isEmpty();
    if (!isRoot || backup(m_program->data(), {u"--help"_s}, true).code != 0)
        QSKIP("no other user can run the program here");
    const QString data = m_program->data();
    for (const QString &part : {u"/quota.db"_s, u"/backups"_s, u"/run.lock"_s, QString()})
        QCOMPARE(run(u"chown"_s, {u"-R"_s, owner, data + part}), 0);
    QCOMPARE(run(u"chmod"_s, {mode, data, data + u"/backups"_s}), 0);
    const auto before = contentOf(data);
    for (const QStringList &arguments : {QStringList{u"create"_s}, {u"restore"_s, m_archive, u"--yes"_s}}) {
        const auto refused = backup(data, arguments, true);
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.error.contains(says), refused.error.constData());
        QVERIFY(contentOf(data) == before);
    }
}

QTEST_GUILESS_MAIN(BackupPlacesTest)
#include "tst_backupplaces.moc"
