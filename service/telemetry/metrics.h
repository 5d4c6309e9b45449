// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/limit.h"

#include <QByteArray>

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>

// Counters of the whole process. Lanes count in a LaneMetrics of their own (no line of cache is shared), the
// admin API adds them up and writes Prometheus text (format 0.0.4) with the names of the replaced system kept
// and seconds-based histograms beside them. No labels beyond method and status: no key, no secret.
namespace quota::service
{

class LaneMetrics
{
public:
    void requestFinished(QByteArrayView method, int status, std::chrono::microseconds total);
    void upstreamAnswered(std::chrono::microseconds firstByte);
    void usageCounted(qint64 requests) { add(m_usage, requests); }
    void limitCrossed(LimitMode mode) { add(m_crossed[size_t(mode)], 1); } // one that is not enforced
    void tokensBeyondReservation(qint64 tokens) { add(m_beyondReservation, tokens); }
    void connectionOpened() { add(m_connections, 1); }
    void connectionClosed() { add(m_connections, -1); }

private:
    friend class Metrics;
    using Counter = std::atomic<qint64>;
    static void add(Counter &counter, qint64 value) { counter.fetch_add(value, std::memory_order_relaxed); }

    static constexpr int bucketCount = 14; // upper bounds in metrics.cpp, the last is +Inf
    struct Histogram
    {
        std::array<Counter, bucketCount> buckets{};
        Counter microseconds{0};
    };
    static void observe(Histogram &histogram, std::chrono::microseconds time);

    std::array<Counter, 600> m_byStatus{}; // index: status; 0: the client left first
    std::array<Counter, 8> m_byMethod{};   // GET POST PUT DELETE OPTIONS PATCH HEAD other
    Counter m_usage{0};
    Counter m_beyondReservation{0};
    std::array<Counter, 3> m_crossed{}; // by LimitMode
    Counter m_connections{0};
    Histogram m_duration;
    Histogram m_firstByte;
};

class Metrics
{
public:
    LaneMetrics &addLane(); // at start-up; the reference stays valid

    struct Gauges // what the caller knows at the time of the scrape
    {
        qint64 keysTotal = 0;
        qint64 keysActive = 0;
        qint64 keysExpired = 0;
        qint64 databaseQueries = 0;
        qint64 databaseQueryMilliseconds = 0;
        qint64 droppedRows = 0;
        std::optional<qint64> discrepancies; // of the books; nothing before they were checked
        qint64 backups = 0;
        std::optional<std::chrono::seconds> backupAge; // of the last good one
        std::chrono::seconds uptime{0};
    };
    QByteArray text(const Gauges &gauges) const;

private:
    struct Sums;

    mutable std::mutex m_mutex;
    std::deque<LaneMetrics> m_lanes;
};

}
