// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/clientcall.h"

#include "service/http/clientconnection.h"

namespace quota::service
{

static bool isRepeatable(const UpstreamRequest &request)
{
    return !request.streamedLength && request.body.isEmpty() &&
           (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS");
}

ClientCall::ClientCall(UpstreamRequest request, const Origin &origin, std::chrono::milliseconds totalTime)
    : m_toHead(request.method == "HEAD")
    , m_repeatable(isRepeatable(request))
    , m_until(std::chrono::steady_clock::now() + totalTime)
{
    m_writer.begin(request, origin);
    if (m_repeatable)
        m_repeated = std::move(request);
}

void ClientCall::rewind(const Origin &origin)
{
    Q_ASSERT(maySendAgain());
    if (m_writer.taken() > 0)
        m_writer.begin(m_repeated, origin);
}

ClientCall::~ClientCall()
{
    if (m_connection)
        m_connection->cancel();
}

void ClientCall::pause()
{
    if (m_connection)
        m_connection->setPaused(true);
}

void ClientCall::resume()
{
    if (m_connection)
        m_connection->setPaused(false);
}

void ClientCall::send(const QByteArray &bytes)
{
    if (m_connection)
        m_connection->send(bytes);
}

void ClientCall::endBody()
{
    if (m_connection)
        m_connection->endBody();
}

bool ClientCall::congested() const
{
    return m_connection && m_connection->isCongested();
}

}
