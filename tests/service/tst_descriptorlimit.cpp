// SPDX-License-Identifier: GPL-3.0-or-later
#include "runningservice.h"
#include "service/descriptorlimit.h"
#include "shared/health.h"

#include <QFile>
#include <QTest>

#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

class TestDescriptorLimit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void raisesTheSoftLimit();
    void fits_data();
    void fits();
    void makesRoomAtTheStart();
    void lowersTheCapAndSaysSo();
};

static constexpr rlim_t hardLimit = 2'000;

void TestDescriptorLimit::initTestCase()
{
    rlimit limit{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < hardLimit)
        QSKIP("the limit of open files is lower here than this test needs");
    limit = {hardLimit / 2, hardLimit};
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

void TestDescriptorLimit::raisesTheSoftLimit()
{
    QCOMPARE(raiseDescriptorLimit(), qint64(hardLimit));
    rlimit limit{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    QCOMPARE(limit.rlim_cur, hardLimit);
}

void TestDescriptorLimit::fits_data()
{
    QTest::addColumn<qint64>("limit");
    QTest::addColumn<int>("lanes");
    QTest::addColumn<int>("wanted");
    QTest::addColumn<int>("fit");
    QTest::newRow("plenty") << qint64(1'048'576) << 8 << 10'000 << 10'000;
    QTest::newRow("no limit") << std::numeric_limits<qint64>::max() << 256 << 1'000'000 << 1'000'000;
    QTest::newRow("just enough") << descriptorsNeeded(4, 10'000) << 4 << 10'000 << 10'000;
    QTest::newRow("one too few") << descriptorsNeeded(4, 10'000) - 1 << 4 << 10'000 << 9'999;
    QTest::newRow("half") << descriptorsNeeded(2, 5'000) << 2 << 10'000 << 5'000;
    QTest::newRow("hardly any") << qint64(64) << 16 << 10'000 << 1;
}

void TestDescriptorLimit::fits()
{
    QFETCH(qint64, limit);
    QFETCH(int, lanes);
    QFETCH(int, wanted);
    QTEST(connectionsThatFit(limit, lanes, wanted), "fit");
}

// Of the kernel's table for this process.
static qint64 descriptorRoom()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("FDSize:"))
            return line.sliced(7).trimmed().toLongLong();
    }
    return 0;
}

void TestDescriptorLimit::makesRoomAtTheStart()
{
    const qint64 needed = descriptorsNeeded(1, 500);
    QCOMPARE_LT(descriptorRoom(), needed);
    QCOMPARE(planConnections(1, 500), 500);
    QCOMPARE_GE(descriptorRoom(), needed);
}

void TestDescriptorLimit::lowersTheCapAndSaysSo()
{
    RunningService service({{u"LANES"_s, u"1"_s}});
    const int fit = connectionsThatFit(qint64(hardLimit), 1, 10'000);
    QVERIFY(fit < 1'000);
    const auto health = healthFromJson(service.admin("GET", "/admin/health"));
    QVERIFY(health);
    const HealthPart &lanes = health->parts.at(2);
    QCOMPARE(lanes.name, u"lanes"_s);
    QVERIFY(lanes.state == PartState::Warning);
    QVERIFY2(lanes.message.contains(QString::number(fit)), qPrintable(lanes.message));
    QVERIFY2(lanes.message.contains("LimitNOFILE="_L1), qPrintable(lanes.message));

    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < fit; ++i) {
        clients.push_back(std::make_unique<RawClient>(service.port()));
        QVERIFY(!clients.back()->isOver());
    }
    RawClient oneMore(service.port());
    QCOMPARE(oneMore.answer().status, 503);
    QCOMPARE(ask(*clients.front(), "GET", "/healthz").status, 200);
}

QTEST_GUILESS_MAIN(TestDescriptorLimit)
#include "tst_descriptorlimit.moc"
