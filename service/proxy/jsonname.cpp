// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/jsonname.h"

#include "service/http/message.h"
#include "service/proxy/bytescan.h"

#include <algorithm>

namespace quota::service
{

std::optional<size_t> placeOf(QByteArrayView name, std::span<const QByteArrayView> names)
{
    // Most names are told apart by their length and first letter.
    const auto place = std::find_if(names.begin(), names.end(), [&](QByteArrayView known) {
        return known.size() == name.size() && known.front() == name.front() && known == name;
    });
    return place == names.end() ? std::nullopt : std::optional(size_t(place - names.begin()));
}

QByteArrayView takenFor(QByteArrayView name, std::span<const QByteArrayView> names)
{
    QByteArray folded;
    QByteArrayView text = name;
    if (bytescan::asciiLength(name) < name.size()) {
        // The only letters beyond ASCII that fold into it: the long s, and the sign for kelvin.
        folded = name.toByteArray().replace("\xc5\xbf", "s").replace("\xe2\x84\xaa", "k");
        text = folded;
    }
    const auto place = std::find_if(names.begin(), names.end(), [&](QByteArrayView known) {
        return known.size() == text.size() && (known.front() | 0x20) == (text.front() | 0x20) &&
               equalsIgnoringCase(known, text);
    });
    return place == names.end() ? QByteArrayView() : *place;
}

bool hasBrokenCharacter(QByteArrayView text)
{
    return bytescan::asciiLength(text) < text.size() && text.indexOf("\xef\xbf\xbd") >= 0;
}

}
