// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/window.h"
#include "shared/apikey.h"

#include <array>
#include <memory>
#include <mutex>

// The books of one key, and the rule that no limit is ever crossed: a request reserves what it may use before
// it is forwarded, and settles to what it did use, exactly once. Refusals consume nothing. Lanes call reserve
// and settle for every request; the admin API reads. Requests and tokens are counted in every window whatever
// the limits are, so that a limit added later knows the past. No I/O; time comes in as an argument; every method may be
// called from any thread (each account has its own short lock, there is none across keys).
namespace quota::service
{

inline constexpr int windowCount = 6; // LimitWindow values

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

class Account;

// A promise to one request. Move-only; one that is destroyed unsettled gives everything back.
class Ticket
{
public:
    Ticket() = default;
    Ticket(Ticket &&other) noexcept;
    Ticket &operator=(Ticket &&other) noexcept;
    ~Ticket();

    bool isOpen() const { return m_account != nullptr; }
    // The instant whose windows it counts in: that of the reservation, or the start of the running minute when
    // the clock went back behind it.
    Timestamp reservedAt() const { return m_reservedAt; }

    // Turns the promise into use: requests is 0 or 1, tokens what was really used. Ends the ticket; one that
    // has ended ignores it.
    void settle(qint64 requests, qint64 tokens);

private:
    friend class Account;
    void giveBack();

    std::shared_ptr<Account> m_account;
    Timestamp m_reservedAt;
    qint64 m_tokens = 0;
    std::array<quint64, windowCount> m_turns{}; // of the windows that were charged
};

class Account : public std::enable_shared_from_this<Account>
{
public:
    explicit Account(QTimeZone zone);

    // Takes the counters a store kept, before the first request; those of windows that are over are dropped at
    // the next call.
    void load(const QList<WindowCounter> &counters, std::optional<Timestamp> lastUsedAt);

    // All limits (unlimited ones are skipped) and the concurrency must have room; else nothing is taken.
    tl::expected<Ticket, Refusal> reserve(const QList<Limit> &limits, std::optional<qint64> concurrency,
                                          qint64 tokenEstimate, Timestamp now);
    QList<LimitStatus> status(const QList<Limit> &limits, Timestamp now);
    QList<WindowCounter> counters(Timestamp now); // all windows, current ones
    qint64 active() const;                        // requests under way
    std::optional<Timestamp> lastUsedAt() const;
    // Sets the counters of every window to zero and returns what they were, for the books' adjustment. Promises
    // to requests under way stay. Also the way out when a clock once ran ahead: windows start anew at now.
    QList<WindowCounter> reset(Timestamp now);

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
    std::optional<Refusal> refusalBy(const Limit &limit, qint64 requested, Timestamp now) const;
    Slot &slotOf(LimitWindow window) { return m_slots[static_cast<size_t>(window)]; }
    const Slot &slotOf(LimitWindow window) const { return m_slots[static_cast<size_t>(window)]; }
    void close(const Ticket &ticket, qint64 requests, qint64 tokens);

    const QTimeZone m_zone;
    mutable std::mutex m_mutex;
    std::array<Slot, windowCount> m_slots;
    qint64 m_active = 0;
    std::optional<Timestamp> m_lastUsedAt;
};

}
