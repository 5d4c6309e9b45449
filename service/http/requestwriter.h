// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/origin.h"
#include "service/http/sendqueue.h"

// The request of one call on its way to the upstream: head and body in one write, or a body that comes piece by
// piece. Bytes are not copied as long as the transport takes them.
namespace quota::service
{

class RequestWriter
{
public:
    enum class Progress
    {
        Whole,   // everything is with the transport
        Starved, // all there was; more of the body is to come
        Blocked, // the transport takes no more for now
        Broken
    };

    void begin(const UpstreamRequest &request, const Origin &origin);
    // Of a streamed body. The bytes may lie in memory that is the caller's until own().
    void append(const QByteArray &bytes);
    void end();
    Progress write(Transport &transport);
    // Makes what is unsent independent of the callers' memory.
    void own() { m_unsent.own(); }
    // Nothing more is to be sent.
    void stop();

    bool whole() const { return m_ended && m_unsent.isEmpty(); }
    qint64 taken() const
    {
        return m_given - m_unsent.bytes();
    } // bytes; beyond 0 the upstream may act on them
    qint64 unsent() const { return m_unsent.bytes(); }

private:
    void push(const QByteArray &piece);

    SendQueue m_unsent;
    qint64 m_given = 0;    // bytes
    qint64 m_bodyLeft = 0; // of a known length, still to be appended
    bool m_chunked = false;
    bool m_firstChunk = true;
    bool m_ended = true;
};

}
