// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/judgement.h"
#include "service/access/ticket.h"
#include "shared/apikey.h"

#include <mutex>

// The books of one key, and the rule that no limit is ever crossed: a request reserves what it may use before
// it is forwarded, and settles to what it did use, exactly once. Refusals consume nothing. Lanes call reserve
// and settle for every request; the admin API reads. Requests and tokens are counted in every window whatever
// the limits are, so that a limit added later knows the past. What a reservation may use of a limit must be covered
// by the account's lease before it is forwarded, so that a crash forgets nothing that was spent. No I/O; time comes in
// as an argument; every method may be called from any thread (each account has its own short lock, there is none
// across keys).
namespace quota::service
{

class Account;

// What one key has used in the current window of each length.
struct WindowCounter
{
    LimitWindow window = LimitWindow::Total;
    Timestamp start;
    qint64 requests = 0;
    qint64 tokens = 0;
    bool operator==(const WindowCounter &) const = default;
};

enum class RefusalCause
{
    Limit,
    Concurrency
};

// What a refusal by a «total» limit tells the holder to wait: nothing resets it, so the longest that clients
// take seriously.
inline constexpr std::chrono::seconds retryAfterTotal{86'400};

// When several limits refuse, the one that resets last is named: before that a new try is in vain.
struct Refusal
{
    RefusalCause cause = RefusalCause::Limit;
    LimitStatus status; // of the limit that refused; for concurrency: amount and used
    qint64 requested = 1;
    std::chrono::seconds retryAfter{1}; // whole seconds, rounded up, at least 1
};

// Who makes leases durable: the store, or a test. For each ask exactly one Account::granted() or denied() follows,
// from any thread, maybe at once.
class LeaseSource
{
public:
    virtual ~LeaseSource() = default;
    virtual void ask(const std::shared_ptr<Account> &account, const LeaseAmounts &amounts) = 0;
};

class Account : public std::enable_shared_from_this<Account>
{
public:
    // Without a source nothing is durable and no lease is asked for. The source outlives all tickets.
    explicit Account(QTimeZone zone, KeyId key = {}, LeaseSource *source = nullptr);

    const KeyId &key() const { return m_key; }

    // Takes the counters a store kept, before the first request; those of windows that are over are dropped at
    // the next call.
    void load(const QList<WindowCounter> &counters, std::optional<Timestamp> lastUsedAt);

    // Another store took the place of the one before: its counters count from now on, and leases of the one before
    // have ended. Requests under way keep their reservations and settle into the new counters. Nobody reserves or
    // settles meanwhile.
    void reload(const QList<WindowCounter> &counters, std::optional<Timestamp> lastUsedAt, Timestamp now);
    // Use that has no ticket here: of a request that settled before reload(), while its row waited for the new store.
    void count(Timestamp reservedAt, qint64 requests, qint64 tokens);

    // All limits that are enforced and the concurrency must have room; else nothing is taken. judgement, when not null,
    // gets how all of them stood, in either case.
    tl::expected<Ticket, Refusal> reserve(const QList<Limit> &limits, std::optional<qint64> concurrency,
                                          qint64 tokenEstimate, Timestamp now,
                                          Judgement *judgement = nullptr);
    QList<LimitStatus> status(const QList<Limit> &limits, Timestamp now);
    QList<WindowCounter> counters(Timestamp now); // all windows, current ones
    qint64 active() const;                        // requests under way
    std::optional<Timestamp> lastUsedAt() const;
    // Sets the counters of every window to zero and returns what they were, for the books' adjustment. Promises
    // to requests under way stay. Also the way out when a clock once ran ahead: windows start anew at now.
    QList<WindowCounter> reset(Timestamp now);

    void granted(const LeaseAmounts &amounts); // durable now
    void denied();                             // the store does not write
    // What the lease has left, for the store to take back: after a time without requests, or at the end.
    LeaseAmounts takeIdleLease(Timestamp now);
    LeaseAmounts takeLease();

private:
    friend class Ticket;
    struct Slot // one window length
    {
        WindowSpan span{Timestamp::min(), Timestamp::min()}; // over before any instant
        quint64 turn = 0; // grows with each new window: a late ticket must not touch its successor
        qint64 requests = 0;
        qint64 tokens = 0;
        qint64 reservedRequests = 0;
        qint64 reservedTokens = 0;
    };
    Timestamp advance(Timestamp now); // returns the instant that counts
    void turnTo(LimitWindow window, Timestamp time);
    LimitStatus statusOf(const Limit &limit) const;
    void describe(const QList<Limit> &limits, Judgement &judgement) const;
    std::optional<Refusal> refusalBy(const Limit &limit, qint64 requested, Timestamp now) const;
    Slot &slotOf(LimitWindow window) { return m_slots[static_cast<size_t>(window)]; }
    const Slot &slotOf(LimitWindow window) const { return m_slots[static_cast<size_t>(window)]; }
    // What an end of a ticket does to its lease: the row of one that was used lowers it in the books.
    enum class LeaseEnd
    {
        Booked,
        PutBack
    };
    LeaseAmounts close(const Ticket &ticket, qint64 requests, qint64 tokens, LeaseEnd end);
    LeaseAmounts roomOf(const QList<Limit> &limits) const;
    std::optional<LeaseAmounts> cover(Ticket &ticket, const QList<Limit> &limits, Timestamp now);

    const QTimeZone m_zone;
    const KeyId m_key;
    LeaseSource *const m_source;
    mutable std::mutex m_mutex;
    std::array<Slot, windowCount> m_slots;
    LeaseLine m_line;
    qint64 m_active = 0;
    std::optional<Timestamp> m_lastUsedAt;
};

}
