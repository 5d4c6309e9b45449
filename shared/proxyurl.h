// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QUrl>

// The address of an outbound proxy as people write it: «http://host:3128», «socks5://user:password@host:1080».
// Settings and the admin API read it with this. Pure.
namespace quota
{

// No message repeats the text: it may hold a password. «socks5h» is taken for socks5: the proxy resolves names.
Result<QUrl> readProxyUrl(const QString &text);
// To recognise it by: «socks5://…@host:1080», without user and password.
QString maskProxyUrl(const QUrl &url);

}
