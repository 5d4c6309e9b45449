// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"

#include <QList>

// The built-in demo: OpenAI-compatible answers made locally, the same for the same question, streaming and not,
// with usage. It stands in while no provider is configured, and says in every answer that it is the demo. Pure.
namespace quota::service
{

struct DemoAnswer
{
    int status = 200;
    HeaderList headers;       // Content-Type and «x-quota-proxy-demo: true»
    QList<QByteArray> chunks; // one for JSON; one event each for a stream, «data: [DONE]» last
    bool streamed = false;
};

// Serves POST /chat/completions, /completions, /embeddings and GET /models; the path is without «/v1».
// Anything else: 404 in OpenAI's shape. created: seconds since the epoch, to be written into the answer.
DemoAnswer demoAnswer(const QByteArray &method, QByteArrayView path, const QByteArray &body, qint64 created);

}
