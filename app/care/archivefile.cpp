// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/archivefile.h"

#include <QCoreApplication>

namespace quota::console
{

ArchiveTarget::ArchiveTarget(const QString &path, QObject *parent)
    : QIODevice(parent)
    , m_file(path)
{}

Done ArchiveTarget::failed() const
{
    return failure(ErrorCode::Storage,
                   tr("%1 cannot be written: %2. Choose another place, or free some space.")
                       .arg(m_file.fileName(), m_file.errorString()));
}

Done ArchiveTarget::begin()
{
    // Before the first byte: what is inside is for its owner alone.
    if (!m_file.open(QIODevice::WriteOnly) || !m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        return failed();
    open(QIODevice::WriteOnly | QIODevice::Unbuffered);
    return {};
}

Done ArchiveTarget::finish()
{
    if (!m_file.commit())
        return failed();
    return {};
}

qint64 ArchiveTarget::readData(char *, qint64)
{
    return -1;
}

qint64 ArchiveTarget::writeData(const char *data, qint64 size)
{
    if (m_cancelled) {
        setErrorString(tr("cancelled"));
        return -1;
    }
    const qint64 count = m_file.write(data, size);
    if (count < 0)
        setErrorString(m_file.errorString());
    else
        m_written += count;
    return count;
}

ArchiveSource::ArchiveSource(const QString &path, QObject *parent)
    : QIODevice(parent)
    , m_file(path)
{}

Done ArchiveSource::begin()
{
    if (!m_file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage,
                       tr("%1 cannot be read: %2.").arg(m_file.fileName(), m_file.errorString()));
    if (m_file.isSequential())
        return failure(ErrorCode::Storage,
                       tr("%1 is no file that can be read whole.").arg(m_file.fileName()));
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    return {};
}

qint64 ArchiveSource::readData(char *data, qint64 maximum)
{
    if (m_cancelled)
        return -1;
    const qint64 count = m_file.read(data, maximum);
    if (count > 0)
        m_read += count;
    return count;
}

qint64 ArchiveSource::writeData(const char *, qint64)
{
    return -1;
}

}
