// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/connector.h"

#include "service/http/sockettransport.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

Connector::Connector(std::shared_ptr<Origin> origin, const ClientOptions &options, const UpstreamTls &tls,
                     TimerWheel &wheel, QObject *parent)
    : QObject(parent)
    , m_origin(std::move(origin))
    , m_tls(tls)
    , m_dialler(wheel, options.resolve)
{
    connect(&m_dialler, &Dialler::connected, this, &Connector::onDialled);
    connect(&m_dialler, &Dialler::failed, this, [this](const QString &message) {
        fail(m_origin->proxy.isEmpty() ? message : u"the proxy %1: "_s.arg(m_origin->proxy.host()) + message);
    });
}

Connector::~Connector()
{
    if (!m_socket)
        return;
    // One of its signals may be on its way out.
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater();
}

void Connector::start()
{
    if (m_origin->secure && !m_tls.canVerify(*m_origin))
        return fail(u"only a private authority may vouch for it, and UPSTREAM_CA_FILE names none"_s);
    if (m_origin->proxy.isEmpty())
        m_dialler.dial(m_origin->host, m_origin->port);
    else
        m_dialler.dial(m_origin->proxy.host(QUrl::FullyEncoded), quint16(m_origin->proxy.port()));
}

QString Connector::stage() const
{
    if (m_socket)
        return u"in the TLS handshake"_s;
    if (m_tunnel)
        return u"waiting for the proxy %1"_s.arg(m_origin->proxy.host());
    return m_dialler.resolving() ? u"looking up the name"_s : u"connecting"_s;
}

std::unique_ptr<Transport> Connector::takeTransport()
{
    return std::move(m_transport);
}

void Connector::fail(const QString &message)
{
    if (std::exchange(m_over, true))
        return;
    Q_EMIT failed(message);
}

void Connector::onDialled()
{
    const int descriptor = m_dialler.takeDescriptor();
    if (m_origin->proxy.isEmpty())
        return goOn(descriptor);
    m_tunnel = std::make_unique<ProxyTunnel>(descriptor,
                                             ProxyDialogue(m_origin->proxy, m_origin->host, m_origin->port));
    connect(m_tunnel.get(), &ProxyTunnel::opened, this, [this] {
        const int opened = m_tunnel->takeDescriptor();
        goOn(opened);
    });
    connect(m_tunnel.get(), &ProxyTunnel::failed, this, [this](const QString &message) {
        fail(u"the proxy %1: "_s.arg(m_origin->proxy.host()) + message);
    });
}

void Connector::goOn(int descriptor)
{
    if (m_origin->secure)
        return secure(descriptor);
    m_transport = std::make_unique<PlainTransport>(descriptor);
    m_over = true;
    Q_EMIT reached();
}

void Connector::secure(int descriptor)
{
    m_socket = std::make_unique<QSslSocket>();
    QSslSocket *socket = m_socket.get();
    socket->setSslConfiguration(m_tls.configurationFor(*m_origin));
    socket->setReadBufferSize(SocketTransport::readBuffer);
    socket->setSocketDescriptor(descriptor);
    socket->setPeerVerifyName(m_origin->host);
    // Told from the event loop: whoever hears it may delete this, and with it the socket that is speaking.
    connect(socket, &QSslSocket::encrypted, this, &Connector::onSecured, Qt::QueuedConnection);
    connect(socket, &QSslSocket::errorOccurred, this, &Connector::onTlsError, Qt::QueuedConnection);
    connect(socket, &QSslSocket::sslErrors, this,
            [this](const QList<QSslError> &errors) { m_tlsErrors = errors; });
    // With TLS 1.3 tickets come after the handshake, and any number of them.
    connect(socket, &QSslSocket::newSessionTicketReceived, socket, [socket, origin = m_origin] {
        if (const QByteArray ticket = socket->sslConfiguration().sessionTicket(); !ticket.isEmpty())
            origin->session = ticket;
    });
    socket->startClientEncryption();
}

void Connector::onSecured()
{
    if (!m_socket || m_over)
        return;
    m_over = true;
    if (const QByteArray ticket = m_socket->sslConfiguration().sessionTicket(); !ticket.isEmpty())
        m_origin->session = ticket;
    m_socket->disconnect(this);
    m_transport = std::make_unique<SocketTransport>(std::move(m_socket));
    Q_EMIT reached();
}

void Connector::onTlsError()
{
    if (!m_socket || m_socket->isEncrypted())
        return;
    // A session that does not lead anywhere must not stand in the way of the next try.
    m_origin->session.clear();
    const QString certificate = UpstreamTls::explain(*m_origin, m_tlsErrors);
    fail(certificate.isEmpty() ? u"the TLS handshake failed: "_s + m_socket->errorString() : certificate);
}

}
