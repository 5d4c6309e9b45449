// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolefixture.h"

#include <QComboBox>
#include <QFile>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::console;

class TestUsagePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<ConsoleFixture>(); }
    void cleanup() { m_fixture.reset(); }
    void chartsAndTableShowTheSameNumbers();
    void looksAsDesigned();
    void asksForTheRange_data();
    void asksForTheRange();
    void groupsAndFilters();
    void comparesWithThePeriodBefore();
    void tableByTime();
    void tableOnly();
    void oneCrosshair();
    void exportsCsv();
    void saysThatNothingWasUsed();
    void saysErrorAndTriesAgain();
    void keepsTheChartWhenARefreshFails();

private:
    void openUsage();
    const UsageModel *model() const
    {
        return qobject_cast<UsageModel *>(
            m_fixture->console.usage().findChild<TableView *>(u"usageTable"_s)->model());
    }
    QUrlQuery asked() const { return m_fixture->admin.last(u"GET /admin/usage"_s)->query; }

    std::unique_ptr<ConsoleFixture> m_fixture;
};

void TestUsagePage::openUsage()
{
    QVERIFY(m_fixture->open());
    m_fixture->choosePage("usage");
    QTRY_VERIFY(m_fixture->console.usage().isVisible());
    // In the service's zone: the first answer may be of before it was known.
    QTRY_VERIFY(model()->report() && model()->report()->timeZone == "Asia/Shanghai");
}

void TestUsagePage::chartsAndTableShowTheSameNumbers()
{
    openUsage();
    const ChartData chart = m_fixture->find<ChartView>("requestsChart")->data();
    QCOMPARE(chart.series.size(), 4);
    qint64 drawn = 0;
    for (qsizetype i = 0; i < chart.starts.size(); ++i)
        drawn += chart.totalAt(i);
    QCOMPARE(drawn, model()->report()->sums.requests);
    QVERIFY(drawn > 0);
    QCOMPARE(model()->rowCount(), 4);
    qint64 listed = 0;
    for (int row = 0; row < 4; ++row)
        listed += model()->index(row, UsageModel::RequestsColumn).data().toString().remove(u',').toLongLong();
    QCOMPARE(listed, drawn);
    const auto note = m_fixture->console.usage().head()->findChildren<QLabel *>().at(1)->text();
    QVERIFY2(note.contains(u"Asia/Shanghai (UTC+8)"_s), qPrintable(note));
}

void TestUsagePage::looksAsDesigned()
{
    if (!qEnvironmentVariableIsSet("QUOTA_PICTURES"))
        QSKIP("QUOTA_PICTURES names no directory");
    m_fixture->admin.quarter = [](int model, Timestamp start) {
        const double hours = double(toMilliseconds(start) / 900'000) / 4;
        const double day = 1.3 + std::sin((hours - 1) / 24 * 2 * M_PI) + 0.12 * std::sin(hours * 2.1);
        UsageSums sums;
        static const double weights[] = {780, 430, 290, 170};
        sums.requests = qint64(weights[model % 4] * day * (1 + 0.07 * std::sin(hours * 5 + model)));
        sums.refused = qint64(4 * day + 3 * std::abs(std::sin(hours * 7 + model)));
        sums.failed = qint64(hours * 4) % (5 + model) == 0 ? 2 : 0;
        sums.promptTokens = sums.requests * 455;
        sums.completionTokens = sums.requests * 196;
        sums.estimated = model == 1 ? sums.requests / 50 : 0;
        return sums;
    };
    m_fixture->fillKeys();
    openUsage();
    QVERIFY(m_fixture->click("compare"));
    QTRY_VERIFY(m_fixture->find<ChartView>("requestsChart")->data().before);
    auto *overlay = m_fixture->find<ChartView>("requestsChart")->findChild<QWidget *>(u"chartOverlay"_s);
    QTest::mouseMove(overlay, QPoint(overlay->width() * 11 / 20, overlay->height() / 2));
    m_fixture->pictures(u"usage"_s);
    m_fixture->find<Segmented>("usageSpan")->setCurrent(2);
    QTRY_VERIFY(model()->range().bucket == UsageBucket::Day);
    QTRY_COMPARE(int(model()->state()), int(UsageModel::State::Ready));
    m_fixture->pictures(u"usage-days"_s);
}

void TestUsagePage::asksForTheRange_data()
{
    QTest::addColumn<int>("span");
    QTest::addColumn<QString>("bucket");
    QTest::addColumn<int>("days");
    QTest::newRow("24 h") << 0 << u"quarter_hour"_s << 1;
    QTest::newRow("7 d") << 1 << u"hour"_s << 7;
    QTest::newRow("30 d") << 2 << u"day"_s << 30;
    QTest::newRow("custom") << 4 << u"day"_s << 14;
}

void TestUsagePage::asksForTheRange()
{
    QFETCH(int, span);
    QFETCH(QString, bucket);
    QFETCH(int, days);
    openUsage();
    m_fixture->find<Segmented>("usageSpan")->setCurrent(span);
    QTRY_COMPARE(asked().queryItemValue(u"bucket"_s), bucket);
    QCOMPARE(asked().queryItemValue(u"tz"_s, QUrl::FullyDecoded), u"Asia/Shanghai"_s);
    const auto from = timestampFromIso(asked().queryItemValue(u"from"_s, QUrl::FullyDecoded));
    const auto to = timestampFromIso(asked().queryItemValue(u"to"_s, QUrl::FullyDecoded));
    QVERIFY(from && to);
    const auto length = *to - *from;
    QVERIFY(length <= std::chrono::days(days));
    QVERIFY(length > std::chrono::days(days - 1));
    QCOMPARE(m_fixture->find("firstDay") != nullptr, span == 4);
}

void TestUsagePage::groupsAndFilters()
{
    m_fixture->fillKeys();
    openUsage();
    auto *groups = m_fixture->find<QComboBox>("usageGroup");
    groups->setCurrentIndex(3);
    Q_EMIT groups->activated(3);
    QTRY_COMPARE(model()->rowCount(), 1);
    QTRY_COMPARE(int(model()->state()), int(UsageModel::State::Ready));
    QVERIFY(asked().queryItemValue(u"group"_s).isEmpty());
    auto *keys = m_fixture->find<QComboBox>("usageKey");
    QTRY_COMPARE(keys->count(), 11);
    const int index = keys->findText(u"thesis-lab"_s);
    keys->setCurrentIndex(index);
    Q_EMIT keys->activated(index);
    QTRY_COMPARE(asked().queryItemValue(u"key"_s), m_fixture->admin.find(u"thesis-lab"_s)->key.id.value);
}

void TestUsagePage::comparesWithThePeriodBefore()
{
    openUsage();
    QCOMPARE(model()->index(0, UsageModel::ChangeColumn).data().toString(), u"—"_s);
    QVERIFY(m_fixture->click("compare"));
    QTRY_VERIFY(m_fixture->find<ChartView>("requestsChart")->data().before);
    QVERIFY(model()->index(0, UsageModel::ChangeColumn).data().toString() != u"—"_s);
}

void TestUsagePage::tableByTime()
{
    openUsage();
    auto *rows = m_fixture->find<QComboBox>("tableRows");
    rows->setCurrentIndex(1);
    Q_EMIT rows->activated(1);
    const ChartData chart = m_fixture->find<ChartView>("requestsChart")->data();
    const qsizetype begun = chart.series.first().values.size();
    QCOMPARE(model()->rowCount(), int(begun));
    QCOMPARE(model()->index(0, UsageModel::RequestsColumn).data().toString(),
             m_fixture->console.session().format().number(chart.totalAt(begun - 1)));
    QCOMPARE(model()->headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), u"Time"_s);
}

void TestUsagePage::tableOnly()
{
    openUsage();
    QVERIFY(m_fixture->find("requestsChart"));
    QVERIFY(m_fixture->click("tableOnly"));
    QVERIFY(!m_fixture->find("requestsChart"));
    QVERIFY(m_fixture->find("usageTable"));
    QVERIFY(m_fixture->click("tableOnly"));
    QVERIFY(m_fixture->find("requestsChart"));
}

void TestUsagePage::oneCrosshair()
{
    openUsage();
    auto *requests = m_fixture->find<ChartView>("requestsChart");
    auto *tokens = m_fixture->find<ChartView>("tokensChart");
    auto *overlay = requests->findChild<QWidget *>(u"chartOverlay"_s);
    QTest::mouseMove(overlay, overlay->rect().center());
    QTRY_VERIFY(requests->crosshair() > 0);
    QCOMPARE(tokens->crosshair(), requests->crosshair());
    QVERIFY2(requests->tooltipText().contains(u"All models"_s), qPrintable(requests->tooltipText()));
    const int before = requests->crosshair();
    requests->setFocus();
    QTest::keyClick(requests, Qt::Key_Right);
    QCOMPARE(requests->crosshair(), before + 1);
    QCOMPARE(tokens->crosshair(), before + 1);
    QTest::keyClick(requests, Qt::Key_Escape);
    QCOMPARE(tokens->crosshair(), -1);
}

void TestUsagePage::exportsCsv()
{
    openUsage();
    m_fixture->prompts.path = m_fixture->directory.filePath(u"usage.csv"_s);
    QVERIFY(m_fixture->click("exportUsage"));
    QFile file(m_fixture->prompts.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.startsWith("\xEF\xBB\xBFstart,group,label,requests,"));
    const QList<QByteArray> lines = bytes.trimmed().split('\n');
    qint64 requests = 0;
    for (const QByteArray &line : lines.mid(1)) {
        QVERIFY(line.contains("+08:00,"));
        requests += line.split(',').at(3).toLongLong();
    }
    QCOMPARE(requests, model()->report()->sums.requests);
}

void TestUsagePage::saysThatNothingWasUsed()
{
    m_fixture->admin.quarter = [](int, Timestamp) { return UsageSums(); };
    openUsage();
    QTRY_COMPARE(m_fixture->find<PageState>("usageState")->state(), PageState::State::Empty);
}

void TestUsagePage::saysErrorAndTriesAgain()
{
    QVERIFY(m_fixture->open());
    QTRY_VERIFY(m_fixture->admin.count(u"GET /admin/usage"_s) >= 2); // Overview's
    m_fixture->admin.refuse(u"GET /admin/usage"_s, 500, u"storage"_s, u"The store is busy."_s);
    m_fixture->choosePage("usage");
    QTRY_COMPARE(m_fixture->find<PageState>("usageState")->state(), PageState::State::Error);
    m_fixture->admin.heal();
    QVERIFY(m_fixture->click("stateAction"));
    QTRY_COMPARE(m_fixture->find<PageState>("usageState")->state(), PageState::State::Content);
}

void TestUsagePage::keepsTheChartWhenARefreshFails()
{
    openUsage();
    m_fixture->admin.refuseNext(u"GET /admin/usage"_s, 500, u"storage"_s, u"The store is busy."_s);
    m_fixture->console.usage().refresh();
    QTRY_VERIFY(m_fixture->console.usage().banners()->has(u"usageLoad"_s));
    QCOMPARE(m_fixture->find<ChartView>("requestsChart")->data().series.size(), 4);
    m_fixture->console.usage().refresh();
    QTRY_VERIFY(!m_fixture->console.usage().banners()->has(u"usageLoad"_s));
}

QTEST_MAIN(TestUsagePage)
#include "tst_usagepage.moc"
