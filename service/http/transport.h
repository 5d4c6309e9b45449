// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <sys/uio.h>

// The bytes of one stream connection, below any framing: a plain descriptor (PlainTransport), or a socket of Qt's
// where TLS or an outbound proxy lies between (SocketTransport). The connection of a client and the connection to
// an upstream own one each. Never blocks, buffers as little as it can, and works in the thread that made it.
namespace quota::service
{

class Transport
{
public:
    // Who owns a transport and waits for it. Told from the event loop; it may close the transport then.
    class User
    {
    public:
        virtual void onReadable() = 0; // bytes, the end, or a failure wait for receive()
        virtual void onWritable() = 0; // send() takes bytes again

    protected:
        ~User() = default;
    };

    Transport() = default;
    virtual ~Transport() = default;
    Q_DISABLE_COPY_MOVE(Transport)

    // Not by signals: there are two transports for each request under way, told with each piece that passes.
    void setUser(User &user) { m_user = &user; }

    // What receive() and send() return besides a number of bytes.
    static constexpr qint64 nothingNow = -1; // the user is told when to try again
    static constexpr qint64 broken = -2;     // reset, or TLS failed: of no more use

    // The number of bytes read, 0 at the orderly end of the other side, nothingNow or broken.
    virtual qint64 receive(char *data, qint64 maximumSize) = 0;
    // The number of bytes taken, which may be fewer than given, nothingNow or broken. count is at most 16.
    virtual qint64 send(const iovec *parts, int count) = 0;
    // Nothing came that waits to be received, the end of the other side included: an idle connection may be used.
    virtual bool isQuiet() const = 0;
    // Whether onReadable() is told; on at first. Off, what the other side sends stays with the kernel, which slows it.
    virtual void setReading(bool on) = 0;
    // Whether onWritable() is told; off at first.
    virtual void setWriting(bool on) = 0;
    // No more will be sent: what was taken goes out first, then the end.
    virtual void endSending() = 0;
    // Closes at once and for good; the user is told nothing afterwards. With reset the other side sees a broken connection,
    // not an orderly end. The destructor closes without.
    virtual void close(bool reset = false) = 0;

protected:
    void tellReadable()
    {
        if (m_user)
            m_user->onReadable();
    }
    void tellWritable()
    {
        if (m_user)
            m_user->onWritable();
    }

private:
    User *m_user = nullptr;
};

}
