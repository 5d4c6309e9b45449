// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/transport.h"

#include <QSocketNotifier>
#include <QSslConfiguration>

#include <memory>

// A client's connection to a port that speaks TLS, as a Transport. Its first byte tells whether the client speaks TLS
// too: then a SocketTransport takes over, and the handshake runs. One that does not is told by spokePlain(), so that
// it can be answered in words it reads. Owns the descriptor.
namespace quota::service
{

class EncryptedFront : public QObject, public Transport, private Transport::User
{
    Q_OBJECT

public:
    // descriptor: connected, not blocking.
    EncryptedFront(int descriptor, const QSslConfiguration &configuration);
    ~EncryptedFront() override;

    qint64 receive(char *data, qint64 maximumSize) override;
    qint64 send(const iovec *parts, int count) override;
    bool isQuiet() const override;
    void setReading(bool on) override;
    void setWriting(bool on) override;
    void endSending() override;
    void close(bool reset = false) override;

Q_SIGNALS:
    void spokePlain(); // what is received and sent from now on is not encrypted

private:
    void onReadable() override { tellReadable(); }
    void onWritable() override { tellWritable(); }
    void look();
    void startTls();
    void takeOver(std::unique_ptr<Transport> transport);

    int m_descriptor; // -1 once another owns it
    const QSslConfiguration m_configuration;
    QSocketNotifier m_firstByte;
    std::unique_ptr<Transport> m_transport; // null until the first byte
    bool m_reading = true;
    bool m_writing = false;
    bool m_ending = false;
};

}
