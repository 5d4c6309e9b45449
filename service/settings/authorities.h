// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/values.h"

#include <QSslCertificate>

// The file of certificates that vouch for private upstreams (UPSTREAM_CA_FILE): PEM, one after another. The loader
// of settings reads it at start.
namespace quota::service
{

// All of them, or what is wrong with the file.
Reading<QList<QSslCertificate>> readAuthorities(const QString &path);

}
