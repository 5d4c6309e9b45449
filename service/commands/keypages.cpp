// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/keypages.h"

namespace quota::service
{

Result<QList<KeyOverview>> allKeys(Session &session, KeyQuery query, qint64 most)
{
    constexpr qint64 pageSize = 500;
    QList<KeyOverview> keys;
    do {
        query.limit = int(qMin(pageSize, most - keys.size()));
        const auto page = session.wait(session.client().keys(query));
        if (!page)
            return tl::unexpected<Error>(page.error());
        keys += page->keys;
        query.after = page->next;
    } while (!query.after.isEmpty() && keys.size() < most);
    return keys;
}

}
