// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/outputfile.h"

#include "service/backup/backupdirectory.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

OutputFile::OutputFile(QString path)
    : m_path(std::move(path))
    , m_file(m_path + u".XXXXXX.part"_s)
{}

Error OutputFile::fault() const
{
    return Error{ErrorCode::Storage,
                 u"%1 cannot be written: %2. Free some space there, or choose another place."_s.arg(
                     m_path, m_file.errorString()),
                 {},
                 {}};
}

Done OutputFile::open()
{
    if (QFileInfo::exists(m_path) || QFileInfo(m_path).isSymLink())
        return failure(ErrorCode::Storage,
                       u"%1 cannot be written: there is something of that name."_s.arg(m_path));
    return m_file.open() ? Done() : tl::unexpected(fault());
}

Done OutputFile::keep()
{
    if (!m_file.flush())
        return tl::unexpected(fault());
    if (const Done synced = syncToDisk(m_file.fileName()); !synced)
        return synced;
    if (!m_file.rename(m_path))
        return tl::unexpected(fault());
    m_file.setAutoRemove(false);
    return {};
}

}
