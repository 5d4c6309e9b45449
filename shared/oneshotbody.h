// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIODevice>

// The body of a request that must not be sent twice. QNetworkAccessManager repeats a POST by itself when the
// other side drops the connection before it answers, which would make two keys; it cannot when the body device
// is sequential and refuses to start over. Needs Content-Length and DoNotBufferUploadDataAttribute. The bytes are in
// memory, or read from another device as they are sent.
namespace quota
{

class OneShotBody : public QIODevice
{
    Q_OBJECT

public:
    explicit OneShotBody(QByteArray bytes, QObject *parent = nullptr);
    // What is left of an open device that knows its size and outlives the sending.
    explicit OneShotBody(QIODevice &source, QObject *parent = nullptr);

    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override;
    bool atEnd() const override { return bytesAvailable() == 0; }

protected:
    qint64 readData(char *data, qint64 maximum) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    const QByteArray m_bytes;
    QIODevice *const m_source = nullptr; // null: the bytes
    const qint64 m_size;
    qint64 m_position = 0;
};

}
