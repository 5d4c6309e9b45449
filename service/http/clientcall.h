// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/requestwriter.h"

#include <chrono>

// A call over the network, as the client's caller holds it, with what is unsent of its request. It is led by one
// connection; by another one when the first, a kept one, turned out to be closed.
namespace quota::service
{

class ClientConnection;

class ClientCall : public UpstreamCall
{
public:
    ClientCall(UpstreamRequest request, const Origin &origin, std::chrono::milliseconds totalTime);
    ~ClientCall() override;

    void pause() override;
    void resume() override;
    void send(const QByteArray &bytes) override;
    void endBody() override;
    bool congested() const override;

private:
    friend class ClientConnection;
    // Whether the request may go out (again) over another connection (RFC 9110 §9.2.2): when not a byte of it has
    // left, or when it is safe to do twice.
    bool maySendAgain() const { return m_writer.taken() == 0 || m_repeatable; }
    void rewind(const Origin &origin);

    RequestWriter m_writer;
    UpstreamRequest m_repeated; // kept as long as it may have to be written again
    const bool m_toHead;
    bool m_repeatable;
    const std::chrono::steady_clock::time_point m_until;
    ClientConnection *m_connection = nullptr; // null once it is over
};

}
