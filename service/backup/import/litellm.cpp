// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/litellm.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

using namespace Qt::StringLiterals;

namespace quota::service
{

bool isLiteLlm(const QStringList &columns)
{
    return columns.contains("token"_L1) &&
           (columns.contains("key_name"_L1) || columns.contains("key_alias"_L1)) &&
           (columns.contains("spend"_L1) || columns.contains("max_budget"_L1) ||
            columns.contains("models"_L1));
}

static std::optional<ImportedKey> keyFrom(const SourceRow &row)
{
    constexpr qsizetype hashSize = 32;
    const QString token = textOf(row, {"token"_L1});
    ImportedKey imported;
    const QByteArray hash = QByteArray::fromHex(token.toLatin1());
    if (token.size() == 2 * hashSize && hash.size() == hashSize) {
        imported.secretHash = hash;
        const QString name = textOf(row, {"key_name"_L1}); // «sk-...e41f»
        if (name.startsWith("sk-"_L1) && name.size() <= 12) {
            imported.key.prefix = u"sk-"_s;
            imported.key.tail = name.right(4);
        }
        return imported;
    }
    if (token.startsWith("sk-"_L1))
        return keyOfSecret(token);
    return std::nullopt;
}

static void readLimits(ImportedKey &imported, const SourceRow &row)
{
    ApiKey &key = imported.key;
    const auto add = [&key, &row](LimitUnit unit, QLatin1StringView column) {
        if (const auto amount = integerOf(row, {column})) {
            key.inheritsLimits = false;
            key.limits.append({unit, LimitWindow::Minute, boundedAmount(*amount)});
        }
    };
    add(LimitUnit::Requests, "rpm_limit"_L1);
    add(LimitUnit::Tokens, "tpm_limit"_L1);
    const auto parallel = integerOf(row, {"max_parallel_requests"_L1});
    if (parallel && *parallel >= 0)
        key.concurrency = qMin(*parallel, maximumConcurrency);
}

static void readModels(ImportPlan &plan, ImportedKey &imported, const SourceRow &row)
{
    QStringList models = wordsOf(row, {"models"_L1});
    if (models.contains("all-proxy-models"_L1) || models.contains("*"_L1))
        models.clear();
    if (models.contains("all-team-models"_L1) || models.contains("no-default-models"_L1)) {
        imported.key.disabled = true;
        plan.remarks.append(
            {imported.name(),
             QT_TRANSLATE_NOOP("service", "Its models are those of its team, which this file does "
                                          "not hold: it comes disabled. Give it models, then "
                                          "enable it."),
             {}});
        models.clear();
    }
    if (models.size() > maximumModelsPerKey) {
        models.resize(maximumModelsPerKey);
        plan.remarks.append({imported.name(),
                             QT_TRANSLATE_NOOP("service", "Only its first %1 models come."),
                             {QString::number(maximumModelsPerKey)}});
    }
    imported.key.models = models;
}

static void readBudget(ImportPlan &plan, ImportedKey &imported, const SourceRow &row)
{
    const auto budget = numberOf(row, {"max_budget"_L1});
    const double spend = numberOf(row, {"spend"_L1}).value_or(0);
    if (!budget && spend <= 0)
        return;
    const QString spent = QString::number(spend, 'f', 4);
    if (!budget) {
        plan.remarks.append(
            {imported.name(),
             QT_TRANSLATE_NOOP("service", "It has spent %1 in money, which does not come along: "
                                          "requests and tokens are counted here."),
             {spent}});
        return;
    }
    const QStringList amounts{spent, QString::number(*budget, 'f', 4)};
    if (spend >= *budget) {
        imported.key.disabled = true;
        plan.remarks.append(
            {imported.name(),
             QT_TRANSLATE_NOOP("service", "Its budget is used up (%1 of %2), and budgets in money do "
                                          "not come along: it comes disabled."),
             amounts});
        return;
    }
    plan.remarks.append(
        {imported.name(),
         QT_TRANSLATE_NOOP("service", "Its budget in money (%1 of %2 spent) does not come along: "
                                      "give it a limit of requests or tokens."),
         amounts});
}

static bool holdsSomething(const SourceRow &row, QLatin1StringView column)
{
    const QVariant value = row.value(column);
    if (value.typeId() == QMetaType::QVariantMap)
        return !value.toMap().isEmpty();
    if (value.typeId() == QMetaType::QVariantList || value.typeId() == QMetaType::QStringList)
        return !value.toList().isEmpty();
    const QString text = value.toString().trimmed();
    return !text.isEmpty() && text != "{}"_L1 && text != "[]"_L1 && text != "null"_L1;
}

// What restricted the key and has no place here must not fall away in silence.
static void readRestrictions(ImportPlan &plan, ImportedKey &imported, const SourceRow &row)
{
    QStringList lost;
    for (const QLatin1StringView column : {"allowed_routes"_L1, "permissions"_L1, "model_max_budget"_L1}) {
        if (holdsSomething(row, column))
            lost.append(column);
    }
    if (!lost.isEmpty()) {
        imported.key.disabled = true;
        plan.remarks.append(
            {imported.name(),
             QT_TRANSLATE_NOOP("service", "It was restricted by %1, which does not come along: it "
                                          "comes disabled. Enable it when that may be."),
             {lost.join(u", "_s)}});
    }
    if (holdsSomething(row, "team_id"_L1) || holdsSomething(row, "organization_id"_L1) ||
        holdsSomething(row, "budget_id"_L1))
        plan.remarks.append(
            {imported.name(),
             QT_TRANSLATE_NOOP("service", "It belongs to a team, an organization or a shared budget, "
                                          "whose limits this file does not hold."),
             {}});
}

ImportPlan planLiteLlm(const QList<SourceRow> &rows, const QString &format, Timestamp now)
{
    ImportPlan plan;
    plan.kind = u"litellm"_s;
    plan.format = u"LiteLLM, "_s + format;
    QSet<SecretHash> seen;
    qint64 without = 0;
    for (const SourceRow &row : rows) {
        auto imported = keyFrom(row);
        if (!imported) {
            without += 1;
            continue;
        }
        ApiKey &key = imported->key;
        key.label = labelFrom(textOf(row, {"key_alias"_L1}));
        key.createdAt = instantOf(row, {"created_at"_L1}).value_or(now);
        key.updatedAt = now;
        key.expiresAt = instantOf(row, {"expires"_L1});
        key.disabled = flagOf(row, {"blocked"_L1}).value_or(false);
        imported->lastUsedAt = instantOf(row, {"last_used_at"_L1, "last_active"_L1});
        if (seen.contains(imported->secretHash)) {
            plan.remarks.append({imported->name(),
                                 QT_TRANSLATE_NOOP("service", "It is there twice; the first one comes."),
                                 {}});
            continue;
        }
        seen.insert(imported->secretHash);
        readLimits(*imported, row);
        readModels(plan, *imported, row);
        readBudget(plan, *imported, row);
        readRestrictions(plan, *imported, row);
        plan.keys.append(std::move(*imported));
    }
    if (without > 0)
        plan.remarks.append({u"token"_s,
                             QT_TRANSLATE_NOOP("service", "%1 rows hold no key: they stay behind."),
                             {QString::number(without)}});
    return plan;
}

}
