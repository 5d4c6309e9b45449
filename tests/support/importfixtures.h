// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

// Stores of other systems, made from their documented schemas: what an import is tested with. Each holds the keys of
// Alice and Bob, and secretOf() says what their holders send.
namespace quota::test
{

// The variants in the order of the documents: v0 … v8, faq (the names of its questions and answers), one-api,
// litellm-csv, litellm-json.
QStringList importVariants();

// Writes the store to path; false when that fails.
bool makeImportFixture(const QString &variant, const QString &path);

QByteArray secretOf(const QString &variant, const QString &holder);

// A SQLite database with these statements run. leaveLog: with its last writes still in the log beside it, as a killed
// writer leaves it.
bool makeSqlite(const QString &path, const QStringList &statements, bool leaveLog = false);

}
