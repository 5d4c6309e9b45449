// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/templatestore.h"

#include "service/store/auditstore.h"
#include "service/store/rows.h"

using namespace Qt::StringLiterals;

namespace quota::service::templatestore
{

static Done loadLimits(Database &database, QMap<QString, KeyTemplate> &templates)
{
    auto query = database.run(u"SELECT template, unit, window_kind, amount, mode FROM template_limits "
                              u"ORDER BY template, position"_s);
    if (!query)
        return tl::unexpected(query.error());
    while ((*query)->next()) {
        const QString name = (*query)->value(0).toString();
        const auto limit = limitFromColumns(**query, 1);
        // Skipping it would lift a limit in silence.
        if (!limit)
            return tl::unexpected(unknownLimit(u"template "_s + name));
        templates[name].limits.append(*limit);
    }
    return {};
}

Result<QList<KeyTemplate>> loadAll(Database &database)
{
    auto query = database.run(u"SELECT name, description, concurrency, models, days, created_at, updated_at, "
                              u"version FROM templates ORDER BY name"_s);
    if (!query)
        return tl::unexpected(query.error());
    QMap<QString, KeyTemplate> templates;
    while ((*query)->next()) {
        const QSqlQuery &row = **query;
        KeyTemplate one;
        one.name = row.value(0).toString();
        one.description = row.value(1).toString();
        one.concurrency = integerFromColumn(row.value(2));
        one.models = wordsFromColumn(row.value(3));
        one.days = integerFromColumn(row.value(4));
        one.createdAt = fromMilliseconds(row.value(5).toLongLong());
        one.updatedAt = fromMilliseconds(row.value(6).toLongLong());
        one.version = row.value(7).toLongLong();
        templates.insert(one.name, one);
    }
    if (const Done done = loadLimits(database, templates); !done)
        return tl::unexpected(done.error());
    return templates.values();
}

static Result<qint64> numberOf(Database &database, const QString &statement, const QString &name = {})
{
    auto query = database.run(statement, name.isNull() ? QVariantList() : QVariantList{name});
    if (!query)
        return tl::unexpected(query.error());
    const qint64 number = (*query)->next() ? (*query)->value(0).toLongLong() : 0;
    (*query)->finish();
    return number;
}

static Done insertLimits(Database &database, const KeyTemplate &keyTemplate)
{
    for (qsizetype position = 0; position < keyTemplate.limits.size(); ++position) {
        const Limit &limit = keyTemplate.limits.at(position);
        const auto added = database.change(u"INSERT INTO template_limits VALUES (?, ?, ?, ?, ?, ?)"_s,
                                           {keyTemplate.name, position, toString(limit.unit),
                                            toString(limit.window), limit.amount, toString(limit.mode)});
        if (!added)
            return tl::unexpected(added.error());
    }
    return {};
}

static QString wordsOf(const KeyTemplate &keyTemplate)
{
    QStringList words{u"version %1"_s.arg(keyTemplate.version)};
    for (const Limit &limit : keyTemplate.limits)
        words.append(toText(limit));
    if (keyTemplate.concurrency)
        words.append(u"concurrency=%1"_s.arg(*keyTemplate.concurrency));
    return words.join(u' ');
}

static Done checkRoom(Database &database, const QString &name)
{
    const auto same = numberOf(database, u"SELECT count(*) FROM templates WHERE name = ?"_s, name);
    const auto all = numberOf(database, u"SELECT count(*) FROM templates"_s);
    if (!same || !all)
        return tl::unexpected(same ? all.error() : same.error());
    if (*same > 0)
        return invalidField(
            u"name"_s,
            u"name: there is a template “%1” already; change it, or choose another name."_s.arg(name));
    if (*all >= maximumTemplates)
        return invalidField(u"name"_s, u"name: there are %1 templates, as many as there may be; delete one "
                                       "first."_s.arg(*all));
    return {};
}

Done insert(Database &database, const KeyTemplate &keyTemplate, const QString &actor)
{
    Transaction transaction(database);
    Done done = transaction.begin();
    if (done)
        done = checkRoom(database, keyTemplate.name);
    if (!done)
        return done;
    const auto added = database.change(u"INSERT INTO templates (name, description, concurrency, models, "
                                       u"days, created_at, updated_at, version) "
                                       u"VALUES (?, ?, ?, ?, ?, ?, ?, ?)"_s,
                                       {keyTemplate.name, keyTemplate.description,
                                        toColumn(keyTemplate.concurrency), toColumn(keyTemplate.models),
                                        toColumn(keyTemplate.days), toMilliseconds(keyTemplate.createdAt),
                                        toMilliseconds(keyTemplate.updatedAt), keyTemplate.version});
    if (!added)
        return tl::unexpected(added.error());
    done = insertLimits(database, keyTemplate);
    if (done)
        done = auditstore::append(database, keyTemplate.createdAt, actor, u"template.create"_s,
                                  keyTemplate.name, wordsOf(keyTemplate));
    return done ? transaction.commit() : done;
}

static Result<std::optional<qint64>> versionOf(Database &database, const QString &name)
{
    auto query = database.run(u"SELECT version FROM templates WHERE name = ?"_s, {name});
    if (!query)
        return tl::unexpected(query.error());
    std::optional<qint64> version;
    if ((*query)->next())
        version = (*query)->value(0).toLongLong();
    (*query)->finish();
    return version;
}

Done replace(Database &database, const KeyTemplate &keyTemplate, qint64 expectedVersion, const QString &actor)
{
    Transaction transaction(database);
    if (const Done begun = transaction.begin(); !begun)
        return begun;
    const auto found = versionOf(database, keyTemplate.name);
    if (!found)
        return tl::unexpected(found.error());
    if (*found != expectedVersion)
        return tl::unexpected(
            changedMeanwhile(u"Template %1"_s.arg(keyTemplate.name), *found, expectedVersion));
    auto changed = database.change(
        u"UPDATE templates SET description = ?, concurrency = ?, models = ?, days = ?, updated_at = ?, "
        u"version = ? WHERE name = ?"_s,
        {keyTemplate.description, toColumn(keyTemplate.concurrency), toColumn(keyTemplate.models),
         toColumn(keyTemplate.days), toMilliseconds(keyTemplate.updatedAt), keyTemplate.version,
         keyTemplate.name});
    if (changed)
        changed = database.change(u"DELETE FROM template_limits WHERE template = ?"_s, {keyTemplate.name});
    if (!changed)
        return tl::unexpected(changed.error());
    Done done = insertLimits(database, keyTemplate);
    if (done)
        done = auditstore::append(database, keyTemplate.updatedAt, actor, u"template.update"_s,
                                  keyTemplate.name, wordsOf(keyTemplate));
    return done ? transaction.commit() : done;
}

static Done copyToFollowers(Database &database, const QString &name, Timestamp now)
{
    auto changed =
        database.change(u"INSERT INTO key_limits (key_id, position, unit, window_kind, amount, mode) "
                        u"SELECT k.id, l.position, l.unit, l.window_kind, l.amount, l.mode FROM keys k "
                        "JOIN template_limits l ON l.template = k.template WHERE k.template = ?"_s,
                        {name});
    if (changed)
        changed = database.change(
            u"UPDATE keys SET concurrency = coalesce(concurrency, (SELECT t.concurrency FROM templates t "
            u"WHERE t.name = keys.template)), inherits_limits = 0, template = NULL, updated_at = ?, "
            "version = version + 1 WHERE template = ?"_s,
            {toMilliseconds(now), name});
    return changed ? Done() : tl::unexpected(changed.error());
}

Done remove(Database &database, const QString &name, Followers followers, const QString &actor, Timestamp now)
{
    Transaction transaction(database);
    if (const Done begun = transaction.begin(); !begun)
        return begun;
    const auto keys = numberOf(database, u"SELECT count(*) FROM keys WHERE template = ?"_s, name);
    if (!keys)
        return tl::unexpected(keys.error());
    if (*keys > 0 && followers == Followers::Refuse)
        return invalidField(
            u"name"_s, u"name: %1 keys follow the template “%2”, deleted ones included; give them another "
                       "first, or say keys=copy to leave its limits to them."_s.arg(*keys)
                           .arg(name));
    if (const Done copied = copyToFollowers(database, name, now); !copied)
        return copied;
    const auto gone = database.change(u"DELETE FROM templates WHERE name = ?"_s, {name});
    if (!gone)
        return tl::unexpected(gone.error());
    if (*gone == 0)
        return failure(ErrorCode::NotFound, u"Template %1 does not exist (any more)."_s.arg(name));
    const Done audited = auditstore::append(database, now, actor, u"template.delete"_s, name,
                                            u"%1 keys followed it"_s.arg(*keys));
    return audited ? transaction.commit() : audited;
}

}
