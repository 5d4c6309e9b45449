// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/contentdecoder.h"
#include "service/proxy/repeatedevent.h"
#include "shared/usage.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

// Reads the usage out of an upstream's answer while its bytes pass: JSON bodies and event streams, plain or
// compressed, cut anywhere. Knows the shapes of chat, completions, embeddings, responses and Anthropic messages.
// For a holder who did not ask for usage it also holds back the one extra chunk that we asked for. Pure; bounded
// memory.
namespace quota::service
{

struct TokenUsage
{
    qint64 prompt = 0;
    qint64 completion = 0;
    qint64 cached = 0;    // part of prompt
    qint64 reasoning = 0; // part of completion
    Measure measure = Measure::Unknown;
    bool operator==(const TokenUsage &) const = default;
};

class UsageMeter
{
public:
    enum class Shape
    {
        Json,
        EventStream,
        Opaque
    };

    // hideUsageChunk: plain event streams only; a data event whose choices are empty and whose usage is not null
    // is kept from the output. Nothing can be taken out of a compressed one: who hides asks for identity.
    explicit UsageMeter(Shape shape, bool hideUsageChunk = false,
                        ContentCoding coding = ContentCoding::Identity);

    static Shape shapeOf(QByteArrayView contentType);

    // Takes the next bytes and returns those to pass on now: all of them unless hiding; then the lines of an event
    // wait for the blank line that ends it, before which no parser acts on them. Comments wait for nothing.
    QByteArray feed(const QByteArray &bytes);
    // What was held back and is not a usage chunk; call once at the end of the answer.
    QByteArray finish();

    // Valid after finish(), or earlier when a client left a stream: then what it had until there. Without usage
    // from the upstream it is estimated from the answer's words, with promptEstimate for the prompt. Unknown, with
    // zeros, where nothing could be read, or only a part because decoding gave up: settle to what was reserved then.
    TokenUsage usage(qint64 promptEstimate) const;

    // A JSON body beyond this is passed on but no longer kept for reading; its tail still is.
    static constexpr qsizetype maximumKept = qsizetype(4) * 1024 * 1024;
    static constexpr qsizetype tailKept = qsizetype(64) * 1024;
    // An event beyond this is passed on unread.
    static constexpr qsizetype maximumEvent = qsizetype(1024) * 1024;

private:
    void readEncoded(QByteArrayView bytes);
    void read(QByteArrayView bytes);
    void keepBody(QByteArrayView bytes);
    void readBody();
    void readStream(QByteArrayView bytes);
    qsizetype readLine(QByteArrayView bytes, qsizetype begin);
    QByteArray takeOutput(const QByteArray &bytes);
    void passUpTo(qsizetype position);
    void dropUpTo(qsizetype position);
    void leaveUnread(qsizetype position);
    void endLine(QByteArrayView line, qsizetype position);
    void endEvent(qsizetype position);
    void addData(QByteArrayView value);
    void keepData();
    bool readEvent(QByteArrayView data);
    void take(const UsageReading &reading);

    const Shape m_shape;
    const bool m_hide;
    std::optional<ContentDecoder> m_decoder;
    QByteArray m_buffer; // JSON: the body, or its tail; event stream: the unfinished line
    bool m_isTail = false;

    // Of the event under way.
    QByteArrayView m_onlyData; // its data as long as it is one line of the piece being read; null: see m_data
    QByteArray m_data;
    int m_fields = 0; // lines that are not comments
    bool m_hasData = false;
    bool m_isUnread = false; // too large
    // Of the line under way, and the one before it.
    bool m_isFirstLine = true;
    bool m_afterReturn = false;   // a line feed now still belongs to the line before
    bool m_lineWasHidden = false; // and goes where that went

    // When hiding: what goes out is m_out, then the bytes of the piece being read from m_passFrom to m_holdFrom; its
    // rest, after m_held of the pieces before it, waits for the end of its event.
    QByteArrayView m_piece;
    qsizetype m_passFrom = 0;
    qsizetype m_holdFrom = 0;
    QByteArray m_out;
    QByteArray m_held;

    RepeatedEvent m_repeated;
    UsageCounts m_counts;
    TokenEstimate m_text;
    bool m_isFinal = false;
};

}
