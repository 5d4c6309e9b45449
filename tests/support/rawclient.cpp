// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawclient.h"

#include "service/http/parser.h"

#include <QEventLoop>
#include <QSocketNotifier>
#include <QTimer>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

using namespace quota::service;

namespace quota::test
{

QByteArray RawAnswer::header(const QByteArray &name) const
{
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.first(colon).compare(name, Qt::CaseInsensitive) == 0)
            return line.sliced(colon + 1).trimmed();
    }
    return {};
}

RawClient::RawClient(quint16 port, int receiveBuffer)
    : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    if (receiveBuffer > 0)
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        end(errno == ECONNRESET);
}

void RawClient::end(bool reset)
{
    m_over = true;
    m_reset = m_reset || reset;
    if (!m_staysOpen)
        leave();
}

void RawClient::leave()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
    m_over = true;
}

void RawClient::reset()
{
    const ::linger atOnce{1, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    leave();
}

void RawClient::endSending()
{
    ::shutdown(m_descriptor, SHUT_WR);
}

bool RawClient::waitFor(Wait wait, QDeadlineTimer deadline)
{
    const bool reads = wait == Wait::Read;
    const auto isReady = [&] {
        pollfd state{m_descriptor, short(reads ? POLLIN : POLLOUT), 0};
        return ::poll(&state, 1, 0) > 0;
    };
    while (m_descriptor >= 0 && !isReady()) {
        if (deadline.hasExpired())
            return false;
        QEventLoop loop;
        QSocketNotifier notifier(m_descriptor, reads ? QSocketNotifier::Read : QSocketNotifier::Write);
        QObject::connect(&notifier, &QSocketNotifier::activated, &loop, &QEventLoop::quit);
        if (!deadline.isForever())
            QTimer::singleShot(int(deadline.remainingTime()) + 1, &loop, &QEventLoop::quit);
        loop.exec();
    }
    return m_descriptor >= 0;
}

void RawClient::send(const QByteArray &bytes)
{
    const QDeadlineTimer deadline(10'000);
    QByteArrayView left(bytes);
    while (!left.isEmpty() && m_descriptor >= 0) {
        const ssize_t size =
            ::send(m_descriptor, left.data(), size_t(left.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size >= 0)
            left = left.sliced(size);
        else if (errno != EAGAIN || !waitFor(Wait::Write, deadline))
            return; // what the other side had to say can still be read
    }
}

bool RawClient::more(QDeadlineTimer deadline, qsizetype maximum)
{
    if (m_over || !waitFor(Wait::Read, deadline))
        return false;
    QByteArray block(maximum, Qt::Uninitialized);
    const ssize_t size = ::recv(m_descriptor, block.data(), size_t(maximum), MSG_DONTWAIT);
    if (size > 0)
        m_buffer.append(block.constData(), size);
    else if (size == 0 || errno != EAGAIN)
        end(size != 0);
    return size > 0;
}

RawAnswer RawClient::answer(bool toHead, int milliseconds)
{
    const QDeadlineTimer deadline(milliseconds);
    RawAnswer answer;
    ResponseParser parser(toHead, 64 * 1024);
    QByteArray seen;
    do {
        QByteArrayView input(m_buffer);
        answer.body += parser.feed(input);
        seen += m_buffer.first(m_buffer.size() - input.size());
        m_buffer.remove(0, m_buffer.size() - input.size());
    } while (!parser.isOver() && more(deadline));
    if (!parser.isOver() && m_over)
        parser.close();
    answer.whole = parser.state() == ResponseParser::State::Complete;
    answer.status = parser.hasHead() ? parser.status() : 0;
    answer.head = seen.first(qMax<qsizetype>(0, seen.indexOf("\r\n\r\n")));
    return answer;
}

QByteArray RawClient::until(const QByteArray &mark, int milliseconds)
{
    const QDeadlineTimer deadline(milliseconds);
    while (!m_buffer.contains(mark)) {
        if (!more(deadline))
            return std::exchange(m_buffer, {});
    }
    const qsizetype end = m_buffer.indexOf(mark) + mark.size();
    const QByteArray found = m_buffer.first(end);
    m_buffer.remove(0, end);
    return found;
}

QByteArray RawClient::read(qsizetype maximum, int milliseconds)
{
    if (m_buffer.isEmpty())
        more(QDeadlineTimer(milliseconds), maximum);
    const QByteArray bytes = m_buffer.first(qMin(maximum, m_buffer.size()));
    m_buffer.remove(0, bytes.size());
    return bytes;
}

QByteArray RawClient::rest(int milliseconds)
{
    const QDeadlineTimer deadline(milliseconds);
    while (more(deadline)) {
    }
    return std::exchange(m_buffer, {});
}

bool RawClient::waitForClose(int milliseconds)
{
    rest(milliseconds);
    return m_over;
}

RawAnswer fetch(quint16 port, const QByteArray &method, const QByteArray &target, const QByteArray &headers,
                const QByteArray &body)
{
    RawClient client(port);
    return ask(client, method, target, headers, body);
}

RawAnswer ask(RawClient &client, const QByteArray &method, const QByteArray &target,
              const QByteArray &headers, const QByteArray &body)
{
    QByteArray bytes = method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers;
    if (!body.isEmpty())
        bytes +=
            "Content-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
    client.send(bytes + "\r\n" + body);
    return client.answer(method == "HEAD");
}

QByteArray bearer(const QByteArray &secret)
{
    return "Authorization: Bearer " + secret + "\r\n";
}

}
