// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/bookskeeper.h"

#include "service/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

BooksKeeper::BooksKeeper(const Config &config, const Clock &clock, StoreThread &writer, StoreThread &reader,
                         QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_clock(clock)
    , m_writer(writer)
    , m_reader(reader)
{
    m_daily.setInterval(std::chrono::hours(24));
    connect(&m_daily, &QTimer::timeout, this, &BooksKeeper::removeOld);
    m_hourly.setInterval(std::chrono::hours(1));
    connect(&m_hourly, &QTimer::timeout, this, &BooksKeeper::check);
    for (QTimer *timer : {&m_removalPause, &m_checkPause}) {
        timer->setSingleShot(true);
        timer->setInterval(pause);
    }
    connect(&m_removalPause, &QTimer::timeout, this, &BooksKeeper::removeSome);
    connect(&m_checkPause, &QTimer::timeout, this, &BooksKeeper::checkNext);
}

void BooksKeeper::start()
{
    m_daily.start();
    m_hourly.start();
    removeOld();
    check();
}

void BooksKeeper::end()
{
    m_ended = true;
    for (QTimer *timer : {&m_daily, &m_hourly, &m_removalPause, &m_checkPause})
        timer->stop();
}

void BooksKeeper::hold()
{
    m_held = true;
    m_removalPause.stop();
    m_checkPause.stop();
}

void BooksKeeper::goOn()
{
    m_held = false;
    m_removals.clear();
    m_checks.clear();
    if (m_ended || !m_daily.isActive())
        return;
    removeOld();
    check();
}

void BooksKeeper::removeOld()
{
    using booksretention::Part;
    if (m_held || !m_removals.empty())
        return; // of yesterday, and not done yet
    const Timestamp now = m_clock.now();
    for (const auto &[part, kept] :
         {std::pair(Part::Rows, m_config.requestRetention), std::pair(Part::Sums, m_config.usageRetention),
          std::pair(Part::Audit, m_config.auditRetention)}) {
        if (kept)
            m_removals.push_back({part, now - *kept, 0});
    }
    beginRemoval();
}

void BooksKeeper::beginRemoval()
{
    if (rests() || m_removals.empty())
        return;
    const Removal removal = m_removals.front();
    m_writer
        .run([removal, now = m_clock.now()](Database &database) {
            return booksretention::begin(database, removal.part, removal.before, now);
        })
        .then(this, [this](const Result<bool> &anything) {
            if (rests())
                return;
            if (anything && *anything)
                return removeSome();
            if (!anything)
                logLine(lcStore(), LogLevel::Warning,
                        u"Old books cannot be removed; the next try is tomorrow."_s,
                        {{u"error"_s, anything.error().message}});
            endRemoval();
        });
}

void BooksKeeper::removeSome()
{
    const Removal removal = m_removals.front();
    m_writer
        .runOften([removal](Database &database) {
            return booksretention::removeSome(database, removal.part, removal.before, removedAtOnce);
        })
        .then(this, [this](const Result<qint64> &removed) {
            if (rests())
                return;
            if (!removed)
                logLine(lcStore(), LogLevel::Warning,
                        u"Old books cannot be removed; the next try is tomorrow."_s,
                        {{u"error"_s, removed.error().message}});
            if (!removed || *removed == 0)
                return endRemoval();
            m_removals.front().removed += *removed;
            m_removalPause.start();
        });
}

void BooksKeeper::endRemoval()
{
    const Removal &removal = m_removals.front();
    if (removal.removed > 0)
        logLine(lcStore(), LogLevel::Info, u"Old books were removed, as the settings ask."_s,
                {{u"part"_s, booksretention::toString(removal.part)},
                 {u"rows"_s, removal.removed},
                 {u"before"_s, toIso(booksretention::edge(removal.part, removal.before))}});
    m_removals.pop_front();
    beginRemoval();
}

// The last day by the hour: a busy one has a million rows, and reports wait for no more than one of these.
void BooksKeeper::check()
{
    if (m_held || !m_checks.empty())
        return;
    m_findings = {};
    const qint64 now = toMilliseconds(m_clock.now()) / quarterMilliseconds;
    const qint64 end = spanEnd(Grain::Hour, spanStart(Grain::Hour, now));
    for (qint64 from = end - 25 * 4; from < end; from += 4) {
        m_checks.push_back([from](Database &database, BooksFindings &findings) {
            return bookscheck::checkHours(database, {from, from + 4}, findings);
        });
    }
    const qint64 today = spanStart(Grain::Day, now);
    for (const qint64 from : {spanStart(Grain::Day, today - 1), today}) {
        m_checks.push_back([from](Database &database, BooksFindings &findings) {
            return bookscheck::checkDays(database, {from, spanEnd(Grain::Day, from)}, findings);
        });
    }
    m_checks.push_back([](Database &database, BooksFindings &findings) {
        return bookscheck::checkCounters(database, findings);
    });
    checkNext();
}

void BooksKeeper::checkNext()
{
    if (rests())
        return;
    m_reader
        .run([check = m_checks.front()](Database &database) -> Result<BooksFindings> {
            BooksFindings findings;
            const Done done = check(database, findings);
            return done ? Result<BooksFindings>(std::move(findings)) : tl::unexpected(done.error());
        })
        .then(this, [this](const Result<BooksFindings> &found) {
            if (rests())
                return;
            if (!found) {
                logLine(lcStore(), LogLevel::Warning,
                        u"The books cannot be checked; the next try is in an hour."_s,
                        {{u"error"_s, found.error().message}});
                return m_checks.clear();
            }
            m_findings.total += found->total;
            m_findings.named += found->named;
            m_checks.pop_front();
            if (m_checks.empty())
                return tell();
            m_checkPause.start();
        });
}

void BooksKeeper::tell()
{
    const bool isNews = m_discrepancies.value_or(0) != m_findings.total;
    m_discrepancies = m_findings.total;
    if (!isNews || m_findings.addUp())
        return;
    constexpr qsizetype shown = 5;
    for (const BooksDiscrepancy &one : m_findings.named.first(qMin(shown, m_findings.named.size())))
        logLine(lcStore(), LogLevel::Error, u"The books do not add up."_s,
                {{u"between"_s, toString(one.between)},
                 {u"key"_s, one.key},
                 {u"window"_s, one.window},
                 {u"start"_s, toIso(one.start)},
                 {u"figure"_s, one.figure},
                 {u"expected"_s, one.expected},
                 {u"found"_s, one.found},
                 {u"discrepancies"_s, m_findings.total}});
}

}
