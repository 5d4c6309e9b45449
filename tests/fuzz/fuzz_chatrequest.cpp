// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/chatrequest.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace quota;
using namespace quota::service;

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

// What is accepted is JSON to Qt as well, and asking for usage changes nothing but that.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // Exactly as long as the input, so that reading behind its end is seen.
    const auto copy = std::make_unique<char[]>(size);
    std::copy_n(data, size, copy.get());
    const QByteArray body = QByteArray::fromRawData(copy.get(), qsizetype(size));
    const Result<ChatRequest> request = ChatRequest::parse(body);
    if (!request) {
        require(request.error().code == ErrorCode::InvalidField && !request.error().message.isEmpty());
        return 0;
    }
    QJsonParseError fault;
    const QJsonDocument document = QJsonDocument::fromJson(body, &fault);
    // Qt refuses numbers beyond a double's range, which the grammar allows.
    require(document.isObject() || fault.error == QJsonParseError::IllegalNumber);
    require(request->promptEstimate >= 0 && request->promptEstimate <= qint64(size));
    require(request->maximumTokens.value_or(0) >= 0);

    require(request->answers >= 1);
    require(request->tokensAtMost(4096) >= request->promptEstimate);
    // Nobody reads another model in it: Qt takes the last of a name, and there is but one.
    if (document.isObject())
        require(document.object().value(QLatin1StringView("model")).toString().toUtf8() == request->model);

    const QByteArray edited = askForUsage(body, *request);
    const Result<ChatRequest> again = ChatRequest::parse(edited);
    require(again && again->includeUsage);
    require(again->model == request->model && again->stream == request->stream);
    require(again->maximumTokens == request->maximumTokens && again->answers == request->answers &&
            again->promptEstimate == request->promptEstimate);
    require(askForUsage(edited, *again) == edited);
    require(!request->includeUsage || edited == body);

    if (!request->maximumTokens) {
        const Result<ChatRequest> bounded =
            ChatRequest::parse(withCeiling(body, *request, "max_completion_tokens", 77));
        require(bounded && bounded->maximumTokens == 77 && bounded->model == request->model &&
                bounded->stream == request->stream && bounded->answers == request->answers);
    }
    return 0;
}
