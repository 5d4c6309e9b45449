// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/proxydialogue.h"

#include <QHostAddress>

#include <array>

using namespace Qt::StringLiterals;

namespace quota::service
{

ProxyDialogue::ProxyDialogue(const QUrl &proxy, const QString &host, quint16 port)
    : m_host(host)
    , m_port(port)
    , m_user(proxy.userName(QUrl::FullyDecoded).toUtf8())
    , m_password(proxy.password(QUrl::FullyDecoded).toUtf8())
{
    if (proxy.scheme() == "http"_L1)
        connectOverHttp();
    else
        greetOverSocks();
}

void ProxyDialogue::fail(const QString &fault)
{
    m_state = State::Failed;
    m_fault = fault;
}

void ProxyDialogue::connectOverHttp()
{
    const QByteArray host = m_host.toLatin1();
    const QByteArray authority =
        (host.contains(':') ? '[' + host + ']' : host) + ':' + QByteArray::number(m_port);
    m_output = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
    if (!m_user.isEmpty() || !m_password.isEmpty())
        m_output += "Proxy-Authorization: Basic " + (m_user + ':' + m_password).toBase64() + "\r\n";
    m_output += "\r\n";
}

void ProxyDialogue::greetOverSocks()
{
    m_step = Step::Method;
    const bool login = !m_user.isEmpty() || !m_password.isEmpty();
    m_output = login ? QByteArray("\x05\x02\x00\x02", 4) : QByteArray("\x05\x01\x00", 3);
}

void ProxyDialogue::feed(QByteArrayView input)
{
    m_input.append(input);
    while (m_state == State::Talking) {
        const qsizetype taken = readStep();
        if (taken == 0)
            return;
        m_input.remove(0, taken);
    }
    // Neither TLS nor HTTP lets the server begin: such bytes are not the host's.
    if (m_state == State::Open && !m_input.isEmpty())
        fail(u"the proxy sent more than its answer"_s);
}

qsizetype ProxyDialogue::readStep()
{
    switch (m_step) {
    case Step::Connect:
        return readConnect();
    case Step::Method:
        return readMethod();
    case Step::Login:
        return readLogin();
    case Step::Reply:
        return readReply();
    }
    Q_UNREACHABLE();
}

qsizetype ProxyDialogue::readConnect()
{
    const qsizetype end = m_input.indexOf("\r\n\r\n");
    if (end < 0) {
        if (m_input.size() > maximumHead)
            fail(u"the proxy's answer to CONNECT is too long"_s);
        return 0;
    }
    bool isNumber = false;
    const int status = m_input.mid(9, 3).toInt(&isNumber);
    if (!m_input.startsWith("HTTP/1.") || m_input.size() < 12 || m_input.at(8) != ' ' || !isNumber)
        fail(u"what answers CONNECT is no HTTP proxy"_s);
    else if (status == 407)
        fail(m_user.isEmpty() ? u"the proxy asks for a user and a password; write them into its address"_s
                              : u"the proxy refused the user or the password of its address"_s);
    else if (status < 200 || status > 299)
        fail(u"the proxy refused CONNECT with status %1"_s.arg(status));
    else
        m_state = State::Open;
    return end + 4;
}

qsizetype ProxyDialogue::readMethod()
{
    if (m_input.size() < 2)
        return 0;
    const char method = m_input.at(1);
    if (m_input.at(0) != 5) {
        fail(u"what answers is no SOCKS 5 proxy"_s);
    } else if (method == 0) {
        askForHost();
    } else if (method == 2 && (!m_user.isEmpty() || !m_password.isEmpty())) {
        m_step = Step::Login;
        if (m_user.size() > 255 || m_password.size() > 255)
            fail(u"the user or the password of the proxy is longer than SOCKS 5 allows"_s);
        else
            m_output =
                QByteArray("\x01") + char(m_user.size()) + m_user + char(m_password.size()) + m_password;
    } else {
        fail(m_user.isEmpty() ? u"the proxy asks for a user and a password; write them into its address"_s
                              : u"the proxy takes no user and password"_s);
    }
    return 2;
}

qsizetype ProxyDialogue::readLogin()
{
    if (m_input.size() < 2)
        return 0;
    if (m_input.at(1) == 0)
        askForHost();
    else
        fail(u"the proxy refused the user or the password of its address"_s);
    return 2;
}

void ProxyDialogue::askForHost()
{
    m_step = Step::Reply;
    m_output = QByteArray("\x05\x01\x00", 3);
    const QByteArray name = m_host.toLatin1();
    const QHostAddress literal(m_host);
    if (literal.protocol() == QAbstractSocket::IPv6Protocol) {
        const Q_IPV6ADDR bytes = literal.toIPv6Address();
        m_output += char(4);
        m_output.append(reinterpret_cast<const char *>(&bytes), sizeof bytes);
    } else if (literal.protocol() == QAbstractSocket::IPv4Protocol) {
        const quint32 bytes = literal.toIPv4Address();
        m_output += char(1);
        for (const int shift : {24, 16, 8, 0})
            m_output += char(bytes >> shift);
    } else if (name.size() <= 255) {
        m_output += char(3);
        m_output += char(name.size());
        m_output += name;
    } else {
        return fail(u"the name of the host is longer than SOCKS 5 allows"_s);
    }
    m_output += char(m_port >> 8);
    m_output += char(m_port);
}

qsizetype ProxyDialogue::readReply()
{
    static constexpr std::array<QLatin1StringView, 9> reasons{""_L1,
                                                              "it failed"_L1,
                                                              "its rules forbid it"_L1,
                                                              "the network is unreachable"_L1,
                                                              "the host is unreachable"_L1,
                                                              "the host refused the connection"_L1,
                                                              "it took too many hops"_L1,
                                                              "it does not know the command"_L1,
                                                              "it does not know the kind of address"_L1};
    if (m_input.size() < 5)
        return 0;
    const auto reason = static_cast<unsigned char>(m_input.at(1));
    if (m_input.at(0) != 5 || reason != 0) {
        fail(u"the proxy did not connect: "_s + (reason < reasons.size() && reason > 0
                                                     ? QString(reasons.at(reason))
                                                     : u"its answer is unknown"_s));
        return m_input.size();
    }
    // The address it connected from stands behind; nobody needs it.
    qsizetype size = 0;
    switch (m_input.at(3)) {
    case 1:
        size = 10;
        break;
    case 3:
        size = 7 + static_cast<unsigned char>(m_input.at(4));
        break;
    case 4:
        size = 22;
        break;
    default:
        fail(u"the proxy's answer is unknown"_s);
        return m_input.size();
    }
    if (m_input.size() < size)
        return 0;
    m_state = State::Open;
    return size;
}

}
