// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/import/sourcevalues.h"

#include <QJsonObject>

// The stores of the system that this one replaces: the JSON file of its first version, and the SQLite schemas of all
// later ones and of its scripts, told apart by their columns. Pure.
namespace quota::service
{

inline const QString auditTable = QStringLiteral("audit_log");

// Requests of one key on one day; the key by its secret or its number.
struct SourceUse
{
    QString key;
    QDate day;
    qint64 requests = 0;
    std::optional<Timestamp> updatedAt;
};

// A SQLite store as it was read.
struct SourceTables
{
    QHash<QString, QStringList> columns;   // of every table, all in lowercase
    QHash<QString, qint64> counts;         // rows of every table
    QHash<QString, QList<SourceRow>> rows; // of the tables that hold keys, and of the audit log
    QString usageTable;                    // where uses come from; empty: there is none
    QList<SourceUse> uses;
};

// The tables with keys of the replaced system; none: it is not one of its stores.
QStringList oldKeyTables(const QHash<QString, QStringList> &columns);

ImportPlan planOldTables(const SourceTables &tables, Timestamp now);

// The first version's file: {"keys":{secret:{label,created_at}},"usage":{day:{secret:{requests,updated_at}}}}.
bool isOldJson(const QJsonObject &object);
ImportPlan planOldJson(const QJsonObject &object, Timestamp now);

}
