// SPDX-License-Identifier: GPL-3.0-or-later
// The half of ProxyCall that reads a request and judges it: whose it is, where it goes, which model it names.
#include "service/proxy/jsonhead.h"
#include "service/proxy/proxycall.h"
#include "service/proxy/tokenpolicy.h"

#include <algorithm>

namespace quota::service
{

bool ProxyCall::identify()
{
    const QByteArray secret = credentialOf(m_exchange.request());
    if (secret.isEmpty()) {
        refuse(HolderFault::MissingKey);
        return false;
    }
    m_facts.key = m_resources.keys.find(secret);
    if (const auto fault = keyFault(m_facts.key, m_facts.now)) {
        refuse(*fault);
        return false;
    }
    return true;
}

bool ProxyCall::readPath()
{
    const HttpRequest &request = m_exchange.request();
    if (!hasDotSegments(request.path()))
        return true;
    refuse(HolderFault::RouteNotFound,
           QString::fromLatin1(request.method + ' ' + request.path().toByteArray()));
    return false;
}

// What fetches or removes makes no model work, whatever stands in the answer.
static bool isLookUp(QByteArrayView method)
{
    return method == "GET" || method == "HEAD" || method == "DELETE" || method == "OPTIONS";
}

void ProxyCall::receive()
{
    const HttpRequest &request = m_exchange.request();
    m_facts.isLookUp = isLookUp(request.method);
    if (!m_route.generates && m_exchange.bodyLength() == 0) {
        if (const auto fault = judgeModel({}))
            return refuse(*fault, QString::fromUtf8(m_facts.chat.model));
        return goOn();
    }
    if (!m_route.generates && isUpload(request.headers.value("Content-Type")))
        return receiveUpload();
    m_exchange.receiveBody(m_resources.config.maximumRequestBytes);
}

void ProxyCall::onBodyReceived()
{
    if (m_isUpload)
        return endUpload();
    m_body = m_exchange.takeBody();
    if (readChat())
        goOn();
}

bool ProxyCall::readChat()
{
    const bool hasContent = m_route.generates || !m_body.isEmpty();
    if (hasContent) {
        auto chat = checkJsonHead(m_exchange.request().headers, m_language).and_then([&] {
            return ChatRequest::parse(m_body, m_language);
        });
        if (!chat) {
            refuse(HolderFault::InvalidJson, chat.error().message);
            return false;
        }
        m_facts.chat = std::move(*chat);
    }
    auto fault = judgeModel(m_facts.chat.model);
    // Without a name an upstream takes the model that it likes.
    if (!fault && hasContent && isRestricted() && m_facts.chat.model.isEmpty())
        fault = HolderFault::ModelNotAllowed;
    if (fault)
        refuse(*fault, QString::fromUtf8(m_facts.chat.model));
    else if (hasContent)
        prepareBody();
    return !fault;
}

// The model by the body, or by the target where the body names none; what is wrong with it.
std::optional<HolderFault> ProxyCall::judgeModel(const QByteArray &named)
{
    const auto inTarget = modelOfTarget(m_exchange.request().target);
    if (!inTarget || (!inTarget->isEmpty() && !named.isEmpty() && *inTarget != named))
        return HolderFault::ModelUnclear;
    m_facts.chat.model = named.isEmpty() ? *inTarget : named;
    const QString model = QString::fromUtf8(m_facts.chat.model);
    if (!model.isEmpty() && isRestricted() && !m_facts.key->key.models.contains(model))
        return HolderFault::ModelNotAllowed;
    return std::nullopt;
}

static bool hasTokenLimit(const QList<Limit> &limits)
{
    return std::any_of(limits.begin(), limits.end(), [](const Limit &limit) {
        return limit.unit == LimitUnit::Tokens && limit.isEnforced();
    });
}

void ProxyCall::prepareBody()
{
    const Config &config = m_resources.config;
    ChatRequest &chat = m_facts.chat;
    if (!chat.maximumTokens && hasTokenLimit(m_facts.key->limitsAt(m_facts.now))) {
        if (const QByteArrayView name = missingCeilingName(config, m_route); !name.isEmpty()) {
            m_body = withCeiling(m_body, chat, name, outputCeiling(config, m_route, chat.model));
            readAgain();
        }
    }
    if (chat.stream && !chat.includeUsage && m_route.reportsUsage) {
        m_body = askForUsage(m_body, chat);
        m_hideUsage = true;
    }
    // A request that names a model makes it work, on whatever route.
    if (!m_facts.isLookUp && (m_route.generates || !chat.model.isEmpty()))
        m_facts.tokensToReserve = tokensToReserve(config, m_route, chat, m_body.size());
}

// The places in a body that was edited are others.
void ProxyCall::readAgain()
{
    auto chat = ChatRequest::parse(m_body);
    Q_ASSERT(chat);
    chat->model = std::exchange(m_facts.chat.model, {});
    m_facts.chat = std::move(*chat);
}

}
