// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QFile>

#include <memory>

// What is of use in an archive that somebody made with tar, of a whole data directory and its env file: the database
// with the journal beside it, the settings, the seal key. A database is known by its first bytes. unpackArchive hands
// the members over one by one; everything else in them is passed over.
namespace quota::service
{

struct UnpackedBackup;

class HandmadeBackup
{
public:
    explicit HandmadeBackup(QString directory); // where what is taken goes

    Done begin(const QString &name);
    Done write(QByteArrayView bytes);
    Done end();
    // Refuses an archive without a database, and one with several of which none has the usual name.
    Result<UnpackedBackup> result() const;

private:
    struct Taken
    {
        QString name; // in the archive
        QString path;
        bool isDatabase = false;
    };
    Done open();
    const Taken *beside(const Taken &database, const QString &name) const;
    Result<const Taken *> database() const;

    const QString m_directory;
    QList<Taken> m_taken;
    QString m_name;
    QByteArray m_head; // until it is known whether the member is of use
    std::unique_ptr<QFile> m_file;
    bool m_decided = false;
};

}
