// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keyform.h"
#include "app/widgets/format.h"
#include "shared/apikey.h"

#include <QCoreApplication>

// What to do when two people edit one key: which fields differ, how both values read, and the change that is sent
// for what a person wants. Pure.
namespace quota::console
{

enum class KeyField
{
    Label,
    Limits,
    Concurrency,
    Models,
    Expiry
};
inline constexpr int keyFieldCount = 5;

class KeyClash
{
    Q_DECLARE_TR_FUNCTIONS(quota::console::KeyClash)

public:
    static KeyValues valuesOf(const ApiKey &key);
    static bool same(KeyField field, const KeyValues &left, const KeyValues &right);
    static void copy(KeyField field, const KeyValues &from, KeyValues &to);
    // Fields that both changed since the key was read, to different values.
    static QList<KeyField> between(const KeyValues &read, const KeyValues &mine, const KeyValues &theirs);
    // What I did not touch follows them.
    static KeyValues merged(const KeyValues &read, const KeyValues &mine, const KeyValues &theirs);
    // Only what differs is sent, under the version it was seen at.
    static KeyChange change(const KeyValues &from, const KeyValues &to, qint64 version);
    static bool isEmpty(const KeyChange &change);

    static QString nameOf(KeyField field);
    static QString textOf(KeyField field, const KeyValues &values, const Format &format, Timestamp now);
};

}
