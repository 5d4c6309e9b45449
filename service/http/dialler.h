// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/resolver.h"
#include "service/http/timerwheel.h"

#include <QSocketNotifier>

#include <memory>
#include <vector>

// Finds a way to a host over TCP: all its addresses, both families in turn, the next one as soon as one fails or is
// slow (RFC 8305), and the first that answers is taken. A dead first address costs a quarter of a second, not the
// whole time. Whoever dials bounds the time by deleting this.
namespace quota::service
{

class Dialler : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds stagger{250};

    Dialler(TimerWheel &wheel, Resolver resolve, QObject *parent = nullptr);
    ~Dialler() override;

    void dial(const QString &host, quint16 port);
    // After connected(): a non-blocking descriptor, which is then the caller's.
    int takeDescriptor() { return std::exchange(m_connected, -1); }
    bool resolving() const { return m_addresses.isEmpty(); } // the name is not known yet

Q_SIGNALS:
    // One of them, once, from the event loop.
    void connected();
    void failed(const QString &message);

private:
    struct Attempt
    {
        int descriptor = -1;
        QHostAddress address;
        QSocketNotifier *notifier = nullptr; // a child
    };

    void found(QList<QHostAddress> addresses, const QString &error);
    void tryNext();
    bool open(const QHostAddress &address);
    void onAnswer(int descriptor);
    void drop(const Attempt &attempt, bool close);
    void note(const QHostAddress &address, int error);

    const Resolver m_resolve;
    Deadline m_stagger;
    QString m_host;
    quint16 m_port = 0;
    QList<QHostAddress> m_addresses;
    qsizetype m_next = 0; // of the addresses
    std::vector<Attempt> m_attempts;
    QStringList m_faults; // what became of each address
    int m_connected = -1;
};

// The addresses in their order, but families in turn, beginning with the first one's.
QList<QHostAddress> interleaved(const QList<QHostAddress> &addresses);

}
