// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/servedcertificate.h"

#include "service/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

void ServedCertificate::put(CertificatePointer certificate)
{
    const std::lock_guard lock(m_mutex);
    m_certificate = std::move(certificate);
    m_version.fetch_add(1, std::memory_order_release);
}

bool ServedCertificate::reload(const QString &certificateFile, const QString &keyFile, Timestamp now)
{
    const auto certificate = loadCertificate(certificateFile, keyFile, now);
    if (!certificate) {
        for (const Error &fault : certificate.error())
            logLine(lcHttp(), LogLevel::Error,
                    u"The new certificate is refused, the one before stays in use. "_s + fault.message);
        return false;
    }
    put(*certificate);
    for (const QString &warning : (*certificate)->warnings)
        logLine(lcHttp(), LogLevel::Warning, warning);
    logLine(lcHttp(), LogLevel::Info, u"The certificate was read anew; new connections use it."_s,
            {{u"subject"_s, (*certificate)->subject},
             {u"expires"_s, toIso((*certificate)->expires)},
             {u"sha256"_s, QString::fromLatin1((*certificate)->fingerprint)}});
    return true;
}

CertificatePointer ServedCertificate::get() const
{
    const std::lock_guard lock(m_mutex);
    return m_certificate;
}

const Certificate &CertificateView::now()
{
    if (const quint64 version = m_served.version(); version != m_version) {
        m_certificate = m_served.get();
        m_version = version;
    }
    return *m_certificate;
}

}
