// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/callbooks.h"

#include "service/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

std::optional<Refusal> CallBooks::reserve()
{
    const KeyEntry &key = *m_facts.key;
    auto ticket = key.account->reserve(key.limitsAt(m_facts.now), key.concurrency, m_facts.tokensToReserve,
                                       m_facts.now, m_resources.shelf || key.warns ? &m_judgement : nullptr);
    if (ticket) {
        m_ticket = std::move(*ticket);
        if (key.warns)
            noteCrossedLimits();
        return std::nullopt;
    }
    constexpr int tooMany = 429;
    UsageRow row = rowOf(m_facts.now, RequestOutcome::Refused, tooMany, {});
    row.requests = 0;
    append(std::move(row));
    return std::move(ticket.error());
}

// Of those that are not enforced; a limit that is enforced refuses instead.
void CallBooks::noteCrossedLimits() const
{
    for (const LimitStatus &status : m_judgement.limits) {
        if (m_judgement.passes(status))
            continue;
        m_resources.metrics.limitCrossed(status.limit.mode);
        logLine(lcProxy(), LogLevel::Info, u"A limit that is not enforced would have refused."_s,
                {{u"request"_s, m_facts.requestId},
                 {u"key"_s, m_facts.key->key.id.value},
                 {u"limit"_s, toText(status.limit)},
                 {u"used"_s, status.used + status.reserved}});
    }
}

void CallBooks::settle(RequestOutcome outcome, int status, const UsageMeter *meter)
{
    if (!m_ticket.isOpen())
        return;
    const TokenUsage usage = usageOf(outcome, status, meter);
    const bool counts = m_resources.config.countPolicy == CountPolicy::Attempts ||
                        (outcome == RequestOutcome::Answered && status < 400) ||
                        outcome == RequestOutcome::ClientGone;
    const qint64 requests = counts ? 1 : 0;
    compareWithReservation(usage.prompt + usage.completion);
    UsageRow row = rowOf(m_ticket.reservedAt(), outcome, status, usage);
    row.requests = requests;
    row.leased = m_ticket.settle(requests, usage.prompt + usage.completion);
    m_resources.metrics.usageCounted(requests);
    append(std::move(row));
}

TokenUsage CallBooks::usageOf(RequestOutcome outcome, int status, const UsageMeter *meter) const
{
    constexpr TokenUsage nothing{0, 0, 0, 0, Measure::Measured};
    if (m_facts.isLookUp)
        return nothing;
    TokenUsage usage;
    if (meter)
        usage = meter->usage(m_facts.chat.promptEstimate);
    else if (outcome == RequestOutcome::ClientGone)
        usage = {m_facts.chat.promptEstimate, 0, 0, 0, Measure::Estimated}; // the upstream may have begun
    if (status >= 400 && usage.measure != Measure::Measured)
        usage = nothing; // an error answer has no tokens
    else if (usage.measure == Measure::Unknown && m_facts.tokensToReserve > 0)
        usage.prompt = m_facts.tokensToReserve; // the safe side: what is not known was used
    else if (usage.measure == Measure::Unknown)
        usage.measure = Measure::Measured;
    return usage;
}

void CallBooks::compareWithReservation(qint64 tokens) const
{
    // Where nothing was reserved it was not known that the route has tokens.
    const qint64 beyond = tokens - m_facts.tokensToReserve;
    if (m_facts.tokensToReserve == 0 || beyond <= 0)
        return;
    m_resources.metrics.tokensBeyondReservation(beyond);
    logLine(lcProxy(), LogLevel::Warning, u"More tokens than were reserved."_s,
            {{u"request"_s, m_facts.requestId},
             {u"model"_s, m_facts.chat.model},
             {u"reserved"_s, m_facts.tokensToReserve},
             {u"tokens"_s, tokens}});
}

UsageRow CallBooks::rowOf(Timestamp reservedAt, RequestOutcome outcome, int status,
                          const TokenUsage &usage) const
{
    UsageRow row;
    row.requestId = m_facts.requestId;
    row.key = m_facts.key->key.id;
    row.model = QString::fromUtf8(m_facts.chat.model);
    row.provider = m_facts.provider->provider.id;
    row.reservedAt = reservedAt;
    row.status = status;
    row.outcome = outcome;
    row.promptTokens = usage.prompt;
    row.completionTokens = usage.completion;
    row.cachedTokens = usage.cached;
    row.reasoningTokens = usage.reasoning;
    row.measure = usage.measure;
    row.streamed = m_facts.chat.stream;
    row.total = m_facts.elapsed();
    row.queue = m_facts.forwarded.value_or(row.total);
    row.firstByte = m_facts.firstByte;
    row.upstream = row.total - row.queue;
    return row;
}

void CallBooks::append(UsageRow row)
{
    logLine(lcProxy(), LogLevel::Info, u"request"_s,
            {{u"request"_s, m_facts.requestId},
             {u"key"_s, row.key.value},
             {u"provider"_s, row.provider.value},
             {u"model"_s, m_facts.chat.model},
             {u"status"_s, row.status},
             {u"outcome"_s, toString(row.outcome)},
             {u"tokens"_s, row.promptTokens + row.completionTokens},
             {u"ms"_s, row.total.count() / 1000}});
    if (m_resources.shelf)
        m_resources.shelf->keep({row, std::move(m_judgement)});
    m_resources.writer.append(std::move(row));
}

}
