// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator.h"

#include <QScopeGuard>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::console;

// An operator who makes a backup in the console and goes back to it: on the running service, and on its data
// directory when it is dead, through the real command line.
class TestBackups : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_operator = std::make_unique<Operator>(); }
    void cleanup() { m_operator.reset(); }
    void restoresARunningService();
    void takesAFileBack();
    void restoresADeadService();

private:
    void backUp();
    void walkToTheEnd(const QString &name);
    QStringList labels();

    std::unique_ptr<Operator> m_operator;
};

QStringList TestBackups::labels()
{
    QStringList labels;
    const QJsonArray keys = m_operator->service.admin("GET", "/admin/keys")[u"keys"_s].toArray();
    for (const QJsonValue &key : keys)
        labels.append(key[u"label"_s].toString());
    labels.sort();
    return labels;
}

void TestBackups::backUp()
{
    m_operator->service.createKey({{u"label"_s, u"of-then"_s}});
    QVERIFY(m_operator->connectToService());
    m_operator->choosePage("backups");
    QVERIFY(m_operator->click("createBackup"));
    QVERIFY(m_operator->click("givePassphrase"));
    QTRY_VERIFY(m_operator->find<TableView>("backups") &&
                m_operator->find<TableView>("backups")->model()->rowCount() == 1);
    QCOMPARE(m_operator->find<TableView>("backups")->model()->index(0, BackupKeysColumn).data().toString(),
             u"1"_s);
    m_operator->service.createKey({{u"label"_s, u"made-since"_s}});
    QCOMPARE(labels(), (QStringList{u"made-since"_s, u"of-then"_s}));
}

// From the check to the last word of the wizard.
void TestBackups::walkToTheEnd(const QString &name)
{
    QTRY_COMPARE(m_operator->textOf("checkFact"), u"It is whole."_s);
    QVERIFY(m_operator->click("restoreNext"));
    QTRY_COMPARE(m_operator->textOf("keysGoneFigure"), u"1"_s);
    QVERIFY(m_operator->click("restoreNext"));
    QTRY_VERIFY(m_operator->find("typeToRestore"));
    QVERIFY(m_operator->type("typeToRestore", name));
    QVERIFY(m_operator->click("restoreNext"));
    QTRY_VERIFY2_WITH_TIMEOUT(
        m_operator->textOf("finishFact") == u"Restored and proven."_s,
        qPrintable(m_operator->textOf("finishFact") + u' ' + m_operator->textOf("finishLines")), 20'000);
}

void TestBackups::restoresARunningService()
{
    backUp();
    if (QTest::currentTestFailed())
        return;
    QTRY_VERIFY(m_operator->find<QAbstractButton>("createBackup")->isEnabled());
    auto *table = m_operator->find<TableView>("backups");
    Q_EMIT table->opened(table->model()->index(0, MadeColumn));
    walkToTheEnd(u"tokyo-1"_s);
    if (QTest::currentTestFailed())
        return;
    QCOMPARE(labels(), QStringList{u"of-then"_s});
    QVERIFY(m_operator->click("restoreNext"));
    // What was there before is in the list, too.
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QCOMPARE(table->model()->index(0, KindColumn).data().toString(), u"Safety copy"_s);
}

// Out by the one button and in by the other: the archive itself is the same on both ways.
void TestBackups::takesAFileBack()
{
    backUp();
    if (QTest::currentTestFailed())
        return;
    auto *table = m_operator->find<TableView>("backups");
    const auto verb = [this, table](const char *name) {
        QTRY_VERIFY(m_operator->find<QAbstractButton>("createBackup")->isEnabled());
        Q_EMIT table->menuRequested(table->model()->index(0, MadeColumn), QPoint(50, 50));
        auto *menu = m_operator->find<QMenu>("backupMenu");
        auto *action = menu->findChild<QAction *>(QString::fromLatin1(name));
        menu->hide();
        action->trigger();
    };
    m_operator->prompts.path = m_operator->directory.filePath(u"kept.tar.gz"_s);
    verb("downloadBackup");
    QTRY_VERIFY(QFileInfo::exists(m_operator->prompts.path));
    verb("deleteBackup");
    QTRY_COMPARE(m_operator->find<PageState>("backupsState")->state(), PageState::State::Empty);
    QVERIFY(m_operator->click("bringBackup"));
    QTRY_VERIFY(m_operator->find("restoreDialog"));
    walkToTheEnd(u"tokyo-1"_s);
    if (QTest::currentTestFailed())
        return;
    QCOMPARE(labels(), QStringList{u"of-then"_s});
}

void TestBackups::restoresADeadService()
{
    const QByteArray path = qgetenv("PATH");
    const auto restorePath = qScopeGuard([&path] { qputenv("PATH", path); });
    qputenv("PATH", QByteArray(QUOTA_BINARY_DIR "/bin:") + path);
    backUp();
    if (QTest::currentTestFailed())
        return;
    m_operator->console.session().close();
    m_operator->service.stop();
    QVERIFY(m_operator->click("restoreHere"));
    QTRY_VERIFY(m_operator->find("localDialog"));
    QVERIFY(m_operator->type("localDirectory", m_operator->service.directory()));
    QVERIFY(m_operator->click("listLocal"));
    QTRY_VERIFY2(m_operator->find<QComboBox>("localBackups")->count() == 1,
                 qPrintable(m_operator->textOf("localError")));
    QVERIFY(m_operator->click("restoreLocal"));
    walkToTheEnd(QDir(m_operator->service.directory()).dirName());
    if (QTest::currentTestFailed())
        return;
    QVERIFY(m_operator->click("restoreNext"));
    QTRY_COMPARE(m_operator->find<QComboBox>("localBackups")->count(), 2);
    QVERIFY(m_operator->click("cancel"));
    m_operator->service.start();
    QCOMPARE(labels(), QStringList{u"of-then"_s});
}

QTEST_MAIN(TestBackups)
#include "tst_backups.moc"
