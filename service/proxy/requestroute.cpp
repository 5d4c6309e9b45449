// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/requestroute.h"

#include <QByteArray>

#include <algorithm>

namespace quota::service
{

bool isGenerating(QByteArrayView path)
{
    static constexpr QByteArrayView routes[] = {
        "/v1/chat/completions", "/v1/completions", "/v1/embeddings",         "/v1/responses",
        "/v1/messages",         "/v1/moderations", "/v1/images/generations", "/v1/audio/speech"};
    while (path.endsWith('/'))
        path.chop(1);
    return std::find(std::begin(routes), std::end(routes), path) != std::end(routes);
}

bool reportsUsage(QByteArrayView path)
{
    return path == "/v1/chat/completions" || path == "/v1/completions";
}

bool isUpload(QByteArrayView contentType)
{
    const QByteArray type = contentType.toByteArray().toLower();
    return type.startsWith("multipart/") || type.startsWith("application/octet-stream");
}

}
