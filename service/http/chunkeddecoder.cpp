// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"
#include "service/http/parser.h"

#include <cctype>

namespace quota::service
{

// RFC 9112 §7.1.1 sets no bound on extensions; nobody sends long ones.
static constexpr qsizetype maximumChunkLine = 4 * 1024;
static constexpr qsizetype maximumTrailers = 16 * 1024;

std::optional<QByteArrayView> ChunkedDecoder::takeLine(QByteArrayView &input)
{
    const qsizetype newline = input.indexOf('\n');
    const QByteArrayView part = newline < 0 ? input : input.first(newline + 1);
    if (m_line.size() + part.size() > maximumChunkLine) {
        m_fault = ParseFault{400, "A chunk size line or trailer is too long."};
        return std::nullopt;
    }
    input = input.sliced(part.size());
    if (newline < 0 || !m_line.isEmpty())
        m_line.append(part);
    if (newline < 0)
        return std::nullopt;
    const QByteArrayView line = m_line.isEmpty() ? part : QByteArrayView(m_line);
    if (!line.endsWith("\r\n")) {
        m_fault = ParseFault{400, "A chunk line does not end in CR LF."};
        return std::nullopt;
    }
    return line.chopped(2);
}

void ChunkedDecoder::readSize(QByteArrayView line)
{
    qsizetype digits = 0;
    quint64 size = 0;
    while (digits < line.size() && std::isxdigit(static_cast<unsigned char>(line.at(digits)))) {
        const char digit = line.at(digits);
        size = size * 16 + quint64(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        if (++digits > 15) {
            m_fault = ParseFault{400, "A chunk size is too large."};
            return;
        }
    }
    // After the digits only an extension may follow, with optional white space before it.
    const QByteArrayView rest = fields::trimmed(line.sliced(digits));
    if (digits == 0 || (!rest.isEmpty() && !rest.startsWith(';')) || !fields::isFieldValue(rest)) {
        m_fault = ParseFault{400, "A chunk size is not a hexadecimal number."};
        return;
    }
    m_total += qint64(size);
    if (m_total > m_maximumBody) {
        m_fault = ParseFault{413, "The body is larger than allowed."};
        return;
    }
    m_left = size;
    m_state = size == 0 ? State::Trailer : State::Data;
}

void ChunkedDecoder::readTrailer(QByteArrayView line)
{
    m_trailerBytes += line.size();
    if (line.isEmpty())
        m_state = State::Complete;
    else if (m_trailerBytes > maximumTrailers)
        m_fault = ParseFault{431, "The trailers are too large."};
    else if (HeaderField field; !fields::readField(line, field))
        m_fault = ParseFault{400, "A trailer is malformed."};
}

void ChunkedDecoder::readLine(QByteArrayView line)
{
    switch (m_state) {
    case State::Size:
        return readSize(line);
    case State::DataEnd:
        if (!line.isEmpty())
            m_fault = ParseFault{400, "A chunk is longer than its size says."};
        m_state = State::Size;
        return;
    case State::Trailer:
        return readTrailer(line);
    case State::Data:
    case State::Complete:
        Q_UNREACHABLE();
    }
}

QByteArrayView ChunkedDecoder::next(QByteArrayView &input)
{
    QByteArrayView content;
    while (!input.isEmpty() && !m_fault && m_state != State::Complete) {
        if (m_state == State::Data) {
            if (!content.isEmpty())
                return content;
            content = input.first(qsizetype(qMin<quint64>(m_left, quint64(input.size()))));
            input = input.sliced(content.size());
            m_left -= quint64(content.size());
            if (m_left == 0)
                m_state = State::DataEnd;
            continue;
        }
        const auto line = takeLine(input);
        if (!line)
            break;
        readLine(*line);
        m_line = {};
    }
    return content;
}

void ChunkedDecoder::decode(QByteArrayView &input, QByteArray &output)
{
    while (!input.isEmpty() && !m_fault && m_state != State::Complete)
        output.append(next(input));
}

}
