// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/backupinfo.h"

#include "shared/words.h"

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr std::array<std::pair<BackupKind, QLatin1StringView>, 5> kinds{{
    {BackupKind::Manual, "manual"_L1},
    {BackupKind::Scheduled, "scheduled"_L1},
    {BackupKind::Safety, "safety"_L1},
    {BackupKind::BeforeMigration, "before_migration"_L1},
    {BackupKind::Foreign, "foreign"_L1},
}};

static constexpr std::array<std::pair<BackupState, QLatin1StringView>, 3> states{{
    {BackupState::Unverified, "unverified"_L1},
    {BackupState::Good, "good"_L1},
    {BackupState::Damaged, "damaged"_L1},
}};

static constexpr std::array<std::pair<RestoreScope, QLatin1StringView>, 3> scopes{{
    {RestoreScope::All, "all"_L1},
    {RestoreScope::Keys, "keys"_L1},
    {RestoreScope::Settings, "settings"_L1},
}};

QString toString(BackupKind kind)
{
    return wordOf(kinds, kind);
}

std::optional<BackupKind> backupKindFromString(const QString &word)
{
    return valueOf<BackupKind>(kinds, word);
}

QString toString(BackupState state)
{
    return wordOf(states, state);
}

std::optional<BackupState> backupStateFromString(const QString &word)
{
    return valueOf<BackupState>(states, word);
}

QString toString(RestoreScope scope)
{
    return wordOf(scopes, scope);
}

std::optional<RestoreScope> restoreScopeFromString(const QString &word)
{
    return valueOf<RestoreScope>(scopes, word);
}

// --- a backup ---

QJsonObject toJson(const BackupInfo &backup)
{
    QJsonObject rows;
    for (auto it = backup.rows.begin(); it != backup.rows.end(); ++it)
        rows[it.key()] = it.value();
    return {{u"id"_s, backup.id},
            {u"kind"_s, toString(backup.kind)},
            {u"state"_s, toString(backup.state)},
            {u"created_at"_s, toIso(backup.createdAt)},
            {u"verified_at"_s, toJson(backup.verifiedAt)},
            {u"fault"_s, backup.fault},
            {u"size"_s, backup.size},
            {u"encrypted"_s, backup.encrypted},
            {u"carries_seal_key"_s, backup.carriesSealKey},
            {u"version"_s, backup.version},
            {u"instance"_s, backup.instance},
            {u"schema"_s, backup.schema},
            {u"rows"_s, rows}};
}

static Timestamp requiredTime(JsonReader &reader, QLatin1StringView name)
{
    const auto time = reader.timestamp(name);
    if (!time)
        reader.fail(name, u"must be an instant, but is absent."_s);
    return time.value_or(Timestamp());
}

static BackupInfo readBackup(JsonReader &reader)
{
    BackupInfo backup;
    backup.id = reader.string("id"_L1);
    backup.kind = backupKindFromString(reader.string("kind"_L1, {})).value_or(BackupKind::Manual);
    backup.state = backupStateFromString(reader.string("state"_L1, {})).value_or(BackupState::Unverified);
    backup.createdAt = requiredTime(reader, "created_at"_L1);
    backup.verifiedAt = reader.timestamp("verified_at"_L1);
    backup.fault = reader.string("fault"_L1, {});
    backup.size = reader.integerOr("size"_L1, 0, 0);
    backup.encrypted = reader.boolean("encrypted"_L1, false);
    backup.carriesSealKey = reader.boolean("carries_seal_key"_L1, false);
    backup.version = reader.string("version"_L1, {});
    backup.instance = reader.string("instance"_L1, {});
    backup.schema = int(reader.integerOr("schema"_L1, 0, 0, 1'000'000));
    const QJsonObject rows = reader.object("rows"_L1);
    for (auto it = rows.begin(); it != rows.end(); ++it)
        backup.rows.insert(it.key(), it.value().toInteger());
    return backup;
}

template <class Value>
static Result<Value> finished(JsonReader &reader, Value value)
{
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return value;
}

Result<BackupInfo> backupInfoFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    BackupInfo backup = readBackup(reader);
    return finished(reader, std::move(backup));
}

// --- the list ---

QJsonObject toJson(const BackupList &list)
{
    QJsonArray backups;
    for (const BackupInfo &backup : list.backups)
        backups.append(toJson(backup));
    QJsonValue activity;
    if (list.activity) {
        activity = QJsonObject{{u"action"_s, list.activity->action},
                               {u"stage"_s, list.activity->stage},
                               {u"done"_s, list.activity->done},
                               {u"total"_s, list.activity->total}};
    }
    return {{u"backups"_s, backups},
            {u"total"_s, qint64(list.backups.size())},
            {u"directory"_s, list.directory},
            {u"schedule"_s, list.schedule},
            {u"next_at"_s, toJson(list.nextAt)},
            {u"kept"_s, QJsonObject{{u"daily"_s, list.keptDaily},
                                    {u"weekly"_s, list.keptWeekly},
                                    {u"monthly"_s, list.keptMonthly}}},
            {u"maximum_bytes"_s, list.maximumBytes},
            {u"activity"_s, activity}};
}

Result<BackupList> backupListFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    BackupList list;
    reader.objects("backups"_L1, [&list](JsonReader &element) { list.backups.append(readBackup(element)); });
    list.directory = reader.string("directory"_L1, {});
    list.schedule = reader.string("schedule"_L1, {});
    list.nextAt = reader.timestamp("next_at"_L1);
    const QJsonObject kept = reader.object("kept"_L1);
    list.keptDaily = kept["daily"_L1].toInt();
    list.keptWeekly = kept["weekly"_L1].toInt();
    list.keptMonthly = kept["monthly"_L1].toInt();
    list.maximumBytes = object["maximum_bytes"_L1].toInteger();
    const QJsonObject activity = reader.object("activity"_L1);
    if (!activity.isEmpty()) {
        list.activity = BackupActivity{activity["action"_L1].toString(), activity["stage"_L1].toString(),
                                       activity["done"_L1].toInteger(), activity["total"_L1].toInteger()};
    }
    return finished(reader, std::move(list));
}

// --- a restore ---

static QJsonArray toJson(const QList<RestoreDifferences::Key> &keys)
{
    QJsonArray array;
    for (const RestoreDifferences::Key &key : keys)
        array.append(QJsonObject{{u"id"_s, key.id}, {u"label"_s, key.label}});
    return array;
}

static QJsonObject toJson(const RestoreDifferences &differences)
{
    QJsonArray settings;
    for (const auto &setting : differences.settings) {
        settings.append(QJsonObject{
            {u"name"_s, setting.name}, {u"current"_s, setting.current}, {u"backup"_s, setting.backup}});
    }
    return {{u"keys"_s, QJsonObject{{u"added"_s, differences.keysAdded},
                                    {u"removed"_s, differences.keysRemoved},
                                    {u"changed"_s, differences.keysChanged}}},
            {u"keys_added"_s, toJson(differences.added)},
            {u"keys_removed"_s, toJson(differences.removed)},
            {u"keys_changed"_s, toJson(differences.changed)},
            {u"current_requests"_s, differences.currentRequests},
            {u"backup_requests"_s, differences.backupRequests},
            {u"current_tokens"_s, differences.currentTokens},
            {u"backup_tokens"_s, differences.backupTokens},
            {u"current_providers"_s, differences.providersCurrent},
            {u"backup_providers"_s, differences.providersBackup},
            {u"settings"_s, settings},
            {u"notes"_s, QJsonArray::fromStringList(differences.notes)}};
}

static RestoreDifferences readDifferences(JsonReader &reader)
{
    const auto readKeys = [&reader](QLatin1StringView name, QList<RestoreDifferences::Key> &keys) {
        reader.objects(name, [&keys](JsonReader &element) {
            keys.append({element.string("id"_L1), element.string("label"_L1, {})});
        });
    };
    RestoreDifferences differences;
    const QJsonObject keys = reader.object("keys"_L1);
    differences.keysAdded = keys["added"_L1].toInteger();
    differences.keysRemoved = keys["removed"_L1].toInteger();
    differences.keysChanged = keys["changed"_L1].toInteger();
    readKeys("keys_added"_L1, differences.added);
    readKeys("keys_removed"_L1, differences.removed);
    readKeys("keys_changed"_L1, differences.changed);
    differences.currentRequests = reader.integerOr("current_requests"_L1, 0);
    differences.backupRequests = reader.integerOr("backup_requests"_L1, 0);
    differences.currentTokens = reader.integerOr("current_tokens"_L1, 0);
    differences.backupTokens = reader.integerOr("backup_tokens"_L1, 0);
    differences.providersCurrent = reader.integerOr("current_providers"_L1, 0);
    differences.providersBackup = reader.integerOr("backup_providers"_L1, 0);
    reader.objects("settings"_L1, [&differences](JsonReader &element) {
        differences.settings.append(
            {element.string("name"_L1), element.string("current"_L1, {}), element.string("backup"_L1, {})});
    });
    differences.notes = reader.strings("notes"_L1);
    return differences;
}

QJsonObject toJson(const RestoreOutcome &outcome)
{
    return {{u"restored"_s, outcome.done},
            {u"scope"_s, toString(outcome.scope)},
            {u"differences"_s, toJson(outcome.differences)},
            {u"safety_backup"_s, outcome.safetyBackup},
            {u"keys"_s, outcome.keys}};
}

Result<RestoreOutcome> restoreOutcomeFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    RestoreOutcome outcome;
    outcome.done = reader.boolean("restored"_L1, false);
    outcome.scope = restoreScopeFromString(reader.string("scope"_L1, {})).value_or(RestoreScope::All);
    reader.nested("differences"_L1,
                  [&outcome](JsonReader &element) { outcome.differences = readDifferences(element); });
    outcome.safetyBackup = reader.string("safety_backup"_L1, {});
    outcome.keys = reader.integerOr("keys"_L1, 0, 0);
    return finished(reader, std::move(outcome));
}

}
