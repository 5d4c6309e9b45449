// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/repeatedevent.h"

namespace quota::service
{

std::optional<TokenEstimate> RepeatedEvent::wordsOf(QByteArrayView data) const
{
    const QByteArrayView frame(m_frame);
    if (frame.isEmpty() || data.size() < frame.size() || !data.startsWith(frame.first(m_before)))
        return std::nullopt;
    // Where the same bytes stand before it, a text is read as it was there, whatever follows.
    JsonScanner scanner(data.sliced(m_before), JsonScanner::Rest::Ignored);
    if (scanner.next() != JsonScanner::Token::String ||
        data.sliced(m_before + scanner.end()) != frame.sliced(m_before))
        return std::nullopt;
    TokenEstimate words;
    words.add(scanner.text());
    return words;
}

void RepeatedEvent::learn(QByteArrayView data, const UsageReading &reading)
{
    m_frame.resize(0);
    if (!reading.onlyText || data.size() > maximumSize || data[*reading.onlyText] != '"')
        return;
    JsonScanner scanner(data.sliced(*reading.onlyText), JsonScanner::Rest::Ignored);
    scanner.next();
    m_before = *reading.onlyText;
    m_frame.append(data.first(m_before)).append(data.sliced(m_before + scanner.end()));
}

}
