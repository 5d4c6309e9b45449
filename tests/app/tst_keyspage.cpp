// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolefixture.h"

#include "app/keys/secretdialog.h"
#include "app/widgets/codebox.h"

#include <QComboBox>
#include <QFile>
#include <QFileInfo>
#include <QMenu>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::console;

class TestKeysPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void showsTheKeys();
    void looksAsDesigned();
    void sayEmptyAndMakesTheFirst();
    void saysNothingMatches();
    void saysErrorAndTriesAgain();
    void searchesOnTheService();
    void sortsOnTheService();
    void filtersByState();
    void showsViewsWithCounts();
    void createsAndShowsTheSecretOnce();
    void refusesAWrongForm();
    void showsWhatTheServiceRefused();
    void disablesWithUndo();
    void deletesSeveralWithUndo();
    void declinedDeleteChangesNothing();
    void rotatesAfterTheLabelWasTyped();
    void editsOnlyWhatChanged();
    void settlesAClash();
    void showsDetails();
    void followsATemplate();
    void raisesForATime();
    void keepsTheModesOfLimits();
    void exportsCsv();
    void readOnlyChangesNothing();
    void keepsRowsWhenTheServiceFallsSilent();
    void speaksChinese();

private:
    void openKeys(bool readOnly = false);
    TableView *table() const { return m_fixture->find<TableView>("keys"); }
    QStringList labels() const;
    void selectRows(const QStringList &labels);
    QAction *menuAction(const QString &label, const char *name);

    std::unique_ptr<ConsoleFixture> m_fixture;
};

void TestKeysPage::init()
{
    m_fixture = std::make_unique<ConsoleFixture>();
}

void TestKeysPage::cleanup()
{
    m_fixture.reset();
}

void TestKeysPage::openKeys(bool readOnly)
{
    QVERIFY(m_fixture->open(readOnly, Environment::Test));
    m_fixture->choosePage("keys");
    QTRY_VERIFY(m_fixture->console.keys().isVisible());
    QTRY_VERIFY(m_fixture->admin.count(u"GET /admin/keys"_s) > 0);
    if (!m_fixture->admin.keys.isEmpty())
        QTRY_VERIFY(table() && table()->model()->rowCount() > 0);
}

QStringList TestKeysPage::labels() const
{
    QStringList labels;
    if (!table())
        return labels; // while the page says that there are no keys
    for (int row = 0; row < table()->model()->rowCount(); ++row)
        labels.append(table()->model()->index(row, NameColumn).data().toString());
    return labels;
}

void TestKeysPage::selectRows(const QStringList &wanted)
{
    table()->clearSelection();
    for (int row = 0; row < table()->model()->rowCount(); ++row) {
        if (wanted.contains(table()->model()->index(row, NameColumn).data().toString()))
            table()->selectionModel()->select(table()->model()->index(row, 0),
                                              QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }
}

QAction *TestKeysPage::menuAction(const QString &label, const char *name)
{
    const int row = int(labels().indexOf(label));
    Q_EMIT table()->menuRequested(table()->model()->index(row, NameColumn), QPoint(50, 50));
    auto *menu = m_fixture->find<QMenu>("keyMenu");
    auto *action = menu ? menu->findChild<QAction *>(QString::fromLatin1(name)) : nullptr;
    if (menu)
        menu->hide(); // it grabs the keyboard as long as it is open
    return action;
}

void TestKeysPage::showsTheKeys()
{
    m_fixture->fillKeys();
    openKeys();
    QCOMPARE(labels().size(), m_fixture->admin.keys.size());
    const int row = int(labels().indexOf(u"thesis-lab"_s));
    QVERIFY(row >= 0);
    const auto *model = table()->model();
    QCOMPARE(model->index(row, StateColumn).data().toString(), u"Nearly used"_s);
    QCOMPARE(model->index(row, LimitColumn).data(CellRole).value<QuotaValue>().usedText, u"4,102"_s);
    QCOMPARE(model->index(row, LimitColumn).data(Qt::AccessibleTextRole).toString(),
             u"82% of 5,000 requests a day"_s);
    QCOMPARE(model->index(int(labels().indexOf(u"李老师 备课助手"_s)), StateColumn).data().toString(),
             u"Used up"_s);
    QCOMPARE(model->index(int(labels().indexOf(u"ci-evals nightly"_s)), StateColumn).data().toString(),
             u"Slowed"_s);
    QCOMPARE(model->index(int(labels().indexOf(u"RAG demo 演示"_s)), StateColumn).data().toString(),
             u"Not used yet"_s);
    QTRY_COMPARE(m_fixture->find<QLabel>("keysRange")->text(), u"1–10 of 10 · times in Asia/Shanghai"_s);
}

void TestKeysPage::looksAsDesigned()
{
    if (!qEnvironmentVariableIsSet("QUOTA_PICTURES"))
        QSKIP("QUOTA_PICTURES names no directory");
    m_fixture->fillKeys();
    m_fixture->admin.templates = {KeyTemplate(), KeyTemplate()};
    m_fixture->admin.templates[0].name = u"standard"_s;
    m_fixture->admin.templates[1].name = u"trial"_s;
    openKeys();
    QTRY_COMPARE(labels().size(), 10);
    m_fixture->pictures(u"keys"_s);
    selectRows({u"thesis-lab"_s, u"ci-evals nightly"_s});
    m_fixture->pictures(u"keys-selected"_s);
    table()->clearSelection();
    Q_EMIT table()->opened(table()->model()->index(0, 0));
    m_fixture->pictures(u"keys-details"_s);
    QVERIFY(m_fixture->click("closeDetails"));
    QVERIFY(m_fixture->click("newKey"));
    QVERIFY(m_fixture->type("keyLabel", u"王小明 · 个人试用"_s));
    m_fixture->pictures(u"newkey"_s, m_fixture->find("newKeyDialog"));
    QVERIFY(m_fixture->click("createKey"));
    QTRY_VERIFY(m_fixture->find("secretDialog"));
    QVERIFY(m_fixture->click("copySecret"));
    m_fixture->pictures(u"secret"_s, m_fixture->find("secretDialog"));
}

void TestKeysPage::sayEmptyAndMakesTheFirst()
{
    openKeys();
    QTRY_COMPARE(m_fixture->find<PageState>("keysState")->state(), PageState::State::Empty);
    QVERIFY(m_fixture->click("stateAction"));
    QTRY_VERIFY(m_fixture->find("newKeyDialog"));
}

void TestKeysPage::saysNothingMatches()
{
    m_fixture->fillKeys();
    openKeys();
    QVERIFY(m_fixture->type("keySearch", u"labb"_s));
    QTRY_COMPARE(m_fixture->find<PageState>("keysState")->state(), PageState::State::NoMatch);
    QVERIFY(m_fixture->click("stateAction"));
    QTRY_COMPARE(m_fixture->find<PageState>("keysState")->state(), PageState::State::Content);
    QVERIFY(m_fixture->find<QLineEdit>("keySearch")->text().isEmpty());
}

void TestKeysPage::saysErrorAndTriesAgain()
{
    m_fixture->fillKeys();
    QVERIFY(m_fixture->open());
    QTRY_VERIFY(m_fixture->admin.count(u"GET /admin/keys"_s) > 0); // Overview's
    m_fixture->admin.refuse(u"GET /admin/keys"_s, 500, u"storage"_s, u"The store is busy."_s);
    m_fixture->choosePage("keys");
    QTRY_COMPARE(m_fixture->find<PageState>("keysState")->state(), PageState::State::Error);
    m_fixture->admin.heal();
    QVERIFY(m_fixture->click("stateAction"));
    QTRY_COMPARE(m_fixture->find<PageState>("keysState")->state(), PageState::State::Content);
}

void TestKeysPage::searchesOnTheService()
{
    m_fixture->fillKeys();
    openKeys();
    QVERIFY(m_fixture->type("keySearch", u"THESIS"_s));
    QTRY_COMPARE(labels(), QStringList{u"thesis-lab"_s});
    const auto &calls = m_fixture->admin.calls;
    QVERIFY(std::any_of(calls.begin(), calls.end(), [](const FakeAdmin::Call &call) {
        return call.query.queryItemValue(u"search"_s) == u"THESIS"_s;
    }));
}

void TestKeysPage::sortsOnTheService()
{
    m_fixture->fillKeys();
    openKeys();
    Q_EMIT table()->sortRequested(TodayColumn, Qt::DescendingOrder);
    QTRY_COMPARE(labels().first(), u"course-nlp-2026 · 42"_s);
    QTRY_COMPARE(m_fixture->find<QLabel>("sortWords")->text(), u"Sorted by use today"_s);
    Q_EMIT table()->sortRequested(NameColumn, Qt::AscendingOrder);
    QTRY_COMPARE(labels().first(), u"LobeChat family"_s);
}

void TestKeysPage::filtersByState()
{
    m_fixture->fillKeys();
    openKeys();
    auto *states = m_fixture->find<QComboBox>("stateFilter");
    states->setCurrentIndex(2);
    Q_EMIT states->activated(2);
    QTRY_COMPARE(labels(), QStringList{u"old-intern-2025"_s});
}

void TestKeysPage::showsViewsWithCounts()
{
    m_fixture->fillKeys();
    openKeys();
    auto *views = m_fixture->find<FilterChips>("keyViews");
    QTRY_COMPARE(m_fixture->console.keys().head()->findChildren<QLabel *>().at(1)->text(), u"10 keys"_s);
    Q_EMIT views->chosen(int(KeyView::Over80));
    QTRY_COMPARE(labels(), (QStringList{u"李老师 备课助手"_s, u"ci-evals nightly"_s, u"王小明 · 个人试用"_s,
                                        u"thesis-lab"_s}));
    Q_EMIT views->chosen(int(KeyView::ExpiresSoon));
    QTRY_COMPARE(labels(), (QStringList{u"thesis-lab"_s, u"王小明 · 个人试用"_s}));
    Q_EMIT views->chosen(int(KeyView::NeverUsed));
    QTRY_COMPARE(labels(), QStringList{u"RAG demo 演示"_s});
}

void TestKeysPage::createsAndShowsTheSecretOnce()
{
    openKeys();
    QVERIFY(m_fixture->click("newKey"));
    QVERIFY(m_fixture->type("keyLabel", u"lab's key"_s));
    QVERIFY(m_fixture->type("prefix", u"trial_"_s));
    const QString command = m_fixture->find<CodeBox>("command")->text();
    QVERIFY2(command.contains(u"--label 'lab'\\''s key'"_s), qPrintable(command));
    QVERIFY(command.contains(u"--limit requests/day=200"_s));
    QVERIFY(command.contains(u"--limit concurrency=4"_s));
    QVERIFY(command.contains(u"--expires 30d"_s));
    QVERIFY(m_fixture->click("createKey"));
    QTRY_VERIFY(m_fixture->find("secretDialog"));
    const QJsonObject sent = m_fixture->admin.last(u"POST /admin/keys"_s)->body;
    QCOMPARE(sent[u"label"_s].toString(), u"lab's key"_s);
    QCOMPARE(sent[u"prefix"_s].toString(), u"trial_"_s);
    QCOMPARE(sent[u"limits"_s].toArray().size(), 2);

    const KeyOverview *made = m_fixture->admin.find(u"lab's key"_s);
    QVERIFY(made);
    const QString secret = u"trial_"_s + QString(39, u's') + made->key.tail;
    auto *shown = m_fixture->find<QLabel>("secret");
    QVERIFY(!shown->text().contains(u"sss"_s));
    auto *show = m_fixture->find<QAbstractButton>("showSecret");
    QTest::mousePress(show, Qt::LeftButton);
    QCOMPARE(shown->text(), secret);
    QTest::mouseRelease(show, Qt::LeftButton);
    QVERIFY(!shown->text().contains(u"sss"_s));
    QVERIFY(!m_fixture->find<CodeBox>("snippet")->text().contains(u"sss"_s));

    QVERIFY(m_fixture->click("copySecret"));
    QCOMPARE(QApplication::clipboard()->text(), secret);
    m_fixture->prompts.path = m_fixture->directory.filePath(u"secret.txt"_s);
    QVERIFY(m_fixture->click("saveSecret"));
    QFile file(m_fixture->prompts.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()).trimmed(), secret);
    QCOMPARE(QFileInfo(file).permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteOther),
             QFile::Permissions());

    QVERIFY(!m_fixture->find<QAbstractButton>("secretDone")->isEnabled());
    QTest::keyClick(m_fixture->find("secretDialog"), Qt::Key_Escape);
    QVERIFY(m_fixture->find("discardQuestion"));
    QVERIFY(m_fixture->click("keepEditing"));
    QVERIFY(m_fixture->click("secretIsSafe"));
    QVERIFY(m_fixture->click("secretDone"));
    QTRY_VERIFY(!m_fixture->find("secretDialog"));
    QTRY_COMPARE(labels(), QStringList{u"lab's key"_s});
}

void TestKeysPage::refusesAWrongForm()
{
    openKeys();
    QVERIFY(m_fixture->click("newKey"));
    QVERIFY(m_fixture->type("limitAmount0", u"2oo"_s));
    QVERIFY(m_fixture->find<QLabel>("limitsNote")->text().contains(u"2oo"_s));
    QVERIFY(m_fixture->type("count", u"500"_s));
    QVERIFY(m_fixture->click("createKey"));
    QCOMPARE(m_fixture->admin.count(u"POST"_s), 0);
    QVERIFY(m_fixture->find("newKeyDialog"));
}

void TestKeysPage::showsWhatTheServiceRefused()
{
    openKeys();
    QVERIFY(m_fixture->click("newKey"));
    m_fixture->admin.refuseNext(u"POST /admin/keys"_s, 503, u"unavailable"_s,
                                u"The store does not take writes."_s);
    QVERIFY(m_fixture->click("createKey"));
    QTRY_VERIFY(m_fixture->find<QLabel>("dialogError"));
    QCOMPARE(m_fixture->find<QLabel>("dialogError")->text(), u"The store does not take writes."_s);
    QVERIFY(m_fixture->click("createKey"));
    QTRY_VERIFY(m_fixture->find("secretDialog"));
}

void TestKeysPage::disablesWithUndo()
{
    m_fixture->fillKeys();
    openKeys();
    m_fixture->admin.hold(u"POST /admin/keys"_s);
    QAction *disable = menuAction(u"thesis-lab"_s, "disableKey");
    QVERIFY(disable);
    disable->trigger();
    const int row = int(labels().indexOf(u"thesis-lab"_s));
    QVERIFY(table()->model()->index(row, StateColumn).data(CellBusyRole).toBool());
    QTRY_COMPARE(m_fixture->admin.waiting(), 1);
    m_fixture->admin.release();
    QTRY_COMPARE(table()->model()->index(row, StateColumn).data().toString(), u"Disabled"_s);
    QVERIFY(!table()->model()->index(row, StateColumn).data(CellBusyRole).toBool());
    QTRY_VERIFY(m_fixture->console.window().undoBar().isVisible());
    QVERIFY(m_fixture->admin.find(u"thesis-lab"_s)->key.disabled);
    m_fixture->console.window().undoBar().undo();
    QTRY_COMPARE(table()->model()->index(row, StateColumn).data().toString(), u"Nearly used"_s);
    QVERIFY(!m_fixture->admin.find(u"thesis-lab"_s)->key.disabled);
}

void TestKeysPage::deletesSeveralWithUndo()
{
    m_fixture->fillKeys();
    openKeys();
    selectRows({u"thesis-lab"_s, u"LobeChat family"_s});
    QTRY_VERIFY(m_fixture->find("selectionBar"));
    QCOMPARE(m_fixture->find<QLabel>("selectionCount")->text(), u"2 keys selected"_s);
    QVERIFY(m_fixture->click("deleteSelected"));
    QCOMPARE(m_fixture->prompts.questions.size(), 1);
    QTRY_COMPARE(labels().size(), 8);
    QVERIFY(!labels().contains(u"thesis-lab"_s));
    QTRY_VERIFY(m_fixture->console.window().undoBar().isVisible());
    QTest::keyClick(&m_fixture->console.window(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(labels().size(), 10);
}

void TestKeysPage::declinedDeleteChangesNothing()
{
    m_fixture->fillKeys();
    openKeys();
    m_fixture->prompts.agree = false;
    selectRows({u"thesis-lab"_s});
    QTest::keyClick(table(), Qt::Key_Delete);
    QCOMPARE(m_fixture->prompts.questions.size(), 1);
    QVERIFY(m_fixture->prompts.questions.first().title.contains(u"thesis-lab"_s));
    QCOMPARE(m_fixture->admin.count(u"DELETE"_s), 0);
}

void TestKeysPage::rotatesAfterTheLabelWasTyped()
{
    m_fixture->fillKeys();
    openKeys();
    QAction *rotate = menuAction(u"thesis-lab"_s, "rotateKey");
    QVERIFY(rotate);
    rotate->trigger();
    QCOMPARE(m_fixture->prompts.questions.last().typed, u"thesis-lab"_s);
    QTRY_VERIFY(m_fixture->find("secretDialog"));
    QCOMPARE(m_fixture->admin.find(u"thesis-lab"_s)->key.tail, u"new0"_s);
}

void TestKeysPage::editsOnlyWhatChanged()
{
    m_fixture->fillKeys();
    openKeys();
    menuAction(u"thesis-lab"_s, "editKey")->trigger();
    QTRY_VERIFY(m_fixture->find("editKeyDialog"));
    QVERIFY(m_fixture->type("keyLabel", u"thesis-lab 2"_s));
    QVERIFY(m_fixture->click("saveKey"));
    QTRY_VERIFY(!m_fixture->find("editKeyDialog"));
    const QJsonObject sent = m_fixture->admin.last(u"PATCH"_s)->body;
    QCOMPARE(sent.keys(), (QStringList{u"label"_s, u"version"_s}));
    QTRY_VERIFY(labels().contains(u"thesis-lab 2"_s));
}

void TestKeysPage::settlesAClash()
{
    m_fixture->fillKeys();
    openKeys();
    menuAction(u"thesis-lab"_s, "editKey")->trigger();
    QTRY_VERIFY(m_fixture->find("editKeyDialog"));
    QVERIFY(m_fixture->type("keyLabel", u"mine"_s));
    QVERIFY(m_fixture->type("atOnce", u"7"_s));
    KeyOverview *theirs = m_fixture->admin.find(u"thesis-lab"_s);
    theirs->key.label = u"theirs"_s;
    theirs->key.models = {u"gpt-4o"_s};
    theirs->key.version += 1;
    QVERIFY(m_fixture->click("saveKey"));
    QTRY_VERIFY(m_fixture->find("clash"));
    QCOMPARE(m_fixture->find<QLabel>("clashMine0")->text(), u"Mine: mine"_s);
    QCOMPARE(m_fixture->find<QLabel>("clashTheirs0")->text(), u"Theirs: theirs"_s);
    m_fixture->find<Segmented>("clashChoice0")->setCurrent(1);
    QVERIFY(m_fixture->click("saveKey"));
    QTRY_VERIFY(!m_fixture->find("editKeyDialog"));
    const KeyOverview *settled = m_fixture->admin.find(u"theirs"_s);
    QVERIFY(settled);
    QCOMPARE(settled->key.concurrency, std::optional<qint64>(7));
    QCOMPARE(settled->key.models, QStringList{u"gpt-4o"_s});
}

void TestKeysPage::showsDetails()
{
    m_fixture->fillKeys();
    openKeys();
    const int row = int(labels().indexOf(u"thesis-lab"_s));
    table()->setCurrentIndex(table()->model()->index(row, NameColumn));
    QTest::keyClick(table(), Qt::Key_Return);
    QTRY_VERIFY(m_fixture->find("keyDetails"));
    QCOMPARE(m_fixture->find<QLabel>("detailsName")->text(), u"thesis-lab"_s);
    QVERIFY(m_fixture->click("copyId"));
    QCOMPARE(QApplication::clipboard()->text(), m_fixture->admin.find(u"thesis-lab"_s)->key.id.value);
    QVERIFY(m_fixture->click("detailsToggle"));
    QTRY_VERIFY(m_fixture->admin.find(u"thesis-lab"_s)->key.disabled);
    QTRY_COMPARE(m_fixture->find<QAbstractButton>("detailsToggle")->text(), u"Enable"_s);
    QTest::keyClick(m_fixture->find("keyDetails"), Qt::Key_Escape);
    QVERIFY(!m_fixture->find("keyDetails"));
}

void TestKeysPage::followsATemplate()
{
    KeyTemplate trial;
    trial.name = u"trial"_s;
    trial.limits = {{LimitUnit::Requests, LimitWindow::Day, 100},
                    {LimitUnit::Tokens, LimitWindow::Day, 100'000, LimitMode::Observe}};
    trial.concurrency = 2;
    trial.models = {u"qwen-plus"_s};
    m_fixture->admin.templates = {trial};
    openKeys();
    QVERIFY(m_fixture->click("newKey"));
    QTRY_VERIFY(m_fixture->find("followedTemplate"));
    m_fixture->find<QComboBox>("followedTemplate")->setCurrentIndex(1);
    QVERIFY(!m_fixture->find("limitAmount0"));
    QVERIFY(m_fixture->find<QLabel>("limitsNote")->text().contains(u"trial"_s));
    QVERIFY(m_fixture->find<CodeBox>("command")->text().contains(u"--template trial"_s));
    const QString summary = m_fixture->find("summary")->accessibleName();
    QVERIFY2(summary.contains(u"100 requests a day"_s), qPrintable(summary));
    QVERIFY2(summary.contains(u"observes only"_s), qPrintable(summary));
    QVERIFY(m_fixture->click("createKey"));
    QTRY_VERIFY(m_fixture->find("secretDialog"));
    const QJsonObject sent = m_fixture->admin.last(u"POST /admin/keys"_s)->body;
    QCOMPARE(sent[u"template"_s].toString(), u"trial"_s);
    QVERIFY(!sent.contains(u"limits"_s));
    QVERIFY(!sent.contains(u"concurrency"_s));
}

void TestKeysPage::raisesForATime()
{
    m_fixture->admin.addKey(u"lab"_s);
    openKeys();
    menuAction(u"lab"_s, "raiseKey")->trigger();
    QTRY_VERIFY(m_fixture->find("raiseDialog"));
    QVERIFY(!m_fixture->find("endRaises"));
    QVERIFY(m_fixture->type("raisedAmount", u"200"_s));
    QVERIFY(m_fixture->type("raisedWindows", u"0"_s));
    QVERIFY(m_fixture->click("saveRaise"));
    QCOMPARE(m_fixture->admin.count(u"POST"_s), 0);
    QVERIFY(m_fixture->type("raisedAmount", u"500"_s));
    QVERIFY(m_fixture->type("raisedWindows", u"3"_s));
    QVERIFY(m_fixture->click("saveRaise"));
    QTRY_VERIFY(!m_fixture->find("raiseDialog"));
    const QJsonObject sent = m_fixture->admin.last(u"POST"_s)->body;
    QCOMPARE(sent[u"amount"_s].toInt(), 500);
    QCOMPARE(sent[u"windows"_s].toInt(), 3);
    QCOMPARE(sent[u"unit"_s].toString(), u"requests"_s);
    menuAction(u"lab"_s, "raiseKey")->trigger();
    QTRY_VERIFY(m_fixture->find("endRaises"));
    QVERIFY(m_fixture->click("endRaises"));
    QTRY_VERIFY(m_fixture->admin.find(u"lab"_s)->key.raises.isEmpty());
    QCOMPARE(m_fixture->admin.count(u"DELETE"_s), 1);
}

void TestKeysPage::keepsTheModesOfLimits()
{
    KeyOverview &key = m_fixture->admin.addKey(u"lab"_s);
    const QList<Limit> limits{{LimitUnit::Requests, LimitWindow::Day, 9},
                              {LimitUnit::Requests, LimitWindow::Day, 5, LimitMode::Warn}};
    key.key.inheritsLimits = false;
    key.key.limits = limits;
    key.limits = {{limits.at(0), 7, 0, {}}, {limits.at(1), 7, 0, {}}};
    openKeys();
    menuAction(u"lab"_s, "editKey")->trigger();
    QTRY_VERIFY(m_fixture->find("editKeyDialog"));
    QCOMPARE(m_fixture->find<QComboBox>("limitMode0")->currentIndex(), 0);
    QCOMPARE(m_fixture->find<QComboBox>("limitMode1")->currentIndex(), 1);
    m_fixture->find<QComboBox>("limitMode1")->setCurrentIndex(2);
    QVERIFY(m_fixture->click("saveKey"));
    QTRY_VERIFY(!m_fixture->find("editKeyDialog"));
    const QJsonArray sent = m_fixture->admin.last(u"PATCH"_s)->body[u"limits"_s].toArray();
    QCOMPARE(sent[0][u"mode"_s].toString(), u"enforce"_s);
    QCOMPARE(sent[1][u"mode"_s].toString(), u"observe"_s);
}

void TestKeysPage::exportsCsv()
{
    m_fixture->fillKeys();
    m_fixture->admin.addKey(u"=1+1"_s);
    openKeys();
    m_fixture->prompts.path = m_fixture->directory.filePath(u"keys.csv"_s);
    QVERIFY(m_fixture->click("exportKeys"));
    QTRY_VERIFY(QFile::exists(m_fixture->prompts.path));
    QFile file(m_fixture->prompts.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(file.readAll());
    QCOMPARE(text.count(u"\r\n"_s), 12);
    QVERIFY(text.contains(u"thesis-lab,lab_…"_s));
    QVERIFY(text.contains(u",'=1+1,"_s));
}

void TestKeysPage::readOnlyChangesNothing()
{
    m_fixture->fillKeys();
    openKeys(true);
    QVERIFY(!m_fixture->find("newKey")->isEnabled());
    QVERIFY(m_fixture->find("newKey")->toolTip().contains(u"read only"_s));
    QVERIFY(!menuAction(u"thesis-lab"_s, "deleteKey")->isEnabled());
    QVERIFY(!m_fixture->console.keys().canCreate());
}

void TestKeysPage::keepsRowsWhenTheServiceFallsSilent()
{
    m_fixture->fillKeys();
    openKeys();
    QTRY_COMPARE(labels().size(), 10);
    m_fixture->admin.stop();
    m_fixture->console.session().poll();
    QTRY_COMPARE(m_fixture->console.session().state(), Session::State::Offline);
    QCOMPARE(labels().size(), 10);
    QVERIFY(table()->isVisible());
    QVERIFY(table()->model()->index(0, NameColumn).data(CellFadedRole).toBool());
    QVERIFY(m_fixture->console.keys().banners()->has(u"offline"_s));
    QVERIFY(!m_fixture->find("newKey")->isEnabled());
    QVERIFY(m_fixture->admin.start());
    m_fixture->console.session().poll();
    QTRY_VERIFY(m_fixture->find("newKey")->isEnabled());
    QVERIFY(!m_fixture->console.keys().banners()->has(u"offline"_s));
}

void TestKeysPage::speaksChinese()
{
    m_fixture->fillKeys();
    openKeys();
    m_fixture->look.setLanguage(Language::Chinese);
    QTRY_COMPARE(m_fixture->find<QAbstractButton>("newKey")->text(), u"新建密钥"_s);
    const int row = int(labels().indexOf(u"thesis-lab"_s));
    QCOMPARE(table()->model()->index(row, StateColumn).data().toString(), u"即将用尽"_s);
    QCOMPARE(table()->model()->headerData(NameColumn, Qt::Horizontal, Qt::DisplayRole).toString(), u"密钥"_s);
}

QTEST_MAIN(TestKeysPage)
#include "tst_keyspage.moc"
