// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagebooks.h"

#include "service/store/leasestore.h"
#include "service/store/statement.h"

#include <algorithm>
#include <array>
#include <numeric>

using namespace Qt::StringLiterals;

namespace quota::service
{

// Holders choose model names; what is longer than any real one is cut.
static constexpr qsizetype maximumModelLength = 200;
// Names that are in use are far fewer; models that nobody serves must not fill the memory.
static constexpr qsizetype maximumCachedNames = 50'000;
static constexpr qint64 rowsPerCatchUp = 5'000;

static BookedSums sumsOf(const UsageRow &row)
{
    if (row.outcome == RequestOutcome::Refused)
        return {.refused = 1};
    return {.requests = 1,
            .counted = row.requests,
            .failed = row.outcome == RequestOutcome::UpstreamFailed || row.status >= 500 ? 1 : 0,
            .estimated = row.measure == Measure::Measured ? 0 : 1,
            .promptTokens = row.promptTokens,
            .completionTokens = row.completionTokens,
            .cachedTokens = row.cachedTokens,
            .reasoningTokens = row.reasoningTokens};
}

UsageBooks::UsageBooks(Database &database, QTimeZone zone)
    : m_database(database)
    , m_zone(std::move(zone))
{}

static Result<qint64> numberFrom(Database &database, const char *text)
{
    const auto statement = database.statement(text);
    if (!statement)
        return tl::unexpected(statement.error());
    const auto row = (*statement)->next();
    if (!row)
        return tl::unexpected(row.error());
    const qint64 value = *row ? (*statement)->integer(0) : 0;
    (*statement)->reset();
    return value;
}

Done UsageBooks::open()
{
    m_pending.clear();
    m_numbers.clear();
    const auto summed = numberFrom(m_database, "SELECT summed_through FROM books");
    if (!summed)
        return tl::unexpected(summed.error());
    const auto last = numberFrom(m_database, "SELECT max(id) FROM requests");
    if (!last)
        return tl::unexpected(last.error());
    m_lastRow = std::max(*summed, *last);
    Done done = noteZone();
    if (done && *last > *summed)
        done = catchUp(*summed);
    m_open = done.has_value();
    return done;
}

// The windows of another zone start elsewhere: whoever compares counters with sums must know since when.
Done UsageBooks::noteZone()
{
    const QByteArray zone = m_zone.id();
    const auto same = m_database.statement("SELECT count(*) FROM books WHERE time_zone = ?");
    if (!same)
        return tl::unexpected(same.error());
    (*same)->bindAll(zone);
    const auto row = (*same)->next();
    if (!row)
        return tl::unexpected(row.error());
    const bool isSame = (*same)->integer(0) == 1;
    (*same)->reset();
    if (isSame)
        return {};
    return m_database
        .change(u"UPDATE books SET time_zone = ?, zone_since = iif(time_zone = '', 0, "
                "(SELECT coalesce(max(reserved_at), 0) FROM requests))"_s,
                {QString::fromUtf8(zone)})
        .map([](qint64) {});
}

// What a process that ended without a word had not summed up.
Done UsageBooks::catchUp(qint64 summedThrough)
{
    const qint64 last = m_lastRow;
    while (summedThrough < last) {
        const auto rows = m_database.statement(
            "SELECT id, reserved_at, key, model, provider, status, outcome, requests, prompt_tokens, "
            "completion_tokens, cached_tokens, reasoning_tokens, measure FROM requests WHERE id > ? "
            "ORDER BY id LIMIT ?");
        if (!rows)
            return tl::unexpected(rows.error());
        const Statement &row = **rows;
        (*rows)->bindAll(summedThrough, rowsPerCatchUp);
        for (auto found = (*rows)->next();; found = (*rows)->next()) {
            if (!found)
                return tl::unexpected(found.error());
            if (!*found)
                break;
            summedThrough = row.integer(0);
            UsageRow usage;
            usage.status = int(row.integer(5));
            usage.outcome = static_cast<RequestOutcome>(row.integer(6));
            usage.requests = row.integer(7);
            usage.promptTokens = row.integer(8);
            usage.completionTokens = row.integer(9);
            usage.cachedTokens = row.integer(10);
            usage.reasoningTokens = row.integer(11);
            usage.measure = static_cast<Measure>(row.integer(12));
            m_pending.add({0, 0, row.integer(2), row.integer(3), row.integer(4), row.integer(5)},
                          fromMilliseconds(row.integer(1)), sumsOf(usage));
        }
        m_lastRow = summedThrough; // the mark that goes with these sums
        Transaction transaction(m_database);
        auto done = transaction.begin();
        if (done)
            done = writeSums();
        if (done)
            done = transaction.commit();
        if (!done)
            return done;
        m_pending.clear();
    }
    return {};
}

Done UsageBooks::append(const std::vector<UsageRow> &rows, bool sumsToo)
{
    if (!m_open) {
        if (auto opened = open(); !opened)
            return opened;
    }
    if (rows.empty() && !(sumsToo && hasPendingSums()))
        return {};
    const Done done = write(rows, sumsToo);
    // What is in memory may have run ahead of what was rolled back; the next try reads it anew.
    if (!done)
        m_open = false;
    else if (sumsToo)
        m_pending.clear();
    return done;
}

Done UsageBooks::write(const std::vector<UsageRow> &rows, bool sumsToo)
{
    QElapsedTimer timer;
    timer.start();
    Transaction transaction(m_database);
    auto done = transaction.begin();
    if (done)
        done = insertRows(rows);
    if (done)
        done = lowerLeases(rows);
    if (done && sumsToo)
        done = writeSums();
    m_database.countTime(timer);
    return done ? transaction.commit() : done;
}

Result<qint64> UsageBooks::numberOf(const QString &word)
{
    if (const auto known = m_numbers.constFind(word); known != m_numbers.constEnd())
        return *known;
    const auto find = m_database.statement("SELECT id FROM names WHERE word = ?");
    const auto add = m_database.statement("INSERT INTO names (word) VALUES (?) RETURNING id");
    if (!find || !add)
        return tl::unexpected(find ? add.error() : find.error());
    const QByteArray text = word.toUtf8();
    qint64 number = 0;
    for (Statement *statement : {*find, *add}) {
        statement->bindAll(text);
        const auto row = statement->next();
        if (!row)
            return tl::unexpected(row.error());
        if (*row) {
            number = statement->integer(0);
            statement->reset();
            break;
        }
    }
    if (m_numbers.size() >= maximumCachedNames)
        m_numbers.clear();
    m_numbers.insert(word, number);
    return number;
}

Result<QByteArray> UsageBooks::wordOf(qint64 number)
{
    const auto find = m_database.statement("SELECT word FROM names WHERE id = ?");
    if (!find)
        return tl::unexpected(find.error());
    (*find)->bindAll(number);
    const auto row = (*find)->next();
    if (!row)
        return tl::unexpected(row.error());
    const QByteArray word = *row ? (*find)->text(0).toUtf8() : QByteArray();
    (*find)->reset();
    return word;
}

static constexpr int requestColumns = 19;

static QByteArray insertStatement(size_t rows)
{
    const QByteArray row = '(' + QByteArray("?, ").repeated(requestColumns - 1) + "?)";
    return "INSERT INTO requests VALUES " + (row + ", ").repeated(qsizetype(rows) - 1) + row;
}

// From the position after this one on; returns the last.
static int bindRow(Statement &insert, int position, qint64 id, const UsageRow &row,
                   const Rollup::Place &place)
{
    insert.bind(++position, id);
    insert.bind(++position, QByteArrayView(row.requestId));
    for (const qint64 value :
         {toMilliseconds(row.reservedAt), place.key, place.model, place.provider, place.status,
          qint64(row.outcome), row.requests, row.promptTokens, row.completionTokens, row.cachedTokens,
          row.reasoningTokens, qint64(row.measure), qint64(row.streamed), qint64(row.queue.count()),
          qint64(row.firstByte.count()), qint64(row.upstream.count()), qint64(row.total.count())})
        insert.bind(++position, value);
    return position;
}

Done UsageBooks::insertRows(const std::vector<UsageRow> &rows)
{
    // In order of time: the index of times grows at its end then, which is cheapest.
    std::vector<size_t> order(rows.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&rows](size_t left, size_t right) {
        return rows[left].reservedAt < rows[right].reservedAt;
    });
    // Many in one statement: what a statement costs besides its rows is a third of a row.
    constexpr size_t rowsAtOnce = 25;
    static const QByteArray one = insertStatement(1);
    static const QByteArray many = insertStatement(rowsAtOnce);
    Statement *insert = nullptr;
    size_t room = 0; // rows that the statement still takes
    int position = 0;
    for (size_t index = 0; index < order.size(); ++index) {
        const UsageRow &row = rows[order[index]];
        if (room == 0) {
            room = order.size() - index >= rowsAtOnce ? rowsAtOnce : 1;
            const auto statement = m_database.statement(room == 1 ? one.constData() : many.constData());
            if (!statement)
                return tl::unexpected(statement.error());
            insert = *statement;
            position = 0;
        }
        const auto key = numberOf(row.key.value);
        const auto model = numberOf(row.model.left(maximumModelLength));
        const auto provider = numberOf(row.provider.value);
        for (const auto *number : {&key, &model, &provider}) {
            if (!*number)
                return tl::unexpected(number->error());
        }
        const Rollup::Place where{0, 0, *key, *model, *provider, row.status};
        position = bindRow(*insert, position, ++m_lastRow, row, where);
        m_pending.add(where, row.reservedAt, sumsOf(row));
        if (--room > 0)
            continue;
        if (auto done = insert->run(); !done)
            return done;
    }
    return {};
}

Done UsageBooks::addPast(const std::vector<PastUse> &uses)
{
    Q_ASSERT(m_open && !hasPendingSums());
    constexpr int answered = 200;
    const auto origin = numberOf(u"imported"_s);
    if (!origin)
        return tl::unexpected(origin.error());
    for (const PastUse &use : uses) {
        const auto key = numberOf(use.key.value);
        if (!key)
            return tl::unexpected(key.error());
        m_pending.add({0, 0, *key, *origin, *origin, answered}, use.time,
                      {.requests = use.requests, .counted = use.requests, .estimated = use.requests});
    }
    const Done done = writeSums();
    m_pending.clear();
    return done;
}

// With the rows, not with the counters: what a row has not yet added to its counters, opening adds.
Done UsageBooks::lowerLeases(const std::vector<UsageRow> &rows)
{
    leasestore::Amounts leased;
    for (const UsageRow &row : rows) {
        if (!row.leased.isZero())
            leased[row.key] += row.leased;
    }
    return leasestore::lower(m_database, leased);
}

Done UsageBooks::writeSums()
{
    auto done = writeRollups();
    if (done)
        done = writeCounters();
    if (done)
        done = writeLastUses();
    if (!done)
        return done;
    const auto mark = m_database.statement("UPDATE books SET summed_through = ?");
    if (!mark)
        return tl::unexpected(mark.error());
    (*mark)->bindAll(m_lastRow);
    return (*mark)->run();
}

Done UsageBooks::writeRollups()
{
    const auto add = m_database.statement(
        "INSERT INTO rollups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (grain, quarter, key, model, provider, status) DO UPDATE SET "
        "requests = requests + excluded.requests, counted = counted + excluded.counted, "
        "refused = refused + excluded.refused, failed = failed + excluded.failed, "
        "estimated = estimated + excluded.estimated, prompt_tokens = prompt_tokens + excluded.prompt_tokens, "
        "completion_tokens = completion_tokens + excluded.completion_tokens, "
        "cached_tokens = cached_tokens + excluded.cached_tokens, "
        "reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens");
    if (!add)
        return tl::unexpected(add.error());
    for (const auto &[place, sums] : m_pending.rollups()) {
        (*add)->bindAll(place.grain, place.quarter, place.key, place.model, place.provider, place.status,
                        sums.requests, sums.counted, sums.refused, sums.failed, sums.estimated,
                        sums.promptTokens, sums.completionTokens, sums.cachedTokens, sums.reasoningTokens);
        if (auto done = (*add)->run(); !done)
            return done;
    }
    return {};
}

namespace
{

struct Counter // what one window of one key grows by
{
    WindowSpan span;
    qint64 requests = 0;
    qint64 tokens = 0;
};

}

Done UsageBooks::writeCounters()
{
    const auto minutes = m_pending.minutes();
    std::array<Counter, windowCount> counters;
    for (size_t index = 0; index < minutes.size(); ++index) {
        const auto &minute = minutes[index];
        const Timestamp time = fromMilliseconds(minute.minute * minuteMilliseconds);
        const bool isFirst = index == 0 || minutes[index - 1].key != minute.key;
        const bool isLast = index + 1 == minutes.size() || minutes[index + 1].key != minute.key;
        const auto key = wordOf(minute.key);
        if (!key)
            return tl::unexpected(key.error());
        for (int kind = 0; kind < windowCount; ++kind) {
            const auto window = static_cast<LimitWindow>(kind);
            Counter &counter = counters[size_t(kind)];
            // Older windows are written before newer ones. Keys mostly share the windows of the key before.
            if (!isFirst && !counter.span.contains(time)) {
                auto done = usagestore::addToCounter(m_database, *key, window, counter.span, counter.requests,
                                                     counter.tokens);
                if (!done)
                    return done;
                counter.requests = counter.tokens = 0;
            }
            if (!counter.span.contains(time) || index == 0)
                counter.span = windowAt(window, time, m_zone);
            counter.requests += minute.counted;
            counter.tokens += minute.tokens;
            if (!isLast)
                continue;
            if (auto done = usagestore::addToCounter(m_database, *key, window, counter.span, counter.requests,
                                                     counter.tokens);
                !done)
                return done;
            counter.requests = counter.tokens = 0;
        }
    }
    return {};
}

Done UsageBooks::writeLastUses()
{
    const auto set =
        m_database.statement("UPDATE keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?");
    if (!set)
        return tl::unexpected(set.error());
    for (const auto &[key, time] : m_pending.lastUses()) {
        const auto word = wordOf(key);
        if (!word)
            return tl::unexpected(word.error());
        (*set)->bindAll(time, *word);
        if (auto done = (*set)->run(); !done)
            return done;
    }
    return {};
}

}
