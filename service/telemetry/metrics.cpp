// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/telemetry/metrics.h"

#include <algorithm>
#include <numeric>

namespace quota::service
{

// In seconds. From a local refusal to a long streamed answer.
static constexpr std::array<double, 13> bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                               1,     2.5,  5,     15,   60,  300};
static constexpr std::array<QByteArrayView, 8> methods{"GET",     "POST",  "PUT",  "DELETE",
                                                       "OPTIONS", "PATCH", "HEAD", "other"};
static constexpr size_t alwaysShownMethods = 5;

void LaneMetrics::observe(Histogram &histogram, std::chrono::microseconds time)
{
    static_assert(bounds.size() + 1 == bucketCount);
    const double seconds = std::chrono::duration<double>(time).count();
    const auto place =
        std::lower_bound(bounds.begin(), bounds.end(), seconds); // le: the bound itself is inside
    add(histogram.buckets[size_t(place - bounds.begin())], 1);
    add(histogram.microseconds, time.count());
}

void LaneMetrics::requestFinished(QByteArrayView method, int status, std::chrono::microseconds total)
{
    const auto known = std::find(methods.begin(), methods.end() - 1, method);
    add(m_byMethod[size_t(known - methods.begin())], 1);
    const bool isStatus = status >= 0 && status < int(m_byStatus.size());
    Q_ASSERT(isStatus);
    add(m_byStatus[isStatus ? size_t(status) : 0], 1);
    observe(m_duration, total);
}

void LaneMetrics::upstreamAnswered(std::chrono::microseconds firstByte)
{
    observe(m_firstByte, firstByte);
}

LaneMetrics &Metrics::addLane()
{
    const std::lock_guard lock(m_mutex);
    return m_lanes.emplace_back();
}

namespace
{

// Writes families of samples; one HELP and one TYPE before the samples of each.
class Writer
{
public:
    void family(QByteArrayView name, QByteArrayView type, QByteArrayView help)
    {
        m_name = name;
        m_text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        m_text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
    void sample(qint64 value, QByteArrayView labels = {}, QByteArrayView suffix = {})
    {
        write(QByteArray::number(value), labels, suffix);
    }
    void sample(double value, QByteArrayView labels = {}, QByteArrayView suffix = {})
    {
        write(QByteArray::number(value, 'g', 15), labels, suffix);
    }
    void single(QByteArrayView name, QByteArrayView type, QByteArrayView help, qint64 value)
    {
        family(name, type, help);
        sample(value);
    }
    const QByteArray &text() const { return m_text; }

private:
    void write(const QByteArray &value, QByteArrayView labels, QByteArrayView suffix)
    {
        m_text.append(m_name).append(suffix);
        if (!labels.isEmpty())
            m_text.append('{').append(labels).append('}');
        m_text.append(' ').append(value).append('\n');
    }

    QByteArray m_text;
    QByteArrayView m_name;
};

struct HistogramSums
{
    std::array<qint64, bounds.size() + 1> buckets{};
    qint64 microseconds = 0;
};

}

static void writeHistogram(Writer &writer, QByteArrayView name, QByteArrayView help,
                           const HistogramSums &sums)
{
    writer.family(name, "histogram", help);
    qint64 count = 0;
    for (size_t i = 0; i < sums.buckets.size(); ++i) {
        count += sums.buckets[i];
        const QByteArray bound = i < bounds.size() ? QByteArray::number(bounds[i]) : QByteArray("+Inf");
        writer.sample(count, "le=\"" + bound + '"', "_bucket");
    }
    writer.sample(double(sums.microseconds) / 1e6, {}, "_sum");
    writer.sample(count, {}, "_count");
}

// The lanes added up; read once, so that all samples of a scrape agree.
struct Metrics::Sums
{
    std::array<qint64, 600> byStatus{};
    std::array<qint64, methods.size()> byMethod{};
    qint64 usage = 0;
    qint64 beyondReservation = 0;
    std::array<qint64, 3> crossed{};
    qint64 connections = 0;
    HistogramSums duration;
    HistogramSums firstByte;

    void add(const LaneMetrics &lane)
    {
        constexpr auto relaxed = std::memory_order_relaxed;
        for (size_t i = 0; i < byStatus.size(); ++i)
            byStatus[i] += lane.m_byStatus[i].load(relaxed);
        for (size_t i = 0; i < byMethod.size(); ++i)
            byMethod[i] += lane.m_byMethod[i].load(relaxed);
        usage += lane.m_usage.load(relaxed);
        beyondReservation += lane.m_beyondReservation.load(relaxed);
        for (size_t i = 0; i < crossed.size(); ++i)
            crossed[i] += lane.m_crossed[i].load(relaxed);
        connections += lane.m_connections.load(relaxed);
        for (size_t i = 0; i < duration.buckets.size(); ++i) {
            duration.buckets[i] += lane.m_duration.buckets[i].load(relaxed);
            firstByte.buckets[i] += lane.m_firstByte.buckets[i].load(relaxed);
        }
        duration.microseconds += lane.m_duration.microseconds.load(relaxed);
        firstByte.microseconds += lane.m_firstByte.microseconds.load(relaxed);
    }
};

static void writeRequests(Writer &writer, const std::array<qint64, methods.size()> &byMethod,
                          const std::array<qint64, 600> &byStatus)
{
    writer.single("quota_proxy_http_requests_total", "counter", "HTTP requests that ended.",
                  std::accumulate(byMethod.begin(), byMethod.end(), qint64(0)));
    writer.family("quota_proxy_http_requests_by_method_total", "counter",
                  "HTTP requests that ended, by method.");
    for (size_t i = 0; i < byMethod.size(); ++i) {
        if (i < alwaysShownMethods || byMethod[i] > 0)
            writer.sample(byMethod[i], "method=\"" + methods[i].toByteArray() + '"');
    }
    writer.family("quota_proxy_http_responses_by_status_total", "counter",
                  "HTTP answers by status; 0 where the client left before one.");
    for (size_t i = 0; i < byStatus.size(); ++i) {
        if (byStatus[i] > 0)
            writer.sample(byStatus[i], "status=\"" + QByteArray::number(qsizetype(i)) + '"');
    }
}

QByteArray Metrics::text(const Gauges &gauges) const
{
    Sums sums;
    {
        const std::lock_guard lock(m_mutex);
        for (const LaneMetrics &lane : m_lanes)
            sums.add(lane);
    }
    Writer writer;
    writeRequests(writer, sums.byMethod, sums.byStatus);
    writer.single("quota_proxy_api_keys_total", "gauge", "Keys, deleted ones not counted.", gauges.keysTotal);
    writer.single("quota_proxy_api_keys_active", "gauge", "Keys that may be used now.", gauges.keysActive);
    writer.single("quota_proxy_api_keys_expired", "gauge", "Keys past their expiry.", gauges.keysExpired);
    writer.single("quota_proxy_api_usage_total", "counter", "Requests counted on keys.", sums.usage);
    writer.single("quota_proxy_tokens_beyond_reservation_total", "counter",
                  "Tokens that upstreams billed beyond what was reserved for their requests.",
                  sums.beyondReservation);
    writer.family("quota_proxy_limits_crossed_total", "counter",
                  "Requests that a limit would have refused if it were enforced.");
    for (const LimitMode mode : {LimitMode::Warn, LimitMode::Observe})
        writer.sample(sums.crossed[size_t(mode)], "mode=\"" + toString(mode).toLatin1() + '"');
    writer.single("quota_proxy_database_queries_total", "counter", "Database statements run.",
                  gauges.databaseQueries);
    writer.single("quota_proxy_database_query_duration_total", "counter",
                  "Time spent in database statements, in milliseconds.", gauges.databaseQueryMilliseconds);
    writer.single("quota_proxy_uptime_seconds", "gauge", "Seconds since the service started.",
                  gauges.uptime.count());
    writer.single("quota_proxy_connections_active", "gauge", "Client connections open now.",
                  sums.connections);
    writer.single("quota_proxy_books_rows_dropped_total", "counter",
                  "Usage rows lost because the store did not take them.", gauges.droppedRows);
    if (gauges.discrepancies) {
        writer.single("quota_proxy_books_discrepancies", "gauge",
                      "Figures of the last day that rows, sums and counters tell differently.",
                      *gauges.discrepancies);
    }
    writer.single("quota_proxy_backup_count", "gauge", "Backups in the backup directory.", gauges.backups);
    if (gauges.backupAge) {
        writer.single("quota_proxy_backup_age_seconds", "gauge",
                      "Seconds since the last backup that was proven good was made.",
                      gauges.backupAge->count());
    }
    writeHistogram(writer, "quota_proxy_request_duration_seconds",
                   "Time from a whole request to the end of its answer.", sums.duration);
    writeHistogram(writer, "quota_proxy_upstream_first_byte_seconds",
                   "Time from forwarding to the first byte of the upstream's answer.", sums.firstByte);
    return writer.text();
}

}
