// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator.h"

#include "shared/version.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace quota;
using namespace quota::console;

// A day of an operator, from the first connection to a restart of the service, seen where the operator sees it.
class TestOperator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_operator = std::make_unique<Operator>(); }
    void cleanup() { m_operator.reset(); }
    void holdsAKeyToItsLimit();
    void outlastsARestartOfTheService();
    void changesLanguageAtOnce();

private:
    void meetsTheService();
    void makesAKey();
    void seesItSpent();
    void seesTheUsage();
    void disablesItWithUndo();
    void deletesItWithUndo();
    void tellTheChapters(const QList<void (TestOperator::*)()> &chapters);
    void makesASpentKey();
    void findsOutByItself();
    void findsOutByRefresh();
    void seesThatNothingAnswers();
    void readsChinese();

    const QString m_label = u"thesis-lab"_s;
    std::unique_ptr<Operator> m_operator;
};

void TestOperator::tellTheChapters(const QList<void (TestOperator::*)()> &chapters)
{
    for (const auto chapter : chapters) {
        (this->*chapter)();
        if (QTest::currentTestFailed())
            return;
    }
}

void TestOperator::holdsAKeyToItsLimit()
{
    tellTheChapters({&TestOperator::meetsTheService, &TestOperator::makesAKey, &TestOperator::seesItSpent,
                     &TestOperator::seesTheUsage, &TestOperator::disablesItWithUndo,
                     &TestOperator::deletesItWithUndo});
}

void TestOperator::meetsTheService()
{
    QCOMPARE(m_operator->textOf("connectTitle"), u"Welcome to Quota Console"_s);
    QVERIFY(!m_operator->find("sidebar"));
    m_operator->picture("connect");
    QVERIFY(m_operator->connectToService());
    const QStringList steps{u"Name found"_s,
                            u"Port %1 answers"_s.arg(m_operator->service.port()),
                            u"No certificate needed"_s,
                            u"Service healthy"_s,
                            u"Version fits"_s,
                            u"Token accepted"_s,
                            u"Role: operator"_s,
                            u"Clocks agree"_s};
    for (int step = 0; step < steps.size(); ++step) {
        const auto *words = m_operator->console.gate().findChild<QLabel *>(u"testWords%1"_s.arg(step));
        QVERIFY(words);
        QCOMPARE(words->text(), steps.at(step));
    }
    QCOMPARE(m_operator->vault.tokens.values(),
             QStringList{QString::fromLatin1(m_operator->service.adminToken())});

    QTRY_VERIFY(m_operator->find<StateChip>("healthChip"));
    QCOMPARE(m_operator->find<StateChip>("healthChip")->word(), u"Healthy"_s);
    QVERIFY(m_operator->find("serviceButton")->accessibleName().contains(u"tokyo-1"_s));
    QTRY_VERIFY(m_operator->find("firstSteps"));
    m_operator->picture("overview-first");
}

void TestOperator::makesAKey()
{
    QVERIFY(m_operator->openKeys());
    QCOMPARE(m_operator->find<PageState>("keysState")->state(), PageState::State::Empty);
    QVERIFY(m_operator->createKey(m_label, 5));
    QVERIFY(m_operator->secret.startsWith("sk-") && m_operator->secret.size() > 40);
    QVERIFY(!m_operator->secretStays);
    QCOMPARE(m_operator->state(m_label), u"Not used yet"_s);
    QCOMPARE(m_operator->cell(m_label, LimitColumn, Qt::AccessibleTextRole).toString(),
             u"0% of 5 requests a day"_s);
}

void TestOperator::seesItSpent()
{
    for (int i = 0; i < 5; ++i)
        QCOMPARE(m_operator->call(), u"200"_s);
    QCOMPARE(m_operator->call(), u"429 insufficient_quota"_s);
    QCOMPARE(m_operator->upstream.requestCount(), 5);
    QTRY_COMPARE(m_operator->service.countedRequests({}), 5); // an answer may arrive before it is booked
    QVERIFY(m_operator->click("refresh"));
    QTRY_COMPARE(m_operator->cell(m_label, TodayColumn, Qt::AccessibleTextRole).toString(),
                 u"5 requests today"_s);
    QCOMPARE(m_operator->cell(m_label, LimitColumn, Qt::AccessibleTextRole).toString(),
             u"100% of 5 requests a day"_s);
    const auto bar = m_operator->cell(m_label, LimitColumn, CellRole).value<QuotaValue>();
    QCOMPARE(bar.used, 5);
    QCOMPARE(bar.tone(), Tone::Bad);
    QCOMPARE(m_operator->state(m_label), u"Used up"_s);
    m_operator->picture("keys-spent");

    m_operator->choosePage("overview");
    QTRY_VERIFY(m_operator->find("tileRequests"));
    QTRY_VERIFY(m_operator->find("tileRequests")->accessibleDescription().startsWith(u'5'));
    QVERIFY(m_operator->find("tileRefused")->accessibleDescription().startsWith(u'1'));
    const QStringList parts = m_operator->wordsIn("service");
    QVERIFY2(parts.contains(productVersion + u" · sqlite"_s), qPrintable(parts.join(u'\n')));
    m_operator->picture("overview");
}

void TestOperator::seesTheUsage()
{
    m_operator->choosePage("usage");
    const auto today = [this](const char *chart) -> qint64 {
        const auto *view = m_operator->find<ChartView>(chart);
        if (!view || view->data().shape != ChartShape::StackedBars || view->data().starts.isEmpty())
            return -1;
        return view->data().totalAt(view->data().starts.size() - 1);
    };
    // The sum of the last 24 hours, then the bar of today among the days.
    QTRY_VERIFY(m_operator->wordsIn("requestsCard").contains(u"5 · every 15 min"_s));
    QVERIFY(m_operator->wordsIn("refusedCard").contains(u"1"_s));
    m_operator->picture("usage");
    QVERIFY(m_operator->pressSegment("usageSpan", 1));
    QTRY_VERIFY(m_operator->wordsIn("requestsCard").contains(u"5 · every hour"_s));
    QVERIFY(m_operator->choose("usageBucket", 3));
    QTRY_COMPARE(today("requestsChart"), 5);
    QCOMPARE(today("refusedChart"), 1);
    const auto *table = m_operator->find<TableView>("usageTable")->model();
    QCOMPARE(table->rowCount(), 1);
    QCOMPARE(table->index(0, UsageModel::NameColumn).data().toString(), u"deepseek-chat"_s);
    QCOMPARE(table->index(0, UsageModel::RequestsColumn).data().toString(), u"5"_s);
    QCOMPARE(table->index(0, UsageModel::PromptColumn).data().toString(), u"35"_s);
    QCOMPARE(table->index(0, UsageModel::CompletionColumn).data().toString(), u"25"_s);
    QCOMPARE(table->index(0, UsageModel::RefusedColumn).data().toString(), u"1"_s);
    m_operator->picture("usage-days");
}

void TestOperator::disablesItWithUndo()
{
    QVERIFY(m_operator->openKeys());
    m_operator->pressCell(m_label, CheckColumn);
    QTRY_COMPARE(m_operator->textOf("selectionCount"), u"1 key selected"_s);
    QVERIFY(m_operator->click("disableSelected"));
    QCOMPARE(m_operator->prompts.questions.size(), 1); // it is production
    QCOMPARE(m_operator->prompts.questions.last().title, u"Disable “thesis-lab”?"_s);
    QTRY_COMPARE(m_operator->state(m_label), u"Disabled"_s);
    QTRY_VERIFY(m_operator->find("undoBar"));
    m_operator->picture("keys-disabled");
    QCOMPARE(m_operator->call(), u"403 key_disabled"_s);
    QCOMPARE(m_operator->upstream.requestCount(), 5);

    QVERIFY(m_operator->click("undo"));
    QTRY_COMPARE(m_operator->state(m_label), u"Used up"_s);
    QCOMPARE(m_operator->call(), u"429 insufficient_quota"_s);
}

void TestOperator::deletesItWithUndo()
{
    QVERIFY(m_operator->press(m_operator->openVerb(m_label, "deleteKey")));
    QCOMPARE(m_operator->prompts.questions.last().title, u"Delete “thesis-lab”?"_s);
    QTRY_COMPARE(m_operator->rowOf(m_label), -1);
    QTRY_VERIFY(m_operator->find("undoBar"));
    m_operator->picture("keys-deleted");
    QCOMPARE(m_operator->call(), u"401 invalid_api_key"_s);

    QTest::keyClick(&m_operator->console.window(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(m_operator->state(m_label), u"Used up"_s);
    QCOMPARE(m_operator->call(), u"429 insufficient_quota"_s);
    QCOMPARE(m_operator->upstream.requestCount(), 5);
}

void TestOperator::makesASpentKey()
{
    QVERIFY(m_operator->connectToService());
    QVERIFY(m_operator->openKeys());
    QVERIFY(m_operator->createKey(m_label, 1));
    QCOMPARE(m_operator->call(), u"200"_s);
    QVERIFY(m_operator->click("refresh"));
    QTRY_COMPARE(m_operator->state(m_label), u"Used up"_s);
}

void TestOperator::seesThatNothingAnswers()
{
    const QString reason = u"The service does not answer; nothing can be changed now."_s;
    QTRY_COMPARE(m_operator->console.session().state(), Session::State::Offline);
    QCOMPARE(m_operator->find<StateChip>("healthChip")->word(), u"Offline"_s);
    const QStringList notice = m_operator->wordsIn("banner-offline");
    QVERIFY2(notice.join(u' ').contains(u"No answer from tokyo-1"_s), qPrintable(notice.join(u'\n')));
    QTRY_VERIFY(!m_operator->find("banner-keysLoad")); // said once is enough
    QVERIFY(!m_operator->wordsIn("header").join(u' ').contains(u"Live"_s));
    // What was known stays; nothing can be changed, and each control says why.
    QCOMPARE(m_operator->state(m_label), u"Used up"_s);
    QVERIFY(m_operator->cell(m_label, NameColumn, CellFadedRole).toBool());
    for (const char *control : {"newKey", "disableSelected", "enableSelected", "deleteSelected"}) {
        const QWidget *widget = m_operator->find(control);
        QVERIFY2(widget, control);
        QVERIFY2(!widget->isEnabled(), control);
        QCOMPARE(widget->toolTip(), reason);
    }
    const QAction *disable = m_operator->openVerb(m_label, "disableKey");
    QVERIFY(disable);
    QVERIFY(!disable->isEnabled());
    QCOMPARE(disable->toolTip(), reason);
    m_operator->find<QMenu>("keyMenu")->close();
    m_operator->picture("keys-offline");
}

void TestOperator::outlastsARestartOfTheService()
{
    tellTheChapters(
        {&TestOperator::makesASpentKey, &TestOperator::findsOutByItself, &TestOperator::findsOutByRefresh});
}

void TestOperator::findsOutByItself()
{
    m_operator->pressCell(m_label, CheckColumn);
    QTRY_VERIFY(m_operator->find("selectionBar"));
    m_operator->console.session().setPollInterval(100ms);
    const quint16 port = m_operator->service.port();
    m_operator->service.stop();
    tellTheChapters({&TestOperator::seesThatNothingAnswers});
    m_operator->service.start(port);
    QTRY_COMPARE(m_operator->console.session().state(), Session::State::Connected);
    QTRY_VERIFY(!m_operator->find("banner-offline"));
    QVERIFY(!m_operator->cell(m_label, NameColumn, CellFadedRole).toBool());
    QCOMPARE(m_operator->call(), u"429 insufficient_quota"_s); // the books outlast it too
    QVERIFY(m_operator->click("disableSelected"));
    QTRY_COMPARE(m_operator->state(m_label), u"Disabled"_s);
    QCOMPARE(m_operator->call(), u"403 key_disabled"_s);
    QVERIFY(m_operator->click("undo"));
    QTRY_COMPARE(m_operator->state(m_label), u"Used up"_s);
}

void TestOperator::findsOutByRefresh()
{
    m_operator->console.session().setPollInterval(1h);
    const quint16 port = m_operator->service.port();
    m_operator->service.stop();
    QVERIFY(m_operator->click("refresh"));
    tellTheChapters({&TestOperator::seesThatNothingAnswers});
    m_operator->service.start(port);
    QVERIFY(m_operator->click("refresh"));
    QTRY_COMPARE(m_operator->console.session().state(), Session::State::Connected);
    QTRY_VERIFY(m_operator->find("newKey")->isEnabled());
    QVERIFY(!m_operator->find("banner-offline"));
}

void TestOperator::changesLanguageAtOnce()
{
    tellTheChapters({&TestOperator::makesASpentKey, &TestOperator::readsChinese});
}

void TestOperator::readsChinese()
{
    const auto navigation = [this] {
        QStringList words;
        for (const char *page : {"overview", "keys", "usage", "settings"})
            words.append(
                m_operator->find<QAbstractButton>((QByteArray("navigation-") + page).constData())->text());
        return words;
    };
    QCOMPARE(navigation(), (QStringList{u"Overview"_s, u"Keys"_s, u"Usage"_s, u"Settings"_s}));
    m_operator->choosePage("settings");
    QVERIFY(m_operator->choose("languageChoice", 2));
    QTRY_COMPARE(navigation(), (QStringList{u"总览"_s, u"密钥"_s, u"用量"_s, u"设置"_s}));
    m_operator->picture("settings-chinese");

    QVERIFY(m_operator->openKeys());
    QCOMPARE(m_operator->find<QAbstractButton>("newKey")->text(), u"新建密钥"_s);
    QCOMPARE(m_operator->state(m_label), u"已用尽"_s);
    m_operator->picture("keys-chinese");
    // The service answers in the language of the window.
    m_operator->choosePage("overview");
    QVERIFY(m_operator->click("refresh"));
    QTRY_VERIFY(m_operator->wordsIn("service").contains(u"已启用 1 个。"_s));
    QTRY_VERIFY(m_operator->find("tileRequests"));
    m_operator->picture("overview-chinese");

    m_operator->choosePage("settings");
    QVERIFY(m_operator->choose("languageChoice", 1));
    QTRY_COMPARE(navigation().first(), u"Overview"_s);
}

QTEST_MAIN(TestOperator)
#include "tst_operator.moc"
