// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/comparison.h"

#include "service/backup/sqlitefile.h"

#include <QCryptographicHash>
#include <QHash>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

struct KeyRow
{
    QString label;
    QByteArray digest; // of all that a person would call the key
};

struct Side
{
    QHash<QString, KeyRow> keys;
    qint64 requests = 0;
    qint64 tokens = 0;
    qint64 providers = 0;
};

}

static Result<bool> hasColumn(SqliteFile &file, const QString &table, const QString &column)
{
    return file.number(u"SELECT count(*) FROM pragma_table_info('%1') WHERE name = '%2'"_s.arg(table, column))
        .map([](qint64 count) { return count > 0; });
}

static Result<QHash<QString, KeyRow>> readKeys(SqliteFile &file)
{
    // Until schema 007 every limit was enforced, and there were no templates.
    const auto hasModes = hasColumn(file, u"key_limits"_s, u"mode"_s);
    if (!hasModes)
        return tl::unexpected(hasModes.error());
    const QString mode = *hasModes ? u"iif(l.mode = 'enforce', '', ' ' || l.mode)"_s : u"''"_s;
    const QString order = *hasModes ? u"unit, window_kind, mode"_s : u"unit, window_kind"_s;
    const auto rows = file.rows(
        u"SELECT k.id, k.label, hex(k.secret_hash), k.prefix, k.disabled, k.inherits_limits, k.concurrency, "
        "k.models, k.expires_at, k.deleted_at, "
        "(SELECT group_concat(l.unit || ' ' || l.window_kind || ' ' || l.amount || %1, ',') "
        "FROM (SELECT * FROM key_limits WHERE key_id = k.id ORDER BY %2) l), %3 FROM keys k"_s.arg(
            mode, order, *hasModes ? u"k.template"_s : u"NULL"_s));
    if (!rows)
        return tl::unexpected(rows.error());
    QHash<QString, KeyRow> keys;
    for (const QVariantList &row : *rows) {
        QCryptographicHash digest(QCryptographicHash::Sha256);
        for (const QVariant &value : row) {
            digest.addData(value.toString().toUtf8());
            digest.addData(QByteArrayView(value.isNull() ? "\0n" : "\0v", 2));
        }
        keys.insert(row.value(0).toString(), {row.value(1).toString(), digest.result()});
    }
    return keys;
}

static Result<Side> readSide(const QString &path)
{
    const auto file = SqliteFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    Side side;
    auto keys = readKeys(**file);
    if (!keys)
        return tl::unexpected(keys.error());
    side.keys = std::move(*keys);
    // Until schema 006 there were only the sums of quarters of an hour.
    const auto hasGrains = hasColumn(**file, u"rollups"_s, u"grain"_s);
    if (!hasGrains)
        return tl::unexpected(hasGrains.error());
    const QString ofSums = *hasGrains ? u" WHERE grain = 0"_s : QString();
    const std::pair<qint64 Side::*, QString> sums[]{
        {&Side::requests, u"SELECT count(*) FROM requests"_s},
        {&Side::tokens,
         u"SELECT coalesce(sum(prompt_tokens + completion_tokens), 0) FROM rollups"_s + ofSums},
        {&Side::providers, u"SELECT count(*) FROM providers"_s}};
    for (const auto &[field, statement] : sums) {
        const auto number = (*file)->number(statement);
        if (!number)
            return tl::unexpected(number.error());
        side.*field = *number;
    }
    return side;
}

static void note(QList<RestoreDifferences::Key> &named, qint64 &count, const QString &id,
                 const QString &label)
{
    ++count;
    if (named.size() < RestoreDifferences::namedKeys)
        named.append({id, label});
}

Done compareDatabases(const QString &current, const QString &backup, RestoreDifferences &differences)
{
    const auto after = readSide(backup);
    if (!after)
        return tl::unexpected(after.error());
    Side before;
    if (auto read = current.isEmpty() ? Result<Side>(Side()) : readSide(current); read)
        before = std::move(*read);
    else
        differences.notes.append(u"What is there now cannot be compared: %1"_s.arg(read.error().message));

    QStringList ids = after->keys.keys() + before.keys.keys();
    ids.sort();
    ids.removeDuplicates();
    for (const QString &id : std::as_const(ids)) {
        const auto old = before.keys.constFind(id);
        const auto fresh = after->keys.constFind(id);
        if (old == before.keys.constEnd())
            note(differences.added, differences.keysAdded, id, fresh->label);
        else if (fresh == after->keys.constEnd())
            note(differences.removed, differences.keysRemoved, id, old->label);
        else if (old->digest != fresh->digest)
            note(differences.changed, differences.keysChanged, id, fresh->label);
    }
    differences.currentRequests = before.requests;
    differences.backupRequests = after->requests;
    differences.currentTokens = before.tokens;
    differences.backupTokens = after->tokens;
    differences.providersCurrent = before.providers;
    differences.providersBackup = after->providers;
    return {};
}

void compareSettings(const QList<GivenSetting> &current, const QList<GivenSetting> &backup,
                     RestoreDifferences &differences)
{
    const auto find = [](const QList<GivenSetting> &settings, const QString &name) {
        for (const GivenSetting &setting : settings) {
            if (setting.name == name)
                return setting;
        }
        return GivenSetting{name, {}, false};
    };
    QStringList names;
    for (const GivenSetting &setting : current + backup)
        names.append(setting.name);
    names.removeDuplicates();
    for (const QString &name : std::as_const(names)) {
        const GivenSetting before = find(current, name);
        const GivenSetting after = find(backup, name);
        if (before.value == after.value)
            continue;
        const auto shown = [](const GivenSetting &setting) {
            return setting.secret && !setting.value.isEmpty() ? u"********"_s : setting.value;
        };
        differences.settings.append({name, shown(before), shown(after)});
    }
}

}
