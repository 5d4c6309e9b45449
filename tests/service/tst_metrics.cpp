// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/telemetry/metrics.h"

#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <thread>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace quota::service;

class TestMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOldNames_data();
    void keepsTheOldNames();
    void countsNothingAtFirst();
    void addsLanesUp();
    void countsStatusesThatAreNone();
    void fillsBuckets_data();
    void fillsBuckets();
    void losesNothingBetweenThreads();
};

namespace
{

// A strict reading of text format 0.0.4; any deviation is a fault.
struct Scrape
{
    QMap<QString, QString> types;
    QMap<QString, double> samples; // by name with labels
    QStringList order;
    QString fault;

    double value(const QString &name) const { return samples.value(name, -1); }
};

QString familyOf(const QString &name, const QMap<QString, QString> &types)
{
    for (const QLatin1StringView suffix : {"_bucket"_L1, "_sum"_L1, "_count"_L1}) {
        const QString family = name.chopped(qMin(name.size(), suffix.size()));
        if (name.endsWith(suffix) && types.value(family) == "histogram"_L1)
            return family;
    }
    return name;
}

void readComment(const QString &line, Scrape &scrape, QSet<QString> &helped)
{
    static const QRegularExpression help(u"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$"_s);
    static const QRegularExpression type(
        u"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$"_s);
    if (const auto match = help.match(line); match.hasMatch()) {
        if (helped.contains(match.captured(1)))
            scrape.fault = u"second HELP: "_s + line;
        helped.insert(match.captured(1));
    } else if (const auto typeMatch = type.match(line); typeMatch.hasMatch()) {
        if (scrape.types.contains(typeMatch.captured(1)) || !helped.contains(typeMatch.captured(1)))
            scrape.fault = u"TYPE twice or without HELP: "_s + line;
        scrape.types.insert(typeMatch.captured(1), typeMatch.captured(2));
    } else {
        scrape.fault = u"not a comment of the format: "_s + line;
    }
}

void checkHistogram(const QString &name, Scrape &scrape)
{
    double last = 0;
    double lastBound = -1;
    bool sawInfinity = false;
    for (const QString &sample : std::as_const(scrape.order)) {
        if (!sample.startsWith(name + "_bucket{le=\""_L1))
            continue;
        const QString bound = sample.mid(name.size() + 12).chopped(2);
        const double limit = bound == "+Inf"_L1 ? qInf() : bound.toDouble();
        if (limit <= lastBound || scrape.value(sample) < last || sawInfinity)
            scrape.fault = u"buckets are not cumulative: "_s + sample;
        sawInfinity |= bound == "+Inf"_L1;
        lastBound = limit;
        last = scrape.value(sample);
    }
    if (!sawInfinity || last != scrape.value(name + "_count"_L1) || scrape.value(name + "_sum"_L1) < 0)
        scrape.fault = u"+Inf is not the count, or the sum is missing: "_s + name;
}

Scrape parse(const QByteArray &text)
{
    static const QRegularExpression sample(
        uR"(^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*")(,[a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*")*\})? (-?[0-9.]+(e[-+]?[0-9]+)?|\+Inf|NaN)$)"_s);
    Scrape scrape;
    QSet<QString> helped;
    QString family;
    QSet<QString> finished;
    if (!text.endsWith('\n'))
        scrape.fault = u"the last line is not ended"_s;
    const QStringList lines = QString::fromUtf8(text).split(u'\n').first(text.count('\n'));
    for (const QString &line : lines) {
        if (line.startsWith(u'#')) {
            readComment(line, scrape, helped);
            continue;
        }
        const auto match = sample.match(line);
        if (!match.hasMatch()) {
            scrape.fault = u"not a sample: "_s + line;
            continue;
        }
        const QString name = familyOf(match.captured(1), scrape.types);
        if (!scrape.types.contains(name))
            scrape.fault = u"no TYPE before: "_s + line;
        if (name != family) {
            finished.insert(family);
            family = name;
        }
        const QString full = match.captured(1) + match.captured(2);
        if (finished.contains(name) || scrape.samples.contains(full))
            scrape.fault = u"family not together, or a sample twice: "_s + line;
        scrape.samples.insert(full, match.captured(5).toDouble());
        scrape.order += full;
    }
    for (auto type = scrape.types.cbegin(); type != scrape.types.cend(); ++type) {
        if (type.value() == "histogram"_L1)
            checkHistogram(type.key(), scrape);
    }
    return scrape;
}

}

void TestMetrics::keepsTheOldNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("type");
    const auto row = [](const char *name, const QString &type) {
        QTest::newRow(name) << QString::fromLatin1(name) << type;
    };
    row("quota_proxy_http_requests_total", u"counter"_s);
    row("quota_proxy_http_requests_by_method_total", u"counter"_s);
    row("quota_proxy_http_responses_by_status_total", u"counter"_s);
    row("quota_proxy_api_keys_total", u"gauge"_s);
    row("quota_proxy_api_keys_active", u"gauge"_s);
    row("quota_proxy_api_keys_expired", u"gauge"_s);
    row("quota_proxy_api_usage_total", u"counter"_s);
    row("quota_proxy_tokens_beyond_reservation_total", u"counter"_s);
    row("quota_proxy_database_queries_total", u"counter"_s);
    row("quota_proxy_database_query_duration_total", u"counter"_s);
    row("quota_proxy_uptime_seconds", u"gauge"_s);
    row("quota_proxy_connections_active", u"gauge"_s);
    row("quota_proxy_books_rows_dropped_total", u"counter"_s);
    row("quota_proxy_request_duration_seconds", u"histogram"_s);
    row("quota_proxy_upstream_first_byte_seconds", u"histogram"_s);
}

void TestMetrics::keepsTheOldNames()
{
    QFETCH(QString, name);
    const Scrape scrape = parse(Metrics().text({}));
    QVERIFY2(scrape.fault.isEmpty(), qPrintable(scrape.fault));
    QTEST(scrape.types.value(name), "type");
}

void TestMetrics::countsNothingAtFirst()
{
    const Scrape scrape = parse(Metrics().text({}));
    for (const QLatin1StringView method : {"GET"_L1, "POST"_L1, "PUT"_L1, "DELETE"_L1, "OPTIONS"_L1})
        QCOMPARE(scrape.value(u"quota_proxy_http_requests_by_method_total{method=\"%1\"}"_s.arg(method)), 0);
    QCOMPARE(scrape.value(u"quota_proxy_http_requests_total"_s), 0);
    QCOMPARE(scrape.value(u"quota_proxy_request_duration_seconds_count"_s), 0);
}

void TestMetrics::addsLanesUp()
{
    Metrics metrics;
    LaneMetrics &first = metrics.addLane();
    LaneMetrics &second = metrics.addLane();
    first.requestFinished("GET", 200, 3ms);
    first.requestFinished("POST", 200, 40ms);
    second.requestFinished("POST", 429, 1ms);
    second.requestFinished("PATCH", 200, 1ms);
    second.requestFinished("BREW", 0, 2s);
    first.upstreamAnswered(30ms);
    second.upstreamAnswered(1500ms);
    first.usageCounted(2);
    second.usageCounted(3);
    first.tokensBeyondReservation(10);
    second.tokensBeyondReservation(20);
    first.connectionOpened();
    first.connectionOpened();
    second.connectionOpened();
    first.connectionClosed();
    Metrics::Gauges gauges;
    gauges.keysTotal = 7;
    gauges.keysActive = 5;
    gauges.keysExpired = 1;
    gauges.databaseQueries = 1234567890123;
    gauges.databaseQueryMilliseconds = 88;
    gauges.droppedRows = 4;
    gauges.discrepancies = 2;
    gauges.uptime = 3600s;
    const Scrape scrape = parse(metrics.text(gauges));
    QVERIFY2(scrape.fault.isEmpty(), qPrintable(scrape.fault));
    const QMap<QString, double> expected{
        {u"quota_proxy_http_requests_total"_s, 5},
        {u"quota_proxy_http_requests_by_method_total{method=\"GET\"}"_s, 1},
        {u"quota_proxy_http_requests_by_method_total{method=\"POST\"}"_s, 2},
        {u"quota_proxy_http_requests_by_method_total{method=\"PUT\"}"_s, 0},
        {u"quota_proxy_http_requests_by_method_total{method=\"PATCH\"}"_s, 1},
        {u"quota_proxy_http_requests_by_method_total{method=\"other\"}"_s, 1},
        {u"quota_proxy_http_responses_by_status_total{status=\"200\"}"_s, 3},
        {u"quota_proxy_http_responses_by_status_total{status=\"429\"}"_s, 1},
        {u"quota_proxy_http_responses_by_status_total{status=\"0\"}"_s, 1},
        {u"quota_proxy_api_keys_total"_s, 7},
        {u"quota_proxy_api_keys_active"_s, 5},
        {u"quota_proxy_api_keys_expired"_s, 1},
        {u"quota_proxy_api_usage_total"_s, 5},
        {u"quota_proxy_tokens_beyond_reservation_total"_s, 30},
        {u"quota_proxy_database_queries_total"_s, 1234567890123.0},
        {u"quota_proxy_database_query_duration_total"_s, 88},
        {u"quota_proxy_uptime_seconds"_s, 3600},
        {u"quota_proxy_connections_active"_s, 2},
        {u"quota_proxy_books_rows_dropped_total"_s, 4},
        {u"quota_proxy_books_discrepancies"_s, 2},
        {u"quota_proxy_request_duration_seconds_count"_s, 5},
        {u"quota_proxy_request_duration_seconds_sum"_s, 2.045},
        {u"quota_proxy_upstream_first_byte_seconds_count"_s, 2},
        {u"quota_proxy_upstream_first_byte_seconds_sum"_s, 1.53},
    };
    for (auto sample = expected.cbegin(); sample != expected.cend(); ++sample)
        QVERIFY2(qFuzzyCompare(scrape.value(sample.key()) + 1, sample.value() + 1),
                 qPrintable(sample.key() + u' ' + QString::number(scrape.value(sample.key()))));
    QVERIFY(!scrape.samples.contains(u"quota_proxy_http_requests_by_method_total{method=\"HEAD\"}"_s));
}

void TestMetrics::countsStatusesThatAreNone()
{
    Metrics metrics;
    LaneMetrics &lane = metrics.addLane();
    lane.requestFinished("GET", 599, 0ms);
    lane.requestFinished("", 0, 0ms);
    const Scrape scrape = parse(metrics.text({}));
    QVERIFY2(scrape.fault.isEmpty(), qPrintable(scrape.fault));
    QCOMPARE(scrape.value(u"quota_proxy_http_responses_by_status_total{status=\"599\"}"_s), 1);
    QCOMPARE(scrape.value(u"quota_proxy_http_responses_by_status_total{status=\"0\"}"_s), 1);
}

void TestMetrics::fillsBuckets_data()
{
    QTest::addColumn<qint64>("microseconds");
    QTest::addColumn<QString>("bucket"); // the first that holds it
    QTest::addColumn<QString>("below");  // the last that does not
    const auto row = [](const char *name, qint64 microseconds, const QString &bucket, const QString &below) {
        QTest::newRow(name) << microseconds << bucket << below;
    };
    row("nothing", 0, u"0.005"_s, {});
    row("on the bound", 5'000, u"0.005"_s, {});
    row("beyond the bound", 5'001, u"0.01"_s, u"0.005"_s);
    row("a second", 1'000'000, u"1"_s, u"0.5"_s);
    row("half a minute", 30'000'000, u"60"_s, u"15"_s);
    row("an hour", 3'600'000'000, u"+Inf"_s, u"300"_s);
}

void TestMetrics::fillsBuckets()
{
    QFETCH(qint64, microseconds);
    QFETCH(QString, bucket);
    QFETCH(QString, below);
    Metrics metrics;
    LaneMetrics &lane = metrics.addLane();
    lane.upstreamAnswered(std::chrono::microseconds(microseconds));
    const Scrape scrape = parse(metrics.text({}));
    QVERIFY2(scrape.fault.isEmpty(), qPrintable(scrape.fault));
    const QString name = u"quota_proxy_upstream_first_byte_seconds_bucket{le=\"%1\"}"_s;
    QCOMPARE(scrape.value(name.arg(bucket)), 1);
    if (!below.isEmpty())
        QCOMPARE(scrape.value(name.arg(below)), 0);
    QCOMPARE(scrape.value(u"quota_proxy_request_duration_seconds_count"_s), 0);
}

void TestMetrics::losesNothingBetweenThreads()
{
    Metrics metrics;
    LaneMetrics &lane = metrics.addLane();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&lane] {
            for (int k = 0; k < 10'000; ++k)
                lane.requestFinished("GET", 200, 1ms);
        });
    }
    for (int i = 0; i < 50; ++i) {
        const Scrape scrape = parse(metrics.text({}));
        QVERIFY2(scrape.fault.isEmpty(), qPrintable(scrape.fault));
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(parse(metrics.text({})).value(u"quota_proxy_http_requests_total"_s), 40'000);
}

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
