// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/jsonscanner.h"

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

void JsonScanner::skipSpace()
{
    while (m_position < m_text.size()) {
        const char c = m_text[m_position];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return;
        ++m_position;
    }
}

JsonScanner::Token JsonScanner::next()
{
    if (m_token == Token::Fault)
        return m_token;
    if (m_expect == Expect::Nothing && m_rest == Rest::Ignored) {
        m_begin = m_position;
        return m_token = Token::End;
    }
    skipSpace();
    m_begin = m_position;
    if (m_expect == Expect::Nothing) {
        if (m_position < m_text.size())
            return fault(QT_TRANSLATE_NOOP("service", "something follows the end"), m_position);
        return m_token = Token::End;
    }
    if (m_position >= m_text.size())
        return fault(QT_TRANSLATE_NOOP("service", "the text ends too early"), m_position);

    const bool inObject = m_depth > 0 && m_isObject[size_t(m_depth - 1)];
    const char closing = inObject ? '}' : ']';
    const bool mayClose =
        m_expect == Expect::FirstElement || m_expect == Expect::FirstName || m_expect == Expect::Separator;
    if (mayClose && m_text[m_position] == closing)
        return close(inObject ? Token::ObjectEnd : Token::ArrayEnd);
    if (m_expect == Expect::Separator) {
        if (m_text[m_position] != ',')
            return fault(QT_TRANSLATE_NOOP("service", "a comma or a closing bracket is missing"), m_position);
        ++m_position;
        m_expect = inObject ? Expect::Name : Expect::Value;
        skipSpace();
        m_begin = m_position;
        if (m_position >= m_text.size())
            return fault(QT_TRANSLATE_NOOP("service", "the text ends too early"), m_position);
    }
    if (m_expect == Expect::Name || m_expect == Expect::FirstName) {
        if (m_text[m_position] != '"')
            return fault(QT_TRANSLATE_NOOP("service", "a name in double quotes is missing"), m_position);
        return string(Token::Name);
    }
    return value();
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
    m_isObject[size_t(m_depth)] = bracket == '{';
    ++m_depth;
    ++m_position;
    m_expect = bracket == '{' ? Expect::FirstName : Expect::FirstElement;
    return m_token = token;
}

JsonScanner::Token JsonScanner::close(Token token)
{
    --m_depth;
    ++m_position;
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
    while (m_position < m_text.size()) {
        const uchar c = uchar(m_text[m_position]);
        if (c == '"') {
            ++m_position;
            if (token == Token::String)
                return ended(token);
            skipSpace();
            if (m_position >= m_text.size() || m_text[m_position] != ':')
                return fault(QT_TRANSLATE_NOOP("service", "a colon is missing"), m_position);
            ++m_position;
            m_expect = Expect::Value;
            return m_token = token;
        }
        if (c < 0x20)
            return fault(QT_TRANSLATE_NOOP("service", "a control character stands unescaped in a string"),
                         m_position);
        if (c == '\\') {
            if (!escape())
                return fault(QT_TRANSLATE_NOOP("service", "an escape in a string is not known"), m_position);
        } else if (c < 0x80) {
            ++m_position;
        } else if (const int length = utf8SequenceLength(m_text.sliced(m_position))) {
            m_position += length;
        } else {
            return fault(QT_TRANSLATE_NOOP("service", "a string is not UTF-8"), m_position);
        }
    }
    return fault(QT_TRANSLATE_NOOP("service", "a string is not closed"), m_begin);
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

bool JsonScanner::isDigitAt(qsizetype position) const
{
    return position < m_text.size() && m_text[position] >= '0' && m_text[position] <= '9';
}

JsonScanner::Token JsonScanner::number()
{
    qsizetype position = m_position;
    const auto digits = [&] {
        while (isDigitAt(position))
            ++position;
    };
    const auto is = [&](char c) { return position < m_text.size() && m_text[position] == c; };
    if (is('-'))
        ++position;
    if (!isDigitAt(position))
        return fault(QT_TRANSLATE_NOOP("service", "a value is missing"), m_position);
    const bool leadingZero = is('0');
    ++position;
    if (leadingZero && isDigitAt(position))
        return fault(QT_TRANSLATE_NOOP("service", "a number starts with a zero"), m_position);
    digits();
    if (is('.')) {
        ++position;
        if (!isDigitAt(position))
            return fault(QT_TRANSLATE_NOOP("service", "a number is not whole"), position);
        digits();
    }
    if (is('e') || is('E')) {
        ++position;
        if (is('+') || is('-'))
            ++position;
        if (!isDigitAt(position))
            return fault(QT_TRANSLATE_NOOP("service", "a number is not whole"), position);
        digits();
    }
    m_position = position;
    return ended(Token::Number);
}

static void appendUtf8(QByteArray &out, char32_t character)
{
    out += QString::fromUcs4(&character, 1).toUtf8();
}

QByteArray JsonScanner::text() const
{
    Q_ASSERT(m_token == Token::Name || m_token == Token::String);
    const qsizetype begin = m_begin + 1;
    if (!m_hasEscapes) {
        const qsizetype end = m_text.indexOf('"', begin);
        return QByteArray::fromRawData(m_text.data() + begin, end - begin);
    }
    QByteArray out;
    qsizetype i = begin;
    const auto unit = [&](qsizetype at) {
        return char32_t(m_text.sliced(at, 4).toByteArray().toUShort(nullptr, 16));
    };
    for (; m_text[i] != '"'; ++i) {
        if (m_text[i] != '\\') {
            out += m_text[i];
            continue;
        }
        const char kind = m_text[++i];
        static constexpr QByteArrayView from("bfnrt");
        static constexpr QByteArrayView to("\b\f\n\r\t");
        if (const qsizetype plain = from.indexOf(kind); plain >= 0) {
            out += to[plain];
        } else if (kind != 'u') {
            out += kind;
        } else {
            char32_t character = unit(i + 1);
            i += 4;
            const bool isHigh = character >= 0xd800 && character < 0xdc00;
            if (isHigh && m_text[i + 1] == '\\' && m_text[i + 2] == 'u') {
                const char32_t low = unit(i + 3);
                if (low >= 0xdc00 && low < 0xe000) {
                    character = 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00);
                    i += 6;
                }
            }
            appendUtf8(out, character >= 0xd800 && character < 0xe000 ? 0xfffd : character);
        }
    }
    return out;
}

bool JsonScanner::wholeNumber(qint64 *value) const
{
    if (m_token != Token::Number)
        return false;
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
