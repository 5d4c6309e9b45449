// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/backupinfo.h"

// The first member of every archive of ours: what is inside, how much of it, and the digest of each member, so that
// the rest can be bounded while it is unpacked and proven afterwards. Pure.
namespace quota::service
{

struct BackupManifest
{
    static constexpr int newestFormat = 1;

    struct Member
    {
        QString name;
        qint64 size = 0;
        QByteArray sha256; // 64 hexadecimal digits
        bool operator==(const Member &) const = default;
    };

    int format = newestFormat;
    QString version; // of the program that made it
    int schema = 0;
    QString instance;
    Timestamp created;
    BackupKind kind = BackupKind::Manual;
    QMap<QString, qint64> rows;
    QList<Member> members; // in the archive's order, the manifest itself not among them

    const Member *member(const QString &name) const;
    qint64 totalSize() const;
    bool operator==(const BackupManifest &) const = default;
};

// The names of members.
inline constexpr QLatin1StringView manifestMember{"manifest.json"};
inline constexpr QLatin1StringView databaseMember{"quota.db"};
inline constexpr QLatin1StringView settingsMember{"config.env"};
inline constexpr QLatin1StringView sealKeyMember{"seal-key"};

QByteArray toText(const BackupManifest &manifest);
// Refuses a newer format, members that no backup has or that stand twice, and digests that are none.
Result<BackupManifest> manifestFromText(const QByteArray &text);

}
