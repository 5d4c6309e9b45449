// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/requesttarget.h"

#include "service/http/fieldparser.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace quota::service
{

// Visible ASCII but for what ends a target elsewhere («#»), is a slash to some («\») or never stands in one
// unescaped. Of what RFC 3986 would have escaped, «^`{|}» are let through: clients send them.
static bool hasTargetBytes(QByteArrayView text)
{
    static constexpr auto set = [] {
        std::array<bool, 256> bytes{};
        for (size_t byte = 0x21; byte < 0x7f; ++byte)
            bytes[byte] = true;
        for (const char refused : std::string_view("#\\\"<>"))
            bytes[size_t(refused)] = false;
        return bytes;
    }();
    return std::all_of(text.begin(), text.end(),
                       [](char character) { return set[static_cast<unsigned char>(character)]; });
}

// Half an escape and an escaped NUL are read differently by whoever comes next.
static bool hasGoodEscapes(QByteArrayView path)
{
    for (qsizetype at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
        if (at + 2 >= path.size() || !fields::isHexDigit(path[at + 1]) || !fields::isHexDigit(path[at + 2]) ||
            path.sliced(at + 1, 2) == "00")
            return false;
    }
    return true;
}

// Takes scheme and authority from the front of text; false when they are malformed.
static bool takeAuthority(QByteArrayView method, QByteArrayView &text, RequestTarget &target)
{
    struct Scheme
    {
        QByteArrayView start;
        QByteArrayView port;
    };
    static constexpr Scheme schemes[] = {{"http://", "80"}, {"https://", "443"}};
    for (const auto &[start, port] : schemes) {
        if (text.size() < start.size() || !equalsIgnoringCase(text.first(start.size()), start))
            continue;
        const QByteArrayView rest = text.sliced(start.size());
        const auto end = std::find_if(rest.begin(), rest.end(),
                                      [](char character) { return character == '/' || character == '?'; });
        target.authority = rest.first(end - rest.begin());
        target.standardPort = port;
        text = rest.sliced(end - rest.begin());
        // RFC 9112 §3.2.4: how a proxy passes on «OPTIONS *».
        if (text.isEmpty())
            text = method == "OPTIONS" ? "*" : "/";
        return fields::isHost(target.authority);
    }
    return true;
}

std::optional<RequestTarget> readRequestTarget(QByteArrayView method, QByteArrayView text)
{
    RequestTarget target;
    if (!text.startsWith('/') && !takeAuthority(method, text, target))
        return std::nullopt;
    if (text.startsWith('?')) { // an absolute form without a path
        target.target = "/";
    } else if (!text.startsWith('/') && (text != "*" || method != "OPTIONS")) {
        return std::nullopt;
    }
    const qsizetype query = text.indexOf('?');
    if (!hasTargetBytes(text) || !hasGoodEscapes(query < 0 ? text : text.first(query)))
        return std::nullopt;
    target.target += text;
    return target;
}

}
