// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawclient.h"

#include "service/http/parser.h"

#include <QTest>

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

RawClient::RawClient(quint16 port, const QHostAddress &address)
    : m_socket(std::make_unique<QTcpSocket>())
{
    m_socket->connectToHost(address, port);
    m_socket->waitForConnected(5'000);
}

RawClient::RawClient(quint16 port, const QSslConfiguration &tls)
{
    auto socket = std::make_unique<QSslSocket>();
    socket->setSslConfiguration(tls);
    socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    // By way of the event loop: the service may be served by this thread, too.
    const auto isOver = [&] {
        return socket->isEncrypted() || socket->state() == QAbstractSocket::UnconnectedState;
    };
    if (!QTest::qWaitFor(isOver))
        qWarning("The TLS handshake takes very long.");
    m_socket = std::move(socket);
}

void RawClient::send(const QByteArray &bytes)
{
    m_socket->write(bytes);
    m_socket->flush();
}

bool RawClient::more(QDeadlineTimer deadline)
{
    const auto ready = [&] {
        return m_socket->bytesAvailable() > 0 || m_socket->state() == QAbstractSocket::UnconnectedState;
    };
    const bool came = QTest::qWaitFor(ready, int(qMax<qint64>(1, deadline.remainingTime())));
    const QByteArray bytes = m_socket->readAll();
    m_buffer += bytes;
    return came && !bytes.isEmpty();
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
        if (parser.state() == ResponseParser::State::Complete ||
            parser.state() == ResponseParser::State::Failed)
            break;
    } while (more(deadline));
    if (parser.state() != ResponseParser::State::Complete &&
        m_socket->state() == QAbstractSocket::UnconnectedState)
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

bool RawClient::waitForClose(int milliseconds)
{
    return QTest::qWaitFor([&] { return m_socket->state() == QAbstractSocket::UnconnectedState; },
                           milliseconds);
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
