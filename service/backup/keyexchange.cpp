// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/keyexchange.h"

#include "service/store/auditstore.h"

#include <QScopeGuard>

using namespace Qt::StringLiterals;

namespace quota::service
{

static Result<qint64> exchangeKeys(Database &database, const QString &subject, const QString &actor,
                                   Timestamp now)
{
    Transaction transaction(database);
    if (const Done begun = transaction.begin(); !begun)
        return tl::unexpected(begun.error());
    for (const QString &statement :
         {// What counters bring along that these books have no rows of.
          u"INSERT INTO adjustments (time, key_id, window_kind, window_start, requests, tokens, actor, kind) "
          "SELECT %1, key_id, window_kind, window_start, requests, tokens, 'service', 'restored' "
          "FROM backup.counters b WHERE NOT EXISTS (SELECT 1 FROM counters c WHERE c.key_id = b.key_id) AND "
          "NOT EXISTS (SELECT 1 FROM names n WHERE n.word = b.key_id)"_s.arg(toMilliseconds(now)),
          u"DELETE FROM key_raises"_s, u"DELETE FROM key_limits"_s, u"DELETE FROM keys"_s,
          u"DELETE FROM leases WHERE key_id NOT IN (SELECT id FROM backup.keys)"_s,
          u"DELETE FROM template_limits"_s, u"DELETE FROM templates"_s,
          u"INSERT INTO templates SELECT * FROM backup.templates"_s,
          u"INSERT INTO template_limits SELECT * FROM backup.template_limits"_s,
          u"INSERT INTO keys SELECT * FROM backup.keys"_s,
          u"INSERT INTO key_limits SELECT * FROM backup.key_limits"_s,
          u"INSERT INTO key_raises SELECT * FROM backup.key_raises"_s,
          u"INSERT INTO counters SELECT * FROM backup.counters b WHERE NOT EXISTS "
          "(SELECT 1 FROM counters c WHERE c.key_id = b.key_id)"_s}) {
        if (const auto changed = database.change(statement); !changed)
            return tl::unexpected(changed.error());
    }
    if (const Done noted = auditstore::append(database, now, actor, u"restore"_s, subject, u"keys"_s); !noted)
        return tl::unexpected(noted.error());
    auto query = database.run(u"SELECT count(*) FROM keys"_s);
    if (!query)
        return tl::unexpected(query.error());
    const qint64 keys = (*query)->next() ? (*query)->value(0).toLongLong() : 0;
    (*query)->finish();
    if (const Done committed = transaction.commit(); !committed)
        return tl::unexpected(committed.error());
    return keys;
}

Result<qint64> takeKeys(Database &database, const QString &backup, const QString &subject,
                        const QString &actor, Timestamp now)
{
    if (const auto attached = database.change(u"ATTACH ? AS backup"_s, {backup}); !attached)
        return tl::unexpected(attached.error());
    const auto detach = qScopeGuard([&database] {
        database.release();
        (void)database.change(u"DETACH backup"_s);
    });
    return exchangeKeys(database, subject, actor, now);
}

}
