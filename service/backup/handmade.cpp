// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/handmade.h"

#include "service/backup/archive.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr QByteArrayView databaseHead{"SQLite format 3\0", 16};

HandmadeBackup::HandmadeBackup(QString directory)
    : m_directory(std::move(directory))
{}

static QString fileName(const QString &member)
{
    return member.mid(member.lastIndexOf(u'/') + 1);
}

static QString folder(const QString &member)
{
    return member.left(member.lastIndexOf(u'/') + 1);
}

static bool isOfUse(const QString &name)
{
    const QString file = fileName(name);
    return file.endsWith("-wal"_L1) || file == ".env"_L1 || file == settingsMember || file == sealKeyMember;
}

Done HandmadeBackup::begin(const QString &name)
{
    m_name = name;
    m_head.clear();
    m_file.reset();
    m_decided = false;
    return {};
}

Done HandmadeBackup::open()
{
    const bool isDatabase = m_head.startsWith(databaseHead);
    m_decided = true;
    if (!isDatabase && !isOfUse(m_name))
        return {};
    const QString path = QDir(m_directory).filePath(u"member-%1"_s.arg(m_taken.size()));
    m_file = std::make_unique<QFile>(path);
    if (!m_file->open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
        return failure(ErrorCode::Storage, u"%1 cannot be written: %2."_s.arg(path, m_file->errorString()));
    m_taken.append({m_name, path, isDatabase});
    return {};
}

Done HandmadeBackup::write(QByteArrayView bytes)
{
    if (!m_decided) {
        m_head.append(bytes);
        if (m_head.size() < databaseHead.size())
            return {};
        if (Done opened = open(); !opened)
            return opened;
        bytes = m_head;
    }
    if (m_file && m_file->write(bytes.data(), bytes.size()) != bytes.size()) {
        return failure(ErrorCode::Storage, u"%1 cannot be written: %2. Free some space."_s.arg(
                                               m_file->fileName(), m_file->errorString()));
    }
    return {};
}

Done HandmadeBackup::end()
{
    if (!m_decided && isOfUse(m_name)) {
        if (Done opened = open(); !opened)
            return opened;
        m_file->write(m_head);
    }
    if (m_file && !m_file->flush())
        return failure(ErrorCode::Storage, u"%1 cannot be written: %2. Free some space."_s.arg(
                                               m_file->fileName(), m_file->errorString()));
    m_file.reset();
    return {};
}

const HandmadeBackup::Taken *HandmadeBackup::beside(const Taken &database, const QString &name) const
{
    for (const Taken &taken : m_taken) {
        if (taken.name == folder(database.name) + name)
            return &taken;
    }
    return nullptr;
}

Result<const HandmadeBackup::Taken *> HandmadeBackup::database() const
{
    QList<const Taken *> all;
    QList<const Taken *> usual;
    QStringList names;
    for (const Taken &taken : m_taken) {
        if (!taken.isDatabase)
            continue;
        all.append(&taken);
        names.append(taken.name.left(120));
        if (fileName(taken.name) == databaseMember)
            usual.append(&taken);
    }
    if (usual.size() == 1 || all.size() == 1)
        return usual.value(0, all.first());
    if (all.isEmpty())
        return failure(ErrorCode::Storage, u"The file is no backup: there is no database in it."_s);
    return failure(ErrorCode::Storage,
                   u"The archive holds more than one database (%1). Pack the one that is meant alone."_s.arg(
                       names.mid(0, 5).join(u", "_s)));
}

Result<UnpackedBackup> HandmadeBackup::result() const
{
    const auto database = this->database();
    if (!database)
        return tl::unexpected(database.error());
    UnpackedBackup unpacked;
    unpacked.database = QDir(m_directory).filePath(databaseMember);
    if (!QFile::rename((*database)->path, unpacked.database))
        return failure(ErrorCode::Storage, u"%1 cannot be renamed."_s.arg((*database)->path));
    // What was committed but not yet worked into the database is in the journal beside it.
    const Taken *journal = beside(**database, fileName((*database)->name) + u"-wal"_s);
    if (journal && !QFile::rename(journal->path, unpacked.database + u"-wal"_s))
        return failure(ErrorCode::Storage, u"%1 cannot be renamed."_s.arg(journal->path));
    if (const Taken *key = beside(**database, QString(sealKeyMember)))
        unpacked.sealKey = key->path;
    for (const Taken &taken : m_taken) {
        if (fileName(taken.name) == ".env"_L1 || fileName(taken.name) == settingsMember)
            unpacked.settings = taken.path;
    }
    return unpacked;
}

}
