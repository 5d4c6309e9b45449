// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/listener.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHostAddress>

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr int backlog = 4096;

static socklen_t fillAddress(const QHostAddress &host, quint16 port, sockaddr_storage &storage)
{
    storage = {};
    if (host.protocol() == QAbstractSocket::IPv6Protocol) {
        auto *address = reinterpret_cast<sockaddr_in6 *>(&storage);
        address->sin6_family = AF_INET6;
        address->sin6_port = htons(port);
        const Q_IPV6ADDR bytes = host.toIPv6Address();
        std::memcpy(&address->sin6_addr, &bytes, sizeof bytes);
        // An address of one link only (fe80::1%eth0) needs to say of which.
        const QByteArray scope = host.scopeId().toLocal8Bit();
        address->sin6_scope_id = scope.toUInt();
        if (address->sin6_scope_id == 0 && !scope.isEmpty())
            address->sin6_scope_id = ::if_nametoindex(scope.constData());
        return sizeof *address;
    }
    auto *address = reinterpret_cast<sockaddr_in *>(&storage);
    address->sin_family = AF_INET;
    address->sin_port = htons(port);
    address->sin_addr.s_addr = htonl(host.toIPv4Address());
    return sizeof *address;
}

// The program that listens on a TCP port of this machine, «nginx (pid 812)»; empty when it cannot be seen.
static QString holderOf(quint16 port)
{
    QByteArray inode;
    for (const QString &table : {u"/proc/net/tcp"_s, u"/proc/net/tcp6"_s}) {
        QFile file(table);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> lines = file.readAll().split('\n');
        for (const QByteArray &line : lines) {
            const QList<QByteArray> columns = line.simplified().split(' ');
            // Columns: number, local address:port in hexadecimal, remote, state (0A: listening), …, inode.
            if (columns.size() > 9 && columns.at(3) == "0A" &&
                columns.at(1).split(':').last().toUShort(nullptr, 16) == port)
                inode = columns.at(9);
        }
    }
    if (inode.isEmpty())
        return {};
    const QString wanted = u"socket:["_s + QString::fromLatin1(inode) + u']';
    const QStringList processes = QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs);
    for (const QString &process : processes) {
        const QDir descriptors(u"/proc/"_s + process + u"/fd"_s);
        const QFileInfoList links =
            descriptors.entryInfoList(QDir::Files | QDir::System | QDir::NoDotAndDotDot);
        for (const QFileInfo &link : links) {
            char target[64] = {};
            if (::readlink(QFile::encodeName(link.filePath()).constData(), target, sizeof target - 1) < 0 ||
                QString::fromLatin1(target) != wanted)
                continue;
            QFile name(u"/proc/"_s + process + u"/comm"_s);
            const QString program =
                name.open(QIODevice::ReadOnly) ? QString::fromUtf8(name.readAll().trimmed()) : u"a process"_s;
            return u"%1 (pid %2)"_s.arg(program, process);
        }
    }
    return {};
}

static Error bindError(int error, const QString &host, quint16 port, const QString &setting)
{
    const QString hostSetting = setting.isEmpty() ? u"HOST"_s : setting;
    const QString portSetting = setting.isEmpty() ? u"PORT"_s : setting;
    const QString with = setting.isEmpty() ? u"--port or PORT"_s : setting;
    if (error == EADDRINUSE) {
        const QString holder = holderOf(port);
        return {ErrorCode::InvalidField,
                u"Port %1 on %2 is taken by %3. Stop that program or choose another port with %4."_s.arg(port)
                    .arg(host, holder.isEmpty() ? u"another program"_s : holder, with),
                {},
                portSetting};
    }
    if (error == EADDRNOTAVAIL)
        return {ErrorCode::InvalidField,
                u"%1 %2 is no address of this machine. Use 127.0.0.1 for this machine only or 0.0.0.0 for "
                "all."_s.arg(hostSetting, host),
                {},
                hostSetting};
    if (error == EACCES)
        return {ErrorCode::InvalidField,
                u"Port %1 may only be used by root. Choose one above 1023 with %2."_s.arg(port).arg(with),
                {},
                portSetting};
    return {ErrorCode::Internal,
            u"Cannot listen on %1 port %2: %3."_s.arg(host).arg(port).arg(
                QString::fromLocal8Bit(std::strerror(error))),
            {},
            {}};
}

// A bound socket, or the errno.
static tl::expected<int, int> openSocket(const sockaddr_storage &storage, socklen_t size, bool shared)
{
    const int descriptor = ::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return tl::unexpected<int>(errno);
    const int on = 1;
    const int off = 0;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Some systems keep IPv4 out of it unless they are told.
    if (storage.ss_family == AF_INET6)
        ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (shared)
        ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (::bind(descriptor, reinterpret_cast<const sockaddr *>(&storage), size) < 0) {
        const int error = errno;
        ::close(descriptor);
        return tl::unexpected<int>(error);
    }
    return descriptor;
}

Result<Listeners> openListeners(const QString &host, quint16 port, int count, const QString &setting)
{
    const QHostAddress address =
        host == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host);
    if (address.isNull())
        return invalidField(u"HOST"_s,
                            u"HOST “%1” is not an IP address. Use 127.0.0.1, ::1 or 0.0.0.0."_s.arg(host));
    sockaddr_storage storage;
    socklen_t size = fillAddress(address, port, storage);
    // A socket that does not share finds out whether anybody else listens; ours would be let in beside them.
    const auto probe = openSocket(storage, size, false);
    if (!probe)
        return tl::unexpected<Error>(bindError(probe.error(), host, port, setting));
    ::getsockname(*probe, reinterpret_cast<sockaddr *>(&storage), &size);
    const quint16 realPort =
        ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6 *>(&storage)->sin6_port
                                            : reinterpret_cast<sockaddr_in *>(&storage)->sin_port);
    ::close(*probe);

    Listeners listeners{realPort, {}};
    for (int i = 0; i < count; ++i) {
        const auto descriptor = openSocket(storage, size, true);
        if (!descriptor || ::listen(*descriptor, backlog) < 0) {
            const int error = descriptor ? errno : descriptor.error();
            if (descriptor)
                ::close(*descriptor);
            for (const int opened : std::as_const(listeners.descriptors))
                ::close(opened);
            return tl::unexpected<Error>(bindError(error, host, realPort, setting));
        }
        listeners.descriptors.append(*descriptor);
    }
    return listeners;
}

}
