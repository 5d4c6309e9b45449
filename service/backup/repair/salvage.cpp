// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/salvage.h"

#include "service/backup/repair/lossreport.h"
#include "service/backup/repair/lostfigures.h"
#include "service/backup/repair/rowwriter.h"
#include "service/backup/repair/savedschema.h"
#include "service/store/auditstore.h"

#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class Salvage
{
public:
    Salvage(const PageFile &pages, Database &database, const SavedSchema &saved, Timestamp now)
        : m_pages(pages)
        , m_database(database)
        , m_saved(saved)
        , m_now(now)
        , m_reader(pages)
        , m_writer(database)
    {}

    Done run();
    QList<RepairRemark> remarks() const { return m_remarks; }

private:
    Done readTables();
    Done readLeftovers();
    Done takeStray(const QList<const StoredTable *> &tables, const StoredRow &row);
    Result<bool> hasParent(const StoredTable &table, const StoredRow &row);
    Done protectKeys();
    Done protectKeys(const QString &table, const QString &condition);
    Done isAnythingHere();
    void remark(const QString &table, const char *text, const QStringList &arguments = {})
    {
        m_remarks.append({table, text, arguments});
    }

    const PageFile &m_pages;
    Database &m_database;
    const SavedSchema &m_saved;
    const Timestamp m_now;
    TreeReader m_reader;
    RowWriter m_writer;
    StoredSchema m_schema;
    LossReport::Losses m_losses;
    QList<RepairRemark> m_remarks;
};

}

Done Salvage::readTables()
{
    for (const StoredTable &table : std::as_const(m_schema.tables)) {
        const qint64 root = m_saved.roots.value(table.name);
        auto lost =
            m_reader.read(table, root, [&](const StoredRow &row) { return m_writer.write(table, row); });
        if (!lost)
            return tl::unexpected(lost.error());
        if (!lost->isEmpty())
            m_losses.insert(table.name, *lost);
    }
    return {};
}

// Of tables of one shape, the one that it belongs to by what it refers to.
Done Salvage::takeStray(const QList<const StoredTable *> &tables, const StoredRow &row)
{
    QList<const StoredTable *> candidates;
    for (const StoredTable *table : tables) {
        // A tree that was read to its end has no rows elsewhere.
        if (m_losses.contains(table->name) && !candidates.contains(table))
            candidates.append(table);
    }
    for (const StoredTable *table : std::as_const(candidates)) {
        const auto belongs = candidates.size() == 1 ? Result<bool>(true) : hasParent(*table, row);
        if (!belongs)
            return tl::unexpected(belongs.error());
        if (*belongs)
            return m_writer.write(*table, row);
    }
    return {};
}

Result<bool> Salvage::hasParent(const StoredTable &table, const StoredRow &row)
{
    for (const StoredReference &reference : table.references) {
        for (qsizetype index = 0; index < table.columns.size(); ++index) {
            if (table.columns.at(index).name != reference.column)
                continue;
            auto query = m_database.run(u"SELECT count(*) FROM \"%1\" WHERE \"%2\" = ?"_s.arg(
                                            reference.parent, reference.parentColumn),
                                        {QString::fromUtf8(row.values.at(index).bytes)});
            if (!query)
                return tl::unexpected(query.error());
            const bool found = (*query)->next() && (*query)->value(0).toInt() > 0;
            (*query)->finish();
            return found;
        }
    }
    return false;
}

// What no tree leads to any more, and what an index knows as well.
Done Salvage::readLeftovers()
{
    if (m_losses.isEmpty())
        return {};
    const auto strays = m_reader.readStrays(
        m_schema, [this](const auto &tables, const StoredRow &row) { return takeStray(tables, row); });
    if (!strays)
        return strays;
    for (const StoredIndex &index : std::as_const(m_schema.indexes)) {
        if (!index.holdsRows || !m_losses.contains(index.table))
            continue;
        const auto table = std::find_if(m_schema.tables.begin(), m_schema.tables.end(),
                                        [&index](const StoredTable &one) { return one.name == index.table; });
        TreeReader reader(m_pages);
        const auto read =
            reader.read(index.entries, m_saved.roots.value(index.name), [&](const StoredRow &entry) -> Done {
                return m_writer.write(*table, index.entries, entry);
            });
        if (!read)
            return tl::unexpected(read.error());
    }
    return {};
}

// A key whose limits may be gone would have none.
Done Salvage::protectKeys()
{
    Done done = protectKeys(u"key_limits"_s, u"inherits_limits = 0 AND id"_s);
    return done ? protectKeys(u"template_limits"_s, u"template"_s) : done;
}

// Those that have their limits from rows between the ends of what is lost of this table.
Done Salvage::protectKeys(const QString &table, const QString &condition)
{
    const QList<LostSpan> spans = m_losses.value(table);
    for (const LostSpan &span : spans) {
        const auto key = [](const std::optional<StoredRow> &row) {
            return row ? QString::fromUtf8(row->values.constFirst().bytes) : QString();
        };
        auto query =
            m_database.run(u"UPDATE keys SET disabled = 1 WHERE disabled = 0 AND %1 >= ? AND "
                           "(%2 <= ? OR ? = '') RETURNING id"_s.arg(condition, condition.section(u' ', -1)),
                           {key(span.after), key(span.before), key(span.before)});
        if (!query)
            return tl::unexpected(query.error());
        QStringList ids;
        while ((*query)->next())
            ids.append((*query)->value(0).toString());
        (*query)->finish();
        for (const QString &id : std::as_const(ids))
            remark(table, LostFigures::limitsLost, {id});
    }
    return {};
}

Done Salvage::isAnythingHere()
{
    if (m_writer.rows(u"meta"_s) + m_writer.rows(u"keys"_s) + m_writer.rows(u"requests"_s) +
            m_writer.rows(u"audit"_s) >
        0)
        return {};
    return failure(ErrorCode::NotFound, u"no row of this program can be read in it"_s);
}

Done Salvage::run()
{
    auto schema = readStoredSchema(m_database);
    if (!schema)
        return tl::unexpected(schema.error());
    m_schema = std::move(*schema);
    LostFigures figures(m_database, m_saved.version, m_now);
    const auto part = [](Done done, const auto &next) { return done ? next() : done; };
    Done done = m_writer.begin(m_schema);
    done = part(done, [this] { return readTables(); });
    done = part(done, [this] { return readLeftovers(); });
    done = part(done, [this] { return isAnythingHere(); });
    done = part(done, [this] {
        return LossReport(m_database, m_schema, m_losses).tell(m_pages, m_saved, m_remarks);
    });
    done = part(done, [this] { return protectKeys(); });
    done = part(done, [&] { return figures.removeOrphans(m_schema, m_remarks); });
    done = part(done, [&] { return m_writer.restoreWhatWasThere(figures, m_remarks); });
    const StoredTable *requests = nullptr;
    for (const StoredTable &table : std::as_const(m_schema.tables))
        requests = table.name == "requests"_L1 ? &table : requests;
    const auto spans = m_losses.value(u"requests"_s);
    done = part(done, [&] {
        return requests && !spans.isEmpty() ? figures.markLostRows(spans.last().before) : Done();
    });
    done = part(done, [&] { return figures.makeUp(m_losses.keys(), m_remarks); });
    return done;
}

Result<SalvagedDatabase> salvage(const PageFile &pages, const QString &path, const QString &actor,
                                 Timestamp now)
{
    const auto saved = readSavedSchema(pages, path);
    if (!saved)
        return tl::unexpected(saved.error());
    DatabaseOptions options;
    options.path = path;
    options.upTo = saved->version;
    const auto database = Database::open(options);
    if (!database)
        return tl::unexpected(database.error());
    // A file that nobody reads before it is whole: no journal on the disk, synchronised at the end.
    for (const QString &pragma : {u"PRAGMA journal_mode = MEMORY"_s, u"PRAGMA synchronous = OFF"_s,
                                  u"PRAGMA foreign_keys = OFF"_s, u"PRAGMA cache_size = -65536"_s}) {
        if (const auto done = (*database)->change(pragma); !done)
            return tl::unexpected(done.error());
    }
    (*database)->release();
    Transaction transaction(**database);
    Done done = transaction.begin();
    Salvage story(pages, **database, *saved, now);
    if (done)
        done = story.run();
    if (done)
        done = auditstore::append(**database, now, actor, u"database.repair"_s, u"database"_s,
                                  u"%1 remarks"_s.arg(story.remarks().size()));
    if (done)
        done = transaction.commit();
    if (!done)
        return tl::unexpected(done.error());
    return SalvagedDatabase{saved->version, story.remarks()};
}

}
