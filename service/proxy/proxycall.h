// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/holdererror.h"
#include "service/http/exchange.h"
#include "service/proxy/callbooks.h"
#include "service/proxy/upstream.h"

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
    void whenCovered(std::function<void()> next);
    void coverDecided(const std::function<void()> &next);
    void refuseUncovered();
    void forward(std::optional<qint64> streamedLength = {});
    void upload();
    void passUpload();

    void passHead();
    void passData(const QByteArray &bytes);
    void finish();
    void fail(const Error &error);
    void leave();

    void refuse(HolderFault fault, const QString &subject = {});
    void answer(HttpAnswer answer); // with the key's rate-limit headers
    void settle(RequestOutcome outcome, int status);

    QPointer<Exchange> m_exchange;
    ProxyResources &m_resources;
    const Language m_language;
    CallFacts m_facts;
    CallBooks m_books;
    QByteArray m_body;
    std::unique_ptr<UpstreamCall> m_call;
    std::optional<Deadline> m_coverWait; // while the reservation waits to be covered
    std::optional<UsageMeter> m_meter;
    bool m_hideUsage = false;
};

}
