// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/contentcoding.h"

#include "service/http/fieldparser.h"
#include "service/http/message.h"

#include <algorithm>
#include <array>
#include <optional>

namespace quota::service
{

namespace
{

struct KnownCoding
{
    QByteArrayView name;
    ContentCoding coding;
};

constexpr std::array<KnownCoding, 6> knownCodings{{{"gzip", ContentCoding::Gzip},
                                                   {"x-gzip", ContentCoding::Gzip},
                                                   {"deflate", ContentCoding::Deflate},
                                                   {"br", ContentCoding::Brotli},
                                                   {"zstd", ContentCoding::Zstd},
                                                   {"identity", ContentCoding::Identity}}};

}

static ContentCoding codingNamed(QByteArrayView name)
{
    const auto known = std::find_if(knownCodings.begin(), knownCodings.end(), [&](const KnownCoding &coding) {
        return equalsIgnoringCase(coding.name, name);
    });
    return known == knownCodings.end() ? ContentCoding::Unreadable : known->coding;
}

ContentCoding codingOf(QByteArrayView contentEncoding)
{
    ContentCoding found = ContentCoding::Identity;
    fields::forEachInList(contentEncoding, [&](QByteArrayView name) {
        const ContentCoding coding = codingNamed(name);
        if (coding == ContentCoding::Identity)
            return;
        found = found == ContentCoding::Identity ? coding : ContentCoding::Unreadable;
    });
    return found;
}

// RFC 9110 §12.4.2: 0 or 1 with up to three digits, none above 1.
static bool isWeight(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 5 || (text[0] != '0' && text[0] != '1'))
        return false;
    if (text.size() > 1 && text[1] != '.')
        return false;
    const bool isOne = text[0] == '1';
    const QByteArrayView digits = text.sliced(qMin<qsizetype>(2, text.size()));
    return std::all_of(digits.begin(), digits.end(),
                       [&](char digit) { return isOne ? digit == '0' : fields::isDigit(digit); });
}

// The weight of «; q=0.5»; null when it is something else.
static QByteArrayView weightOf(QByteArrayView parameter)
{
    const QByteArrayView text = fields::trimmed(parameter);
    const bool isNamed = text.startsWith("q=") || text.startsWith("Q=");
    return isNamed && isWeight(text.sliced(2)) ? text.sliced(2) : QByteArrayView();
}

QByteArray readableCodings(QByteArrayView acceptEncoding)
{
    ByteBuffer readable;
    fields::forEachInList(acceptEncoding, [&](QByteArrayView element) {
        const qsizetype semicolon = element.indexOf(';');
        const QByteArrayView name = fields::trimmed(semicolon < 0 ? element : element.first(semicolon));
        const QByteArrayView weight =
            semicolon < 0 ? QByteArrayView() : weightOf(element.sliced(semicolon + 1));
        if (codingNamed(name) == ContentCoding::Unreadable || (semicolon >= 0 && weight.isNull()))
            return;
        if (!readable.isEmpty())
            readable.append(", ");
        readable.append(name);
        if (!weight.isNull()) {
            readable.append(";q=");
            readable.append(weight);
        }
    });
    return readable.isEmpty() ? QByteArray("identity") : readable.view().toByteArray();
}

}
