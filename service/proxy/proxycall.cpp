// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/proxycall.h"

#include "service/http/fieldparser.h"
#include "service/proxy/jsonhead.h"
#include "service/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

ProxyCall::ProxyCall(Exchange &exchange, ProxyResources &resources)
    : QObject(&exchange)
    , m_exchange(&exchange)
    , m_resources(resources)
    , m_requestId(exchange.id())
    , m_language(languageFromHeader(exchange.request().headers.value("Accept-Language")))
    , m_begun(std::chrono::steady_clock::now())
{}

ProxyCall::~ProxyCall()
{
    // The exchange went with its connection (the lane ends): what was promised is still owed to the books.
    if (m_ticket.isOpen())
        settle(RequestOutcome::ClientGone, 0);
}

void ProxyCall::start()
{
    m_now = m_resources.clock.now();
    connect(m_exchange, &Exchange::gone, this, &ProxyCall::leave);
    connect(m_exchange, &Exchange::bodyFailed, this, &ProxyCall::leave);
    connect(m_exchange, &Exchange::drained, this, [this] {
        if (m_call)
            m_call->resume();
    });
    if (identify() && readPath())
        receive();
}

bool ProxyCall::identify()
{
    const QByteArray secret = credentialOf(m_exchange->request());
    if (secret.isEmpty()) {
        refuse(HolderFault::MissingKey);
        return false;
    }
    m_key = m_resources.keys.find(secret);
    if (const auto fault = keyFault(m_key, m_now)) {
        refuse(*fault);
        return false;
    }
    return true;
}

// Routes that make a model work. Their body is read as JSON whatever its type says: nobody gets past a key's
// models or token limits by calling it something else.
static bool isGenerating(QByteArrayView path)
{
    static constexpr QByteArrayView routes[] = {
        "/v1/chat/completions", "/v1/completions", "/v1/embeddings",         "/v1/responses",
        "/v1/messages",         "/v1/moderations", "/v1/images/generations", "/v1/audio/speech"};
    while (path.endsWith('/'))
        path.chop(1);
    return std::find(std::begin(routes), std::end(routes), path) != std::end(routes);
}

static bool isUpload(QByteArrayView contentType)
{
    const QByteArray type = contentType.toByteArray().toLower();
    return type.startsWith("multipart/") || type.startsWith("application/octet-stream");
}

bool ProxyCall::readPath()
{
    const HttpRequest &request = m_exchange->request();
    if (!hasDotSegments(request.path()))
        return true;
    refuse(HolderFault::RouteNotFound,
           QString::fromLatin1(request.method + ' ' + request.path().toByteArray()));
    return false;
}

void ProxyCall::receive()
{
    const HttpRequest &request = m_exchange->request();
    const bool generates = isGenerating(request.path());
    if (!generates && m_exchange->bodyLength() == 0)
        return goOn();
    if (!generates && isUpload(request.headers.value("Content-Type"))) {
        // An upload names its model, if any, in a part that nobody here reads.
        if (!m_key->key.models.isEmpty())
            return refuse(HolderFault::ModelNotAllowed);
        return upload();
    }
    connect(m_exchange, &Exchange::bodyReceived, this, [this] {
        m_body = m_exchange->takeBody();
        if ((m_body.isEmpty() && !isGenerating(m_exchange->request().path())) || readChat())
            goOn();
    });
    m_exchange->receiveBody(m_resources.config.maximumRequestBytes);
}

void ProxyCall::goOn()
{
    if (chooseProvider() && reserve())
        forward();
}

// Passed on as it comes: nobody here needs it whole, and it may be large.
void ProxyCall::upload()
{
    if (!chooseProvider() || !reserve())
        return;
    const qint64 length = m_exchange->bodyLength();
    forward(length == Exchange::chunked ? UpstreamRequest::unknownLength : length);
    connect(m_exchange, &Exchange::bodyArrived, this, [this](const QByteArray &bytes) {
        m_call->send(bytes);
        if (m_call->congested())
            m_exchange->pauseBody();
    });
    connect(m_call.get(), &UpstreamCall::drained, this, [this] { m_exchange->resumeBody(); });
    connect(m_exchange, &Exchange::bodyReceived, this, [this] { m_call->endBody(); });
    m_exchange->streamBody();
}

bool ProxyCall::readChat()
{
    const HttpRequest &request = m_exchange->request();
    auto chat = checkJsonHead(request.headers, m_language).and_then([&] {
        return ChatRequest::parse(m_body, m_language);
    });
    if (!chat) {
        refuse(HolderFault::InvalidJson, chat.error().message);
        return false;
    }
    m_chat = std::move(*chat);
    const QStringList &allowed = m_key->key.models;
    const QString model = QString::fromUtf8(m_chat.model);
    if (!allowed.isEmpty() && !allowed.contains(model)) {
        refuse(HolderFault::ModelNotAllowed, model);
        return false;
    }
    const bool reportsUsage = request.path() == "/v1/chat/completions" || request.path() == "/v1/completions";
    if (m_chat.stream && !m_chat.includeUsage && reportsUsage) {
        m_body = askForUsage(m_body, m_chat);
        m_hideUsage = true;
    }
    return true;
}

bool ProxyCall::chooseProvider()
{
    const QString model = QString::fromUtf8(m_chat.model);
    m_provider = ProviderList::forModel(*m_resources.providers.current(), model);
    if (!m_provider)
        refuse(HolderFault::ModelNotFound, model);
    return m_provider != nullptr;
}

bool ProxyCall::reserve()
{
    // What names no model (lists, files) generates nothing.
    if (!m_chat.model.isEmpty())
        m_tokenEstimate = m_chat.tokensAtMost(m_resources.config.defaultOutputTokens);
    auto ticket = m_key->account->reserve(m_key->limits, m_key->key.concurrency, m_tokenEstimate, m_now);
    if (!ticket) {
        const HttpAnswer answer = limitError(ticket.error(), m_language);
        append(RequestOutcome::Refused, answer.status, 0, {});
        this->answer(answer);
        return false;
    }
    m_ticket = std::move(*ticket);
    return true;
}

void ProxyCall::forward(std::optional<qint64> streamedLength)
{
    m_forwarded = elapsed();
    // From here on it costs money, and an answer that nobody waits for must not.
    m_exchange->leaveAtEnd();
    const HttpRequest &request = m_exchange->request();
    const StoredProvider &provider = *m_provider;
    const QUrl &base = provider.provider.baseUrl;
    const qint64 nowSeconds = std::chrono::floor<std::chrono::seconds>(m_now).time_since_epoch().count();
    m_call = startCall(m_resources.client, provider,
                       {request.method, base, upstreamTarget(base, request.target),
                        upstreamHeaders(request, provider.secret,
                                        m_hideUsage ? AnswerCoding::Identity : AnswerCoding::HoldersChoice),
                        std::move(m_body), streamedLength},
                       nowSeconds);
    connect(m_call.get(), &UpstreamCall::headReceived, this, &ProxyCall::passHead);
    connect(m_call.get(), &UpstreamCall::data, this, &ProxyCall::passData);
    connect(m_call.get(), &UpstreamCall::finished, this, &ProxyCall::finish);
    connect(m_call.get(), &UpstreamCall::failed, this, &ProxyCall::fail);
}

void ProxyCall::passHead()
{
    m_firstByte = elapsed();
    m_resources.metrics.upstreamAnswered(m_firstByte);
    const auto shape = UsageMeter::shapeOf(m_call->headers().value("Content-Type"));
    const ContentCoding coding = codingOf(m_call->headers());
    const bool hide =
        m_hideUsage && shape == UsageMeter::Shape::EventStream && coding == ContentCoding::Identity;
    m_meter.emplace(shape, hide, coding);

    HeaderList headers = holderHeaders(m_call->headers());
    const HeaderList limits = rateLimitHeaders(m_key->account->status(m_key->limits, m_now), m_now);
    for (const HeaderField field : limits)
        headers.append(field.name, field.value);
    // What is hidden makes the answer shorter than the upstream said.
    m_exchange->head(m_call->status(), headers, hide ? Exchange::chunked : m_call->contentLength());
}

void ProxyCall::passData(const QByteArray &bytes)
{
    const QByteArray passed = m_meter->feed(bytes);
    if (m_exchange->isCompletedBy(passed.size())) {
        // The holder may ask again the moment it has all, through another lane: the books come first.
        m_meter->finish();
        settle(RequestOutcome::Answered, m_call->status());
    }
    m_exchange->data(passed);
    if (m_exchange && m_exchange->congested())
        m_call->pause();
}

void ProxyCall::finish()
{
    if (m_ticket.isOpen()) {
        m_exchange->data(m_meter->finish());
        settle(RequestOutcome::Answered, m_call->status());
    }
    m_exchange->end();
}

void ProxyCall::fail(const Error &error)
{
    const bool timedOut = error.code == ErrorCode::TimedOut;
    logLine(lcProxy(), LogLevel::Warning, u"The upstream failed."_s,
            {{u"request"_s, m_requestId},
             {u"provider"_s, m_provider->provider.id.value},
             {u"error"_s, error.message}});
    const bool headSent = m_exchange->headSent();
    settle(RequestOutcome::UpstreamFailed, headSent ? m_call->status() : timedOut ? 504 : 502);
    if (headSent)
        m_exchange->abort(); // the holder must not take a cut answer for a whole one
    else
        answer(holderError(timedOut ? HolderFault::UpstreamTimeout : HolderFault::UpstreamUnreachable,
                           m_language));
}

void ProxyCall::leave()
{
    // A client that has all it was promised may close before the upstream's end is noted here.
    const bool whole = m_exchange->headSent() && m_exchange->isWhole();
    settle(whole ? RequestOutcome::Answered : RequestOutcome::ClientGone, m_exchange->status());
    m_call.reset();
}

void ProxyCall::refuse(HolderFault fault, const QString &subject)
{
    answer(holderError(fault, m_language, subject));
}

void ProxyCall::answer(HttpAnswer answer)
{
    if (m_key && m_key->account) {
        const HeaderList limits = rateLimitHeaders(m_key->account->status(m_key->limits, m_now), m_now);
        for (const HeaderField field : limits)
            answer.headers.append(field.name, field.value);
    }
    m_exchange->answer(answer);
}

std::chrono::microseconds ProxyCall::elapsed() const
{
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - m_begun);
}

void ProxyCall::settle(RequestOutcome outcome, int status)
{
    if (!m_ticket.isOpen())
        return;
    TokenUsage usage;
    if (m_meter)
        usage = m_meter->usage(m_chat.promptEstimate);
    else if (outcome == RequestOutcome::ClientGone)
        usage = {m_chat.promptEstimate, 0, 0, 0, Measure::Estimated}; // the upstream may have begun
    if (status >= 400 && usage.measure != Measure::Measured)
        usage = {0, 0, 0, 0, Measure::Measured}; // an error answer has no tokens
    else if (usage.measure == Measure::Unknown && m_tokenEstimate > 0)
        usage.prompt = m_tokenEstimate; // the safe side: what is not known was used
    else if (usage.measure == Measure::Unknown)
        usage.measure = Measure::Measured;
    const bool counts = m_resources.config.countPolicy == CountPolicy::Attempts ||
                        (outcome == RequestOutcome::Answered && status < 400) ||
                        outcome == RequestOutcome::ClientGone;
    const qint64 requests = counts ? 1 : 0;
    const Timestamp reservedAt = m_ticket.reservedAt();
    m_ticket.settle(requests, usage.prompt + usage.completion);
    m_now = reservedAt;
    m_resources.metrics.usageCounted(requests);
    append(outcome, status, requests, usage);
}

void ProxyCall::append(RequestOutcome outcome, int status, qint64 requests, const TokenUsage &usage)
{
    UsageRow row;
    row.requestId = m_requestId;
    row.key = m_key->key.id;
    row.model = QString::fromUtf8(m_chat.model);
    row.provider = m_provider->provider.id;
    row.reservedAt = m_now;
    row.status = status;
    row.outcome = outcome;
    row.requests = requests;
    row.promptTokens = usage.prompt;
    row.completionTokens = usage.completion;
    row.cachedTokens = usage.cached;
    row.reasoningTokens = usage.reasoning;
    row.measure = usage.measure;
    row.streamed = m_chat.stream;
    row.total = elapsed();
    row.queue = m_forwarded.value_or(row.total);
    row.firstByte = m_firstByte;
    row.upstream = m_forwarded ? row.total - *m_forwarded : std::chrono::microseconds(0);
    logLine(lcProxy(), LogLevel::Info, u"request"_s,
            {{u"request"_s, m_requestId},
             {u"key"_s, row.key.value},
             {u"provider"_s, row.provider.value},
             {u"model"_s, m_chat.model},
             {u"status"_s, status},
             {u"outcome"_s, toString(outcome)},
             {u"tokens"_s, usage.prompt + usage.completion},
             {u"ms"_s, row.total.count() / 1000}});
    m_resources.writer.append(std::move(row));
}

}
