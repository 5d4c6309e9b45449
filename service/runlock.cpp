// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/runlock.h"

#include <QByteArray>
#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace quota::service
{

RunLock::~RunLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Done RunLock::take(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return failure(
            ErrorCode::Storage,
            u"Cannot write %1: %2. Give this user write permission on the data directory or choose "
            "another with --data-dir."_s.arg(path, QString::fromLocal8Bit(std::strerror(errno))));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) < 0) {
        char holder[32] = {};
        const ssize_t size = ::read(descriptor, holder, sizeof holder - 1);
        ::close(descriptor);
        const QString pid = QString::fromLatin1(holder, qMax<ssize_t>(size, 0)).trimmed();
        return failure(
            ErrorCode::Storage,
            u"Another quota-proxy (pid %1) uses this data directory (%2). Stop it, or start this one "
            "with another --data-dir."_s.arg(pid.isEmpty() ? u"unknown"_s : pid, path));
    }
    const QByteArray pid = QByteArray::number(::getpid()) + '\n';
    if (::ftruncate(descriptor, 0) < 0 || ::pwrite(descriptor, pid.constData(), size_t(pid.size()), 0) < 0) {
        const int error = errno;
        ::close(descriptor);
        return failure(ErrorCode::Storage, u"Cannot write %1: %2. Is the disk full?"_s.arg(
                                               path, QString::fromLocal8Bit(std::strerror(error))));
    }
    m_descriptor = descriptor;
    return {};
}

}
