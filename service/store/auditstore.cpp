// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/auditstore.h"

using namespace Qt::StringLiterals;

namespace quota::service::auditstore
{

Done append(Database &database, Timestamp time, const QString &actor, const QString &action,
            const QString &subject, const QString &detail)
{
    const auto added =
        database.change(u"INSERT INTO audit (time, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)"_s,
                        {toMilliseconds(time), actor, action, subject, detail});
    return added ? Done() : tl::unexpected(added.error());
}

Result<bool> has(Database &database, Timestamp time, const QString &actor, const QString &action)
{
    return database
        .run(u"SELECT count(*) FROM audit WHERE time = ? AND actor = ? AND action = ?"_s,
             {toMilliseconds(time), actor, action})
        .map([](QSqlQuery *query) {
            const bool found = query->next() && query->value(0).toLongLong() > 0;
            query->finish();
            return found;
        });
}

}
