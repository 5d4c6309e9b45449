// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/backupdirectory.h"

#include "service/backup/sealedfile.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSaveFile>
#include <QTimeZone>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString systemWords()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

Done syncToDisk(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    const bool good = descriptor >= 0 && ::fsync(descriptor) == 0;
    const QString words = good ? QString() : systemWords();
    if (descriptor >= 0)
        ::close(descriptor);
    if (good)
        return {};
    return failure(ErrorCode::Storage, u"%1 does not get to the disk: %2."_s.arg(path, words));
}

// quota-proxy-20261127T141107Z[-2][-scheduled|-safety|-foreign].tar.gz[.sealed], or what a person called it.
static const QRegularExpression &idPattern()
{
    static const QRegularExpression pattern(u"^(?![.-])[A-Za-z0-9._-]{1,150}\\.tar\\.gz(\\.sealed)?\\z"_s);
    return pattern;
}

bool BackupDirectory::isId(const QString &text)
{
    return idPattern().match(text).hasMatch();
}

static QString suffixOf(BackupKind kind)
{
    switch (kind) {
    case BackupKind::Manual:
        break;
    case BackupKind::Foreign:
        return u"-foreign"_s;
    case BackupKind::Scheduled:
        return u"-scheduled"_s;
    case BackupKind::Safety:
        return u"-safety"_s;
    case BackupKind::BeforeMigration:
        return u"-before-migration"_s;
    }
    return {};
}

static BackupKind kindOf(const QString &id)
{
    static const QRegularExpression ours(
        u"^quota-proxy-\\d{8}T\\d{6}Z(-\\d+)?(-scheduled|-safety|-before-migration)?\\.tar\\.gz"_s);
    if (!ours.match(id).hasMatch())
        return BackupKind::Foreign;
    for (const BackupKind kind : {BackupKind::Scheduled, BackupKind::Safety, BackupKind::BeforeMigration}) {
        if (id.contains(suffixOf(kind) + u".tar.gz"_s))
            return kind;
    }
    return BackupKind::Manual;
}

QString BackupDirectory::freeName(Timestamp time, BackupKind kind, bool encrypted) const
{
    const QString stamp = QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), QTimeZone::utc())
                              .toString(u"yyyyMMdd'T'HHmmss'Z'"_s);
    for (int number = 1;; ++number) {
        const QString id = u"quota-proxy-"_s + stamp + (number == 1 ? QString() : u"-%1"_s.arg(number)) +
                           suffixOf(kind) + u".tar.gz"_s + (encrypted ? QString(sealedSuffix) : QString());
        if (!QFileInfo::exists(pathOf(id)))
            return id;
    }
}

QString BackupDirectory::notePath(const QString &id) const
{
    return m_path + u"/."_s + id + u".json"_s;
}

QString BackupDirectory::partPath(const QString &id) const
{
    return m_path + u"/."_s + id + u".%1.part"_s.arg(::getpid());
}

Done BackupDirectory::prepare() const
{
    const bool isNew = !QFileInfo::exists(m_path);
    if (!QDir().mkpath(m_path)) {
        return failure(
            ErrorCode::Storage,
            u"The directory of the backups, %1, cannot be made. Make it for this user, or give another "
            "with BACKUP_DIR."_s.arg(m_path));
    }
    if (isNew)
        QFile::setPermissions(m_path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    static const QRegularExpression part(u"^\\..*\\.(\\d+)\\.part$"_s);
    const QStringList names = QDir(m_path).entryList({u".*.part"_s}, QDir::Files | QDir::Hidden);
    for (const QString &name : names) {
        const auto match = part.match(name);
        const auto pid = pid_t(match.captured(1).toInt());
        if (match.hasMatch() && pid != ::getpid() && ::kill(pid, 0) < 0 && errno == ESRCH)
            QFile::remove(pathOf(name));
    }
    return {};
}

// What is known of an archive: that it is there, and what its note says if it is about these bytes.
BackupInfo BackupDirectory::describe(const QString &id) const
{
    const QFileInfo file(pathOf(id));
    BackupInfo backup;
    QFile note(notePath(id));
    if (note.open(QIODevice::ReadOnly)) {
        const auto object = parseJsonObject(note.readAll());
        const auto known =
            object ? backupInfoFromJson(*object) : Result<BackupInfo>(tl::unexpected(object.error()));
        const qint64 modified = object ? (*object)["modified"_L1].toInteger() : 0;
        if (known && known->size == file.size() && modified == file.lastModified().toMSecsSinceEpoch())
            backup = *known;
    }
    if (backup.id.isEmpty()) {
        backup.kind = kindOf(id);
        static const QRegularExpression stamp(u"(\\d{8}T\\d{6})Z"_s);
        const QDateTime named = QDateTime::fromString(stamp.match(id).captured(1), u"yyyyMMdd'T'HHmmss"_s);
        backup.createdAt =
            named.isValid() ? fromMilliseconds(
                                  QDateTime(named.date(), named.time(), QTimeZone::utc()).toMSecsSinceEpoch())
                            : fromMilliseconds(file.lastModified().toMSecsSinceEpoch());
        backup.size = file.size();
        backup.encrypted = id.endsWith(sealedSuffix);
    }
    backup.id = id;
    return backup;
}

Result<QList<BackupInfo>> BackupDirectory::list() const
{
    const QFileInfo directory(m_path);
    if (!directory.exists())
        return QList<BackupInfo>();
    if (!directory.isDir() || !directory.isReadable())
        return failure(
            ErrorCode::Storage,
            u"The directory of the backups, %1, cannot be read. The service's user needs permission."_s.arg(
                m_path));
    QList<BackupInfo> backups;
    const QStringList names = QDir(m_path).entryList(QDir::Files);
    for (const QString &name : names) {
        if (isId(name))
            backups.append(describe(name));
    }
    std::stable_sort(backups.begin(), backups.end(), [](const BackupInfo &left, const BackupInfo &right) {
        return left.createdAt > right.createdAt;
    });
    return backups;
}

Result<BackupInfo> BackupDirectory::find(const QString &id) const
{
    if (!isId(id) || !QFileInfo(pathOf(id)).isFile())
        return failure(ErrorCode::NotFound, u"There is no backup “%1” in %2."_s.arg(id.left(80), m_path));
    return describe(id);
}

Done BackupDirectory::remember(const BackupInfo &backup) const
{
    QJsonObject object = toJson(backup);
    object[u"modified"_s] = QFileInfo(pathOf(backup.id)).lastModified().toMSecsSinceEpoch();
    QSaveFile note(notePath(backup.id));
    const QByteArray text = QJsonDocument(object).toJson();
    if (!note.open(QIODevice::WriteOnly) || !note.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        note.write(text) != text.size() || !note.commit())
        return failure(ErrorCode::Storage, u"What is known of a backup cannot be written to %1: %2."_s.arg(
                                               m_path, note.errorString()));
    return {};
}

Done BackupDirectory::remove(const QString &id) const
{
    if (const auto found = find(id); !found)
        return tl::unexpected(found.error());
    QFile file(pathOf(id));
    if (!file.remove())
        return failure(ErrorCode::Storage,
                       u"The backup %1 cannot be deleted: %2."_s.arg(id, file.errorString()));
    QFile::remove(notePath(id));
    return {};
}

Done BackupDirectory::publish(const QString &partPath, const QString &id) const
{
    if (Done synced = syncToDisk(partPath); !synced)
        return synced;
    // A hard link, unlike a rename, does not replace what has the name already.
    const QByteArray from = QFile::encodeName(partPath);
    const QByteArray to = QFile::encodeName(pathOf(id));
    if (::link(from.constData(), to.constData()) != 0) {
        const bool noLinks = errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK;
        if (!noLinks || QFileInfo::exists(pathOf(id)) || ::rename(from.constData(), to.constData()) != 0)
            return failure(ErrorCode::Storage,
                           u"The backup %1 cannot be put into %2: %3."_s.arg(id, m_path, systemWords()));
    }
    ::unlink(from.constData());
    return syncToDisk(m_path);
}

}
