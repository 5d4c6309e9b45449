// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/savedschema.h"

#include "service/store/schemafiles.h"

#include <algorithm>
#include <bit>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

struct Definition
{
    QString type;
    QString name;
    qint64 root = 0;
    QString text;
};

}

static Result<QList<Definition>> readDefinitions(const PageFile &pages, bool &isWhole)
{
    QList<Definition> definitions;
    const auto take = [&definitions](const StoredRow &row) -> Done {
        definitions.append({QString::fromUtf8(row.values.at(0).bytes),
                            QString::fromUtf8(row.values.at(1).bytes), row.values.at(3).integer,
                            QString::fromUtf8(row.values.at(4).bytes)});
        return {};
    };
    TreeReader reader(pages);
    const StoredTable table = tableOfTables();
    const auto lost = reader.read(table, 1, take);
    if (!lost)
        return tl::unexpected(lost.error());
    isWhole = lost->isEmpty();
    if (isWhole)
        return definitions;
    StoredSchema only;
    only.tables = {table};
    const auto strays =
        reader.readStrays(only, [&take](const auto &, const StoredRow &row) { return take(row); });
    return strays ? Result<QList<Definition>>(definitions) : tl::unexpected(strays.error());
}

// Name to definition, as the program of that version makes them.
static Result<QMap<QString, QString>> definitionsOf(int version)
{
    DatabaseOptions options;
    options.inMemory = true;
    options.path = u":memory:"_s;
    options.upTo = version;
    const auto database = Database::open(options);
    if (!database)
        return tl::unexpected(database.error());
    auto query = (*database)->run(u"SELECT name, sql FROM sqlite_master"_s);
    if (!query)
        return tl::unexpected(query.error());
    QMap<QString, QString> definitions;
    while ((*query)->next())
        definitions.insert((*query)->value(0).toString(), (*query)->value(1).toString());
    (*query)->finish();
    return definitions;
}

static int agreement(const QList<Definition> &saved, const QMap<QString, QString> &known)
{
    int points = 0;
    for (const Definition &one : saved) {
        const auto same = known.constFind(one.name);
        if (!one.text.isEmpty())
            points += same != known.constEnd() && *same == one.text ? 1 : -1;
    }
    return points;
}

Result<SavedSchema> readSavedSchema(const PageFile &pages, const QString &path)
{
    SavedSchema schema;
    const auto saved = readDefinitions(pages, schema.isWhole);
    if (!saved)
        return tl::unexpected(saved.error());
    const PageFile::Header header = pages.header();
    const bool hasMarks = header.hasMark && header.application == quint32(applicationId);
    const QList<int> versions = schemaFiles(u":/schema"_s).keys();
    const auto defined = std::count_if(saved->begin(), saved->end(),
                                       [](const Definition &one) { return !one.text.isEmpty(); });
    int best = 0;
    bool isExact = false;
    QMap<QString, QString> known;
    schema.version = versions.last();
    for (const int version : versions) {
        const auto definitions = definitionsOf(version);
        if (!definitions)
            return tl::unexpected(definitions.error());
        const int points = agreement(*saved, *definitions);
        // Some steps change no definition: then the number in the header decides, while it can be believed.
        const bool isNamed = hasMarks && quint32(version) == header.schema;
        if (points > best || (points == best && isNamed)) {
            best = points;
            schema.version = version;
            known = *definitions;
            isExact = schema.isWhole && points > 0 && points == defined;
        }
    }
    schema.isOurs = hasMarks || best >= 3;
    // One bit of the number has flipped when all tables are those of another.
    const bool isFlipped = isExact && std::popcount(header.schema ^ quint32(schema.version)) == 1 &&
                           header.schema > quint32(versions.last()) + 1;
    if (hasMarks && header.schema > quint32(versions.last()) && !isFlipped) {
        return failure(
            ErrorCode::Storage,
            u"The database %1 has schema %2, and this program knows schemas up to %3: a newer version has "
            "used it. Repair it with that version."_s.arg(path)
                .arg(header.schema)
                .arg(versions.last()));
    }
    if (header.hasMark && !schema.isOurs && !saved->isEmpty())
        return failure(ErrorCode::Storage,
                       u"%1 is a database of another program. Nothing was changed."_s.arg(path));
    for (const Definition &one : *saved) {
        if (known.contains(one.name) && one.root > 0)
            schema.roots.insert(one.name, one.root);
        else if (one.type == "table"_L1 && !one.name.startsWith("sqlite_"_L1) && schema.isWhole)
            schema.strangers.append(one.name);
    }
    return schema;
}

}
