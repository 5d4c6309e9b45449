// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/json.h"

#include <QList>
#include <QMap>

// Backups as both programs know them: an archive in the list, what a restore would change, and what one did. The
// service fills them in, the command line and the console show them.
namespace quota
{

enum class BackupKind
{
    Manual,
    Scheduled,
    Safety,          // made by what was about to change all: a restore, an import
    BeforeMigration, // made before a newer program changes the tables
    Foreign          // put there by somebody
};
QString toString(BackupKind kind);
std::optional<BackupKind> backupKindFromString(const QString &word);

enum class BackupState
{
    Unverified,
    Good,   // reopened, checksummed, checked for integrity and counted
    Damaged // one of these failed; BackupInfo::fault says which
};
QString toString(BackupState state);
std::optional<BackupState> backupStateFromString(const QString &word);

struct BackupInfo
{
    QString id; // the file's name, without a directory
    BackupKind kind = BackupKind::Manual;
    BackupState state = BackupState::Unverified;
    Timestamp createdAt;
    std::optional<Timestamp> verifiedAt;
    QString fault; // of a damaged one
    qint64 size = 0;
    bool encrypted = false;      // opens with a passphrase only
    bool carriesSealKey = false; // the secrets inside can be read on another host
    // Of what is inside, known once it was verified.
    QString version; // of the program; empty: made by hand
    QString instance;
    int schema = 0;
    QMap<QString, qint64> rows; // table to count

    bool operator==(const BackupInfo &) const = default;
};

struct BackupActivity // what is under way
{
    QString action; // create, verify, restore, upload
    QString stage;  // copy, pack, unpack, check, compare, migrate, safety, swap
    qint64 done = 0;
    qint64 total = 0; // 0: not known
    bool operator==(const BackupActivity &) const = default;
};

struct BackupList
{
    QList<BackupInfo> backups; // newest first
    QString directory;
    QString schedule; // as set; «off»
    std::optional<Timestamp> nextAt;
    int keptDaily = 0;
    int keptWeekly = 0;
    int keptMonthly = 0;
    qint64 maximumBytes = 0; // of one that is uploaded; 0: not known
    std::optional<BackupActivity> activity;
    bool operator==(const BackupList &) const = default;
};

enum class RestoreScope
{
    All,
    Keys,    // keys with their limits; usage stays
    Settings // the env file
};
QString toString(RestoreScope scope);
std::optional<RestoreScope> restoreScopeFromString(const QString &word);

// From what is there now to what is in the backup.
struct RestoreDifferences
{
    struct Key
    {
        QString id;
        QString label;
        bool operator==(const Key &) const = default;
    };
    struct Setting
    {
        QString name;
        QString current; // empty: not set
        QString backup;  // empty: not set
        bool operator==(const Setting &) const = default;
    };

    static constexpr int namedKeys = 50; // of each list; the counts are whole

    qint64 keysAdded = 0;
    qint64 keysRemoved = 0;
    qint64 keysChanged = 0;
    QList<Key> added;
    QList<Key> removed;
    QList<Key> changed;
    qint64 currentRequests = 0; // request rows in the books
    qint64 backupRequests = 0;
    qint64 currentTokens = 0;
    qint64 backupTokens = 0;
    qint64 providersCurrent = 0;
    qint64 providersBackup = 0;
    QList<Setting> settings;
    QStringList notes; // what the archive can and cannot bring back here

    bool operator==(const RestoreDifferences &) const = default;
};

struct RestoreOutcome
{
    bool done = false; // false: a dry run
    RestoreScope scope = RestoreScope::All;
    RestoreDifferences differences;
    QString safetyBackup; // id of what was there before
    qint64 keys = 0;      // counted after
    bool operator==(const RestoreOutcome &) const = default;
};

// JSON of the admin API; answers are read tolerantly.
QJsonObject toJson(const BackupInfo &backup);
Result<BackupInfo> backupInfoFromJson(const QJsonObject &object);
QJsonObject toJson(const BackupList &list);
Result<BackupList> backupListFromJson(const QJsonObject &object);
QJsonObject toJson(const RestoreOutcome &outcome);
Result<RestoreOutcome> restoreOutcomeFromJson(const QJsonObject &object);

}
