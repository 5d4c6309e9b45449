// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/oldstore.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace quota::service
{

static const std::initializer_list<QLatin1StringView> secretColumns{"key"_L1, "api_key"_L1, "trial_key"_L1,
                                                                    "key_value"_L1};

static bool hasAny(const QStringList &columns, std::initializer_list<QLatin1StringView> names)
{
    return std::any_of(names.begin(), names.end(),
                       [&columns](QLatin1StringView name) { return columns.contains(name); });
}

QStringList oldKeyTables(const QHash<QString, QStringList> &columns)
{
    QStringList tables;
    for (const QString &table : {u"trial_keys"_s, u"api_keys"_s}) {
        const QStringList names = columns.value(table);
        if (hasAny(names, secretColumns) || names.contains("key_hash"_L1))
            tables.append(table);
    }
    return tables;
}

static void readState(ImportedKey &imported, const SourceRow &row)
{
    ApiKey &key = imported.key;
    key.disabled = !flagOf(row, {"is_active"_L1, "enabled"_L1, "active"_L1}).value_or(true);
    const QString status = textOf(row, {"status"_L1}).toLower();
    if (!status.isEmpty() && status != "active"_L1 && status != "activated"_L1)
        key.disabled = true;
    key.expiresAt = instantOf(row, {"expires_at"_L1, "expiry"_L1});
}

static void addLimit(ApiKey &key, LimitUnit unit, LimitWindow window, qint64 amount)
{
    key.inheritsLimits = false;
    key.limits.append({unit, window, boundedAmount(amount)});
}

// A daily limit of 0 was documented as unlimited; in a lifetime quota it blocked.
static void readLimits(ImportedKey &imported, const SourceRow &row, QList<ImportRemark> &remarks)
{
    ApiKey &key = imported.key;
    if (auto daily = integerOf(row, {"daily_limit"_L1, "quota_daily"_L1, "max_requests_per_day"_L1})) {
        if (*daily == 0) {
            daily = unlimitedAmount;
            remarks.append(
                {imported.name(),
                 QT_TRANSLATE_NOOP("service", "Its daily limit was 0, which the old documents call "
                                              "unlimited: it comes with no limit."),
                 {}});
        }
        addLimit(key, LimitUnit::Requests, LimitWindow::Day, *daily);
    }
    if (const auto minute = integerOf(row, {"rate_limit"_L1}); minute && *minute > 0)
        addLimit(key, LimitUnit::Requests, LimitWindow::Minute, *minute);
    if (const auto monthly = integerOf(row, {"quota_monthly"_L1, "monthly_limit"_L1});
        monthly && *monthly > 0)
        addLimit(key, LimitUnit::Requests, LimitWindow::Month, *monthly);
    auto total = integerOf(row, {"total_quota"_L1, "quota_limit"_L1, "quota"_L1});
    const auto used = integerOf(row, {"used_quota"_L1, "quota_used"_L1, "used"_L1});
    if (const auto remaining = integerOf(row, {"remaining_quota"_L1}); remaining && !total)
        total = *remaining + used.value_or(0);
    if (total)
        addLimit(key, LimitUnit::Requests, LimitWindow::Total, *total);
    imported.requests = qMax<qint64>(0, used.value_or(0));
}

// Those whose uses are looked for by their number as well.
namespace
{

class KeyCollection
{
public:
    explicit KeyCollection(ImportPlan &plan)
        : m_plan(plan)
    {}

    void add(ImportedKey imported, const QStringList &names)
    {
        if (m_byHash.contains(imported.secretHash)) {
            m_plan.remarks.append({imported.name(),
                                   QT_TRANSLATE_NOOP("service", "It is there twice; the first one comes."),
                                   {}});
            return;
        }
        const qsizetype index = m_plan.keys.size();
        m_byHash.insert(imported.secretHash, index);
        for (const QString &name : names) {
            if (!name.isEmpty())
                m_byName.tryEmplace(name, index);
        }
        m_plan.keys.append(std::move(imported));
    }

    // False when the key is unknown.
    bool use(const SourceUse &use)
    {
        const auto found = m_byName.constFind(use.key);
        if (found == m_byName.cend())
            return false;
        ImportedKey &imported = m_plan.keys[*found];
        constexpr qint64 mostADay = 1'000'000'000'000; // so that no sum of days overflows
        qint64 &ofDay = imported.days[use.day];
        ofDay = qMin(mostADay, ofDay + qMin(mostADay, use.requests));
        if (use.updatedAt && imported.lastUsedAt.value_or(Timestamp::min()) < *use.updatedAt)
            imported.lastUsedAt = use.updatedAt;
        return true;
    }

private:
    class Index : public QHash<QString, qsizetype>
    {
    public:
        void tryEmplace(const QString &name, qsizetype index)
        {
            if (!contains(name))
                insert(name, index);
        }
    };
    ImportPlan &m_plan;
    QHash<SecretHash, qsizetype> m_byHash;
    Index m_byName;
};

}

static std::optional<ImportedKey> keyFrom(const SourceRow &row)
{
    const QString secret = textOf(row, secretColumns);
    if (!secret.isEmpty())
        return keyOfSecret(secret);
    ImportedKey imported;
    imported.secretHash = QByteArray::fromHex(textOf(row, {"key_hash"_L1}).toLatin1());
    constexpr qsizetype hashSize = 32;
    return imported.secretHash.size() == hashSize ? std::optional(imported) : std::nullopt;
}

static void addUses(ImportPlan &plan, KeyCollection &keys, const QList<SourceUse> &uses, const QString &where)
{
    qint64 strangers = 0;
    for (const SourceUse &use : uses) {
        if (!use.day.isValid() || use.requests < 0 || !keys.use(use))
            strangers += 1;
    }
    if (strangers > 0)
        plan.remarks.append({where,
                             QT_TRANSLATE_NOOP("service", "%1 counts are of no key that is there, or of no "
                                                          "day: they stay behind."),
                             {QString::number(strangers)}});
    for (ImportedKey &imported : plan.keys) {
        // A lifetime counter knows more than the days that were kept.
        qint64 sum = 0;
        for (const qint64 requests : std::as_const(imported.days))
            sum += requests;
        const bool hasTotal =
            std::any_of(imported.key.limits.cbegin(), imported.key.limits.cend(),
                        [](const Limit &limit) { return limit.window == LimitWindow::Total; });
        if (!hasTotal)
            imported.requests = qMax(imported.requests, sum);
    }
}

static void stamp(ImportedKey &imported, const SourceRow &row, Timestamp now)
{
    imported.key.createdAt = instantOf(row, {"created_at"_L1}).value_or(now);
    imported.key.updatedAt = now;
}

// Paths and details are left out: they hold keys in clear text.
static void addDeeds(ImportPlan &plan, const QList<SourceRow> &rows)
{
    static const QRegularExpression word(u"^[A-Za-z_]{1,40}$"_s);
    static const QRegularExpression address(u"^[0-9A-Fa-f.:]{2,45}$"_s);
    qint64 unread = 0;
    for (const SourceRow &row : rows) {
        const auto time = instantOf(row, {"timestamp"_L1, "created_at"_L1});
        const QString action = textOf(row, {"action"_L1});
        if (!time || !word.match(action).hasMatch()) {
            unread += 1;
            continue;
        }
        QStringList detail;
        for (const QString &text : {textOf(row, {"method"_L1}), textOf(row, {"ip"_L1})}) {
            if (word.match(text).hasMatch() || address.match(text).hasMatch())
                detail.append(text);
        }
        const QString secret = textOf(row, {"key_affected"_L1});
        plan.deeds.append({*time, action.toLower(),
                           secret.isEmpty() ? SecretHash() : hashSecret(secret.toUtf8()), detail.join(u' ')});
    }
    if (unread > 0)
        plan.remarks.append(
            {auditTable,
             QT_TRANSLATE_NOOP("service", "%1 rows have no time or no action that can be read: "
                                          "they stay behind."),
             {QString::number(unread)}});
}

// What no key holds, table by table, so that nothing goes without a word.
static void tellOfOtherTables(ImportPlan &plan, const SourceTables &tables, const QStringList &taken)
{
    QStringList names = tables.counts.keys();
    names.sort();
    for (const QString &table : std::as_const(names)) {
        const qint64 count = tables.counts.value(table);
        if (count == 0 || taken.contains(table) || table.startsWith("sqlite_"_L1))
            continue;
        const QStringList number{QString::number(count)};
        if (table == "applications"_L1) {
            plan.remarks.append({table,
                                 QT_TRANSLATE_NOOP("service", "%1 applications stay behind: there is no "
                                                              "application form here."),
                                 number});
        } else {
            plan.remarks.append(
                {table, QT_TRANSLATE_NOOP("service", "%1 rows stay behind: there is no place for them here."),
                 number});
        }
    }
}

ImportPlan planOldTables(const SourceTables &tables, Timestamp now)
{
    ImportPlan plan;
    QStringList taken = oldKeyTables(tables.columns);
    if (!tables.usageTable.isEmpty())
        taken.append(tables.usageTable);
    plan.kind = u"quota-proxy-sqlite"_s;
    plan.format = u"SQLite: "_s + taken.join(u", "_s);
    KeyCollection keys(plan);
    qint64 without = 0;
    for (const QString &table : oldKeyTables(tables.columns)) {
        for (const SourceRow &row : tables.rows.value(table)) {
            auto imported = keyFrom(row);
            if (!imported) {
                without += 1;
                continue;
            }
            imported->key.label = labelFrom(textOf(row, {"label"_L1, "name"_L1, "description"_L1}));
            imported->lastUsedAt = instantOf(row, {"last_used_at"_L1, "last_used"_L1});
            readState(*imported, row);
            stamp(*imported, row, now);
            readLimits(*imported, row, plan.remarks);
            const QStringList names{textOf(row, secretColumns), textOf(row, {"key_id"_L1, "id"_L1})};
            keys.add(std::move(*imported), names);
        }
    }
    if (without > 0)
        plan.remarks.append({taken.value(0),
                             QT_TRANSLATE_NOOP("service", "%1 rows hold no key: they stay behind."),
                             {QString::number(without)}});
    addUses(plan, keys, tables.uses, tables.usageTable);
    addDeeds(plan, tables.rows.value(auditTable));
    tellOfOtherTables(plan, tables, taken + QStringList{auditTable});
    return plan;
}

bool isOldJson(const QJsonObject &object)
{
    return object[u"keys"_s].isObject() && (!object.contains("usage"_L1) || object[u"usage"_s].isObject());
}

static SourceRow rowFrom(const QJsonObject &object)
{
    SourceRow row;
    for (auto it = object.begin(); it != object.end(); ++it)
        row.insert(it.key().toLower(), it.value().toVariant());
    return row;
}

ImportPlan planOldJson(const QJsonObject &object, Timestamp now)
{
    ImportPlan plan;
    plan.kind = u"quota-proxy-json"_s;
    plan.format = u"JSON"_s;
    KeyCollection keys(plan);
    const QJsonObject held = object[u"keys"_s].toObject();
    for (auto it = held.begin(); it != held.end(); ++it) {
        const QString secret = it.key().trimmed();
        if (secret.isEmpty())
            continue;
        const SourceRow row = rowFrom(it.value().toObject());
        ImportedKey imported = keyOfSecret(secret);
        imported.key.label = labelFrom(textOf(row, {"label"_L1}));
        stamp(imported, row, now);
        keys.add(std::move(imported), {it.key()});
    }
    QList<SourceUse> uses;
    const QJsonObject usage = object[u"usage"_s].toObject();
    for (auto day = usage.begin(); day != usage.end(); ++day) {
        const QJsonObject counts = day.value().toObject();
        for (auto count = counts.begin(); count != counts.end(); ++count) {
            const SourceRow row = rowFrom(count.value().toObject());
            uses.append({count.key(), QDate::fromString(day.key(), Qt::ISODate),
                         integerOf(row, {"requests"_L1, "req_count"_L1}).value_or(0),
                         instantOf(row, {"updated_at"_L1})});
        }
    }
    addUses(plan, keys, uses, u"usage"_s);
    return plan;
}

}
