// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/usagemeter.h"

#include <algorithm>

namespace quota::service
{

UsageMeter::UsageMeter(Shape shape, bool hideUsageChunk)
    : m_shape(shape)
    , m_hide(hideUsageChunk && shape == Shape::EventStream)
{}

UsageMeter::Shape UsageMeter::shapeOf(QByteArrayView contentType, bool isEncoded)
{
    const qsizetype semicolon = contentType.indexOf(';');
    const QByteArray type =
        (semicolon < 0 ? contentType : contentType.first(semicolon)).trimmed().toByteArray().toLower();
    if (isEncoded)
        return Shape::Opaque;
    if (type == "text/event-stream")
        return Shape::EventStream;
    if (type == "application/json" || type.endsWith("+json"))
        return Shape::Json;
    return Shape::Opaque;
}

QByteArray UsageMeter::feed(const QByteArray &bytes)
{
    if (m_shape == Shape::Json)
        keepBody(bytes);
    else if (m_shape == Shape::EventStream)
        readStream(bytes);
    return m_hide ? std::exchange(m_out, {}) : bytes;
}

QByteArray UsageMeter::finish()
{
    if (m_shape == Shape::Json) {
        readBody();
    } else if (m_shape == Shape::EventStream) {
        // Some upstreams leave the last line or the blank one after it unfinished, and SDKs read it all the same.
        if (!m_buffer.isEmpty())
            endLine(std::exchange(m_buffer, {}));
        endEvent();
    }
    return std::exchange(m_out, {});
}

void UsageMeter::keepBody(const QByteArray &bytes)
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
    qsizetype begin = 0;
    while (begin < bytes.size()) {
        if (std::exchange(m_afterReturn, false) && bytes[begin] == '\n') {
            passLineFeed();
            ++begin;
            continue;
        }
        const auto mark =
            std::find_if(bytes.begin() + begin, bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
        const qsizetype end = mark - bytes.begin();
        const bool isWhole = end < bytes.size();
        const QByteArrayView line = bytes.sliced(begin, end - begin);
        pass(bytes.sliced(begin, end - begin + (isWhole ? 1 : 0)));
        if (m_buffer.size() + line.size() > maximumEvent)
            leaveUnread();
        if (!isWhole) {
            if (!m_isUnread)
                m_buffer += line;
            else if (m_buffer.isEmpty())
                m_buffer += '-';
            return;
        }
        if (m_buffer.isEmpty()) {
            endLine(line);
        } else {
            m_buffer += line;
            endLine(std::exchange(m_buffer, {}));
        }
        m_afterReturn = *mark == '\r';
        begin = end + 1;
    }
}

void UsageMeter::pass(QByteArrayView raw)
{
    if (!m_hide)
        return;
    m_lineWasHidden = false;
    (m_isUnread ? m_out : m_held).append(raw);
    if (m_held.size() > maximumEvent)
        leaveUnread();
}

void UsageMeter::passLineFeed()
{
    if (m_hide && !m_lineWasHidden)
        (m_held.isEmpty() ? m_out : m_held).append('\n');
}

void UsageMeter::leaveUnread()
{
    m_isUnread = true;
    m_data.clear();
    // What is left of its line is read as part of it: of a field that means nothing.
    if (!m_buffer.isEmpty())
        m_buffer = "-";
    m_out += std::exchange(m_held, {});
}

void UsageMeter::endLine(QByteArrayView line)
{
    if (std::exchange(m_isFirstLine, false) && line.startsWith("\xef\xbb\xbf"))
        line = line.sliced(3);
    if (line.isEmpty()) {
        endEvent();
        return;
    }
    if (line.startsWith(':')) {
        if (m_fields == 0)
            m_out += std::exchange(m_held, {});
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
    if (m_data.size() + value.size() > maximumEvent) {
        leaveUnread();
        return;
    }
    if (std::exchange(m_hasData, true))
        m_data += '\n';
    m_data += value;
}

void UsageMeter::endEvent()
{
    bool isHidden = false;
    if (m_hasData && !m_isUnread) {
        // Whatever is no object («[DONE]») says nothing of usage.
        const auto reading = m_data.trimmed().startsWith('{') ? readUsage(m_data, true) : std::nullopt;
        if (reading)
            take(*reading);
        isHidden = m_hide && reading && reading->isUsageChunk;
    }
    if (!isHidden)
        m_out += m_held;
    m_lineWasHidden = isHidden;
    m_held.clear();
    m_data.clear();
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
