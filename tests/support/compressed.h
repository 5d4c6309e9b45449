// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/contentcoding.h"

// Compresses as upstreams do, for tests of what reads it.
namespace quota::test
{

// «deflate» with zlib's head.
QByteArray compressed(service::ContentCoding coding, QByteArrayView content);
// «deflate» as some send it, without.
QByteArray deflatedBare(QByteArrayView content);

}
