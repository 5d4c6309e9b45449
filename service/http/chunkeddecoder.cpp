// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"
#include "service/http/parser.h"

namespace quota::service
{

static constexpr qsizetype maximumSizeLine = 4 * 1024;
static constexpr qsizetype maximumTrailerBytes = 16 * 1024;
static constexpr int maximumTrailers = 100;
// RFC 9112 §7.1.1 leaves it to the recipient how many bytes of extensions it wades through for how little content.
static constexpr qint64 maximumExcess = 16 * 1024;

// Takes a token or a quoted string from the front of text.
static bool takeValue(QByteArrayView &text)
{
    qsizetype size = 0;
    if (text.startsWith('"')) {
        for (size = 1; size < text.size() && text[size] != '"'; ++size) {
            if (text[size] == '\\')
                ++size;
        }
        if (++size > text.size() || !fields::isFieldValue(text.first(size)))
            return false;
    } else {
        while (size < text.size() && fields::isToken(text.sliced(size, 1)))
            ++size;
    }
    text = text.sliced(size);
    return size > 0;
}

// RFC 9112 §7.1.1: *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )
static bool areExtensions(QByteArrayView text)
{
    while (!text.isEmpty()) {
        text = fields::trimmed(text);
        if (!text.startsWith(';'))
            return false;
        text = fields::trimmed(text.sliced(1));
        if (text.startsWith('"') || !takeValue(text))
            return false;
        const QByteArrayView rest = fields::trimmed(text);
        if (!rest.startsWith('='))
            continue;
        text = fields::trimmed(rest.sliced(1));
        if (!takeValue(text))
            return false;
    }
    return true;
}

void ChunkedDecoder::readSize(QByteArrayView line)
{
    qsizetype digits = 0;
    qint64 size = 0;
    while (digits < line.size() && fields::isHexDigit(line[digits])) {
        if (digits == 15) {
            m_fault = ParseFault{400, "A chunk size is too large."};
            return;
        }
        const char digit = line[digits++];
        size = size * 16 + (fields::isDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    if (digits == 0) {
        m_fault = ParseFault{400, "A chunk size is not a hexadecimal number."};
        return;
    }
    if (!areExtensions(line.sliced(digits))) {
        m_fault = ParseFault{400, "After a chunk size stands what is no chunk extension."};
        return;
    }
    // What a plain client writes around a chunk is free, and content pays for some more.
    m_excess = qMax<qint64>(0, m_excess + line.size() - 16 - qMin<qint64>(size, maximumExcess) * 2);
    m_total += size;
    if (m_total > m_maximumBody)
        m_fault = ParseFault{413, "The body is larger than allowed."};
    else if (m_excess > maximumExcess)
        m_fault = ParseFault{400, "Too many chunk extensions for so little content."};
    m_left = size;
    m_state = size == 0 ? State::Trailer : State::Data;
}

void ChunkedDecoder::readTrailer(QByteArrayView line)
{
    m_trailerBytes += line.size() + 2;
    if (line.isEmpty())
        m_state = State::Complete;
    else if (++m_trailers > maximumTrailers)
        m_fault = ParseFault{431, "There are too many trailers."};
    else if (HeaderField field; !fields::readField(line, field))
        m_fault = ParseFault{400, "A trailer is malformed."};
}

void ChunkedDecoder::failAtLineEnd(LineReader::Outcome outcome)
{
    if (m_state == State::DataEnd)
        m_fault = ParseFault{400, "A chunk is longer than its size says."};
    else if (outcome == LineReader::Outcome::BareLineFeed)
        m_fault = ParseFault{400, "A chunk line does not end in CR LF."};
    else if (m_state == State::Trailer)
        m_fault = ParseFault{431, "The trailers are too large."};
    else
        m_fault = ParseFault{400, "A chunk size line is too long."};
}

void ChunkedDecoder::readLine(QByteArrayView &input)
{
    const qsizetype maximum = m_state == State::Size      ? maximumSizeLine
                              : m_state == State::DataEnd ? 2
                                                          : maximumTrailerBytes - m_trailerBytes;
    const LineReader::Outcome outcome = m_lines.take(input, maximum);
    if (outcome == LineReader::Outcome::Unfinished)
        return;
    if (outcome != LineReader::Outcome::Whole)
        return failAtLineEnd(outcome);
    switch (m_state) {
    case State::Size:
        return readSize(m_lines.line());
    case State::DataEnd:
        m_state = State::Size;
        return;
    case State::Trailer:
        return readTrailer(m_lines.line());
    case State::Data:
    case State::Complete:
        Q_UNREACHABLE();
    }
}

QByteArrayView ChunkedDecoder::next(QByteArrayView &input)
{
    while (!input.isEmpty() && !m_fault && m_state != State::Complete) {
        if (m_state != State::Data) {
            readLine(input);
            continue;
        }
        const QByteArrayView content = input.first(qsizetype(qMin<qint64>(m_left, input.size())));
        input = input.sliced(content.size());
        m_left -= content.size();
        if (m_left > 0)
            return content;
        m_state = State::DataEnd;
        // The end of the body, when it is here already, is known together with its last run.
        while (!input.isEmpty() && !m_fault && m_state != State::Data && m_state != State::Complete)
            readLine(input);
        return content;
    }
    return {};
}

void ChunkedDecoder::decode(QByteArrayView &input, QByteArray &output)
{
    while (!input.isEmpty() && !m_fault && m_state != State::Complete)
        output.append(next(input));
}

}
