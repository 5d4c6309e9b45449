// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/leftcall.h"

#include "service/proxy/upstream.h"

namespace quota::service
{

LeftCall::LeftCall(std::unique_ptr<UpstreamCall> call, std::optional<UsageMeter> meter, CallFacts facts,
                   CallBooks books, int status, ProxyResources &resources)
    : QObject(&resources.leftCalls)
    , m_facts(std::move(facts))
    , m_books(m_facts, std::move(books))
    , m_call(std::move(call))
    , m_meter(std::move(meter))
    , m_status(status)
    , m_bytesLeft(resources.config.leftAnswerBytes)
{
    m_call->setListener(this);
    m_until.setSingleShot(true);
    connect(&m_until, &QTimer::timeout, this, &LeftCall::end);
    m_until.start(resources.config.leftAnswerTime);
    m_call->resume(); // it may have waited for the holder
}

LeftCall::~LeftCall()
{
    // An error that came after the holder left costs what it would have cost with him.
    if (m_meter)
        m_meter->finish();
    const int heard = m_call->status();
    m_books.settle(RequestOutcome::ClientGone, heard >= 400 ? heard : m_status,
                   m_meter ? &*m_meter : nullptr);
}

void LeftCall::onHead()
{
    const HeaderList headers = m_call->takeHeaders();
    m_meter.emplace(UsageMeter::shapeOf(headers.value("Content-Type")), false, codingOf(headers));
}

void LeftCall::onData(const QByteArray &bytes)
{
    m_meter->feed(bytes);
    m_bytesLeft -= bytes.size();
    if (m_bytesLeft < 0)
        end();
}

void LeftCall::end()
{
    m_until.stop();
    m_call->setListener(nullptr);
    m_call->pause(); // nothing more is read until it is gone
    deleteLater();
}

}
