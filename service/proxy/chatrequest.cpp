// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/chatrequest.h"

#include "service/proxy/jsonname.h"
#include "service/proxy/textcount.h"
#include "shared/limit.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <bitset>

namespace quota::service
{

using Token = JsonScanner::Token;

namespace
{

// The members that are read, by their place in names.
enum Member : size_t
{
    Model,
    Stream,
    StreamOptions,
    MaxTokens,
    MaxCompletionTokens,
    MaxOutputTokens,
    N,
    BestOf,
    Tools, // schemas, which models read as text
    Functions,
    Prompt,
    Messages, // from here on: texts of the prompt
    Input,
    System,
    Instructions,
    MemberCount
};
constexpr std::array<QByteArrayView, MemberCount> names{"model",
                                                        "stream",
                                                        "stream_options",
                                                        "max_tokens",
                                                        "max_completion_tokens",
                                                        "max_output_tokens",
                                                        "n",
                                                        "best_of",
                                                        "tools",
                                                        "functions",
                                                        "prompt",
                                                        "messages",
                                                        "input",
                                                        "system",
                                                        "instructions"};
constexpr std::array<QByteArrayView, 1> optionNames{"include_usage"};

// Reads the members that matter; the first fault wins.
class Reader
{
public:
    Reader(const QByteArray &body, Language language)
        : m_body(body)
        , m_scanner(body)
        , m_language(language)
    {}

    Result<ChatRequest> read();

private:
    void readMember(QByteArrayView name, Token token);
    void checkOther(QByteArrayView name);
    void readModel(Token token);
    void readStreamOptions(Token token);
    void readPrompt(Token token);
    void readSchemas();
    std::optional<qint64> readNumber(Member member, Token token, qint64 minimum, qint64 maximum,
                                     const char *english);
    std::optional<bool> readFlag(QByteArrayView name, Token token);
    void wrong(QByteArrayView name, const char *english, const QString &second = {});
    tl::unexpected<Error> notJson() const;

    const QByteArrayView m_body;
    JsonScanner m_scanner;
    const Language m_language;
    ChatRequest m_request;
    std::bitset<MemberCount> m_seen;
    bool m_isEmpty = true;
    qint64 m_prompts = 0;
    std::optional<Error> m_fault;
    CountedTexts m_texts;
};

}

void Reader::wrong(QByteArrayView name, const char *english, const QString &second)
{
    if (m_fault)
        return;
    constexpr qsizetype shown = 64;
    const QString text = QString::fromUtf8(name.first(qMin(name.size(), shown)));
    m_fault = Error{ErrorCode::InvalidField, message(m_language, english, {text, second}), {}, text};
}

tl::unexpected<Error> Reader::notJson() const
{
    return failure(ErrorCode::InvalidField,
                   message(m_language, QT_TRANSLATE_NOOP("service", "The body is not JSON: %1 at byte %2."),
                           {message(m_language, m_scanner.reason()), QString::number(m_scanner.begin())}));
}

static constexpr const char *twice =
    QT_TRANSLATE_NOOP("service", "“%1” is there twice; leave one, so that everybody reads the same.");
static constexpr const char *otherLetters = QT_TRANSLATE_NOOP("service", "“%1” must be written “%2”.");

std::optional<bool> Reader::readFlag(QByteArrayView name, Token token)
{
    if (token == Token::True || token == Token::False)
        return token == Token::True;
    if (token != Token::Null)
        wrong(name, QT_TRANSLATE_NOOP("service", "“%1” must be true or false."));
    return std::nullopt;
}

void Reader::readStreamOptions(Token token)
{
    constexpr QByteArrayView options{"stream_options"};
    constexpr QByteArrayView path{"stream_options.include_usage"};
    ChatRequest::UsageEdit &edit = m_request.usageEdit;
    if (token == Token::Null) {
        edit = {m_scanner.begin(), m_scanner.end() - m_scanner.begin(), R"({"include_usage":true})"};
        return;
    }
    if (token != Token::ObjectBegin) {
        wrong(options, QT_TRANSLATE_NOOP("service", "“%1” must be an object."));
        return;
    }
    const qsizetype begin = m_scanner.end();
    bool isEmpty = true;
    bool isThere = false;
    forEachMember(m_scanner, [&](QByteArrayView name, Token value) {
        isEmpty = false;
        if (!isText(name, "include_usage")) {
            if (!takenFor(name, optionNames).isEmpty())
                wrong(name, otherLetters, QString::fromLatin1(optionNames.front()));
            return;
        }
        if (std::exchange(isThere, true))
            wrong(path, twice);
        m_request.includeUsage = readFlag(path, value).value_or(false);
        edit = {m_scanner.begin(), m_scanner.end() - m_scanner.begin(),
                m_request.includeUsage ? QByteArrayView() : QByteArrayView("true")};
    });
    if (!isThere)
        edit = {begin, 0,
                isEmpty ? QByteArrayView(R"("include_usage":true)")
                        : QByteArrayView(R"("include_usage":true,)")};
}

std::optional<qint64> Reader::readNumber(Member member, Token token, qint64 minimum, qint64 maximum,
                                         const char *english)
{
    if (token == Token::Null)
        return std::nullopt;
    qint64 value = 0;
    if (m_scanner.wholeNumber(&value) && value >= minimum && value <= maximum)
        return value;
    wrong(names[member], english);
    return std::nullopt;
}

// A text that ends up in logs and tables, and that an upstream written in C must not see the half of.
static bool isModel(QByteArrayView text)
{
    const auto isControl = [](char c) { return uchar(c) < 0x20 || c == 0x7f; };
    return !text.isEmpty() && text.size() <= ChatRequest::maximumModelBytes &&
           std::none_of(text.begin(), text.end(), isControl) && !hasBrokenCharacter(text);
}

void Reader::readModel(Token token)
{
    if (token != Token::String) {
        wrong(names[Model], QT_TRANSLATE_NOOP("service", "“%1” must be a string."));
        return;
    }
    const QByteArrayView text = m_scanner.text();
    if (isModel(text))
        m_request.model = text.toByteArray();
    else
        wrong(names[Model],
              QT_TRANSLATE_NOOP("service", "“%1” must be a name of 1 to 256 bytes without control characters "
                                           "or broken ones."));
}

void Reader::readPrompt(Token token)
{
    if (token != Token::ArrayBegin) {
        countTexts(m_scanner, true, m_texts);
        return;
    }
    forEachElement(m_scanner, [&](Token element) {
        // Bare numbers are the tokens of one prompt.
        m_prompts += element == Token::String || element == Token::ArrayBegin;
        countTexts(m_scanner, true, m_texts);
    });
}

void Reader::readSchemas()
{
    const qsizetype begin = m_scanner.begin();
    CountedTexts ignored;
    countTexts(m_scanner, false, ignored);
    if (m_scanner.token() != Token::Fault)
        m_texts.estimate.add(m_body.sliced(begin, m_scanner.end() - begin));
}

void Reader::checkOther(QByteArrayView name)
{
    if (const QByteArrayView known = takenFor(name, names); !known.isEmpty())
        wrong(name, otherLetters, QString::fromLatin1(known));
    // Some readers end a name at a NUL, and some leave out what is no character.
    if (name.contains('\0') || hasBrokenCharacter(name))
        wrong(name, QT_TRANSLATE_NOOP("service", "The name “%1” holds a NUL or a broken character."));
}

void Reader::readMember(QByteArrayView name, Token token)
{
    m_isEmpty = false;
    const auto place = placeOf(name, names);
    if (!place) {
        checkOther(name);
        return;
    }
    const auto member = Member(*place);
    if (m_seen[member])
        wrong(name, twice);
    m_seen[member] = true;
    constexpr qint64 anything = maximumAmount;
    static constexpr const char *ceiling = QT_TRANSLATE_NOOP(
        "service", "“%1” must be a whole number from 0; leave it out for the model's own limit.");
    static constexpr const char *count =
        QT_TRANSLATE_NOOP("service", "“%1” must be a whole number from 1 to 128.");
    switch (member) {
    case Model:
        readModel(token);
        break;
    case Stream:
        m_request.stream = readFlag(name, token).value_or(false);
        break;
    case StreamOptions:
        readStreamOptions(token);
        break;
    case MaxTokens:
    case MaxCompletionTokens:
    case MaxOutputTokens:
        if (token == Token::Null)
            m_request.nullCeilings.append(
                {names[member], m_scanner.begin(), m_scanner.end() - m_scanner.begin()});
        if (const auto value = readNumber(member, token, 0, anything, ceiling))
            m_request.maximumTokens = qMax(*value, m_request.maximumTokens.value_or(0));
        break;
    case N:
    case BestOf:
        m_request.answers = qMax(
            m_request.answers, readNumber(member, token, 1, ChatRequest::maximumAnswers, count).value_or(1));
        break;
    case Tools:
    case Functions:
        readSchemas();
        break;
    case Prompt:
        readPrompt(token);
        break;
    default:
        countTexts(m_scanner, true, m_texts);
    }
}

Result<ChatRequest> Reader::read()
{
    const Token first = m_scanner.next();
    if (first == Token::ObjectBegin)
        forEachMember(m_scanner, [&](QByteArrayView name, Token token) { readMember(name, token); });
    else
        m_scanner.leave(0);
    m_request.closing = m_scanner.begin();
    m_request.isEmpty = m_isEmpty;
    if (m_scanner.token() == Token::ObjectEnd && !m_seen[StreamOptions])
        m_request.usageEdit = {m_scanner.begin(), 0,
                               m_isEmpty ? QByteArrayView(R"("stream_options":{"include_usage":true})")
                                         : QByteArrayView(R"(,"stream_options":{"include_usage":true})")};
    if (m_scanner.token() == Token::Fault || m_scanner.next() == Token::Fault)
        return notJson();
    if (first != Token::ObjectBegin)
        return failure(
            ErrorCode::InvalidField,
            message(m_language, QT_TRANSLATE_NOOP("service", "The body must be a JSON object, in braces.")));
    if (m_fault)
        return tl::unexpected(std::move(*m_fault));
    m_request.answers *= qMax<qint64>(1, m_prompts);
    m_request.promptEstimate = m_texts.estimate.tokens();
    return std::move(m_request);
}

Result<ChatRequest> ChatRequest::parse(const QByteArray &body, Language language)
{
    return Reader(body, language).read();
}

qint64 ChatRequest::tokensAtMost(qint64 defaultOutputTokens, std::optional<qint64> prompt) const
{
    const qint64 each = maximumTokens.value_or(defaultOutputTokens);
    const qint64 before = qMin(prompt.value_or(promptEstimate), maximumAmount);
    Q_ASSERT(answers >= 1 && each >= 0);
    if (each > (maximumAmount - before) / answers)
        return maximumAmount;
    return before + each * answers;
}

// Length bytes at position give way to text.
static QByteArray edited(QByteArrayView body, qsizetype position, qsizetype length, QByteArrayView text)
{
    QByteArray result;
    result.reserve(body.size() + text.size());
    return result.append(body.first(position)).append(text).append(body.sliced(position + length));
}

QByteArray askForUsage(const QByteArray &body, const ChatRequest &request)
{
    const ChatRequest::UsageEdit &edit = request.usageEdit;
    return edit.text.isEmpty() ? body : edited(body, edit.position, edit.length, edit.text);
}

QByteArray withCeiling(const QByteArray &body, const ChatRequest &request, QByteArrayView name, qint64 tokens)
{
    const QByteArray number = QByteArray::number(tokens);
    for (const ChatRequest::Place &place : request.nullCeilings) {
        if (place.name == name)
            return edited(body, place.position, place.length, number);
    }
    const QByteArray member = '"' + name.toByteArray() + "\":" + number;
    return edited(body, request.closing, 0, request.isEmpty ? member : ',' + member);
}

}
