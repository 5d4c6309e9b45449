// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>
#include <QList>
#include <QStringList>

#include <optional>

// What the demo provider says and how it counts: prompts out of JSON, the answer to a question, its pieces, and
// vectors. The same input gives the same output on every machine. Used by demoprovider alone. Pure.
namespace quota::service
{

struct DemoPrompt
{
    QString question; // the text to answer or embed
    qint64 tokens = 0;
};

// A message's content: a string, null, or a list of parts of which the texts are joined; nothing for else.
std::optional<QString> textOfContent(const QJsonValue &content);
// A string, a list of strings, a list of token numbers or a list of such lists; nothing for anything else.
std::optional<QList<DemoPrompt>> promptsOf(const QJsonValue &value);

// Words with the space before them; a CJK character is a piece of its own.
QStringList piecesOf(const QString &text);
qint64 tokensOf(const QString &text);

// Opens with the note that this is the demo, in Chinese when the question holds CJK characters.
QString answerTo(const QString &question);

// A vector of length one.
QList<float> vectorFor(const QString &text, int dimensions);
// A list of numbers, or base64 of little-endian 32-bit floats.
QJsonValue encodedVector(const QList<float> &vector, bool asBase64);

}
