// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"

#include <QDate>
#include <QMap>

// What another system's store holds, in our words: keys with what they have used, and what of it does not come along.
// The mappers of each family make it, the importer writes it. Holds hashes of secrets, never secrets.
namespace quota::service
{

// A text that a person reads, and what it is about: a key's preview, a table, a column.
struct ImportRemark
{
    QString subject;
    const char *text = ""; // English, marked for translation
    QStringList arguments;
};

struct ImportedKey
{
    ApiKey key; // without an id
    SecretHash secretHash;
    qint64 requests = 0;      // used in all its life
    qint64 tokens = 0;        // the same
    QMap<QDate, qint64> days; // requests of each day, by the calendar of the system that counted them
    std::optional<Timestamp> lastUsedAt;

    // «Alice (sk-…e41f)»: safe to show.
    QString name() const
    {
        return key.label.isEmpty() ? key.preview() : QStringLiteral("%1 (%2)").arg(key.label, key.preview());
    }
};

// A row of an audit log: what was done there, to which key, without the secrets that such logs hold.
struct ImportedDeed
{
    Timestamp time;
    QString action;     // in lowercase
    SecretHash keyHash; // empty: to none
    QString detail;
};

struct ImportPlan
{
    QString kind;   // for programs: «quota-proxy-sqlite»
    QString format; // for a person: «SQLite: api_keys, usage_log»
    QList<ImportedKey> keys;
    QList<ImportedDeed> deeds;
    QList<ImportRemark> remarks;
};

}
