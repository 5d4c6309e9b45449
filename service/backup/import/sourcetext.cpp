// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/sourcetext.h"

#include "service/backup/import/csvreader.h"
#include "service/backup/import/litellm.h"
#include "service/backup/import/oldstore.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace quota::service
{

static const QString supported =
    u"What can be imported: the JSON file or a SQLite database of the earlier quota-proxy (tables trial_keys "
    u"or "
    "api_keys), a SQLite database of one-api (table tokens), LiteLLM's table LiteLLM_VerificationToken as CSV or JSON."_s;

tl::unexpected<Error> unsupportedSource(const QString &path, const QString &found)
{
    return failure(ErrorCode::InvalidField, u"%1 holds %2. %3"_s.arg(path, found, supported));
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
    return unsupportedSource(path, rows.isEmpty() ? u"JSON of an unknown shape"_s
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
        return unsupportedSource(
            path, u"text that is neither JSON nor CSV with the columns token, key_alias, models"_s);
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

Result<ImportPlan> planText(const QString &name, QByteArray text, Timestamp now)
{
    if (text.startsWith("\xef\xbb\xbf"))
        text.remove(0, 3);
    constexpr qsizetype headSize = 4096;
    const QByteArray start = text.left(headSize).trimmed();
    if (start.startsWith('{') || start.startsWith('['))
        return planJson(name, text, now);
    return planCsv(name, text, now);
}

}
