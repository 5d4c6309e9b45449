// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/upstreamcall.h"
#include "service/proxy/callbooks.h"

#include <QTimer>

// The rest of a call whose holder has left, read on for its true figure within LEFT_ANSWER_TIME and LEFT_ANSWER_SIZE;
// beyond one of them it is cancelled and charged as estimated. Its reservation and its slot of the key's concurrency
// are held until then: the upstream works. proxycall makes it; it deletes itself, or dies with its lane, and settles in
// each case.
namespace quota::service
{

class LeftCall : public QObject, private UpstreamListener
{
    Q_OBJECT

public:
    // status: that the holder was answered with, 0 for none.
    LeftCall(std::unique_ptr<UpstreamCall> call, std::optional<UsageMeter> meter, CallFacts facts,
             CallBooks books, int status, ProxyResources &resources);
    ~LeftCall() override;

private:
    void onHead() override;
    void onData(const QByteArray &bytes) override;
    void onFinished() override { end(); }
    void onFailed(const Error &) override { end(); }
    void end();

    CallFacts m_facts;
    CallBooks m_books;
    std::unique_ptr<UpstreamCall> m_call;
    std::optional<UsageMeter> m_meter;
    const int m_status;
    qint64 m_bytesLeft;
    QTimer m_until;
};

}
