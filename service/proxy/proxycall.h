// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/holdererror.h"
#include "service/http/exchange.h"
#include "service/proxy/callbooks.h"
#include "service/proxy/requestroute.h"
#include "service/proxy/uploadform.h"
#include "service/proxy/upstream.h"

#include <optional>

// The story of one proxied request, read top to bottom: who asks, what for, may they, forward, pass the answer
// on, settle. Created by the lane for each request below /v1/; it lives as long as its exchange, which owns it, and
// settles its ticket exactly once: when the answer is out, the upstream failed or the holder left.
namespace quota::service
{

class ProxyCall : public ExchangeHandler, private UpstreamListener
{
public:
    ProxyCall(Exchange &exchange, ProxyResources &resources);
    ~ProxyCall() override;

    void start();

private:
    bool identify();
    bool readPath();
    void receive();
    bool readChat();
    void prepareBody();
    void readAgain();
    bool isRestricted() const { return !m_facts.key->key.models.isEmpty(); }
    std::optional<HolderFault> judgeModel(const QByteArray &named);
    void goOn();
    bool chooseProvider();
    bool reserve();
    void whenCovered(std::function<void()> next);
    void coverDecided(const std::function<void()> &next);
    void refuseUncovered();
    void forward(std::optional<qint64> streamedLength = {});

    // Uploads, in proxyupload.cpp.
    void receiveUpload();
    void beginUpload();
    void passUpload();
    void takeUpload(const QByteArray &bytes);
    std::optional<HolderFault> takeFormModel();
    void holdUpload();
    void giveUpload(const QByteArray &bytes);
    void endUpload();
    void refuseForm();
    void refuseUpload(HolderFault fault, const QString &subject = {});

    // Of the upstream.
    void onHead() override;
    void onData(const QByteArray &bytes) override;
    void onFinished() override;
    void onFailed(const Error &error) override;
    void onRequestDrained() override;
    // Of the holder.
    void onBodyArrived(const QByteArray &bytes) override { takeUpload(bytes); }
    void onBodyReceived() override;
    void onAnswerDrained() override;
    void onBodyFailed() override { leave(); }
    void onGone() override { leave(); }
    void leave();

    void refuse(HolderFault fault, const QString &subject = {});
    void answer(HttpAnswer answer); // with the key's rate-limit headers
    void settle(RequestOutcome outcome, int status);

    Exchange &m_exchange;
    ProxyResources &m_resources;
    const Language m_language;
    const RequestRoute &m_route;
    CallFacts m_facts;
    CallBooks m_books;
    QByteArray m_body;
    std::unique_ptr<UpstreamCall> m_call;
    std::optional<Deadline> m_coverWait; // while the reservation waits to be covered
    std::optional<UsageMeter> m_meter;
    std::unique_ptr<UploadForm> m_form;
    bool m_hideUsage = false;
    bool m_isUpload = false;    // the body is passed on piece by piece
    bool m_isUploading = false; // and more of it may come
    bool m_formNamedModel = false;
    bool m_isReadingUpload = false; // the body was asked for
    bool m_uploadIsWhole = false;   // it came, perhaps before it could go on
};

}
