// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/sourcecopy.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

static Done copyFile(const QString &from, const QString &to)
{
    QFile source(from);
    QFile target(to);
    constexpr qint64 piece = 1024 * 1024;
    bool readable = source.open(QIODevice::ReadOnly);
    bool written =
        target.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner);
    while (readable && written && !source.atEnd()) {
        const QByteArray bytes = source.read(piece);
        readable = !bytes.isEmpty();
        written = target.write(bytes) == bytes.size();
    }
    if (!readable)
        return failure(ErrorCode::Storage,
                       u"%1 cannot be read: %2. Give this user permission to read it."_s.arg(
                           from, source.errorString()));
    if (written && target.flush())
        return {};
    // A write that only took a part of the bytes knows of no error.
    const QString words =
        target.error() == QFileDevice::NoError ? u"no space is left"_s : target.errorString();
    return failure(ErrorCode::Storage,
                   u"%1 cannot be copied to %2: %3. It is read from a copy, which needs as much "
                   "space there; give another place with TMPDIR."_s.arg(from, QFileInfo(to).path(), words));
}

static QString stateOf(const QString &path)
{
    const QFileInfo file(path);
    if (!file.exists())
        return {};
    return u"%1 %2"_s.arg(file.size()).arg(file.lastModified().toMSecsSinceEpoch());
}

Result<std::unique_ptr<SourceCopy>> SourceCopy::make(const QString &path)
{
    // SQLite keeps its logs beside the file itself, not beside a link to it.
    const QString original = QFileInfo(path).canonicalFilePath();
    std::unique_ptr<SourceCopy> copy(new SourceCopy);
    if (!copy->m_directory.isValid())
        return failure(ErrorCode::Storage, u"No place for a copy: %1. Give another with TMPDIR."_s.arg(
                                               copy->m_directory.errorString()));
    // The journal of a rollback, or the log of what is not in the file yet: without it the copy would be another state.
    const QStringList parts{u""_s, u"-wal"_s, u"-journal"_s};
    QStringList before;
    for (const QString &part : parts)
        before.append(stateOf(original + part));
    for (qsizetype i = 0; i < parts.size(); ++i) {
        if (before[i].isEmpty())
            continue;
        if (const Done copied = copyFile(original + parts[i], copy->path() + parts[i]); !copied)
            return tl::unexpected(copied.error());
    }
    for (qsizetype i = 0; i < parts.size(); ++i) {
        if (stateOf(original + parts[i]) != before[i])
            return failure(ErrorCode::Storage,
                           u"%1 is written to while it is read. Stop the program that uses it."_s.arg(path));
    }
    return copy;
}

}
