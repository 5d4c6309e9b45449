// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/runlock.h"

#include <QByteArray>
#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

using namespace Qt::StringLiterals;

namespace quota::service
{

RunLock::~RunLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

static LockHolder readHolder(const QByteArray &text)
{
    const QList<QByteArray> lines = text.split('\n');
    return {lines.value(0).trimmed().toLongLong(), QUrl(QString::fromUtf8(lines.value(1).trimmed())),
            lines.value(2).trimmed()};
}

static bool writeHolder(int descriptor, const LockHolder &holder)
{
    const QByteArray text = QByteArray::number(holder.pid) + '\n' + holder.adminUrl.toEncoded() + '\n' +
                            holder.fingerprint + '\n';
    return ::ftruncate(descriptor, 0) == 0 &&
           ::pwrite(descriptor, text.constData(), size_t(text.size()), 0) == text.size();
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
        char text[512] = {};
        const ssize_t size = ::read(descriptor, text, sizeof text - 1);
        ::close(descriptor);
        const qint64 pid = readHolder(QByteArray(text, qMax<ssize_t>(size, 0))).pid;
        return failure(
            ErrorCode::Unavailable,
            u"Another quota-proxy (pid %1) uses this data directory (%2). Stop it, or start this one "
            "with another --data-dir."_s.arg(pid > 0 ? QString::number(pid) : u"unknown"_s, path));
    }
    if (!writeHolder(descriptor, {::getpid(), {}, {}})) {
        const int error = errno;
        ::close(descriptor);
        return failure(ErrorCode::Storage, u"Cannot write %1: %2. Is the disk full?"_s.arg(
                                               path, QString::fromLocal8Bit(std::strerror(error))));
    }
    m_descriptor = descriptor;
    return {};
}

void RunLock::announce(const QUrl &adminUrl, const QByteArray &fingerprint)
{
    // Without it the command line asks for --url: no reason not to serve.
    if (m_descriptor >= 0)
        writeHolder(m_descriptor, {::getpid(), adminUrl, fingerprint});
}

std::optional<LockHolder> RunLock::holderOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const LockHolder holder = readHolder(file.read(512));
    // Trying the lock would keep a service that starts right now from getting it.
    if (holder.pid <= 0 || (::kill(pid_t(holder.pid), 0) < 0 && errno != EPERM))
        return std::nullopt;
    return holder;
}

}
