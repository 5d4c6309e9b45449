// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/holdererror.h"
#include "service/http/exchange.h"
#include "service/proxy/chatrequest.h"
#include "service/proxy/resources.h"
#include "service/proxy/upstream.h"
#include "service/proxy/usagemeter.h"

#include <QPointer>

#include <optional>

// The story of one proxied request, read top to bottom: who asks, what for, may they, forward, pass the answer
// on, settle. Created by the lane for each request below /v1/; it lives until the answer is out, the upstream
// failed or the holder left, and settles its ticket exactly once in each case.
namespace quota::service
{

class ProxyCall : public QObject
{
    Q_OBJECT

public:
    ProxyCall(Exchange &exchange, ProxyResources &resources);
    ~ProxyCall() override;

    void start();

private:
    bool identify();
    bool readPath();
    void receive();
    bool readChat();
    void goOn();
    bool chooseProvider();
    bool reserve();
    void forward(std::optional<qint64> streamedLength = {});
    void upload();

    void passHead();
    void passData(const QByteArray &bytes);
    void finish();
    void fail(const Error &error);
    void leave();

    void refuse(HolderFault fault, const QString &subject = {});
    void answer(HttpAnswer answer); // with the key's rate-limit headers
    void settle(RequestOutcome outcome, int status);
    void append(RequestOutcome outcome, int status, qint64 requests, const TokenUsage &usage);
    std::chrono::microseconds elapsed() const;

    QPointer<Exchange> m_exchange;
    ProxyResources &m_resources;
    const QByteArray m_requestId;
    const Language m_language;
    const std::chrono::steady_clock::time_point m_begun;
    KeyEntryPointer m_key;
    ChatRequest m_chat;
    QByteArray m_body;
    qint64 m_tokenEstimate = 0;
    ProviderPointer m_provider;
    Ticket m_ticket;
    Timestamp m_now;
    std::unique_ptr<UpstreamCall> m_call;
    std::optional<UsageMeter> m_meter;
    std::optional<std::chrono::microseconds> m_forwarded; // when it went to the upstream, since it came
    std::chrono::microseconds m_firstByte{0};
    bool m_hideUsage = false;
};

}
