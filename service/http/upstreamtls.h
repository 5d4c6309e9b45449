// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/origin.h"

#include <QSslConfiguration>
#include <QSslError>

// Whom an upstream's certificate must be vouched for by, and what to say and do when it is not. Verification is
// never off. A lane has one.
namespace quota::service
{

class UpstreamTls
{
public:
    explicit UpstreamTls(const QList<QSslCertificate> &privateAuthorities);

    // False: only private authorities may vouch for it, and there are none.
    bool canVerify(const Origin &origin) const { return !origin.privateAuthority || m_hasPrivate; }
    // With the session to resume.
    QSslConfiguration configurationFor(const Origin &origin) const;
    // What is wrong with the certificate, and the cure.
    static QString explain(const Origin &origin, const QList<QSslError> &errors);

private:
    QSslConfiguration m_public;
    QSslConfiguration m_private;
    bool m_hasPrivate = false;
};

}
