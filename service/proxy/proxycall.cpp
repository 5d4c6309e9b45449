// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/proxycall.h"

#include "service/proxy/leftcall.h"
#include "service/telemetry/log.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace quota::service
{

// A commit takes milliseconds; a disk that takes longer than this is no place to keep books on.
static constexpr std::chrono::seconds longestCoverWait{2};

ProxyCall::ProxyCall(Exchange &exchange, ProxyResources &resources)
    : m_exchange(exchange)
    , m_resources(resources)
    , m_language(languageFromHeader(exchange.request().headers.value("Accept-Language")))
    , m_route(routeOf(exchange.request().path()))
    , m_facts{exchange.id()}
    , m_books(m_facts, resources)
{}

ProxyCall::~ProxyCall()
{
    // The exchange went with its connection (the lane ends): what was promised is still owed to the books.
    settle(RequestOutcome::ClientGone, 0);
}

void ProxyCall::start()
{
    m_facts.now = m_resources.clock.now();
    if (identify() && readPath())
        receive();
}

void ProxyCall::goOn()
{
    if (chooseProvider() && reserve())
        whenCovered([this] { forward(); });
}

bool ProxyCall::chooseProvider()
{
    const QString model = QString::fromUtf8(m_facts.chat.model);
    m_facts.provider = ProviderList::forModel(*m_resources.providers.current(), model);
    if (!m_facts.provider)
        refuse(HolderFault::ModelNotFound, model);
    return m_facts.provider != nullptr;
}

bool ProxyCall::reserve()
{
    const auto refusal = m_books.reserve();
    if (refusal)
        answer(limitError(*refusal, m_language));
    return !refusal;
}

// What a crash could forget must not be spent: until the store has promised it, nothing goes to the upstream.
void ProxyCall::whenCovered(std::function<void()> next)
{
    if (m_books.isCovered())
        return next();
    m_coverWait.emplace(m_resources.wheel, [this] { refuseUncovered(); });
    m_coverWait->start(longestCoverWait);
    // Called in the store's thread, perhaps when this call and its exchange are gone.
    m_books.whenDecided(
        [this, inbox = m_resources.inbox, exchange = QPointer(&m_exchange), next = std::move(next)] {
            inbox->post([this, exchange, next] {
                if (exchange && m_coverWait)
                    coverDecided(next);
            });
        });
}

void ProxyCall::coverDecided(const std::function<void()> &next)
{
    m_coverWait.reset();
    if (m_books.isCovered())
        next();
    else
        refuseUncovered();
}

void ProxyCall::refuseUncovered()
{
    m_coverWait.reset();
    m_books.giveBack();
    refuse(HolderFault::StoreUnavailable);
}

void ProxyCall::forward(std::optional<qint64> streamedLength)
{
    m_facts.forwarded = m_facts.elapsed();
    // From here on it costs money, and an answer that nobody waits for must not.
    m_exchange.leaveAtEnd();
    const HttpRequest &request = m_exchange.request();
    const StoredProvider &provider = *m_facts.provider;
    const QUrl &base = provider.provider.baseUrl;
    const qint64 nowSeconds =
        std::chrono::floor<std::chrono::seconds>(m_facts.now).time_since_epoch().count();
    m_call = startCall(m_resources.client, provider,
                       {request.method, base, upstreamTarget(base, request.target),
                        upstreamHeaders(request, provider.secret,
                                        m_hideUsage ? AnswerCoding::Identity : AnswerCoding::HoldersChoice),
                        std::move(m_body), streamedLength},
                       nowSeconds);
    m_call->setListener(this);
}

void ProxyCall::onHead()
{
    m_facts.firstByte = m_facts.elapsed();
    m_resources.metrics.upstreamAnswered(m_facts.firstByte);
    const HeaderList received = m_call->takeHeaders();
    const auto shape = UsageMeter::shapeOf(received.value("Content-Type"));
    const ContentCoding coding = codingOf(received);
    const bool hide =
        m_hideUsage && shape == UsageMeter::Shape::EventStream && coding == ContentCoding::Identity;
    m_meter.emplace(shape, hide, coding);

    HeaderList headers = holderHeaders(received);
    headers.append(rateLimitHeaders(m_facts.key->statusAt(m_facts.now), m_facts.now));
    // What is hidden makes the answer shorter than the upstream said.
    m_exchange.head(m_call->status(), headers, hide ? Exchange::chunked : m_call->contentLength());
}

void ProxyCall::onData(const QByteArray &bytes)
{
    const QByteArray passed = m_meter->feed(bytes);
    if (m_exchange.isCompletedBy(passed.size())) {
        // The holder may ask again the moment it has all, through another lane: the books come first.
        m_meter->finish();
        settle(RequestOutcome::Answered, m_call->status());
    }
    m_exchange.data(passed);
    if (m_exchange.congested())
        m_call->pause();
}

void ProxyCall::onAnswerDrained()
{
    if (m_call)
        m_call->resume();
}

void ProxyCall::onFinished()
{
    if (m_books.isOpen()) {
        m_exchange.data(m_meter->finish());
        settle(RequestOutcome::Answered, m_call->status());
    }
    m_exchange.end();
}

void ProxyCall::onFailed(const Error &error)
{
    const bool timedOut = error.code == ErrorCode::TimedOut;
    logLine(lcProxy(), LogLevel::Warning, u"The upstream failed."_s,
            {{u"request"_s, m_facts.requestId},
             {u"provider"_s, m_facts.provider->provider.id.value},
             {u"error"_s, error.message}});
    if (m_meter)
        m_meter->finish(); // the bill may be what came last
    const bool headSent = m_exchange.headSent();
    settle(RequestOutcome::UpstreamFailed, headSent ? m_call->status() : timedOut ? 504 : 502);
    if (headSent)
        m_exchange.abort(); // the holder must not take a cut answer for a whole one
    else
        answer(holderError(timedOut ? HolderFault::UpstreamTimeout : HolderFault::UpstreamUnreachable,
                           m_language));
}

void ProxyCall::leave()
{
    m_coverWait.reset();
    const bool bodyIsSent = !std::exchange(m_isUploading, false);
    // A client that has all it was promised may close before the upstream's end is noted here.
    const bool whole = m_exchange.headSent() && m_exchange.isWhole();
    if (!whole && m_call && bodyIsSent && m_books.isOpen() &&
        m_resources.config.leftAnswers == LeftAnswers::Drain) {
        // Owned by the lane: the holder's exchange takes this call along.
        new LeftCall(std::move(m_call), std::move(m_meter), m_facts, std::move(m_books), m_exchange.status(),
                     m_resources);
        return;
    }
    if (m_meter)
        m_meter->finish();
    settle(whole ? RequestOutcome::Answered : RequestOutcome::ClientGone, m_exchange.status());
    m_call.reset();
}

void ProxyCall::refuse(HolderFault fault, const QString &subject)
{
    answer(holderError(fault, m_language, subject));
}

void ProxyCall::answer(HttpAnswer answer)
{
    if (m_facts.key && m_facts.key->account)
        answer.headers.append(rateLimitHeaders(m_facts.key->statusAt(m_facts.now), m_facts.now));
    m_exchange.answer(answer);
}

void ProxyCall::settle(RequestOutcome outcome, int status)
{
    if (!m_call)
        return m_books.giveBack();
    m_books.settle(outcome, status, m_meter ? &*m_meter : nullptr);
}

}
