// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/usagereader.h"

#include <QByteArray>

// The events of a stream mostly differ in one text alone. Remembers what stands around it in the last one, so that
// usagemeter reads the words of the next without reading all of its JSON again. Pure.
namespace quota::service
{

class RepeatedEvent
{
public:
    // The words of data, when all but its one text is as in the event that was learned. Nothing: read it, then learn.
    std::optional<TokenEstimate> wordsOf(QByteArrayView data) const;
    // What readUsage() read from data, which is one JSON object.
    void learn(QByteArrayView data, const UsageReading &reading);

private:
    QByteArray m_frame;     // empty: nothing learned
    qsizetype m_before = 0; // of its bytes stand before the text, the others behind it
    static constexpr qsizetype maximumSize = 1024;
};

}
