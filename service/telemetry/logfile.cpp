// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/telemetry/logfile.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

LogFile::LogFile(QString path, qint64 maximumBytes, int kept)
    : m_path(std::move(path))
    , m_maximumBytes(maximumBytes)
    , m_kept(kept)
    , m_file(m_path)
{}

QString LogFile::fail(const QString &what)
{
    m_file.close();
    m_sinceFailure.start();
    if (m_told)
        return {};
    m_told = true;
    return u"The log file %1 cannot be written: %2. Lines go to standard error only; "
           "make the place writable or choose another with LOG_FILE."_s.arg(m_path, what);
}

QString LogFile::open()
{
    const QDir directory = QFileInfo(m_path).absoluteDir();
    if (!directory.exists()) {
        if (!QDir().mkpath(directory.path()))
            return fail(u"its directory cannot be made"_s);
        QFile::setPermissions(directory.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered,
                     QFile::ReadOwner | QFile::WriteOwner))
        return fail(m_file.errorString());
    return {};
}

QString LogFile::rotate()
{
    m_file.close();
    const auto old = [&](int number) { return m_path + u'.' + QString::number(number); };
    QFile::remove(m_kept > 0 ? old(m_kept) : m_path);
    for (int number = m_kept - 1; number >= 1; --number)
        QFile::rename(old(number), old(number + 1));
    if (m_kept > 0 && !QFile::rename(m_path, old(1)))
        return fail(u"it cannot be rotated"_s);
    return open();
}

// How many of these bytes, whole lines, fit into that room; one line at least.
static qsizetype fitting(QByteArrayView lines, qint64 room)
{
    if (lines.size() <= room)
        return lines.size();
    const qsizetype within = room > 0 ? lines.first(room).lastIndexOf('\n') : -1;
    const qsizetype end = within >= 0 ? within : lines.indexOf('\n');
    return end < 0 ? lines.size() : end + 1;
}

void LogFile::close()
{
    m_file.close();
    m_sinceFailure.invalidate();
}

QString LogFile::write(const QByteArray &lines)
{
    if (m_sinceFailure.isValid() && !m_sinceFailure.hasExpired(std::chrono::milliseconds(retryTime).count()))
        return {};
    if (!m_file.isOpen()) {
        if (QString fault = open(); !m_file.isOpen())
            return fault;
    }
    QByteArrayView left(lines);
    while (!left.isEmpty()) {
        const qint64 size = m_file.size();
        const qsizetype part = fitting(left, m_maximumBytes - size);
        if (size > 0 && size + part > m_maximumBytes) {
            if (QString fault = rotate(); !m_file.isOpen())
                return fault;
            continue;
        }
        if (m_file.write(left.data(), part) != part)
            return fail(m_file.errorString());
        left = left.sliced(part);
    }
    m_sinceFailure.invalidate();
    m_told = false;
    return {};
}

}
