// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/oneshotbody.h"

#include <cstring>

namespace quota
{

OneShotBody::OneShotBody(QByteArray bytes, QObject *parent)
    : QIODevice(parent)
    , m_bytes(std::move(bytes))
    , m_size(m_bytes.size())
{
    // Unbuffered: QIODevice's own buffer would make a second reading possible.
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

OneShotBody::OneShotBody(QIODevice &source, QObject *parent)
    : QIODevice(parent)
    , m_source(&source)
    , m_size(source.size() - source.pos())
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OneShotBody::bytesAvailable() const
{
    return m_size - m_position + QIODevice::bytesAvailable();
}

qint64 OneShotBody::readData(char *data, qint64 maximum)
{
    const qint64 size = qMin(maximum, m_size - m_position);
    if (size <= 0)
        return m_position == m_size && maximum > 0 ? -1 : 0;
    if (m_source) {
        const qint64 read = m_source->read(data, size);
        if (read <= 0)
            return -1; // shorter than it was
        m_position += read;
        return read;
    }
    std::memcpy(data, m_bytes.constData() + m_position, static_cast<size_t>(size));
    m_position += size;
    return size;
}

qint64 OneShotBody::writeData(const char *data, qint64 size)
{
    Q_UNUSED(data);
    Q_UNUSED(size);
    return -1;
}

}
