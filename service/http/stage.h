// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpSocket>

// What QtHttpServer takes for its one client: a QTcpSocket without a network behind it, on which the server presents
// a head for each request that the connections of its lane have framed. A QTcpSocket, and what QtHttpServer keeps
// for one, costs several kilobytes; so they are there once a lane, not once a client. Nothing is sent through it.
namespace quota::service
{

class Stage : public QTcpSocket
{
    Q_OBJECT

public:
    explicit Stage(QObject *parent);
    ~Stage() override;

    // QtHttpServer dispatches one request before this returns.
    void present();

    // QTcpSocket, as QtHttpServer uses it.
    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override { return 0; }
    void disconnectFromHost() override { close(); }
    void close() override;

protected:
    qint64 readData(char *data, qint64 maximumSize) override;
    // Nothing but an exchange answers; QtHttpServer's own words (a 404 of its missing handler) are dropped.
    qint64 writeData(const char *, qint64 size) override { return size; }

private:
    QByteArrayView m_unread;
};

}
