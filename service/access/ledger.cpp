// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/ledger.h"

#include <limits>

namespace quota::service
{

using namespace std::chrono;

static constexpr std::array<LimitWindow, windowCount> allWindows{LimitWindow::Minute, LimitWindow::Hour,
                                                                 LimitWindow::Day,    LimitWindow::Week,
                                                                 LimitWindow::Month,  LimitWindow::Total};

// Token counts come from upstreams, who may say anything: sums stop at the top instead of wrapping round.
static qint64 sumOf(qint64 left, qint64 right)
{
    constexpr qint64 top = std::numeric_limits<qint64>::max();
    return left > top - right ? top : left + right;
}

Account::Account(QTimeZone zone, KeyId key, LeaseSource *source)
    : m_zone(std::move(zone))
    , m_key(std::move(key))
    , m_source(source)
{}

void Account::load(const QList<WindowCounter> &counters, std::optional<Timestamp> lastUsedAt)
{
    const std::lock_guard lock(m_mutex);
    for (const WindowCounter &counter : counters) {
        turnTo(counter.window, counter.start);
        Slot &slot = slotOf(counter.window);
        slot.requests = qMax<qint64>(0, counter.requests);
        slot.tokens = qMax<qint64>(0, counter.tokens);
    }
    m_lastUsedAt = lastUsedAt;
}

void Account::reload(const QList<WindowCounter> &counters, std::optional<Timestamp> lastUsedAt, Timestamp now)
{
    const std::lock_guard lock(m_mutex);
    advance(now);
    for (Slot &slot : m_slots)
        slot.requests = slot.tokens = 0;
    for (const WindowCounter &counter : counters) {
        if (counter.start > slotOf(counter.window).span.start)
            turnTo(counter.window, counter.start); // the clock went back since
        Slot &slot = slotOf(counter.window);
        if (windowAt(counter.window, counter.start, m_zone).start != slot.span.start)
            continue; // over
        slot.requests = qMax<qint64>(0, counter.requests);
        slot.tokens = qMax<qint64>(0, counter.tokens);
    }
    m_lastUsedAt = lastUsedAt;
    m_line.startAnew();
}

void Account::count(Timestamp reservedAt, qint64 requests, qint64 tokens)
{
    const std::lock_guard lock(m_mutex);
    for (Slot &slot : m_slots) {
        if (reservedAt < slot.span.start || (slot.span.end && reservedAt >= *slot.span.end))
            continue;
        slot.requests = sumOf(slot.requests, requests);
        slot.tokens = sumOf(slot.tokens, tokens);
    }
    m_lastUsedAt = std::max(m_lastUsedAt.value_or(reservedAt), reservedAt);
}

tl::expected<Ticket, Refusal> Account::reserve(const QList<Limit> &limits, std::optional<qint64> concurrency,
                                               qint64 tokenEstimate, Timestamp now, Judgement *judgement)
{
    const qint64 tokens = std::clamp<qint64>(tokenEstimate, 0, maximumAmount);
    std::unique_lock lock(m_mutex);
    const Timestamp counted = advance(now);
    if (judgement) {
        judgement->tokens = tokens;
        judgement->concurrency = concurrency;
        judgement->at = counted;
        describe(limits, *judgement);
    }

    std::optional<Refusal> worst;
    for (const Limit &limit : limits) {
        auto refusal = refusalBy(limit, limit.unit == LimitUnit::Requests ? 1 : tokens, now);
        if (!refusal)
            continue;
        const auto resetOf = [](const Refusal &known) {
            return known.status.resetsAt.value_or(Timestamp::max());
        };
        if (!worst || resetOf(*refusal) > resetOf(*worst))
            worst = std::move(refusal);
    }
    if (worst)
        return tl::unexpected(*worst);
    if (concurrency && *concurrency >= 0 && m_active >= *concurrency) {
        Refusal refusal;
        refusal.cause = RefusalCause::Concurrency;
        refusal.status.limit.amount = *concurrency;
        refusal.status.used = m_active;
        return tl::unexpected(refusal);
    }

    Ticket ticket;
    ticket.m_account = shared_from_this();
    ticket.m_reservedAt = counted;
    ticket.m_tokens = tokens;
    for (size_t index = 0; index < m_slots.size(); ++index) {
        Slot &slot = m_slots[index];
        ticket.m_turns[index] = slot.turn;
        slot.reservedRequests += 1;
        slot.reservedTokens = sumOf(slot.reservedTokens, tokens);
    }
    m_active += 1;
    m_lastUsedAt = std::max(m_lastUsedAt.value_or(now), now);
    const auto asked = cover(ticket, limits, now);
    lock.unlock();
    if (asked)
        m_source->ask(ticket.m_account, *asked);
    return ticket;
}

// Takes the ticket's part out of the lease, or puts it in line; returns what to ask the source for.
std::optional<LeaseAmounts> Account::cover(Ticket &ticket, const QList<Limit> &limits, Timestamp now)
{
    if (!m_source)
        return std::nullopt;
    for (const Limit &limit : limits) {
        if (!limit.isEnforced())
            continue;
        if (limit.unit == LimitUnit::Requests)
            ticket.m_leased.requests = 1;
        else
            ticket.m_leased.tokens = ticket.m_tokens;
    }
    if (ticket.m_leased.isZero())
        return std::nullopt;
    ticket.m_leaseTurn = m_line.turn();
    ticket.m_waiter = m_line.enter(ticket.m_leased, now);
    return m_line.ask(roomOf(limits));
}

// The least that any limit of a unit has left.
LeaseAmounts Account::roomOf(const QList<Limit> &limits) const
{
    std::optional<qint64> requests;
    std::optional<qint64> tokens;
    for (const Limit &limit : limits) {
        if (!limit.isEnforced())
            continue;
        auto &least = limit.unit == LimitUnit::Requests ? requests : tokens;
        const qint64 remaining = statusOf(limit).remaining();
        least = std::min(least.value_or(remaining), remaining);
    }
    return {requests.value_or(0), tokens.value_or(0)};
}

static void tell(const std::vector<LeaseWaiterPointer> &decided)
{
    for (const LeaseWaiterPointer &waiter : decided) {
        if (waiter->decided)
            waiter->decided();
    }
}

void Account::granted(const LeaseAmounts &amounts)
{
    std::unique_lock lock(m_mutex);
    const auto covered = m_line.granted(amounts);
    // Those who came meanwhile; the next request asks for a block again.
    const auto asked = m_line.ask({});
    lock.unlock();
    tell(covered);
    if (asked)
        m_source->ask(shared_from_this(), *asked);
}

void Account::denied()
{
    std::unique_lock lock(m_mutex);
    const auto refused = m_line.denied();
    lock.unlock();
    tell(refused);
}

LeaseAmounts Account::takeIdleLease(Timestamp now)
{
    const std::lock_guard lock(m_mutex);
    return m_line.takeIdle(now);
}

LeaseAmounts Account::takeLease()
{
    const std::lock_guard lock(m_mutex);
    return m_line.takeAll();
}

std::optional<Refusal> Account::refusalBy(const Limit &limit, qint64 requested, Timestamp now) const
{
    if (!limit.isEnforced())
        return std::nullopt;
    Refusal refusal;
    refusal.status = statusOf(limit);
    if (Judgement::hasRoom(refusal.status, requested))
        return std::nullopt;
    refusal.requested = requested;
    refusal.retryAfter = refusal.status.resetsAt
                             ? std::max(seconds(1), ceil<seconds>(*refusal.status.resetsAt - now))
                             : retryAfterTotal;
    return refusal;
}

void Account::describe(const QList<Limit> &limits, Judgement &judgement) const
{
    judgement.active = m_active;
    judgement.limits.reserve(size_t(limits.size()));
    for (const Limit &limit : limits)
        judgement.limits.push_back(statusOf(limit));
}

LimitStatus Account::statusOf(const Limit &limit) const
{
    const Slot &slot = slotOf(limit.window);
    LimitStatus status;
    status.limit = limit;
    status.resetsAt = slot.span.end;
    const bool requests = limit.unit == LimitUnit::Requests;
    status.used = requests ? slot.requests : slot.tokens;
    status.reserved = requests ? slot.reservedRequests : slot.reservedTokens;
    return status;
}

QList<LimitStatus> Account::status(const QList<Limit> &limits, Timestamp now)
{
    const std::lock_guard lock(m_mutex);
    advance(now);
    QList<LimitStatus> all;
    all.reserve(limits.size());
    for (const Limit &limit : limits)
        all.append(statusOf(limit));
    return all;
}

QList<WindowCounter> Account::counters(Timestamp now)
{
    const std::lock_guard lock(m_mutex);
    advance(now);
    QList<WindowCounter> all;
    for (const LimitWindow window : allWindows) {
        const Slot &slot = slotOf(window);
        all.append({window, slot.span.start, slot.requests, slot.tokens});
    }
    return all;
}

qint64 Account::active() const
{
    const std::lock_guard lock(m_mutex);
    return m_active;
}

std::optional<Timestamp> Account::lastUsedAt() const
{
    const std::lock_guard lock(m_mutex);
    return m_lastUsedAt;
}

QList<WindowCounter> Account::reset(Timestamp now)
{
    const std::lock_guard lock(m_mutex);
    advance(now);
    QList<WindowCounter> before;
    for (const LimitWindow window : allWindows) {
        Slot &slot = slotOf(window);
        before.append({window, slot.span.start, slot.requests, slot.tokens});
        if (now < slot.span.start)
            turnTo(window, now);
        slot.requests = 0;
        slot.tokens = 0;
    }
    return before;
}

// A clock that goes back stays in the newest windows ever entered: a spent one never opens again.
Timestamp Account::advance(Timestamp now)
{
    Timestamp counted = now;
    for (const Slot &slot : m_slots)
        counted = std::max(counted, slot.span.start);
    for (const LimitWindow window : allWindows) {
        const Slot &slot = slotOf(window);
        if (slot.span.end && counted >= *slot.span.end)
            turnTo(window, counted);
    }
    return counted;
}

void Account::turnTo(LimitWindow window, Timestamp time)
{
    Slot &slot = slotOf(window);
    const quint64 turn = slot.turn + 1;
    slot = Slot();
    slot.span = windowAt(window, time, m_zone);
    slot.turn = turn;
}

LeaseAmounts Account::close(const Ticket &ticket, qint64 requests, qint64 tokens, LeaseEnd end)
{
    const std::lock_guard lock(m_mutex);
    for (size_t index = 0; index < m_slots.size(); ++index) {
        Slot &slot = m_slots[index];
        if (slot.turn != ticket.m_turns[index])
            continue;
        slot.reservedRequests -= 1;
        slot.reservedTokens -= ticket.m_tokens;
        slot.requests = sumOf(slot.requests, requests);
        slot.tokens = sumOf(slot.tokens, tokens);
    }
    m_active -= 1;
    const bool covered = !ticket.m_waiter || ticket.m_waiter->state == LeaseWaiter::State::Covered;
    if (covered && (ticket.m_waiter ? ticket.m_waiter->turn : ticket.m_leaseTurn) != m_line.turn())
        return {}; // the store that had promised it is another's now
    if (covered && end == LeaseEnd::Booked)
        return ticket.m_leased;
    if (ticket.m_waiter)
        m_line.leave(ticket.m_waiter);
    else
        m_line.putBack(ticket.m_leased);
    return {};
}

}
