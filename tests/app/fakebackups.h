// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/adminpaths.h"
#include "shared/backupinfo.h"
#include "shared/clock.h"

#include <QJsonArray>
#include <QStringList>

#include <algorithm>

// The backups of FakeAdmin: a list that really changes, one archive's bytes, and what a restore would change as the
// test has it.
namespace quota::console
{

class FakeBackups
{
public:
    struct Answer
    {
        int status = 200;
        QJsonObject body;
        QByteArray raw = {}; // instead of the body
        QString code;        // of an error, with its message
        QString message;
    };

    FakeBackups()
    {
        list.directory = QStringLiteral("/var/lib/quota-proxy/backups");
        list.schedule = QStringLiteral("daily 03:30");
        list.nextAt = SystemClock().now() + std::chrono::hours(9);
        list.keptDaily = 7;
        list.keptWeekly = 4;
        list.keptMonthly = 12;
    }

    BackupInfo &add(BackupKind kind, std::chrono::minutes ago, qint64 keys, qint64 requests)
    {
        BackupInfo backup;
        backup.createdAt = SystemClock().now() - ago;
        backup.id =
            QStringLiteral("quota-proxy-%1%2.tar.gz")
                .arg(toIso(backup.createdAt).left(19).remove(QLatin1Char('-')).remove(QLatin1Char(':')) +
                         QLatin1Char('Z'),
                     kind == BackupKind::Manual ? QString() : QLatin1Char('-') + toString(kind));
        backup.kind = kind;
        backup.state = BackupState::Good;
        backup.verifiedAt = backup.createdAt + std::chrono::seconds(8);
        backup.size = 95'100'000 + keys;
        backup.version = QStringLiteral("1.0.0");
        backup.instance = QStringLiteral("f00d");
        backup.schema = 6;
        backup.rows = {{QStringLiteral("keys"), keys}, {QStringLiteral("requests"), requests}};
        list.backups.append(backup);
        std::stable_sort(list.backups.begin(), list.backups.end(),
                         [](const auto &one, const auto &other) { return one.createdAt > other.createdAt; });
        return *find(backup.id);
    }
    BackupInfo *find(const QString &id)
    {
        const auto found = std::find_if(list.backups.begin(), list.backups.end(),
                                        [&](const BackupInfo &backup) { return backup.id == id; });
        return found == list.backups.end() ? nullptr : &*found;
    }

    Answer answer(const QByteArray &method, const QString &path, const QJsonObject &body,
                  const QByteArray &bytes)
    {
        if (path == paths::backups)
            return method == "POST" ? create(body) : Answer{200, toJson(list), {}, {}, {}};
        if (path == paths::pruneBackups)
            return prune();
        if (path == paths::cancelBackup)
            return {200, {{QStringLiteral("cancelled"), list.activity.has_value()}}, {}, {}, {}};
        if (path == paths::uploadBackup) {
            uploaded = bytes;
            BackupInfo &backup = add(BackupKind::Foreign, std::chrono::minutes(0), 3, 40);
            return {201, toJson(backup), {}, {}, {}};
        }
        const QStringList words = path.mid(QString(paths::backups).size() + 1).split(QLatin1Char('/'));
        BackupInfo *backup = find(words.first());
        if (!backup)
            return {404, {}, {}, QStringLiteral("not_found"), QStringLiteral("There is no such backup.")};
        if (words.value(1) == QStringLiteral("verify"))
            return verify(*backup, body);
        if (words.value(1) == QStringLiteral("restore"))
            return restore(body);
        if (method == "GET")
            return {200, {}, archive, {}, {}};
        list.backups.removeIf([&](const BackupInfo &one) { return one.id == words.first(); });
        return {200, {{QStringLiteral("deleted"), true}}, {}, {}, {}};
    }

    BackupList list;
    QByteArray archive = QByteArray(300'000, 'a');
    QByteArray uploaded;
    QString passphrase; // of the encrypted ones
    RestoreDifferences differences;
    QStringList prunable;

private:
    Answer create(const QJsonObject &body)
    {
        BackupInfo &backup = add(BackupKind::Manual, std::chrono::minutes(0), 1'281, 236'954);
        backup.encrypted = !body[QStringLiteral("passphrase")].toString().isEmpty();
        backup.carriesSealKey = backup.encrypted;
        return {201, toJson(backup), {}, {}, {}};
    }
    Answer prune()
    {
        list.backups.removeIf([&](const BackupInfo &backup) { return prunable.contains(backup.id); });
        return {200, {{QStringLiteral("deleted"), QJsonArray::fromStringList(prunable)}}, {}, {}, {}};
    }
    Answer verify(BackupInfo &backup, const QJsonObject &body)
    {
        if (backup.encrypted && body[QStringLiteral("passphrase")].toString() != passphrase)
            return {400,
                    {},
                    {},
                    QStringLiteral("invalid_field"),
                    QStringLiteral("passphrase: does not open this backup.")};
        backup.state = backup.fault.isEmpty() ? BackupState::Good : BackupState::Damaged;
        backup.verifiedAt = SystemClock().now();
        return {200, toJson(backup), {}, {}, {}};
    }
    Answer restore(const QJsonObject &body)
    {
        RestoreOutcome outcome;
        outcome.scope =
            restoreScopeFromString(body[QStringLiteral("scope")].toString()).value_or(RestoreScope::All);
        outcome.differences = differences;
        if (outcome.scope == RestoreScope::Keys)
            outcome.differences.settings.clear();
        outcome.done = !body[QStringLiteral("dry_run")].toBool();
        if (outcome.done) {
            outcome.safetyBackup = add(BackupKind::Safety, std::chrono::minutes(0), 8, 90).id;
            outcome.keys = 1'276;
        }
        return {200, toJson(outcome), {}, {}, {}};
    }
};

}
