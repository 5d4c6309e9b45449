// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/usagemeter.h"

#include "service/http/message.h"
#include "service/proxy/bytescan.h"

#include <array>

namespace quota::service
{

// What nobody can read is passed on like what has no usage.
static UsageMeter::Shape readableShape(UsageMeter::Shape shape, ContentCoding coding)
{
    return coding == ContentCoding::Unreadable ? UsageMeter::Shape::Opaque : shape;
}

UsageMeter::UsageMeter(Shape shape, bool hideUsageChunk, ContentCoding coding)
    : m_shape(readableShape(shape, coding))
    , m_hide(hideUsageChunk && m_shape == Shape::EventStream && coding == ContentCoding::Identity)
{
    if (m_shape != Shape::Opaque && coding != ContentCoding::Identity)
        m_decoder.emplace(coding);
}

UsageMeter::Shape UsageMeter::shapeOf(QByteArrayView contentType)
{
    const qsizetype semicolon = contentType.indexOf(';');
    const QByteArrayView type = (semicolon < 0 ? contentType : contentType.first(semicolon)).trimmed();
    constexpr QByteArrayView json("+json");
    if (equalsIgnoringCase(type, "text/event-stream"))
        return Shape::EventStream;
    if (equalsIgnoringCase(type, "application/json") ||
        (type.size() > json.size() && equalsIgnoringCase(type.last(json.size()), json)))
        return Shape::Json;
    return Shape::Opaque;
}

QByteArray UsageMeter::feed(const QByteArray &bytes)
{
    if (m_decoder)
        readEncoded(bytes);
    else
        read(bytes);
    return m_hide ? takeOutput(bytes) : bytes;
}

QByteArray UsageMeter::finish()
{
    if (m_shape == Shape::Json) {
        readBody();
    } else if (m_shape == Shape::EventStream) {
        // Some upstreams leave the last line or the blank one after it unfinished, and SDKs read it all the same.
        m_piece = {};
        m_passFrom = m_holdFrom = 0;
        const QByteArray rest = std::exchange(m_buffer, {});
        if (!rest.isEmpty())
            endLine(rest, 0);
        endEvent(0);
    }
    return std::exchange(m_out, {});
}

void UsageMeter::readEncoded(QByteArrayView bytes)
{
    std::array<char, ContentDecoder::pieceSize> room;
    while (const qsizetype size = m_decoder->decode(bytes, room))
        read(QByteArrayView(room.data(), size));
    if (m_decoder->hasGivenUp()) {
        m_buffer.clear();
        m_data.clear();
    }
}

void UsageMeter::read(QByteArrayView bytes)
{
    if (m_shape == Shape::Json)
        keepBody(bytes);
    else if (m_shape == Shape::EventStream)
        readStream(bytes);
}

void UsageMeter::keepBody(QByteArrayView bytes)
{
    m_buffer += bytes;
    if (m_buffer.size() > maximumKept)
        m_isTail = true;
    // Cut rarely, so that each byte is moved a few times at most.
    if (m_isTail && m_buffer.size() > 2 * tailKept)
        m_buffer = m_buffer.last(tailKept);
}

void UsageMeter::readBody()
{
    const QByteArray body = std::exchange(m_buffer, {});
    if (const auto reading = m_isTail ? readUsageFromTail(body) : readUsage(body, false))
        take(*reading);
}

void UsageMeter::readStream(QByteArrayView bytes)
{
    m_piece = bytes;
    m_passFrom = m_holdFrom = 0;
    qsizetype begin = 0;
    while (begin < bytes.size()) {
        if (std::exchange(m_afterReturn, false) && bytes[begin] == '\n') {
            ++begin;
            // Inside an event it waits with the rest of it.
            if (m_lineWasHidden)
                dropUpTo(begin);
            else if (m_fields == 0 || m_isUnread)
                passUpTo(begin);
            continue;
        }
        begin = readLine(bytes, begin);
    }
    keepData();
}

qsizetype UsageMeter::readLine(QByteArrayView bytes, qsizetype begin)
{
    const qsizetype end = begin + bytescan::lineLength(bytes.sliced(begin));
    const bool isWhole = end < bytes.size();
    const qsizetype position = end + (isWhole ? 1 : 0);
    const QByteArrayView line = bytes.sliced(begin, end - begin);
    m_lineWasHidden = false;
    if (m_isUnread)
        passUpTo(position);
    else if (m_buffer.size() + line.size() > maximumEvent ||
             (m_hide && m_held.size() + position - m_holdFrom > maximumEvent))
        leaveUnread(position);
    if (!isWhole) {
        if (!m_isUnread)
            m_buffer += line;
        else if (m_buffer.isEmpty())
            m_buffer += '-';
        return position;
    }
    if (m_buffer.isEmpty()) {
        endLine(line, position);
    } else {
        m_buffer += line;
        endLine(m_buffer, position);
        m_buffer = {};
    }
    m_afterReturn = bytes[end] == '\r';
    return position;
}

QByteArray UsageMeter::takeOutput(const QByteArray &bytes)
{
    // The usual case costs no copy: whole events, none of them hidden.
    if (m_out.isEmpty() && m_passFrom == 0 && m_holdFrom == bytes.size())
        return bytes;
    m_out += m_piece.sliced(m_passFrom, m_holdFrom - m_passFrom);
    m_held += m_piece.sliced(m_holdFrom);
    return std::exchange(m_out, {});
}

void UsageMeter::passUpTo(qsizetype position)
{
    if (!m_hide)
        return;
    if (!m_held.isEmpty())
        m_out += std::exchange(m_held, {});
    m_holdFrom = position;
}

void UsageMeter::dropUpTo(qsizetype position)
{
    m_held.clear();
    m_out += m_piece.sliced(m_passFrom, m_holdFrom - m_passFrom);
    m_passFrom = m_holdFrom = position;
}

void UsageMeter::leaveUnread(qsizetype position)
{
    m_isUnread = true;
    m_onlyData = {};
    m_data.clear();
    // What is left of its line is read as part of it: of a field that means nothing.
    if (!m_buffer.isEmpty())
        m_buffer = "-";
    passUpTo(position);
}

void UsageMeter::endLine(QByteArrayView line, qsizetype position)
{
    if (std::exchange(m_isFirstLine, false) && line.startsWith("\xef\xbb\xbf"))
        line = line.sliced(3);
    if (line.isEmpty()) {
        endEvent(position);
        return;
    }
    if (line.startsWith(':')) {
        if (m_fields == 0)
            passUpTo(position);
        return;
    }
    ++m_fields;
    const qsizetype colon = line.indexOf(':');
    const QByteArrayView name = colon < 0 ? line : line.first(colon);
    if (name != "data" || m_isUnread)
        return;
    QByteArrayView value = colon < 0 ? QByteArrayView() : line.sliced(colon + 1);
    if (value.startsWith(' '))
        value = value.sliced(1);
    if (m_onlyData.size() + m_data.size() + value.size() > maximumEvent)
        leaveUnread(position);
    else
        addData(value);
}

void UsageMeter::addData(QByteArrayView value)
{
    keepData();
    const bool isFirst = !std::exchange(m_hasData, true);
    // A line that was cut lies in the buffer, which is soon overwritten.
    if (isFirst && m_buffer.isEmpty()) {
        m_onlyData = value;
        return;
    }
    if (!isFirst)
        m_data += '\n';
    m_data += value;
}

// Streams are many, and most events are one line that came in one piece: those cost neither a copy nor memory.
void UsageMeter::keepData()
{
    m_data += std::exchange(m_onlyData, {});
}

// Whether it is to be hidden.
bool UsageMeter::readEvent(QByteArrayView data)
{
    // Whatever is no object («[DONE]») says nothing of usage.
    if (!data.startsWith('{'))
        return false;
    if (const auto words = m_repeated.wordsOf(data)) {
        m_text.add(*words);
        return false;
    }
    const auto reading = readUsage(data, true);
    if (!reading)
        return false;
    m_repeated.learn(data, *reading);
    take(*reading);
    return m_hide && reading->isUsageChunk;
}

void UsageMeter::endEvent(qsizetype position)
{
    const QByteArrayView data = m_onlyData.isNull() ? QByteArrayView(m_data) : m_onlyData;
    const bool isHidden = m_hasData && !m_isUnread && readEvent(data.trimmed());
    if (isHidden)
        dropUpTo(position);
    else
        passUpTo(position);
    m_lineWasHidden = isHidden;
    m_onlyData = {};
    m_data = {};
    m_fields = 0;
    m_hasData = false;
    m_isUnread = false;
}

void UsageMeter::take(const UsageReading &reading)
{
    m_counts.merge(reading.counts);
    m_isFinal |= reading.isFinal;
    m_text.add(reading.text);
}

TokenUsage UsageMeter::usage(qint64 promptEstimate) const
{
    TokenUsage usage;
    if (m_decoder && m_decoder->hasGivenUp())
        return usage;
    const bool hasWords = m_text.tokens() > 0;
    const bool mayEstimate = m_shape == Shape::EventStream || hasWords;
    if (m_counts.isEmpty() && !mayEstimate)
        return usage;
    const qint64 beside = m_counts.cacheRead.value_or(0) + m_counts.cacheCreated.value_or(0);
    usage.cached = m_counts.cached.value_or(m_counts.cacheRead.value_or(0));
    usage.reasoning = m_counts.reasoning.value_or(0);
    usage.completion = m_counts.completion.value_or(0);
    if (m_isFinal) {
        usage.measure = Measure::Measured;
        usage.prompt = m_counts.prompt.value_or(
            qMax<qint64>(0, m_counts.total.value_or(usage.completion) - usage.completion));
        usage.prompt += beside;
        // Some upstreams leave the reasoning out of the completion, and count it in the total only.
        usage.completion = qMax(usage.completion, m_counts.total.value_or(0) - usage.prompt);
    } else {
        usage.measure = Measure::Estimated;
        usage.prompt = m_counts.prompt ? *m_counts.prompt + beside : promptEstimate;
        usage.completion = qMax(usage.completion, m_text.tokens());
    }
    usage.cached = qMin(usage.cached, usage.prompt);
    usage.reasoning = qMin(usage.reasoning, usage.completion);
    return usage;
}

}
