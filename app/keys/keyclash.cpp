// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keyclash.h"

#include "app/keys/keytext.h"

using namespace Qt::StringLiterals;

namespace quota::console
{

KeyValues KeyClash::valuesOf(const ApiKey &key)
{
    KeyValues values;
    values.label = key.label;
    if (!key.inheritsLimits)
        values.limits = key.limits;
    values.concurrency = key.concurrency;
    values.models = key.models;
    values.expiresAt = key.expiresAt;
    return values;
}

bool KeyClash::same(KeyField field, const KeyValues &left, const KeyValues &right)
{
    switch (field) {
    case KeyField::Label:
        return left.label == right.label;
    case KeyField::Limits:
        return left.limits == right.limits;
    case KeyField::Concurrency:
        return left.concurrency == right.concurrency;
    case KeyField::Models:
        return left.models == right.models;
    case KeyField::Expiry:
        return left.expiresAt == right.expiresAt;
    }
    Q_UNREACHABLE();
}

void KeyClash::copy(KeyField field, const KeyValues &from, KeyValues &to)
{
    switch (field) {
    case KeyField::Label:
        to.label = from.label;
        break;
    case KeyField::Limits:
        to.limits = from.limits;
        break;
    case KeyField::Concurrency:
        to.concurrency = from.concurrency;
        break;
    case KeyField::Models:
        to.models = from.models;
        break;
    case KeyField::Expiry:
        to.expiresAt = from.expiresAt;
        break;
    }
}

QList<KeyField> KeyClash::between(const KeyValues &read, const KeyValues &mine, const KeyValues &theirs)
{
    QList<KeyField> clashes;
    for (int i = 0; i < keyFieldCount; ++i) {
        const auto field = KeyField(i);
        if (!same(field, read, mine) && !same(field, read, theirs) && !same(field, mine, theirs))
            clashes.append(field);
    }
    return clashes;
}

KeyValues KeyClash::merged(const KeyValues &read, const KeyValues &mine, const KeyValues &theirs)
{
    KeyValues merged = mine;
    for (int i = 0; i < keyFieldCount; ++i) {
        if (same(KeyField(i), read, mine))
            copy(KeyField(i), theirs, merged);
    }
    return merged;
}

KeyChange KeyClash::change(const KeyValues &from, const KeyValues &to, qint64 version)
{
    KeyChange change;
    change.version = version;
    if (from.label != to.label)
        change.label = to.label;
    if (from.limits != to.limits) {
        change.limits = to.limits;
        change.inheritLimits = !to.limits;
    }
    if (from.concurrency != to.concurrency) {
        change.concurrency = to.concurrency;
        change.clearConcurrency = !to.concurrency;
    }
    if (from.models != to.models)
        change.models = to.models;
    if (from.expiresAt != to.expiresAt) {
        change.expiresAt = to.expiresAt;
        change.clearExpiry = !to.expiresAt;
    }
    return change;
}

bool KeyClash::isEmpty(const KeyChange &change)
{
    KeyChange nothing;
    nothing.version = change.version;
    return change == nothing;
}

QString KeyClash::nameOf(KeyField field)
{
    switch (field) {
    case KeyField::Label:
        return tr("Label");
    case KeyField::Limits:
        return tr("Limits");
    case KeyField::Concurrency:
        return tr("At once");
    case KeyField::Models:
        return tr("Models");
    case KeyField::Expiry:
        return tr("Expires");
    }
    Q_UNREACHABLE();
}

QString KeyClash::textOf(KeyField field, const KeyValues &values, const Format &format, Timestamp now)
{
    switch (field) {
    case KeyField::Label:
        return values.label.isEmpty() ? tr("none") : values.label;
    case KeyField::Limits: {
        if (!values.limits)
            return tr("default of the service");
        QStringList words;
        for (const Limit &limit : *values.limits)
            words.append(KeyText(format, now).limit(limit));
        return words.join(u" · "_s);
    }
    case KeyField::Concurrency:
        return values.concurrency ? format.number(*values.concurrency) : tr("any");
    case KeyField::Models:
        return values.models.isEmpty() ? tr("all") : values.models.join(u" · "_s);
    case KeyField::Expiry:
        return values.expiresAt ? format.dayTime(*values.expiresAt, now) : tr("never");
    }
    Q_UNREACHABLE();
}

}
