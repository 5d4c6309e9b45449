// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/demoprovider.h"

#include "service/proxy/chatrequest.h"
#include "service/proxy/demotext.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

constexpr QLatin1StringView demoModel{"demo-chat"};
constexpr QLatin1StringView owner{"quota-proxy-demo"};
constexpr int maximumChoices = 8;
constexpr int defaultDimensions = 8;
constexpr int maximumDimensions = 4096;

// A request that cannot be answered, in the caller's words.
struct Wrong
{
    QString field;
    QString text;
};

// What a text answer is made of; chat and completions differ in the shape around it only.
struct Completion
{
    bool isChat = true;
    QString id;
    QString model;
    qint64 created = 0;
    QStringList pieces; // of the answer, about a token each
    bool cutShort = false;
    int choices = 1;
    qint64 promptTokens = 0;
    bool includeUsage = false;

    QString finishReason() const { return cutShort ? u"length"_s : u"stop"_s; }
    QJsonObject usage() const
    {
        const qint64 completionTokens = pieces.size() * choices;
        return {{u"prompt_tokens"_s, promptTokens},
                {u"completion_tokens"_s, completionTokens},
                {u"total_tokens"_s, promptTokens + completionTokens}};
    }
};

}

static QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

static DemoAnswer jsonAnswer(int status, const QJsonObject &object)
{
    DemoAnswer answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "application/json"}, {"x-quota-proxy-demo", "true"}};
    answer.chunks = {compact(object)};
    return answer;
}

static DemoAnswer errorAnswer(int status, const QString &text, const QString &field, const QString &code)
{
    const QJsonObject error{{u"message"_s, text},
                            {u"type"_s, u"invalid_request_error"_s},
                            {u"param"_s, field.isEmpty() ? QJsonValue() : QJsonValue(field)},
                            {u"code"_s, code.isEmpty() ? QJsonValue() : QJsonValue(code)}};
    return jsonAnswer(status, {{u"error"_s, error}});
}

// The same body gives the same id.
static QString idFor(QLatin1StringView prefix, const QByteArray &body)
{
    const QByteArray hash = QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex();
    return prefix + QString::fromLatin1(hash.first(24));
}

static QJsonObject envelope(const Completion &completion, bool isChunk)
{
    const QString object = !completion.isChat ? u"text_completion"_s
                           : isChunk          ? u"chat.completion.chunk"_s
                                              : u"chat.completion"_s;
    return {{u"id"_s, completion.id},
            {u"object"_s, object},
            {u"created"_s, completion.created},
            {u"model"_s, completion.model},
            {u"system_fingerprint"_s, QString(owner)}};
}

static DemoAnswer wholeAnswer(const Completion &completion)
{
    const QString text = completion.pieces.join(QString());
    QJsonArray choices;
    for (int index = 0; index < completion.choices; ++index) {
        QJsonObject choice{{u"index"_s, index},
                           {u"finish_reason"_s, completion.finishReason()},
                           {u"logprobs"_s, QJsonValue()}};
        if (completion.isChat)
            choice[u"message"_s] =
                QJsonObject{{u"role"_s, u"assistant"_s}, {u"content"_s, text}, {u"refusal"_s, QJsonValue()}};
        else
            choice[u"text"_s] = text;
        choices.append(choice);
    }
    QJsonObject object = envelope(completion, false);
    object[u"choices"_s] = choices;
    object[u"usage"_s] = completion.usage();
    return jsonAnswer(200, object);
}

static DemoAnswer streamedAnswer(const Completion &completion)
{
    DemoAnswer answer;
    answer.streamed = true;
    answer.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                      {"Cache-Control", "no-cache"},
                      {"x-quota-proxy-demo", "true"}};
    const auto append = [&](const QJsonArray &choices, const QJsonValue &usage) {
        QJsonObject object = envelope(completion, true);
        object[u"choices"_s] = choices;
        if (completion.includeUsage)
            object[u"usage"_s] = usage;
        answer.chunks += "data: " + compact(object) + "\n\n";
    };
    const auto appendChoice = [&](int index, const QJsonObject &delta, const QString &text,
                                  const QJsonValue &finishReason) {
        QJsonObject choice{
            {u"index"_s, index}, {u"finish_reason"_s, finishReason}, {u"logprobs"_s, QJsonValue()}};
        if (completion.isChat)
            choice[u"delta"_s] = delta;
        else
            choice[u"text"_s] = text;
        append({choice}, QJsonValue());
    };
    for (int index = 0; index < completion.choices; ++index) {
        if (completion.isChat)
            appendChoice(index, {{u"role"_s, u"assistant"_s}, {u"content"_s, QString()}}, {}, QJsonValue());
        for (const QString &piece : completion.pieces)
            appendChoice(index, {{u"content"_s, piece}}, piece, QJsonValue());
        appendChoice(index, {}, {}, completion.finishReason());
    }
    if (completion.includeUsage)
        append({}, completion.usage());
    answer.chunks += "data: [DONE]\n\n";
    return answer;
}

static tl::expected<DemoPrompt, Wrong> promptOfMessages(const QJsonObject &body)
{
    const QJsonValue messages = body.value("messages"_L1);
    if (!messages.isArray() || messages.toArray().isEmpty())
        return tl::unexpected(Wrong{
            u"messages"_s, u"“messages” is missing or empty; give a list with at least one message."_s});
    DemoPrompt prompt;
    const QJsonArray list = messages.toArray();
    for (qsizetype i = 0; i < list.size(); ++i) {
        const QJsonObject entry = list.at(i).toObject();
        const QString field = u"messages[%1]"_s.arg(i);
        if (!list.at(i).isObject() || !entry.value("role"_L1).isString())
            return tl::unexpected(Wrong{field, u"“%1” must be an object with a “role”."_s.arg(field)});
        const std::optional<QString> text = textOfContent(entry.value("content"_L1));
        if (!text)
            return tl::unexpected(Wrong{field + ".content"_L1,
                                        u"“%1.content” must be a string or a list of parts."_s.arg(field)});
        prompt.tokens += tokensOf(*text);
        if (entry.value("role"_L1) == "user"_L1)
            prompt.question = *text;
    }
    return prompt;
}

// Strings, lists of strings, token numbers and lists of those, as completions and embeddings take them.
static tl::expected<QList<DemoPrompt>, Wrong> promptsOfField(const QJsonObject &body, QLatin1StringView name)
{
    const std::optional<QList<DemoPrompt>> prompts = promptsOf(body.value(name));
    if (!prompts || prompts->isEmpty())
        return tl::unexpected(Wrong{
            name, u"“%1” must be a string, a list of strings, or token numbers, and not empty."_s.arg(name)});
    return *prompts;
}

static DemoAnswer textAnswer(bool isChat, const QByteArray &body, qint64 created)
{
    const Result<ChatRequest> request = ChatRequest::parse(body);
    if (!request)
        return errorAnswer(400, request.error().message, request.error().field,
                           request.error().field.isEmpty() ? u"invalid_json"_s : u"invalid_value"_s);
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    Completion completion;
    DemoPrompt prompt;
    if (isChat) {
        const auto read = promptOfMessages(object);
        if (!read)
            return errorAnswer(400, read.error().text, read.error().field, u"invalid_value"_s);
        prompt = *read;
    } else {
        const auto read = promptsOfField(object, "prompt"_L1);
        if (!read)
            return errorAnswer(400, read.error().text, read.error().field, u"invalid_value"_s);
        for (const DemoPrompt &one : *read) {
            prompt.tokens += one.tokens;
            prompt.question = one.question;
        }
    }
    const QJsonValue choices = object.value("n"_L1);
    if (!choices.isUndefined() && !choices.isNull() &&
        (choices.toInt(0) < 1 || choices.toInt(0) > maximumChoices))
        return errorAnswer(400, u"“n” must be a whole number from 1 to %1 here."_s.arg(maximumChoices),
                           u"n"_s, u"invalid_value"_s);
    completion.isChat = isChat;
    completion.id = idFor(isChat ? "chatcmpl-demo-"_L1 : "cmpl-demo-"_L1, body);
    completion.model = request->model.isEmpty() ? QString(demoModel) : QString::fromUtf8(request->model);
    completion.created = created;
    completion.choices = choices.toInt(1);
    completion.promptTokens = prompt.tokens;
    completion.includeUsage = request->includeUsage;
    completion.pieces = piecesOf(answerTo(prompt.question));
    if (request->maximumTokens && *request->maximumTokens < completion.pieces.size()) {
        completion.pieces.resize(*request->maximumTokens);
        completion.cutShort = true;
    }
    return request->stream ? streamedAnswer(completion) : wholeAnswer(completion);
}

static DemoAnswer embeddingsAnswer(const QByteArray &body)
{
    const Result<ChatRequest> request = ChatRequest::parse(body);
    if (!request)
        return errorAnswer(400, request.error().message, request.error().field,
                           request.error().field.isEmpty() ? u"invalid_json"_s : u"invalid_value"_s);
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    const auto inputs = promptsOfField(object, "input"_L1);
    if (!inputs)
        return errorAnswer(400, inputs.error().text, inputs.error().field, u"invalid_value"_s);
    const QJsonValue dimensions = object.value("dimensions"_L1);
    const int size =
        dimensions.isUndefined() || dimensions.isNull() ? defaultDimensions : dimensions.toInt(0);
    if (size < 1 || size > maximumDimensions)
        return errorAnswer(400,
                           u"“dimensions” must be a whole number from 1 to %1 here."_s.arg(maximumDimensions),
                           u"dimensions"_s, u"invalid_value"_s);
    const QString format = object.value("encoding_format"_L1).toString(u"float"_s);
    if (format != "float"_L1 && format != "base64"_L1)
        return errorAnswer(400, u"“encoding_format” must be float or base64."_s, u"encoding_format"_s,
                           u"invalid_value"_s);
    QJsonArray data;
    qint64 tokens = 0;
    for (const DemoPrompt &input : *inputs) {
        tokens += input.tokens;
        const QList<float> vector = vectorFor(input.question, size);
        data.append(QJsonObject{{u"object"_s, u"embedding"_s},
                                {u"index"_s, data.size()},
                                {u"embedding"_s, encodedVector(vector, format == "base64"_L1)}});
    }
    return jsonAnswer(
        200, {{u"object"_s, u"list"_s},
              {u"data"_s, data},
              {u"model"_s, request->model.isEmpty() ? QString(demoModel) : QString::fromUtf8(request->model)},
              {u"usage"_s, QJsonObject{{u"prompt_tokens"_s, tokens}, {u"total_tokens"_s, tokens}}}});
}

static DemoAnswer modelsAnswer(qint64 created)
{
    const QJsonObject model{{u"id"_s, QString(demoModel)},
                            {u"object"_s, u"model"_s},
                            {u"created"_s, created},
                            {u"owned_by"_s, QString(owner)}};
    return jsonAnswer(200, {{u"object"_s, u"list"_s}, {u"data"_s, QJsonArray{model}}});
}

DemoAnswer demoAnswer(const QByteArray &method, QByteArrayView path, const QByteArray &body, qint64 created)
{
    if (method == "POST" && path == "/chat/completions")
        return textAnswer(true, body, created);
    if (method == "POST" && path == "/completions")
        return textAnswer(false, body, created);
    if (method == "POST" && path == "/embeddings")
        return embeddingsAnswer(body);
    if (method == "GET" && path == "/models")
        return modelsAnswer(created);
    return errorAnswer(404,
                       u"The built-in demo does not serve %1 %2; it has chat/completions, completions, "
                       "embeddings and models. Configure a provider for the rest."_s.arg(
                           QString::fromUtf8(method.left(20)),
                           QString::fromUtf8(path.first(qMin<qsizetype>(path.size(), 200)))),
                       {}, u"not_found"_s);
}

}
