// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/chatrequest.h"
#include "service/proxy/resources.h"
#include "service/proxy/usagemeter.h"

// What one call owes the books: the reservation before it is forwarded, its settlement exactly once, and its row,
// log line and count. proxycall tells it how the call went.
namespace quota::service
{

// What is known of a call, filled in by its story on the way.
struct CallFacts
{
    QByteArray requestId;
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
    Timestamp now{}; // when it came
    KeyEntryPointer key{};
    ProviderPointer provider{};
    ChatRequest chat{};
    qint64 tokensToReserve = 0;
    bool isLookUp =
        false; // only fetches or removes what is there: the usage in such an answer was paid before
    std::optional<std::chrono::microseconds> forwarded{}; // when it went to the upstream, since it came
    std::chrono::microseconds firstByte{0};

    std::chrono::microseconds elapsed() const
    {
        return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                     begun);
    }
};

class CallBooks
{
public:
    // The facts are looked at when something is booked.
    CallBooks(const CallFacts &facts, ProxyResources &resources)
        : m_facts(facts)
        , m_resources(resources)
    {}

    // What another began goes on here, by the facts that went with it.
    CallBooks(const CallFacts &facts, CallBooks &&begun)
        : m_facts(facts)
        , m_resources(begun.m_resources)
        , m_ticket(std::move(begun.m_ticket))
        , m_judgement(std::move(begun.m_judgement))
    {}

    // A refusal is in the books when it comes back; nothing is taken then.
    std::optional<Refusal> reserve();
    bool isOpen() const { return m_ticket.isOpen(); } // reserved, not settled
    // Whether what is reserved is durable, so that the call may be forwarded; see Ticket.
    bool isCovered() const { return m_ticket.isCovered(); }
    void whenDecided(std::function<void()> decided) { m_ticket.whenDecided(std::move(decided)); }
    // For a call that was not forwarded: nothing was used, and nothing is booked.
    void giveBack() { m_ticket = {}; }
    // What the upstream bills is charged, even beyond what was reserved; that is warned of and counted, and the key's
    // next request meets the limit. meter: of the answer, when there was one. A call that owes nothing (any more) is left as it is.
    void settle(RequestOutcome outcome, int status, const UsageMeter *meter);

private:
    TokenUsage usageOf(RequestOutcome outcome, int status, const UsageMeter *meter) const;
    void noteCrossedLimits() const;
    void compareWithReservation(qint64 tokens) const;
    UsageRow rowOf(Timestamp reservedAt, RequestOutcome outcome, int status, const TokenUsage &usage) const;
    void append(UsageRow row);

    const CallFacts &m_facts;
    ProxyResources &m_resources;
    Ticket m_ticket;
    Judgement m_judgement;
};

}
