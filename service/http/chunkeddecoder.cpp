// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"
#include "service/http/parser.h"

#include <cctype>

namespace quota::service
{

// RFC 9112 §7.1.1 sets no bound on extensions; nobody sends long ones.
static constexpr qsizetype maximumChunkLine = 4 * 1024;
static constexpr qsizetype maximumTrailers = 16 * 1024;

bool ChunkedDecoder::takeLine(QByteArrayView &input)
{
    const qsizetype newline = input.indexOf('\n');
    const QByteArrayView part = newline < 0 ? input : input.first(newline + 1);
    if (m_line.size() + part.size() > maximumChunkLine) {
        m_fault = ParseFault{400, "A chunk size line or trailer is too long."};
        return false;
    }
    m_line.append(part);
    input = input.sliced(part.size());
    if (newline < 0)
        return false;
    if (!m_line.endsWith("\r\n")) {
        m_fault = ParseFault{400, "A chunk line does not end in CR LF."};
        return false;
    }
    m_line.chop(2);
    return true;
}

void ChunkedDecoder::readSize()
{
    qsizetype digits = 0;
    quint64 size = 0;
    while (digits < m_line.size() && std::isxdigit(static_cast<unsigned char>(m_line.at(digits)))) {
        const char digit = m_line.at(digits);
        size = size * 16 + quint64(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        if (++digits > 15) {
            m_fault = ParseFault{400, "A chunk size is too large."};
            return;
        }
    }
    // After the digits only an extension may follow, with optional white space before it.
    const QByteArrayView rest = fields::trimmed(QByteArrayView(m_line).sliced(digits));
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

void ChunkedDecoder::decode(QByteArrayView &input, QByteArray &output)
{
    while (!input.isEmpty() && !m_fault && m_state != State::Complete) {
        if (m_state == State::Data) {
            const qsizetype size = qsizetype(qMin<quint64>(m_left, quint64(input.size())));
            output.append(input.first(size));
            input = input.sliced(size);
            m_left -= quint64(size);
            if (m_left == 0)
                m_state = State::DataEnd;
            continue;
        }
        if (!takeLine(input))
            return;
        switch (m_state) {
        case State::Size:
            readSize();
            break;
        case State::DataEnd:
            if (!m_line.isEmpty())
                m_fault = ParseFault{400, "A chunk is longer than its size says."};
            m_state = State::Size;
            break;
        case State::Trailer:
            m_trailerBytes += m_line.size();
            if (m_line.isEmpty())
                m_state = State::Complete;
            else if (m_trailerBytes > maximumTrailers)
                m_fault = ParseFault{431, "The trailers are too large."};
            else if (HeaderField field; !fields::readField(m_line, field))
                m_fault = ParseFault{400, "A trailer is malformed."};
            break;
        case State::Data:
        case State::Complete:
            Q_UNREACHABLE();
        }
        m_line.clear();
    }
}

}
