// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/demotext.h"

#include "service/messages.h"
#include "service/proxy/tokenestimate.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QtEndian>

#include <cmath>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qsizetype maximumEcho = 2000; // characters of the question that the answer repeats

std::optional<QString> textOfContent(const QJsonValue &content)
{
    if (content.isNull() || content.isUndefined())
        return QString();
    if (content.isString())
        return content.toString();
    if (!content.isArray())
        return std::nullopt;
    QStringList texts;
    const QJsonArray parts = content.toArray();
    for (const QJsonValue part : parts) {
        if (!part.isObject())
            return std::nullopt;
        if (const QJsonValue text = part.toObject().value("text"_L1); text.isString())
            texts += text.toString();
    }
    return texts.join(u'\n');
}

static std::optional<DemoPrompt> promptOfNumbers(const QJsonArray &numbers)
{
    QStringList words;
    for (const QJsonValue number : numbers) {
        if (!number.isDouble())
            return std::nullopt;
        words += QString::number(number.toInteger());
    }
    return DemoPrompt{words.join(u' '), words.size()};
}

std::optional<QList<DemoPrompt>> promptsOf(const QJsonValue &value)
{
    if (value.isString())
        return QList<DemoPrompt>{{value.toString(), tokensOf(value.toString())}};
    if (!value.isArray())
        return std::nullopt;
    const QJsonArray list = value.toArray();
    if (!list.isEmpty() && list.first().isDouble()) {
        const auto prompt = promptOfNumbers(list);
        return prompt ? std::optional(QList<DemoPrompt>{*prompt}) : std::nullopt;
    }
    QList<DemoPrompt> prompts;
    for (const QJsonValue entry : list) {
        std::optional<DemoPrompt> prompt;
        if (entry.isString())
            prompt = DemoPrompt{entry.toString(), tokensOf(entry.toString())};
        else if (entry.isArray())
            prompt = promptOfNumbers(entry.toArray());
        if (!prompt)
            return std::nullopt;
        prompts += *prompt;
    }
    return prompts;
}

QStringList piecesOf(const QString &text)
{
    QStringList pieces;
    QString piece;
    bool hasWord = false; // piece is more than white space
    const auto finishPiece = [&] {
        if (!piece.isEmpty())
            pieces += piece;
        piece.clear();
        hasWord = false;
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        QString character(text.at(i));
        char32_t code = text.at(i).unicode();
        if (text.at(i).isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate()) {
            code = QChar::surrogateToUcs4(text.at(i), text.at(i + 1));
            character += text.at(++i);
        }
        const bool startsPiece = hasWord && (text.at(i).isSpace() || isCjk(code));
        if (startsPiece)
            finishPiece();
        piece += character;
        hasWord |= !text.at(i).isSpace();
        if (isCjk(code))
            finishPiece();
    }
    finishPiece();
    return pieces;
}

qint64 tokensOf(const QString &text)
{
    return piecesOf(text).size();
}

QString answerTo(const QString &question)
{
    bool isChinese = false;
    const QList<uint> characters = question.toUcs4();
    for (const uint character : characters)
        isChinese |= isCjk(character);
    QString echo = question.left(maximumEcho);
    if (!echo.isEmpty() && echo.back().isHighSurrogate())
        echo.chop(1);
    if (echo.size() < question.size())
        echo += u'…';
    const Language language = isChinese ? Language::Chinese : Language::English;
    const QString note =
        message(language,
                QT_TRANSLATE_NOOP(
                    "service", "[Quota Proxy demo] This is the built-in demo, not a language model. "
                               "Configure a provider to get real answers: in the console under Providers, "
                               "or with DEEPSEEK_API_KEY and DEEPSEEK_BASE_URL in the service's settings."));
    if (question.isEmpty())
        return note;
    return note + "\n\n"_L1 +
           message(language, QT_TRANSLATE_NOOP("service", "Your message reached it: “%1”"), {echo});
}

QList<float> vectorFor(const QString &text, int dimensions)
{
    QList<double> values;
    double squares = 0;
    const QByteArray seed = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256);
    for (int block = 0; values.size() < dimensions; ++block) {
        const QByteArray bytes =
            QCryptographicHash::hash(seed + QByteArray::number(block), QCryptographicHash::Sha256);
        for (qsizetype i = 0; i + 2 <= bytes.size() && values.size() < dimensions; i += 2) {
            // Odd numbers only: never zero, so that even one dimension has a direction.
            const double value =
                (2.0 * qFromLittleEndian<quint16>(bytes.constData() + i) - 65535.0) / 65535.0;
            values += value;
            squares += value * value;
        }
    }
    QList<float> vector;
    for (const double value : std::as_const(values))
        vector += float(value / std::sqrt(squares));
    return vector;
}

QJsonValue encodedVector(const QList<float> &vector, bool asBase64)
{
    if (!asBase64) {
        QJsonArray numbers;
        for (const float value : vector)
            numbers.append(double(value));
        return numbers;
    }
    QByteArray bytes(vector.size() * qsizetype(sizeof(float)), Qt::Uninitialized);
    qToLittleEndian<float>(vector.constData(), vector.size(), bytes.data());
    return QString::fromLatin1(bytes.toBase64());
}

}
