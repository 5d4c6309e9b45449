// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/oneshotbody.h"

#include <cstring>

namespace quota
{

OneShotBody::OneShotBody(QByteArray bytes, QObject *parent)
    : QIODevice(parent)
    , m_bytes(std::move(bytes))
{
    // Unbuffered: QIODevice's own buffer would make a second reading possible.
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OneShotBody::bytesAvailable() const
{
    return m_bytes.size() - m_position + QIODevice::bytesAvailable();
}

qint64 OneShotBody::readData(char *data, qint64 maximum)
{
    const qint64 size = qMin(maximum, m_bytes.size() - m_position);
    if (size <= 0)
        return m_position == m_bytes.size() && maximum > 0 ? -1 : 0;
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
