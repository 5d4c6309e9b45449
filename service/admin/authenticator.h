// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/attemptlimiter.h"
#include "service/admin/route.h"

// Who calls, and whether they may: the admin token (compared in constant time), a key's secret where a route
// takes one, or nobody. Refusals say which credential was wrong. Failed tries are counted by address.
namespace quota::service
{

class Authenticator
{
public:
    explicit Authenticator(const AdminContext &context);

    // Fills role, actor and secret of the call; the answer to give when the caller may not go on.
    std::optional<HttpAnswer> admit(Access access, AdminCall &call);

private:
    std::optional<HttpAnswer> admitHolder(AdminCall &call);
    std::optional<HttpAnswer> admitOperator(AdminCall &call, bool holderToo);
    bool isAdminToken(QByteArrayView token) const;

    const AdminContext &m_context;
    const QByteArray m_tokenDigest;
    AttemptLimiter m_attempts;
};

}
