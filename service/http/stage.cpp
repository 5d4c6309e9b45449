// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/stage.h"

#include <algorithm>

namespace quota::service
{

Stage::Stage(QObject *parent)
    : QTcpSocket(parent)
{
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
}

Stage::~Stage()
{
    // QAbstractSocket would otherwise try to close a socket engine that was never there.
    setSocketState(QAbstractSocket::UnconnectedState);
    setOpenMode(QIODevice::NotOpen);
}

void Stage::present()
{
    // QtHttpServer's idea of a target is not ours: it dispatches, we keep the request. It reads byte by byte, some
    // hundred instructions each, so it gets a short head; the host in its target spares it one of its own making.
    m_unread = "GET //h HTTP/1.1\n\n";
    Q_EMIT readyRead();
}

void Stage::close()
{
    setSocketState(QAbstractSocket::UnconnectedState);
    Q_EMIT disconnected();
}

qint64 Stage::bytesAvailable() const
{
    return QIODevice::bytesAvailable() + m_unread.size();
}

qint64 Stage::readData(char *data, qint64 maximumSize)
{
    const qint64 size = std::min<qint64>(maximumSize, m_unread.size());
    std::copy_n(m_unread.data(), size, data);
    m_unread = m_unread.sliced(size);
    return size;
}

}
