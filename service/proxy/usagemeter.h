// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/usage.h"

#include <QByteArray>
#include <QByteArrayView>

// Reads the usage out of an upstream's answer while its bytes pass: JSON bodies and event streams, cut
// anywhere. Knows the shapes of chat, completions, embeddings, responses and Anthropic messages. For a holder
// who did not ask for usage it also holds back the one extra chunk that we asked for. Pure; bounded memory.
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

    // hideUsageChunk: event streams only; a data event whose choices are empty and whose usage is not null is
    // kept from the output.
    explicit UsageMeter(Shape shape, bool hideUsageChunk = false);

    static Shape shapeOf(QByteArrayView contentType, bool isEncoded);

    // Takes the next bytes and returns those to pass on now (all of them unless hiding; then whole lines of an
    // event may wait for the next call, but never text that a holder's parser would already act on).
    QByteArray feed(const QByteArray &bytes);
    // What was held back and is not a usage chunk; call once at the end of the answer.
    QByteArray finish();

    // Valid after finish(), or earlier when a client left: then what the stream had until there, estimated from
    // its deltas when no usage came (promptEstimate serves for the prompt).
    TokenUsage usage(qint64 promptEstimate) const;

    // A JSON body beyond this is passed on but no longer kept for reading; its tail still is.
    static constexpr qsizetype maximumKept = 4 * 1024 * 1024;

private:
    void line(QByteArrayView line);
    void event();
    void read(const QByteArray &json);

    Shape m_shape;
    bool m_hide;
    QByteArray m_buffer; // JSON: the body; event stream: an unfinished line
    QByteArray m_event;  // data of the event under way
    QByteArray m_held;   // raw bytes of the event under way, when hiding
    TokenUsage m_usage;
    qint64 m_deltaBytes = 0;
    bool m_sawUsage = false;
};

}
