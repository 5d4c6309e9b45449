// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolefixture.h"

#include "app/care/restoredialog.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QMenu>
#include <QScopeGuard>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::console;

class TestBackupsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void showsTheBackups();
    void looksAsDesigned();
    void saysEmptyAndMakesTheFirst();
    void saysErrorAndTriesAgain();
    void makesOneByKeyboard();
    void encryptsWithAPassphrase();
    void showsProgressAndCancels();
    void verifiesAgain();
    void asksForThePassphrase();
    void tellsOfDamage();
    void downloadsWhole();
    void keepsNoHalfDownload();
    void deletesAfterAQuestion();
    void tidiesUpAfterAQuestion();
    void comparesTwo();
    void restoresStepByStep();
    void recountsByScope();
    void restoresFromAFile();
    void breaksOffAnUpload();
    void saysThatNothingWasChanged();
    void refusesADamagedOne();
    void goesBackToBefore();
    void readOnlyChangesNothing();
    void offersTheLocalDirectoryWhenTheServiceIsSilent();
    void restoresADeadServiceHere();
    void saysWhatTheCommandLineRefused();
    void speaksChinese();

private:
    void openBackups(bool readOnly = false);
    void fill();
    TableView *table() const { return m_fixture->find<TableView>("backups"); }
    int rows() const { return table() ? table()->model()->rowCount() : 0; }
    QAction *menuAction(int row, const char *name);
    QString labelText(const char *name) const
    {
        const auto *label = m_fixture->find<QLabel>(name);
        return label ? label->text() : QString();
    }
    FakeBackups &backups() { return m_fixture->admin.backups; }
    QString program(const QString &name, const QByteArray &script);
    bool banner() const { return m_fixture->console.backups().banners()->has(u"backupDeed"_s); }

    std::unique_ptr<ConsoleFixture> m_fixture;
};

void TestBackupsPage::init()
{
    m_fixture = std::make_unique<ConsoleFixture>();
}

void TestBackupsPage::cleanup()
{
    m_fixture.reset();
}

void TestBackupsPage::fill()
{
    using namespace std::chrono_literals;
    backups().add(BackupKind::Scheduled, 191min, 1'281, 236'954);
    backups().add(BackupKind::Manual, 11h, 1'280, 231'208);
    backups().add(BackupKind::Safety, 26h, 1'279, 228'020);
    backups().add(BackupKind::Scheduled, 27h, 1'276, 220'118);
    BackupInfo &damaged = backups().add(BackupKind::Scheduled, 51h, 1'270, 201'006);
    damaged.state = BackupState::Damaged;
    damaged.fault = u"quota.db: its SHA-256 is another than the manifest's."_s;
    BackupInfo &foreign = backups().add(BackupKind::Foreign, 99h, 0, 0);
    foreign.state = BackupState::Unverified;
    foreign.rows.clear();
    foreign.version.clear();
    BackupInfo &sealed = backups().add(BackupKind::Manual, 100h, 1'200, 180'000);
    sealed.encrypted = sealed.carriesSealKey = true;
    backups().passphrase = u"four words nobody knows"_s;
    RestoreDifferences &differences = backups().differences;
    differences.keysRemoved = 8;
    differences.keysAdded = 3;
    differences.keysChanged = 2;
    differences.removed = {{u"key_v5n8k2sd"_s, u"hackathon-17"_s}};
    differences.changed = {{u"key_9t5c2j7p"_s, u"王小明 · 个人试用"_s}};
    differences.added = {{u"key_j4r0e7ua"_s, u"summer-school-2025"_s}};
    differences.currentRequests = 473'908;
    differences.backupRequests = 236'954;
    differences.settings = {{u"QUOTA_TIMEZONE"_s, u"UTC"_s, u"Asia/Shanghai"_s}};
}

void TestBackupsPage::openBackups(bool readOnly)
{
    QVERIFY(m_fixture->open(readOnly, Environment::Production));
    m_fixture->choosePage("backups");
    QTRY_VERIFY(m_fixture->console.backups().isVisible());
    QTRY_VERIFY(m_fixture->admin.count(u"GET /admin/backups"_s) > 0);
    if (!backups().list.backups.isEmpty())
        QTRY_COMPARE(rows(), int(backups().list.backups.size()));
}

QAction *TestBackupsPage::menuAction(int row, const char *name)
{
    Q_EMIT table()->menuRequested(table()->model()->index(row, MadeColumn), QPoint(50, 50));
    auto *menu = m_fixture->find<QMenu>("backupMenu");
    auto *action = menu ? menu->findChild<QAction *>(QString::fromLatin1(name)) : nullptr;
    if (menu)
        menu->hide(); // it grabs the keyboard as long as it is open
    return action;
}

void TestBackupsPage::showsTheBackups()
{
    fill();
    openBackups();
    const auto *model = table()->model();
    QCOMPARE(model->index(0, KindColumn).data().toString(), u"Scheduled"_s);
    QCOMPARE(model->index(0, BackupKeysColumn).data().toString(), u"1,281"_s);
    QCOMPARE(model->index(0, BackupRequestsColumn).data().toString(), u"236,954"_s);
    QVERIFY(model->index(0, BackupStateColumn).data().toString().startsWith(u"Verified "_s));
    QCOMPARE(model->index(4, BackupStateColumn).data().toString(), u"Damaged"_s);
    QVERIFY(model->index(4, BackupStateColumn).data(Qt::ToolTipRole).toString().contains(u"SHA-256"_s));
    QCOMPARE(model->index(5, BackupStateColumn).data().toString(), u"Not verified"_s);
    QCOMPARE(model->index(5, BackupKeysColumn).data().toString(), u"—"_s);
    QCOMPARE(labelText("lastBackupFigure"), u"3 h ago"_s);
    QCOMPARE(labelText("backupScheduleFigure"), u"Every day at 03:30"_s);
    QCOMPARE(labelText("backupScheduleSecond"), u"Keeps 7 daily, 4 weekly, 12 monthly"_s);
    QCOMPARE(labelText("backupSpaceFirst"), u"7 backups"_s);
    QCOMPARE(labelText("backupSpaceSecond"), backups().list.directory);
}

void TestBackupsPage::looksAsDesigned()
{
    if (!qEnvironmentVariableIsSet("QUOTA_PICTURES"))
        QSKIP("QUOTA_PICTURES names no directory");
    fill();
    openBackups();
    m_fixture->pictures(u"backups"_s);
    QVERIFY(m_fixture->click("createBackup"));
    QTRY_VERIFY(m_fixture->find("passphraseDialog"));
    QTest::qWait(100);
    m_fixture->pictures(u"backup-new"_s, m_fixture->find("passphraseDialog"));
    QVERIFY(m_fixture->click("cancel"));
    menuAction(0, "restoreBackup")->trigger();
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
    m_fixture->pictures(u"restore-check"_s, m_fixture->find("restoreDialog"));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("keysGoneFigure"), u"8"_s);
    QTest::qWait(100);
    m_fixture->pictures(u"restore-compare"_s, m_fixture->find("restoreDialog"));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_VERIFY(m_fixture->find("typeToRestore"));
    m_fixture->pictures(u"restore-confirm"_s, m_fixture->find("restoreDialog"));
    QVERIFY(m_fixture->type("typeToRestore", u"tokyo-1"_s));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("finishFact"), u"Restored and proven."_s);
    m_fixture->pictures(u"restore-done"_s, m_fixture->find("restoreDialog"));
    QVERIFY(m_fixture->click("restoreNext"));
    table()->selectionModel()->select(table()->model()->index(0, 0),
                                      QItemSelectionModel::Select | QItemSelectionModel::Rows);
    table()->selectionModel()->select(table()->model()->index(3, 0),
                                      QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QTRY_VERIFY(m_fixture->find("compareSelected"));
    QVERIFY(m_fixture->click("compareSelected"));
    QTRY_VERIFY(m_fixture->find("compareDialog"));
    m_fixture->pictures(u"backup-compare"_s, m_fixture->find("compareDialog"));
}

void TestBackupsPage::saysEmptyAndMakesTheFirst()
{
    openBackups();
    QTRY_COMPARE(m_fixture->find<PageState>("backupsState")->state(), PageState::State::Empty);
    QVERIFY(m_fixture->click("stateAction"));
    QTRY_VERIFY(m_fixture->find("passphraseDialog"));
    QVERIFY(m_fixture->click("givePassphrase"));
    QTRY_COMPARE(rows(), 1);
    QTRY_VERIFY(banner());
}

void TestBackupsPage::saysErrorAndTriesAgain()
{
    fill();
    m_fixture->admin.refuse(u"GET /admin/backups"_s, 500, u"storage"_s, u"The directory is gone."_s);
    QVERIFY(m_fixture->open());
    m_fixture->choosePage("backups");
    QTRY_COMPARE(m_fixture->find<PageState>("backupsState")->state(), PageState::State::Error);
    m_fixture->admin.heal();
    QVERIFY(m_fixture->click("stateAction"));
    QTRY_COMPARE(rows(), 7);
}

void TestBackupsPage::makesOneByKeyboard()
{
    fill();
    openBackups();
    QTest::keyClick(&m_fixture->console.window(), Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(m_fixture->find("passphraseDialog"));
    QVERIFY(m_fixture->click("givePassphrase"));
    QTRY_COMPARE(rows(), 8);
    QVERIFY(!m_fixture->admin.last(u"POST /admin/backups"_s)->body.contains(u"passphrase"_s));
    QTRY_COMPARE(labelText("lastBackupFigure"), u"now"_s);
}

void TestBackupsPage::encryptsWithAPassphrase()
{
    openBackups();
    QVERIFY(m_fixture->click("createBackup"));
    QTRY_VERIFY(m_fixture->find("passphraseDialog"));
    QVERIFY(m_fixture->click("encryptBackup"));
    QVERIFY(m_fixture->type("passphrase", u"short"_s));
    QVERIFY(m_fixture->click("givePassphrase"));
    QCOMPARE(m_fixture->admin.count(u"POST /admin/backups"_s), 0);
    QVERIFY(m_fixture->type("passphrase", u"four good words here"_s));
    QVERIFY(m_fixture->type("passphraseAgain", u"four good words her"_s));
    QVERIFY(m_fixture->click("givePassphrase"));
    QCOMPARE(m_fixture->admin.count(u"POST /admin/backups"_s), 0);
    QVERIFY(m_fixture->type("passphraseAgain", u"four good words here"_s));
    QVERIFY(m_fixture->click("givePassphrase"));
    QTRY_COMPARE(rows(), 1);
    QCOMPARE(m_fixture->admin.last(u"POST /admin/backups"_s)->body[u"passphrase"_s].toString(),
             u"four good words here"_s);
}

void TestBackupsPage::showsProgressAndCancels()
{
    fill();
    openBackups();
    m_fixture->admin.hold(u"POST /admin/backups"_s);
    QVERIFY(m_fixture->click("createBackup"));
    QVERIFY(m_fixture->click("givePassphrase"));
    QTRY_COMPARE(m_fixture->admin.waiting(), 1);
    QVERIFY(!m_fixture->find<QAbstractButton>("createBackup")->isEnabled());
    QVERIFY(m_fixture->find("activityRow"));
    backups().list.activity = BackupActivity{u"create"_s, u"pack"_s, 34, 100};
    QTRY_COMPARE(labelText("activityWords"), u"Backing up: packing · 34%"_s);
    QVERIFY(m_fixture->find("activityBar"));
    m_fixture->admin.refuseNext(u"POST /admin/backups"_s, 409, u"cancelled"_s,
                                u"The backup was cancelled."_s);
    m_fixture->admin.hold(u"POST /admin/backups/none"_s);
    QVERIFY(m_fixture->click("cancelActivity"));
    QTRY_COMPARE(m_fixture->admin.count(u"POST /admin/backups/cancel"_s), 1);
    backups().list.activity.reset();
    m_fixture->admin.release();
    QTRY_VERIFY(banner());
    QTRY_VERIFY(m_fixture->find<QAbstractButton>("createBackup")->isEnabled());
    QVERIFY(!m_fixture->find("activityRow"));
}

void TestBackupsPage::verifiesAgain()
{
    fill();
    openBackups();
    menuAction(5, "verifyBackup")->trigger();
    QTRY_VERIFY(banner());
    QTRY_VERIFY(table()->model()->index(5, BackupStateColumn).data().toString().startsWith(u"Verified"_s));
}

void TestBackupsPage::asksForThePassphrase()
{
    fill();
    openBackups();
    menuAction(6, "verifyBackup")->trigger();
    QTRY_VERIFY(m_fixture->find("passphraseDialog"));
    QVERIFY(m_fixture->type("passphrase", u"four words nobody knows"_s));
    QVERIFY(m_fixture->click("givePassphrase"));
    QTRY_COMPARE(m_fixture->admin.count(u"POST /admin/backups/"_s), 1);
    QTRY_VERIFY(banner());
}

void TestBackupsPage::tellsOfDamage()
{
    fill();
    openBackups();
    backups().list.backups[3].fault = u"keys: 1,276 rows are announced and 1,270 are there."_s;
    menuAction(3, "verifyBackup")->trigger();
    QTRY_COMPARE(table()->model()->index(3, BackupStateColumn).data().toString(), u"Damaged"_s);
    QTRY_VERIFY(banner());
}

void TestBackupsPage::downloadsWhole()
{
    fill();
    openBackups();
    m_fixture->prompts.path = m_fixture->directory.filePath(u"kept.tar.gz"_s);
    menuAction(0, "downloadBackup")->trigger();
    QCOMPARE(m_fixture->prompts.suggested, backups().list.backups.first().id);
    QTRY_VERIFY(banner());
    QFile file(m_fixture->prompts.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll() == backups().archive);
    QCOMPARE(file.permissions() &
                 (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
             QFile::Permissions());
}

void TestBackupsPage::keepsNoHalfDownload()
{
    fill();
    openBackups();
    m_fixture->prompts.path = m_fixture->directory.filePath(u"kept.tar.gz"_s);
    m_fixture->admin.hold(u"GET /admin/backups/"_s);
    menuAction(0, "downloadBackup")->trigger();
    QTRY_COMPARE(m_fixture->admin.waiting(), 1);
    QVERIFY(m_fixture->click("cancelActivity"));
    m_fixture->admin.release();
    QTRY_VERIFY(banner());
    QVERIFY(!QFileInfo::exists(m_fixture->prompts.path));
    QTRY_COMPARE(QDir(m_fixture->directory.path()).entryList({u"kept*"_s}, QDir::Files).size(), 0);
    // A place that cannot be written to is told of, too.
    m_fixture->console.backups().banners()->remove(u"backupDeed"_s);
    m_fixture->prompts.path = m_fixture->directory.filePath(u"missing/kept.tar.gz"_s);
    QTRY_VERIFY(m_fixture->find<QAbstractButton>("createBackup")->isEnabled());
    menuAction(0, "downloadBackup")->trigger();
    QTRY_VERIFY(banner());
}

void TestBackupsPage::deletesAfterAQuestion()
{
    fill();
    openBackups();
    m_fixture->prompts.agree = false;
    menuAction(0, "deleteBackup")->trigger();
    QCOMPARE(m_fixture->prompts.questions.size(), 1);
    QVERIFY(m_fixture->prompts.questions.first().dangerous);
    QVERIFY(m_fixture->prompts.questions.first().text.contains(u"newest good backup"_s));
    QCOMPARE(m_fixture->admin.count(u"DELETE /admin/backups"_s), 0);
    m_fixture->prompts.agree = true;
    menuAction(0, "deleteBackup")->trigger();
    QTRY_COMPARE(rows(), 6);
    for (const int row : {0, 1})
        table()->selectionModel()->select(table()->model()->index(row, 0),
                                          QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QTRY_VERIFY(m_fixture->find<QAbstractButton>("createBackup")->isEnabled());
    QVERIFY(m_fixture->click("deleteSelectedBackups"));
    QTRY_COMPARE(rows(), 4);
}

void TestBackupsPage::tidiesUpAfterAQuestion()
{
    fill();
    openBackups();
    backups().prunable = {backups().list.backups.at(3).id};
    QVERIFY(m_fixture->click("pruneBackups"));
    QCOMPARE(m_fixture->prompts.questions.size(), 1);
    QVERIFY(m_fixture->prompts.questions.first().text.contains(u"7 daily"_s));
    QTRY_COMPARE(rows(), 6);
    QTRY_VERIFY(banner());
}

void TestBackupsPage::comparesTwo()
{
    fill();
    openBackups();
    for (const int row : {0, 3})
        table()->selectionModel()->select(table()->model()->index(row, 0),
                                          QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QVERIFY(m_fixture->click("compareSelected"));
    QTRY_VERIFY(m_fixture->find("compareDialog"));
    QStringList texts;
    const auto labels = m_fixture->find("compareDialog")->findChildren<QLabel *>();
    for (const QLabel *label : labels)
        texts.append(label->text());
    QVERIFY2(texts.contains(u"+5"_s), qPrintable(texts.join(u'|')));
    QVERIFY(texts.contains(u"1,276"_s) && texts.contains(u"1,281"_s));
    QVERIFY(m_fixture->click("closeCompare"));
}

void TestBackupsPage::restoresStepByStep()
{
    fill();
    openBackups();
    // As the link in the row does it.
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                      table()->visualRect(table()->model()->index(0, RestoreColumn)).center());
    QTRY_VERIFY(m_fixture->find("restoreDialog"));
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("keysGoneFigure"), u"8"_s);
    QCOMPARE(labelText("keysBackFigure"), u"3"_s);
    QCOMPARE(labelText("keysChangedFigure"), u"2"_s);
    QCOMPARE(labelText("booksChangeFigure"), u"236,954"_s);
    QCOMPARE(labelText("differencesCount"), u"4 of 14 differences"_s);
    QVERIFY(m_fixture->admin.last(u"POST /admin/backups/"_s)->body[u"dry_run"_s].toBool());
    m_fixture->prompts.path = m_fixture->directory.filePath(u"comparison.tsv"_s);
    QVERIFY(m_fixture->click("saveComparison"));
    QFile saved(m_fixture->prompts.path);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QVERIFY(saved.readAll().contains("hackathon-17\tkey_v5n8k2sd"));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_VERIFY(m_fixture->find("typeToRestore"));
    QVERIFY(!m_fixture->find<QAbstractButton>("restoreNext")->isEnabled());
    QVERIFY(labelText("confirmWords").contains(u"8 keys disappear"_s));
    QVERIFY(m_fixture->type("typeToRestore", u"tokyo"_s));
    QVERIFY(!m_fixture->find<QAbstractButton>("restoreNext")->isEnabled());
    QVERIFY(m_fixture->type("typeToRestore", u"tokyo-1"_s));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("finishFact"), u"Restored and proven."_s);
    QVERIFY(labelText("finishLines").contains(u"1,276"_s));
    QVERIFY(labelText("finishLines").contains(u"-safety"_s));
    QVERIFY(!m_fixture->admin.last(u"POST /admin/backups/"_s)->body[u"dry_run"_s].toBool());
    QCOMPARE(m_fixture->admin.last(u"POST /admin/backups/"_s)->body[u"scope"_s].toString(), u"all"_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(rows(), 8);
}

void TestBackupsPage::recountsByScope()
{
    fill();
    openBackups();
    menuAction(0, "restoreBackup")->trigger();
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("differencesCount"), u"4 of 14 differences"_s);
    m_fixture->find<Segmented>("restoreScope")->setCurrent(1);
    QTRY_COMPARE(labelText("differencesCount"), u"3 of 13 differences"_s);
    QCOMPARE(labelText("booksChangeFigure"), u"0"_s);
    m_fixture->find<Segmented>("restoreScope")->setCurrent(2);
    QTRY_COMPARE(labelText("differencesCount"), u"1 of 1 differences"_s);
    QCOMPARE(labelText("keysGoneFigure"), u"0"_s);
    QCOMPARE(m_fixture->admin.last(u"POST /admin/backups/"_s)->body[u"scope"_s].toString(), u"settings"_s);
    // Back and forth loses nothing.
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_VERIFY(m_fixture->find("typeToRestore"));
    QVERIFY(m_fixture->click("restoreBack"));
    QCOMPARE(m_fixture->find<Segmented>("restoreScope")->current(), 2);
    QVERIFY(m_fixture->click("restoreBack"));
    QCOMPARE(labelText("checkFact"), u"It is whole."_s);
}

void TestBackupsPage::restoresFromAFile()
{
    fill();
    openBackups();
    m_fixture->prompts.path = m_fixture->directory.filePath(u"from-afar.tar.gz"_s);
    QFile file(m_fixture->prompts.path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(200'000, 'z'));
    file.close();
    QVERIFY(m_fixture->click("bringBackup"));
    QTRY_VERIFY(m_fixture->find("restoreDialog"));
    QCOMPARE(backups().uploaded, QByteArray(200'000, 'z'));
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
    QVERIFY(m_fixture->click("cancel"));
    QTRY_COMPARE(rows(), 8);
    m_fixture->prompts.path = m_fixture->directory.filePath(u"missing.tar.gz"_s);
    QVERIFY(m_fixture->click("bringBackup"));
    QTRY_VERIFY(banner());
    QVERIFY(!m_fixture->find("restoreDialog"));
}

void TestBackupsPage::breaksOffAnUpload()
{
    fill();
    openBackups();
    m_fixture->prompts.path = m_fixture->directory.filePath(u"large.tar.gz"_s);
    QFile file(m_fixture->prompts.path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(64 << 20));
    QVERIFY(m_fixture->click("bringBackup"));
    QVERIFY(m_fixture->click("cancelActivity"));
    QTRY_VERIFY(banner());
    QTRY_VERIFY(m_fixture->find<QAbstractButton>("bringBackup")->isEnabled());
    QVERIFY(!m_fixture->find("restoreDialog"));
    QCOMPARE(m_fixture->admin.count(u"POST /admin/backups/upload"_s), 0);
    QCOMPARE(rows(), 7);
}

void TestBackupsPage::saysThatNothingWasChanged()
{
    fill();
    openBackups();
    menuAction(0, "restoreBackup")->trigger();
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("keysGoneFigure"), u"8"_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QVERIFY(m_fixture->type("typeToRestore", u"tokyo-1"_s));
    m_fixture->admin.refuseNext(u"POST /admin/backups/"_s, 500, u"storage"_s,
                                u"The restored store does not open; what was there is back."_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("finishFact"), u"It was not restored. Nothing was changed."_s);
    QVERIFY(labelText("finishLines").contains(u"what was there is back"_s));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_VERIFY(m_fixture->find("typeToRestore"));
}

void TestBackupsPage::refusesADamagedOne()
{
    fill();
    openBackups();
    menuAction(4, "restoreBackup")->trigger();
    QTRY_COMPARE(labelText("checkFact"), u"It is damaged, and cannot be restored."_s);
    QVERIFY(!m_fixture->find<QAbstractButton>("restoreNext")->isEnabled());
    // Another one can be chosen.
    QVERIFY(m_fixture->click("restoreBack"));
    m_fixture->find<QComboBox>("backupChoice")->setCurrentIndex(0);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
}

void TestBackupsPage::goesBackToBefore()
{
    fill();
    openBackups();
    menuAction(0, "restoreBackup")->trigger();
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("keysGoneFigure"), u"8"_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QVERIFY(m_fixture->type("typeToRestore", u"tokyo-1"_s));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("finishFact"), u"Restored and proven."_s);
    QTRY_COMPARE(rows(), 8);
    QVERIFY(m_fixture->click("goBackToBefore"));
    QTRY_VERIFY(m_fixture->find<QComboBox>("backupChoice") || !labelText("checkFact").isEmpty());
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
    QVERIFY(m_fixture->admin.last(u"POST /admin/backups/"_s)->path.contains(u"-safety"_s));
}

void TestBackupsPage::readOnlyChangesNothing()
{
    fill();
    openBackups(true);
    for (const char *name : {"createBackup", "bringBackup", "pruneBackups"})
        QVERIFY2(!m_fixture->find<QAbstractButton>(name)->isEnabled(), name);
    for (const char *name : {"restoreBackup", "verifyBackup", "deleteBackup"})
        QVERIFY2(!menuAction(0, name)->isEnabled(), name);
    QVERIFY(menuAction(0, "downloadBackup")->isEnabled());
    QTest::keyClick(&m_fixture->console.window(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(!m_fixture->find("passphraseDialog"));
    Q_EMIT table()->opened(table()->model()->index(0, MadeColumn));
    QVERIFY(!m_fixture->find("restoreDialog"));
}

// A command line of that name in a directory of its own, which becomes the whole PATH.
QString TestBackupsPage::program(const QString &name, const QByteArray &script)
{
    const QString place = m_fixture->directory.filePath(u"bin"_s);
    QDir().mkpath(place);
    QFile file(place + u'/' + name);
    file.open(QIODevice::WriteOnly);
    file.write("#!/bin/sh\n" + script);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    qputenv("PATH", QFile::encodeName(place) + ":/usr/bin:/bin");
    return file.fileName();
}

void TestBackupsPage::offersTheLocalDirectoryWhenTheServiceIsSilent()
{
    fill();
    openBackups();
    auto *stack = m_fixture->console.backups().banners();
    QVERIFY(!stack->has(u"localBackups"_s));
    m_fixture->admin.stop();
    m_fixture->console.session().poll();
    QTRY_VERIFY(stack->has(u"localBackups"_s));
    const QByteArray path = qgetenv("PATH");
    const auto restorePath = qScopeGuard([&path] { qputenv("PATH", path); });
    program(u"quota-proxy"_s, "exit 1\n");
    Q_EMIT stack->acted(u"localBackups"_s);
    QTRY_VERIFY(m_fixture->find("localDialog"));
}

void TestBackupsPage::restoresADeadServiceHere()
{
    using namespace std::chrono_literals;
    const QByteArray path = qgetenv("PATH");
    const auto restorePath = qScopeGuard([&path] { qputenv("PATH", path); });
    fill();
    backups().list.backups.first().encrypted = true;
    const QString log = m_fixture->directory.filePath(u"log"_s);
    RestoreOutcome outcome;
    outcome.differences = backups().differences;
    const auto write = [this](const char *name, const QJsonObject &object) {
        QFile file(m_fixture->directory.filePath(QString::fromLatin1(name)));
        file.open(QIODevice::WriteOnly);
        file.write(QJsonDocument(object).toJson());
    };
    write("list.json", toJson(backups().list));
    write("good.json", toJson(backups().list.backups.first()));
    write("preview.json", toJson(outcome));
    outcome.done = true;
    outcome.keys = 1'276;
    outcome.safetyBackup = u"quota-proxy-20261127T000000Z-safety.tar.gz"_s;
    write("outcome.json", toJson(outcome));
    const QByteArray place = QFile::encodeName(m_fixture->directory.path());
    program(u"quota-proxy"_s, "cd '" + place + "'\n" + R"(echo "$@" >>log
case "$*" in *passphrase-file*) read words; echo "said $words" >>log;; esac
case "$*" in
    'backup list'*) cat list.json;;
    'backup verify'*) cat good.json;;
    *dry-run*) cat preview.json;;
    *) cat outcome.json;;
esac
)");
    // Nobody answers anywhere, so it is opened from Connect.
    m_fixture->console.window().show();
    m_fixture->console.start();
    QVERIFY(m_fixture->click("restoreHere"));
    QTRY_VERIFY(m_fixture->find<QComboBox>("localBackups"));
    QTRY_COMPARE(m_fixture->find<QComboBox>("localBackups")->count(), 7);
    QVERIFY(m_fixture->type("localDirectory", m_fixture->directory.filePath(u"data"_s)));
    QVERIFY(m_fixture->click("listLocal"));
    QTRY_COMPARE(m_fixture->find<QComboBox>("localBackups")->count(), 7);
    m_fixture->pictures(u"local"_s, m_fixture->find("localDialog"));
    QVERIFY(m_fixture->click("restoreLocal"));
    QTRY_VERIFY(m_fixture->find("restorePassphrase"));
    QVERIFY(m_fixture->type("restorePassphrase", u"four words nobody knows"_s));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("checkFact"), u"It is whole."_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("keysGoneFigure"), u"8"_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QVERIFY(m_fixture->type("typeToRestore", u"data"_s));
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_COMPARE(labelText("finishFact"), u"Restored and proven."_s);
    QVERIFY(m_fixture->click("restoreNext"));
    QTRY_VERIFY(labelText("localNote").startsWith(u"Restored."_s));
    QFile file(log);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray calls = file.readAll();
    QVERIFY2(calls.contains("said four words nobody knows"), calls.constData());
    QVERIFY(calls.contains("--dry-run --data-dir "));
    QVERIFY(
        calls.contains("--yes --data-dir " + QFile::encodeName(m_fixture->directory.filePath(u"data"_s))));
    QVERIFY(!QByteArray(calls).replace("said four words", QByteArray()).contains("four words"));
}

void TestBackupsPage::saysWhatTheCommandLineRefused()
{
    const QByteArray path = qgetenv("PATH");
    const auto restorePath = qScopeGuard([&path] { qputenv("PATH", path); });
    program(u"quota-proxy"_s,
            "echo 'quota-proxy backup list: There is no data directory at /x.' >&2\nexit 1\n");
    m_fixture->console.window().show();
    m_fixture->console.start();
    QVERIFY(m_fixture->click("restoreHere"));
    QTRY_COMPARE(labelText("localError"), u"There is no data directory at /x. (storage_error)"_s);
    QVERIFY(!m_fixture->find<QAbstractButton>("restoreLocal")->isEnabled());
    // Without the program it says so.
    qputenv("PATH", "/nowhere");
    QVERIFY(m_fixture->click("listLocal"));
    QTRY_VERIFY(labelText("localError").contains(u"neither beside the console nor in PATH"_s));
}

void TestBackupsPage::speaksChinese()
{
    fill();
    openBackups();
    m_fixture->look.setLanguage(Language::Chinese);
    QTRY_COMPARE(labelText("backupScheduleFigure"), u"每天 03:30"_s);
    QCOMPARE(table()->model()->index(4, BackupStateColumn).data().toString(), u"已损坏"_s);
    QTRY_COMPARE(m_fixture->find<QAbstractButton>("createBackup")->text(), u"立即备份"_s);
}

QTEST_MAIN(TestBackupsPage)
#include "tst_backupspage.moc"
