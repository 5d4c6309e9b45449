// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/jsonscanner.h"

#include "service/proxy/bytescan.h"
#include "service/proxy/jsontext.h"
#include "service/proxy/utf8.h"
#include "shared/limit.h"

#include <QCoreApplication>

#include <cmath>

namespace quota::service
{

JsonScanner::JsonScanner(QByteArrayView text, Rest rest)
    : m_text(text)
    , m_rest(rest)
{}

JsonScanner::Token JsonScanner::fault(const char *reason, qsizetype position)
{
    m_reason = reason;
    m_begin = m_position = qMin(position, m_text.size());
    m_token = Token::Fault;
    return m_token;
}

inline bool JsonScanner::skipSpace()
{
    // Most texts have none.
    if (m_position < m_text.size() && uchar(m_text[m_position]) > ' ')
        return true;
    return skipSomeSpace();
}

bool JsonScanner::skipSomeSpace()
{
    while (m_position < m_text.size()) {
        const char c = m_text[m_position];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return true;
        ++m_position;
    }
    return false;
}

JsonScanner::Token JsonScanner::finish()
{
    if (m_rest == Rest::Refused && skipSpace())
        return fault(QT_TRANSLATE_NOOP("service", "something follows the end"), m_position);
    m_begin = m_position;
    return m_token = Token::End;
}

JsonScanner::Token JsonScanner::endsEarly()
{
    return fault(QT_TRANSLATE_NOOP("service", "the text ends too early"), m_position);
}

JsonScanner::Token JsonScanner::next()
{
    if (m_token == Token::Fault)
        return m_token;
    if (m_expect == Expect::Nothing)
        return finish();
    if (!skipSpace())
        return endsEarly();
    const char first = m_text[m_position];
    if (m_expect == Expect::Separator) {
        if (first == (m_inObject ? '}' : ']'))
            return close();
        if (first != ',')
            return fault(QT_TRANSLATE_NOOP("service", "a comma or a closing bracket is missing"), m_position);
        ++m_position;
        m_expect = m_inObject ? Expect::Name : Expect::Value;
        if (!skipSpace())
            return endsEarly();
    } else if ((m_expect == Expect::FirstName && first == '}') ||
               (m_expect == Expect::FirstElement && first == ']')) {
        return close();
    }
    m_begin = m_position;
    if (m_expect == Expect::Value || m_expect == Expect::FirstElement)
        return value();
    if (m_text[m_position] != '"')
        return fault(QT_TRANSLATE_NOOP("service", "a name in double quotes is missing"), m_position);
    return string(Token::Name);
}

JsonScanner::Token JsonScanner::value()
{
    switch (m_text[m_position]) {
    case '{':
        return open('{', Token::ObjectBegin);
    case '[':
        return open('[', Token::ArrayBegin);
    case '"':
        return string(Token::String);
    case 't':
        return word("true", Token::True);
    case 'f':
        return word("false", Token::False);
    case 'n':
        return word("null", Token::Null);
    default:
        return number();
    }
}

JsonScanner::Token JsonScanner::open(char bracket, Token token)
{
    if (m_depth == maximumDepth)
        return fault(QT_TRANSLATE_NOOP("service", "more than 128 levels are nested"), m_position);
    m_inObject = bracket == '{';
    m_isObject[size_t(m_depth)] = m_inObject;
    ++m_depth;
    ++m_position;
    m_expect = m_inObject ? Expect::FirstName : Expect::FirstElement;
    return m_token = token;
}

JsonScanner::Token JsonScanner::close()
{
    const Token token = m_inObject ? Token::ObjectEnd : Token::ArrayEnd;
    m_begin = m_position++;
    --m_depth;
    m_inObject = m_depth > 0 && m_isObject[size_t(m_depth - 1)];
    return ended(token);
}

JsonScanner::Token JsonScanner::ended(Token token)
{
    m_expect = m_depth == 0 ? Expect::Nothing : Expect::Separator;
    return m_token = token;
}

JsonScanner::Token JsonScanner::word(QByteArrayView word, Token token)
{
    if (!m_text.sliced(m_position).startsWith(word))
        return fault(QT_TRANSLATE_NOOP("service", "a value is missing"), m_position);
    m_position += word.size();
    return ended(token);
}

JsonScanner::Token JsonScanner::string(Token token)
{
    m_hasEscapes = false;
    ++m_position;
    for (;;) {
        m_position += bytescan::plainLength(m_text.sliced(m_position));
        if (m_position == m_text.size())
            return fault(QT_TRANSLATE_NOOP("service", "a string is not closed"), m_begin);
        const uchar c = uchar(m_text[m_position]);
        if (c == '"')
            break;
        if (c == '\\') {
            if (!escape())
                return fault(QT_TRANSLATE_NOOP("service", "an escape in a string is not known"), m_position);
        } else if (c < 0x20) {
            return fault(QT_TRANSLATE_NOOP("service", "a control character stands unescaped in a string"),
                         m_position);
        } else if (const int length = utf8SequenceLength(m_text.sliced(m_position))) {
            m_position += length;
        } else {
            return fault(QT_TRANSLATE_NOOP("service", "a string is not UTF-8"), m_position);
        }
    }
    m_textEnd = m_position++;
    if (token == Token::String)
        return ended(token);
    skipSpace();
    if (m_position >= m_text.size() || m_text[m_position] != ':')
        return fault(QT_TRANSLATE_NOOP("service", "a colon is missing"), m_position);
    ++m_position;
    m_expect = Expect::Value;
    return m_token = token;
}

bool JsonScanner::escape()
{
    m_hasEscapes = true;
    const QByteArrayView rest = m_text.sliced(m_position + 1);
    if (rest.isEmpty())
        return false;
    if (rest[0] != 'u') {
        const bool isKnown = QByteArrayView("\"\\/bfnrt").contains(rest[0]);
        m_position += isKnown ? 2 : 0;
        return isKnown;
    }
    if (rest.size() < 5)
        return false;
    for (const char c : rest.sliced(1, 4)) {
        const bool isHex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!isHex)
            return false;
    }
    m_position += 6;
    return true;
}

JsonScanner::Token JsonScanner::number()
{
    const char *place = m_text.data() + m_position;
    const char *const end = m_text.data() + m_text.size();
    const auto isDigit = [&] { return place < end && *place >= '0' && *place <= '9'; };
    const auto is = [&](char c) { return place < end && *place == c; };
    const auto digits = [&] {
        const char *const begin = place;
        while (isDigit())
            ++place;
        return place > begin;
    };
    const auto notWhole = [&] {
        return fault(QT_TRANSLATE_NOOP("service", "a number is not whole"), place - m_text.data());
    };
    if (is('-'))
        ++place;
    const bool leadingZero = is('0');
    const char *const begin = place;
    if (!digits())
        return fault(QT_TRANSLATE_NOOP("service", "a value is missing"), m_position);
    if (leadingZero && place - begin > 1)
        return fault(QT_TRANSLATE_NOOP("service", "a number starts with a zero"), m_position);
    if (is('.')) {
        ++place;
        if (!digits())
            return notWhole();
    }
    if (is('e') || is('E')) {
        ++place;
        if (is('+') || is('-'))
            ++place;
        if (!digits())
            return notWhole();
    }
    m_position = place - m_text.data();
    return ended(Token::Number);
}

QByteArrayView JsonScanner::text()
{
    Q_ASSERT(m_token == Token::Name || m_token == Token::String);
    const QByteArrayView raw = m_text.sliced(m_begin + 1, m_textEnd - m_begin - 1);
    if (!m_hasEscapes)
        return raw;
    decodeJsonText(raw, m_decoded);
    return m_decoded;
}

// Most numbers that are read are short and plain.
static std::optional<qint64> plainNumber(QByteArrayView digits)
{
    constexpr qsizetype sure = 15; // digits that are below maximumAmount
    if (digits.size() > sure)
        return std::nullopt;
    qint64 number = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

bool JsonScanner::wholeNumber(qint64 *value) const
{
    if (m_token != Token::Number)
        return false;
    if (const auto plain = plainNumber(raw())) {
        *value = *plain;
        return true;
    }
    bool isNumber = false;
    const double number = raw().toByteArray().toDouble(&isNumber);
    if (!isNumber || std::trunc(number) != number || std::abs(number) > double(maximumAmount))
        return false;
    *value = qint64(number);
    return true;
}

void JsonScanner::leave(int depth)
{
    while (m_depth > depth && m_token != Token::Fault)
        next();
}

}
