// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/chatrequest.h"

#include "service/proxy/textcount.h"

#include <QCoreApplication>

#include <array>

using namespace Qt::StringLiterals;

namespace quota::service
{

using Token = JsonScanner::Token;

namespace
{

// Reads the members that matter; the first fault wins.
class Reader
{
public:
    Reader(const QByteArray &body, Language language)
        : m_scanner(body)
        , m_language(language)
    {}

    Result<ChatRequest> read();

private:
    void member(const QByteArray &name, Token token);
    void readStreamOptions(Token token);
    void readCeiling(size_t index, const QString &name, Token token);
    std::optional<bool> flag(const QString &name, Token token);
    void wrong(const QString &name, const char *english);
    tl::unexpected<Error> notJson() const;

    JsonScanner m_scanner;
    const Language m_language;
    ChatRequest m_request;
    std::optional<Error> m_fault;
    std::array<std::optional<qint64>, 3> m_ceilings;
    std::array<TokenEstimate, 5> m_estimates; // one a member, so that a name that comes twice counts once
};

constexpr std::array<QByteArrayView, 3> ceilingNames{"max_tokens", "max_completion_tokens",
                                                     "max_output_tokens"};
constexpr std::array<QByteArrayView, 5> promptNames{"messages", "prompt", "input", "system", "instructions"};
void Reader::wrong(const QString &name, const char *english)
{
    if (!m_fault)
        m_fault = Error{ErrorCode::InvalidField, message(m_language, english, {name}), {}, name};
}

tl::unexpected<Error> Reader::notJson() const
{
    return failure(ErrorCode::InvalidField,
                   message(m_language, QT_TRANSLATE_NOOP("service", "The body is not JSON: %1 at byte %2."),
                           {message(m_language, m_scanner.reason()), QString::number(m_scanner.begin())}));
}

std::optional<bool> Reader::flag(const QString &name, Token token)
{
    if (token == Token::True || token == Token::False)
        return token == Token::True;
    if (token != Token::Null)
        wrong(name, QT_TRANSLATE_NOOP("service", "“%1” must be true or false."));
    return std::nullopt;
}

void Reader::readStreamOptions(Token token)
{
    m_request.includeUsage = false;
    if (token == Token::Null)
        return;
    if (token != Token::ObjectBegin) {
        wrong(u"stream_options"_s, QT_TRANSLATE_NOOP("service", "“%1” must be an object."));
        return;
    }
    forEachMember(m_scanner, [&](const QByteArray &name, Token value) {
        if (name == "include_usage")
            m_request.includeUsage = flag(u"stream_options.include_usage"_s, value).value_or(false);
    });
}

void Reader::readCeiling(size_t index, const QString &name, Token token)
{
    m_ceilings[index].reset();
    if (token == Token::Null)
        return;
    qint64 value = 0;
    if (m_scanner.wholeNumber(&value) && value >= 0)
        m_ceilings[index] = value;
    else
        wrong(name,
              QT_TRANSLATE_NOOP(
                  "service", "“%1” must be a whole number from 0; leave it out for the model's own limit."));
}

void Reader::member(const QByteArray &name, Token token)
{
    if (name == "model") {
        m_request.model.clear();
        if (token == Token::String) {
            m_request.model = m_scanner.text();
            m_request.model.detach(); // it must outlive the body
        } else {
            wrong(u"model"_s, QT_TRANSLATE_NOOP("service", "“%1” must be a string."));
        }
    } else if (name == "stream") {
        m_request.stream = flag(u"stream"_s, token).value_or(false);
    } else if (name == "stream_options") {
        readStreamOptions(token);
    } else if (const auto ceiling = indexIn(ceilingNames, name)) {
        readCeiling(*ceiling, QString::fromLatin1(name), token);
    } else if (const auto prompt = indexIn(promptNames, name)) {
        m_estimates[*prompt] = {};
        countTexts(m_scanner, true, m_estimates[*prompt]);
    }
}

Result<ChatRequest> Reader::read()
{
    const Token first = m_scanner.next();
    if (first == Token::ObjectBegin)
        forEachMember(m_scanner, [&](const QByteArray &name, Token token) { member(name, token); });
    else
        m_scanner.leave(0);
    if (m_scanner.token() == Token::Fault || m_scanner.next() == Token::Fault)
        return notJson();
    if (first != Token::ObjectBegin)
        return failure(
            ErrorCode::InvalidField,
            message(m_language, QT_TRANSLATE_NOOP("service", "The body must be a JSON object, in braces.")));
    if (m_fault)
        return tl::unexpected(*m_fault);
    for (const std::optional<qint64> &ceiling : m_ceilings) {
        if (ceiling)
            m_request.maximumTokens = qMax(*ceiling, m_request.maximumTokens.value_or(0));
    }
    for (const TokenEstimate &estimate : m_estimates)
        m_request.promptEstimate += estimate.tokens();
    return m_request;
}

}

Result<ChatRequest> ChatRequest::parse(const QByteArray &body, Language language)
{
    return Reader(body, language).read();
}

namespace
{

// One replacement of bytes in place.
struct Edit
{
    qsizetype position = 0;
    qsizetype length = 0;
    QByteArray text;
};

}

static Edit editWithin(JsonScanner &scanner)
{
    Edit edit{scanner.end(), 0, "\"include_usage\":true"};
    bool isEmpty = true;
    bool isThere = false;
    forEachMember(scanner, [&](const QByteArray &name, Token value) {
        isEmpty = false;
        if (name != "include_usage")
            return;
        isThere = true;
        const bool isTrue = value == Token::True;
        edit = isTrue ? Edit{} : Edit{scanner.begin(), scanner.end() - scanner.begin(), "true"};
    });
    if (!isThere && !isEmpty)
        edit.text += ',';
    return edit;
}

QByteArray askForUsage(const QByteArray &body)
{
    JsonScanner scanner(body);
    if (scanner.next() != Token::ObjectBegin)
        return body;
    bool isEmpty = true;
    std::optional<Edit> edit;
    forEachMember(scanner, [&](const QByteArray &name, Token value) {
        isEmpty = false;
        if (name != "stream_options")
            return;
        if (value == Token::ObjectBegin)
            edit = editWithin(scanner);
        else if (value == Token::Null)
            edit = Edit{scanner.begin(), scanner.end() - scanner.begin(), "{\"include_usage\":true}"};
    });
    if (scanner.token() != Token::ObjectEnd)
        return body;
    if (!edit) {
        const QByteArray member = "\"stream_options\":{\"include_usage\":true}";
        edit = Edit{scanner.begin(), 0, isEmpty ? member : ',' + member};
    }
    return QByteArray(body).replace(edit->position, edit->length, edit->text);
}

}
