// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QUrl>

// What is said to an outbound proxy so that it opens a way to a host, and how its answers read: HTTP CONNECT
// (RFC 9110 §9.3.6) for http:// proxies, SOCKS 5 (RFC 1928, 1929) for socks5:// ones. The proxy resolves the name.
// No message repeats a user or a password. Pure.
namespace quota::service
{

class ProxyDialogue
{
public:
    enum class State
    {
        Talking,
        Open,
        Failed
    };

    ProxyDialogue(const QUrl &proxy, const QString &host, quint16 port); // host: ASCII, IPv6 without brackets

    // What is to be sent now; empty: it is the proxy's turn.
    QByteArray takeOutput() { return std::exchange(m_output, {}); }
    void feed(QByteArrayView input);
    State state() const { return m_state; }
    const QString &fault() const { return m_fault; } // why it failed

    static constexpr qsizetype maximumHead = 16 * 1024;

private:
    enum class Step
    {
        Connect, // the answer to CONNECT
        Method,  // SOCKS: how we are to show who we are
        Login,
        Reply
    };

    void connectOverHttp();
    void greetOverSocks();
    void askForHost();
    // The bytes that the step took of what came so far; 0: not enough.
    qsizetype readStep();
    qsizetype readConnect();
    qsizetype readMethod();
    qsizetype readLogin();
    qsizetype readReply();
    void fail(const QString &fault);

    const QString m_host;
    const quint16 m_port;
    const QByteArray m_user;
    const QByteArray m_password;
    QByteArray m_input;
    QByteArray m_output;
    QString m_fault;
    State m_state = State::Talking;
    Step m_step = Step::Connect;
};

}
