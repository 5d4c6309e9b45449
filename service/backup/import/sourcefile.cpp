// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/sourcefile.h"

#include "service/backup/import/csvreader.h"
#include "service/backup/import/litellm.h"
#include "service/backup/import/oneapi.h"
#include "service/backup/import/sourcetables.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace quota::service
{

static const QString supported =
    u"What can be imported: the JSON file or a SQLite database of the earlier quota-proxy (tables trial_keys "
    u"or "
    "api_keys), a SQLite database of one-api (table tokens), LiteLLM's table LiteLLM_VerificationToken as CSV or JSON."_s;

static tl::unexpected<Error> unsupported(const QString &path, const QString &found)
{
    return failure(ErrorCode::InvalidField, u"%1 holds %2. %3"_s.arg(path, found, supported));
}

static Result<ImportPlan> planDatabase(const QString &path, Timestamp now)
{
    const auto tables = readSourceTables(path);
    if (!tables)
        return tl::unexpected(tables.error());
    if (isOneApi(tables->columns))
        return planOneApi(*tables, now);
    if (!oldKeyTables(tables->columns).isEmpty())
        return planOldTables(*tables, now);
    if (tables->rows.contains(liteLlmTable))
        return planLiteLlm(tables->rows.value(liteLlmTable), u"SQLite"_s, now);
    QStringList names = tables->columns.keys();
    names.sort();
    constexpr qsizetype shown = 12;
    const QString list = names.mid(0, shown).join(u", "_s) + (names.size() > shown ? u", …"_s : u""_s);
    return unsupported(path, names.isEmpty() ? u"a SQLite database without tables"_s
                                             : u"a SQLite database with the tables %1"_s.arg(list));
}

static SourceRow rowFrom(const QJsonObject &object)
{
    SourceRow row;
    for (auto it = object.begin(); it != object.end(); ++it)
        row.insert(it.key().toLower(), it.value().toVariant());
    return row;
}

// An array of rows, or an object whose one array they are.
static QList<SourceRow> rowsOf(const QJsonDocument &document)
{
    QJsonArray array = document.array();
    const QJsonObject object = document.object();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it.value().isArray() && it.value().toArray().at(0).isObject())
            array = it.value().toArray();
    }
    QList<SourceRow> rows;
    for (const QJsonValue &value : std::as_const(array))
        rows.append(rowFrom(value.toObject()));
    return rows;
}

// A row a line, as psql and jq print them.
static QList<SourceRow> rowsOfLines(const QByteArray &text)
{
    QList<SourceRow> rows;
    for (const QByteArray &line : text.split('\n')) {
        if (line.trimmed().isEmpty())
            continue;
        const auto document = QJsonDocument::fromJson(line);
        if (!document.isObject())
            return {};
        rows.append(rowFrom(document.object()));
    }
    return rows;
}

static Result<ImportPlan> planJson(const QString &path, const QByteArray &text, Timestamp now)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(text, &error);
    QList<SourceRow> rows = rowsOf(document);
    if (error.error != QJsonParseError::NoError) {
        rows = rowsOfLines(text);
        if (rows.isEmpty())
            return failure(ErrorCode::InvalidField,
                           u"%1 begins as JSON and is not whole: %2 at byte %3. Nothing was changed."_s
                               .arg(path, error.errorString())
                               .arg(error.offset));
    }
    if (document.isObject() && isOldJson(document.object()))
        return planOldJson(document.object(), now);
    if (!rows.isEmpty() && isLiteLlm(rows.constFirst().keys()))
        return planLiteLlm(rows, u"JSON"_s, now);
    QStringList names = rows.isEmpty() ? document.object().keys() : QStringList(rows.constFirst().keys());
    names.sort();
    constexpr qsizetype shown = 12;
    // Names only where they are those of columns: the keys of an unknown object might be secrets.
    return unsupported(path, rows.isEmpty() ? u"JSON of an unknown shape"_s
                                            : u"JSON rows with the columns %1"_s.arg(
                                                  names.mid(0, shown).join(u", "_s).left(300)));
}

static Result<ImportPlan> planCsv(const QString &path, const QByteArray &text, Timestamp now)
{
    const auto lines = readCsv(text);
    if (!lines)
        return failure(ErrorCode::InvalidField,
                       u"%1: %2 Nothing was changed."_s.arg(path, lines.error().message));
    QStringList columns;
    for (const QString &name : lines->value(0))
        columns.append(name.trimmed().toLower());
    if (!isLiteLlm(columns))
        return unsupported(path,
                           u"text that is neither JSON nor CSV with the columns token, key_alias, models"_s);
    QList<SourceRow> rows;
    for (const QStringList &line : lines->sliced(1)) {
        SourceRow row;
        for (qsizetype i = 0; i < columns.size(); ++i) {
            if (!line[i].isEmpty())
                row.insert(columns[i], line[i]);
        }
        rows.append(row);
    }
    return planLiteLlm(rows, u"CSV"_s, now);
}

// What people have instead of the file itself, with the way to it.
static std::optional<QString> wrapping(const QByteArray &head)
{
    if (head.startsWith("\x1f\x8b"))
        return u"a gzip archive: unpack it (tar -xzf, gunzip), and import the file in it"_s;
    if (head.startsWith("PK\x03\x04"))
        return u"a ZIP archive: unpack it, and import the file in it"_s;
    if (head.startsWith("PRAGMA ") || head.startsWith("BEGIN TRANSACTION") || head.contains("CREATE TABLE "))
        return u"SQL text: make a database of it first (sqlite3 NEW.db < FILE), and import that"_s;
    return std::nullopt;
}

Result<ImportPlan> readSource(const QString &path, Timestamp now, qint64 maximumText)
{
    const QFileInfo info(path);
    if (!info.exists())
        return failure(ErrorCode::NotFound, u"There is no file %1."_s.arg(path));
    if (!info.isFile())
        return failure(ErrorCode::InvalidField, u"%1 is no file. Name the file to import."_s.arg(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            ErrorCode::Storage,
            u"%1 cannot be read: %2. Give this user permission to read it."_s.arg(path, file.errorString()));
    constexpr qint64 headSize = 4096;
    const QByteArray head = file.peek(headSize);
    if (head.isEmpty())
        return unsupported(path, u"nothing (0 bytes)"_s);
    if (head.startsWith(QByteArray("SQLite format 3\0", 16)))
        return planDatabase(path, now);
    if (const auto found = wrapping(head))
        return unsupported(path, *found);
    if (head.contains('\0'))
        return unsupported(path, u"bytes of an unknown kind"_s);
    if (info.size() > maximumText)
        return failure(ErrorCode::InvalidField,
                       u"%1 is text of %2 bytes, and at most %3 are read. Part it."_s.arg(path)
                           .arg(info.size())
                           .arg(maximumText));
    QByteArray text = file.readAll();
    if (text.startsWith("\xef\xbb\xbf"))
        text.remove(0, 3);
    const QByteArray start = text.left(headSize).trimmed();
    if (start.startsWith('{') || start.startsWith('['))
        return planJson(path, text, now);
    return planCsv(path, text, now);
}

}
