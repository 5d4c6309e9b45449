// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/auditstore.h"

using namespace Qt::StringLiterals;

namespace quota::service::auditstore
{

Done append(Database &database, Timestamp time, const QString &actor, const QString &action,
            const QString &subject, const QString &detail)
{
    const auto written =
        database.run(u"INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)"_s,
                     {toMilliseconds(time), actor, action, subject, detail});
    if (!written)
        return tl::unexpected<Error>(written.error());
    return {};
}

}
