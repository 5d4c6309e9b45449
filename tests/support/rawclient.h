// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDeadlineTimer>

// Bytes on a socket, written exactly as a test wants them: half heads, pipelining, closing one side, leaving early,
// not reading. What comes is read only when the test asks for it. Waits run the event loop, so that a fake upstream
// in the same thread can answer meanwhile.
namespace quota::test
{

struct RawAnswer
{
    int status = 0; // 0: the connection closed without one
    QByteArray head;
    QByteArray body; // transfer coding removed
    bool whole = false;

    QByteArray header(const QByteArray &name) const; // trimmed; empty when absent
};

class RawClient
{
public:
    // With a small receive buffer, in bytes, little is on its way to a client that does not read.
    explicit RawClient(quint16 port, int receiveBuffer = 0);
    virtual ~RawClient() { RawClient::leave(); }
    Q_DISABLE_COPY_MOVE(RawClient)

    virtual void send(const QByteArray &bytes); // all of them, or until the connection breaks
    void endSending();                          // this side only
    virtual void leave();                       // in order
    void reset();                               // so that the other side sees a broken connection

    // The next answer, framed by its own head; waits for it at most that long.
    RawAnswer answer(bool toHead = false, int milliseconds = 10'000);
    // The next bytes until this one is among them; returns everything up to and with it.
    QByteArray until(const QByteArray &mark, int milliseconds = 10'000);
    // The next bytes, at most that many, once there are any; empty at the end.
    QByteArray read(qsizetype maximum, int milliseconds = 10'000);
    // Everything until the other side ends.
    QByteArray rest(int milliseconds = 10'000);
    // The other side ended or broke the connection; bytes that come before are dropped.
    bool waitForClose(int milliseconds = 10'000);
    bool wasReset() const { return m_reset; } // rather than ended in order; known once it is over

    // Unlike others this client does not close its side when the other one has ended.
    void stayOpen() { m_staysOpen = true; }
    bool isOver() const { return m_over; }

protected:
    RawClient() = default;
    // Takes what has come into m_buffer, that many bytes at most; waits for it. False when nothing came.
    virtual bool more(QDeadlineTimer deadline, qsizetype maximum = 64 * 1024);
    void end(bool reset);

    QByteArray m_buffer;
    bool m_over = false;

private:
    enum class Wait
    {
        Read,
        Write
    };
    bool waitFor(Wait wait, QDeadlineTimer deadline);

    int m_descriptor = -1;
    bool m_reset = false;
    bool m_staysOpen = false;
};

// One request with a body on a connection of its own.
RawAnswer fetch(quint16 port, const QByteArray &method, const QByteArray &target,
                const QByteArray &headers = {}, const QByteArray &body = {});
// One on a connection that is there.
RawAnswer ask(RawClient &client, const QByteArray &method, const QByteArray &target,
              const QByteArray &headers = {}, const QByteArray &body = {});
QByteArray bearer(const QByteArray &secret); // the header line

}
