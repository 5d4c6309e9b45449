// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/messages.h"
#include "shared/clock.h"
#include "shared/result.h"

#include <QSslConfiguration>

#include <memory>

// The certificate with which the service speaks TLS to its clients, read from its files with every fault named. The
// settings and the service load it, at the start and when they are told to do so again.
namespace quota::service
{

struct Certificate
{
    QSslConfiguration configuration; // for the server's end of a connection; TLS 1.2 or newer
    QString subject;                 // the name it is for
    Timestamp expires;               // the first of its chain
    QByteArray fingerprint;          // SHA-256 of the server's own certificate, in hexadecimal
    QStringList warnings;            // what should be looked at, though it can be used; English
};
using CertificatePointer = std::shared_ptr<const Certificate>;

// certificateFile: PEM, the server's own certificate first, then its chain; keyFile: PEM, RSA or EC, not encrypted.
// The faults name the setting, the file and the cure.
tl::expected<CertificatePointer, QList<Error>> loadCertificate(const QString &certificateFile,
                                                               const QString &keyFile, Timestamp now,
                                                               Language language = Language::English);

}
