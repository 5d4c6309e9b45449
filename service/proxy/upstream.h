// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/providerlist.h"
#include "service/http/client.h"
#include "service/proxy/contentcoding.h"

#include "service/config.h"

#include <memory>

// From a holder's request to a provider's and back: which address, which header fields cross in either
// direction. The stories of proxied calls and of model lists use it. Pure but for startCall.
namespace quota::service
{

// «/v1/chat/completions?x» at «https://host/api/v1» is «/api/v1/chat/completions?x».
QByteArray upstreamTarget(const QUrl &baseUrl, const QByteArray &holderTarget);
// A path with «.» or «..» segments, plain or encoded, would leave the provider's base path.
bool hasDotSegments(QByteArrayView path);

// In which codings the answer may come.
enum class AnswerCoding
{
    Identity,      // for who reads or changes it here
    HoldersChoice, // what the holder accepts, as far as its usage can be read here
};

// The holder's fields without credentials, cookies, hop-by-hop fields and framing; with the provider's own secret.
HeaderList upstreamHeaders(const HttpRequest &request, const QByteArray &secret,
                           AnswerCoding coding = AnswerCoding::Identity);
// The provider's fields without hop-by-hop fields, cookies, its limits for us, and what speaks of its own origin.
HeaderList holderHeaders(const HeaderList &upstream);

// How the content of an answer with these fields is coded.
ContentCoding codingOf(const HeaderList &upstream);

// The client's times, trust and proxies as the settings say.
ClientOptions clientOptions(const Config &config);

UpstreamRoute routeOf(const StoredProvider &provider);

// Over the network by the provider's route, or from the demo.
std::unique_ptr<UpstreamCall> startCall(Client &client, const StoredProvider &provider,
                                        UpstreamRequest request, qint64 nowSeconds);

}
