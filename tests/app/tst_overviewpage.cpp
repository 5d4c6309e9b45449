// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolefixture.h"

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::console;

class TestOverviewPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<ConsoleFixture>(); }
    void cleanup() { m_fixture.reset(); }
    void showsTodayBesideYesterday();
    void looksAsDesigned();
    void listsLeadToTheKey();
    void tilesLeadToUsage();
    void showsTheServicesParts();
    void saysThatTheDemoAnswers();
    void repeatsThatTokensTravelInClear();
    void showsThreeStepsWhileUnused();
    void saysErrorAndTriesAgain();
    void staysAndSaysThatItIsOld();

private:
    void openOverview();
    std::unique_ptr<ConsoleFixture> m_fixture;
};

void TestOverviewPage::openOverview()
{
    QVERIFY(m_fixture->open());
    QTRY_VERIFY(m_fixture->find("tileRequests") || m_fixture->find("firstSteps"));
    QTRY_COMPARE(m_fixture->find<PageState>("overviewState")->state(), PageState::State::Content);
    // In the service's zone: the first answer may be of before it was known.
    QTRY_VERIFY([this] {
        const ChartData chart = m_fixture->console.overview().findChild<ChartView *>(u"todayChart"_s)->data();
        if (chart.starts.isEmpty())
            return false;
        const QDateTime start = QDateTime::fromMSecsSinceEpoch(toMilliseconds(chart.starts.first()));
        return start.toTimeZone(QTimeZone("Asia/Shanghai")).time() == QTime(0, 0);
    }());
}

void TestOverviewPage::showsTodayBesideYesterday()
{
    m_fixture->fillKeys();
    openOverview();
    const ChartData chart = m_fixture->find<ChartView>("todayChart")->data();
    QCOMPARE(chart.starts.size(), 96);
    QVERIFY(chart.before);
    QCOMPARE(chart.before->values.size(), 96);
    const QTime now = QDateTime::currentDateTime().toTimeZone(QTimeZone("Asia/Shanghai")).time();
    const qsizetype finished = now.msecsSinceStartOfDay() / 900'000;
    // A quarter may end between the two looks at the clock.
    QVERIFY(qAbs(chart.series.first().values.size() - finished) <= 1);
    const QString spoken = m_fixture->find("tileRequests")->accessibleDescription();
    QVERIFY2(!spoken.startsWith(u'—'), qPrintable(spoken));
    QCOMPARE(m_fixture->find("tileFailed")->accessibleName(), u"Failed at a provider"_s);
}

void TestOverviewPage::looksAsDesigned()
{
    if (!qEnvironmentVariableIsSet("QUOTA_PICTURES"))
        QSKIP("QUOTA_PICTURES names no directory");
    m_fixture->admin.quarter = [](int model, Timestamp start) {
        const double hours = double(toMilliseconds(start) / 900'000) / 4;
        const double day = 1.2 + std::sin((hours - 1) / 24 * 2 * M_PI) + 0.12 * std::sin(hours * 2.1);
        UsageSums sums;
        sums.requests = qint64(400 * (4 - model) * day);
        sums.refused = qint64(4 * day);
        sums.failed = qint64(hours * 4) % 9 == 0 ? 2 : 0;
        sums.promptTokens = sums.requests * 455;
        sums.completionTokens = sums.requests * 196;
        return sums;
    };
    m_fixture->admin.models = {u"course-nlp-2026 · 42"_s, u"客服机器人 production"_s, u"thesis-lab"_s,
                               u"ci-evals nightly"_s};
    m_fixture->admin.health.parts[3].state = PartState::Warning;
    m_fixture->admin.health.parts[3].message = u"DeepSeek answers slowly"_s;
    m_fixture->admin.health.demo = true;
    m_fixture->fillKeys();
    openOverview();
    m_fixture->pictures(u"overview"_s);
    m_fixture->admin.keys.clear();
    m_fixture->admin.quarter = [](int, Timestamp) { return UsageSums(); };
    m_fixture->console.overview().refresh();
    QTRY_VERIFY(m_fixture->find("firstSteps"));
    m_fixture->pictures(u"overview-empty"_s);
}

void TestOverviewPage::listsLeadToTheKey()
{
    m_fixture->fillKeys();
    openOverview();
    const QString id = m_fixture->admin.find(u"李老师 备课助手"_s)->key.id.value;
    QVERIFY(m_fixture->click(("runOut-" + id.toLatin1()).constData()));
    QTRY_VERIFY(m_fixture->find("keyDetails"));
    QCOMPARE(m_fixture->find<QLabel>("detailsName")->text(), u"李老师 备课助手"_s);
    QCOMPARE(m_fixture->console.window().current(), &m_fixture->console.keys());
}

void TestOverviewPage::tilesLeadToUsage()
{
    m_fixture->fillKeys();
    openOverview();
    QVERIFY(m_fixture->click("tileTokens"));
    QCOMPARE(m_fixture->console.window().current(), &m_fixture->console.usage());
}

void TestOverviewPage::showsTheServicesParts()
{
    m_fixture->fillKeys();
    m_fixture->admin.health.parts[0].state = PartState::Bad;
    m_fixture->admin.health.parts[0].message = u"The disk is full."_s;
    m_fixture->admin.health.ok = false;
    openOverview();
    QStringList words;
    const auto labels = m_fixture->find("service")->findChildren<QLabel *>();
    for (const QLabel *label : labels)
        words.append(label->text());
    QVERIFY(words.contains(u"Store"_s));
    QVERIFY(words.contains(u"The disk is full."_s));
    QCOMPARE(m_fixture->console.window().header().findChild<StateChip *>()->word(), u"Not healthy"_s);
}

void TestOverviewPage::saysThatTheDemoAnswers()
{
    m_fixture->fillKeys();
    m_fixture->admin.health.demo = true;
    openOverview();
    QTRY_VERIFY(m_fixture->console.overview().banners()->has(u"demo"_s));
    m_fixture->admin.health.demo = false;
    QVERIFY(m_fixture->click("checkNow"));
    QTRY_VERIFY(!m_fixture->console.overview().banners()->has(u"demo"_s));
}

void TestOverviewPage::repeatsThatTokensTravelInClear()
{
    m_fixture->fillKeys();
    const HealthPart clear{u"encryption"_s, PartState::Warning, u"Others can read the token."_s};
    m_fixture->admin.health.parts.append(clear);
    openOverview();
    QTRY_VERIFY(m_fixture->console.overview().banners()->has(u"encryption"_s));
    QStringList words;
    const auto labels = m_fixture->find("service")->findChildren<QLabel *>();
    for (const QLabel *label : labels)
        words.append(label->text());
    QVERIFY(words.contains(u"Encryption"_s));
    QVERIFY(words.contains(clear.message));
    m_fixture->admin.health.parts.last().state = PartState::Ok;
    QVERIFY(m_fixture->click("checkNow"));
    QTRY_VERIFY(!m_fixture->console.overview().banners()->has(u"encryption"_s));
}

void TestOverviewPage::showsThreeStepsWhileUnused()
{
    m_fixture->admin.quarter = [](int, Timestamp) { return UsageSums(); };
    openOverview();
    QTRY_VERIFY(m_fixture->find("firstSteps"));
    QVERIFY(!m_fixture->find("tileRequests"));
    QVERIFY(m_fixture->click("firstKey"));
    QTRY_VERIFY(m_fixture->find("newKeyDialog"));
}

void TestOverviewPage::saysErrorAndTriesAgain()
{
    m_fixture->fillKeys();
    m_fixture->admin.refuse(u"GET /admin/usage"_s, 500, u"storage"_s, u"The store is busy."_s);
    QVERIFY(m_fixture->open());
    QTRY_COMPARE(m_fixture->find<PageState>("overviewState")->state(), PageState::State::Error);
    m_fixture->admin.heal();
    QVERIFY(m_fixture->click("stateAction"));
    QTRY_COMPARE(m_fixture->find<PageState>("overviewState")->state(), PageState::State::Content);
}

void TestOverviewPage::staysAndSaysThatItIsOld()
{
    m_fixture->fillKeys();
    openOverview();
    m_fixture->admin.stop();
    m_fixture->console.session().poll();
    QTRY_VERIFY(m_fixture->console.overview().banners()->has(u"offline"_s));
    QVERIFY(m_fixture->find("tileRequests"));
    QVERIFY(!m_fixture->find("overviewNewKey")->isEnabled());
}

QTEST_MAIN(TestOverviewPage)
#include "tst_overviewpage.moc"
