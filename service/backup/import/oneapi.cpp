// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/oneapi.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

bool isOneApi(const QHash<QString, QStringList> &columns)
{
    const QStringList tokens = columns.value(u"tokens"_s);
    return tokens.contains("key"_L1) && tokens.contains("remain_quota"_L1) &&
           tokens.contains("unlimited_quota"_L1);
}

static void remark(ImportPlan &plan, const ImportedKey &imported, const char *text,
                   const QStringList &arguments = {})
{
    plan.remarks.append({imported.name(), text, arguments});
}

static void readQuota(ImportedKey &imported, const SourceRow &row)
{
    imported.tokens = qMax<qint64>(0, integerOf(row, {"used_quota"_L1}).value_or(0));
    imported.key.inheritsLimits = false;
    if (flagOf(row, {"unlimited_quota"_L1}).value_or(false))
        return;
    const qint64 remain = qMax<qint64>(0, integerOf(row, {"remain_quota"_L1}).value_or(0));
    imported.key.limits = {
        {LimitUnit::Tokens, LimitWindow::Total, qMin(maximumAmount, remain + imported.tokens)}};
}

enum TokenStatus
{
    StatusEnabled = 1,
    StatusDisabled = 2,
    StatusExpired = 3,
    StatusExhausted = 4
};

static void readStatus(ImportPlan &plan, ImportedKey &imported, const SourceRow &row, Timestamp now)
{
    ApiKey &key = imported.key;
    key.expiresAt = instantOf(row, {"expired_time"_L1}); // -1: never
    const qint64 status = integerOf(row, {"status"_L1}).value_or(StatusEnabled);
    if (status == StatusEnabled)
        return;
    const bool isOver = key.expiresAt && *key.expiresAt <= now;
    const bool isUsedUp = !key.limits.isEmpty() && imported.tokens >= key.limits.constFirst().amount;
    if ((status == StatusExpired && isOver) || (status == StatusExhausted && isUsedUp))
        return;
    key.disabled = true;
    if (status != StatusDisabled)
        remark(plan, imported,
               QT_TRANSLATE_NOOP("service", "It was refused there (status %1) for no reason that its row "
                                            "tells: it comes disabled."),
               {QString::number(status)});
}

static void readModels(ImportPlan &plan, ImportedKey &imported, const SourceRow &row)
{
    QStringList models = wordsOf(row, {"models"_L1});
    if (flagOf(row, {"model_limits_enabled"_L1}).value_or(false))
        models = wordsOf(row, {"model_limits"_L1});
    if (models.size() > maximumModelsPerKey) {
        models.resize(maximumModelsPerKey);
        remark(plan, imported, QT_TRANSLATE_NOOP("service", "Only its first %1 models come."),
               {QString::number(maximumModelsPerKey)});
    }
    imported.key.models = models;
    // Without the restriction the key would open more than it did.
    const QString addresses = textOf(row, {"subnet"_L1, "allow_ips"_L1}).simplified();
    if (!addresses.isEmpty()) {
        imported.key.disabled = true;
        remark(plan, imported,
               QT_TRANSLATE_NOOP("service",
                                 "It was restricted to the addresses %1, which does not come along: "
                                 "it comes disabled. Enable it when that may be."),
               {addresses.left(100)});
    }
}

static QSet<QString> disabledUsers(const SourceTables &tables)
{
    QSet<QString> users;
    for (const SourceRow &row : tables.rows.value(u"users"_s)) {
        if (integerOf(row, {"status"_L1}).value_or(StatusEnabled) != StatusEnabled)
            users.insert(textOf(row, {"id"_L1}));
    }
    return users;
}

static void tellOfTheRest(ImportPlan &plan, const SourceTables &tables, bool hasQuotas)
{
    if (hasQuotas)
        plan.remarks.append(
            {u"remain_quota"_s,
             QT_TRANSLATE_NOOP("service", "Quotas weight tokens by the price of their model; they "
                                          "come as limits of tokens in total, which count each "
                                          "token once."),
             {}});
    const std::initializer_list<std::pair<QString, const char *>> rest{
        {u"users"_s,
         QT_TRANSLATE_NOOP("service", "%1 users stay behind, with the quota that their tokens share: "
                                      "there are keys only here.")},
        {u"channels"_s, QT_TRANSLATE_NOOP("service", "%1 channels stay behind: enter them as providers.")},
        {u"redemptions"_s,
         QT_TRANSLATE_NOOP("service", "%1 redemption codes stay behind: there are none here.")},
        {u"logs"_s,
         QT_TRANSLATE_NOOP("service", "%1 rows of its log stay behind: counts come, single requests "
                                      "do not.")}};
    for (const auto &[table, text] : rest) {
        if (const qint64 count = tables.counts.value(table); count > 0)
            plan.remarks.append({table, text, {QString::number(count)}});
    }
}

ImportPlan planOneApi(const SourceTables &tables, Timestamp now)
{
    ImportPlan plan;
    plan.kind = u"one-api"_s;
    plan.format = u"one-api, SQLite: tokens"_s;
    const QSet<QString> disabled = disabledUsers(tables);
    QSet<SecretHash> seen;
    bool hasQuotas = false;
    for (const SourceRow &row : tables.rows.value(u"tokens"_s)) {
        const QString secret = textOf(row, {"key"_L1});
        if (secret.isEmpty() || valueOf(row, {"deleted_at"_L1}).isValid())
            continue;
        // Its holders write «sk-» before what it stores.
        ImportedKey imported = keyOfSecret(secret.startsWith("sk-"_L1) ? secret : u"sk-"_s + secret);
        ApiKey &key = imported.key;
        key.label = labelFrom(textOf(row, {"name"_L1}));
        key.createdAt = instantOf(row, {"created_time"_L1}).value_or(now);
        key.updatedAt = now;
        imported.lastUsedAt = instantOf(row, {"accessed_time"_L1});
        readQuota(imported, row);
        readStatus(plan, imported, row, now);
        readModels(plan, imported, row);
        hasQuotas = hasQuotas || !key.limits.isEmpty();
        if (disabled.contains(textOf(row, {"user_id"_L1}))) {
            key.disabled = true;
            remark(plan, imported,
                   QT_TRANSLATE_NOOP("service", "Its user is disabled there: it comes disabled."));
        }
        if (seen.contains(imported.secretHash)) {
            remark(plan, imported, QT_TRANSLATE_NOOP("service", "It is there twice; the first one comes."));
            continue;
        }
        seen.insert(imported.secretHash);
        plan.keys.append(std::move(imported));
    }
    tellOfTheRest(plan, tables, hasQuotas);
    return plan;
}

}
