// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QTemporaryDir>

#include <memory>

// A private copy of a SQLite database with what its writers left beside it, so that it can be read in full while the
// original stays as it is, to the last byte. The copy goes with the object.
namespace quota::service
{

class SourceCopy
{
public:
    // Refuses a database that is written to meanwhile.
    static Result<std::unique_ptr<SourceCopy>> make(const QString &path);
    QString path() const { return m_directory.filePath(QStringLiteral("copy.db")); }

private:
    SourceCopy() = default;

    QTemporaryDir m_directory; // for this user alone
};

}
