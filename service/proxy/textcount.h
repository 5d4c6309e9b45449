// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/jsonscanner.h"
#include "service/proxy/tokenestimate.h"

#include <algorithm>
#include <array>
#include <optional>

// Finds the words in a JSON value of a prompt or an answer, for estimates: strings in content, text, arguments
// and the like count, wherever they are nested; roles, addresses and the contents of files do not. Pure.
namespace quota::service
{

// Consumes the value whose first token was the last one. counted: a bare string (or token number) here is text.
void countTexts(JsonScanner &scanner, bool counted, TokenEstimate &estimate);

// The place of a member's name in a list of names.
template <size_t size>
std::optional<size_t> indexIn(const std::array<QByteArrayView, size> &names, const QByteArray &name)
{
    const auto place = std::find(names.begin(), names.end(), QByteArrayView(name));
    return place == names.end() ? std::nullopt : std::optional(size_t(place - names.begin()));
}

}
