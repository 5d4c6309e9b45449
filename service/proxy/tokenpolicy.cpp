// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/tokenpolicy.h"

namespace quota::service
{

qint64 outputCeiling(const Config &config, const RequestRoute &route, QByteArrayView model)
{
    if (!route.hasOutput)
        return 0;
    for (const ModelCeiling &ceiling : config.modelCeilings) {
        const QByteArrayView name = ceiling.model;
        if (name.endsWith('*') ? model.startsWith(name.chopped(1)) : model == name)
            return ceiling.tokens;
    }
    return config.defaultOutputTokens;
}

qint64 tokensToReserve(const Config &config, const RequestRoute &route, const ChatRequest &chat,
                       qint64 bodyBytes)
{
    const bool byBytes = config.promptReservation == PromptReservation::Bytes;
    return chat.tokensAtMost(outputCeiling(config, route, chat.model),
                             byBytes ? std::optional(bodyBytes) : std::nullopt);
}

QByteArrayView missingCeilingName(const Config &config, const RequestRoute &route)
{
    if (config.missingCeiling == MissingCeiling::Leave)
        return {};
    switch (route.ceiling) {
    case RequestRoute::Ceiling::None:
        break;
    case RequestRoute::Ceiling::Chat:
        return config.missingCeiling == MissingCeiling::MaxTokens ? "max_tokens" : "max_completion_tokens";
    case RequestRoute::Ceiling::MaxTokens:
        return "max_tokens";
    case RequestRoute::Ceiling::MaxOutputTokens:
        return "max_output_tokens";
    }
    return {};
}

}
