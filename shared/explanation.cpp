// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/explanation.h"

using namespace Qt::StringLiterals;

namespace quota
{

static ExplainedLimit limitFrom(JsonReader &reader)
{
    ExplainedLimit limit;
    limit.status = limitStatusFromJson(reader);
    limit.requested = reader.integerOr("requested"_L1, 0);
    limit.passed = reader.boolean("passed"_L1, true);
    if (reader.has("raise_to"_L1) && !reader.isNull("raise_to"_L1))
        limit.raiseTo = reader.integer("raise_to"_L1);
    return limit;
}

Result<RequestExplanation> requestExplanationFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    RequestExplanation request;
    request.id = reader.string("id"_L1);
    request.key = KeyId{reader.string("key"_L1)};
    request.label = reader.string("label"_L1, {});
    request.model = reader.string("model"_L1, {});
    request.provider = reader.string("provider"_L1, {});
    request.time = reader.timestamp("time"_L1);
    request.timeZone = reader.string("time_zone"_L1, {});
    request.status = int(reader.integerOr("status"_L1, 0));
    request.outcome = reader.string("outcome"_L1, {});
    reader.nested("tokens"_L1, [&request](JsonReader &tokens) {
        request.promptTokens = tokens.integerOr("prompt"_L1, 0);
        request.completionTokens = tokens.integerOr("completion"_L1, 0);
        request.measure = tokens.string("measure"_L1, {});
    });
    request.judged = reader.boolean("judged"_L1, false);
    reader.objects("limits"_L1, [&request](JsonReader &limit) { request.limits.append(limitFrom(limit)); });
    if (reader.has("concurrency"_L1) && !reader.isNull("concurrency"_L1)) {
        reader.nested("concurrency"_L1, [&request](JsonReader &concurrency) {
            request.concurrency = concurrency.integerOr("limit"_L1, 0);
            request.active = concurrency.integerOr("active"_L1, 0);
        });
    }
    request.waitUntil = reader.timestamp("wait_until"_L1);
    request.words = reader.string("explanation"_L1, {});
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return request;
}

}
