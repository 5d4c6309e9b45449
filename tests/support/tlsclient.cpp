// SPDX-License-Identifier: GPL-3.0-or-later
#include "tlsclient.h"

#include <QTest>

namespace quota::test
{

TlsClient::TlsClient(quint16 port, const QSslConfiguration &tls)
{
    m_socket.setSslConfiguration(tls);
    m_socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    // By way of the event loop: the service may be served by this thread, too.
    const auto isOver = [this] {
        return m_socket.isEncrypted() || m_socket.state() == QAbstractSocket::UnconnectedState;
    };
    if (!QTest::qWaitFor(isOver))
        qWarning("The TLS handshake takes very long.");
}

void TlsClient::send(const QByteArray &bytes)
{
    m_socket.write(bytes);
    m_socket.flush();
}

void TlsClient::leave()
{
    m_socket.abort();
    m_over = true;
}

bool TlsClient::more(QDeadlineTimer deadline, qsizetype maximum)
{
    if (m_over)
        return false;
    const auto ready = [this] {
        return m_socket.bytesAvailable() > 0 || m_socket.state() == QAbstractSocket::UnconnectedState;
    };
    if (!QTest::qWaitFor(ready, int(qMax<qint64>(1, deadline.remainingTime()))))
        return false;
    const QByteArray bytes = m_socket.read(maximum);
    m_buffer += bytes;
    if (bytes.isEmpty())
        end(false);
    return !bytes.isEmpty();
}

}
