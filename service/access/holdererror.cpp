// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/holdererror.h"

#include "service/http/textbuilder.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <array>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

struct FaultRow
{
    HolderFault fault;
    int status;
    QLatin1StringView type;
    QLatin1StringView code;
    QLatin1StringView parameter; // empty: null
    const char *text;            // with a subject, when the fault has one
    const char *textAlone;       // without; null: text needs none
};

constexpr QLatin1StringView invalidRequest{"invalid_request_error"};
constexpr QLatin1StringView permission{"permission_error"};
constexpr QLatin1StringView serverFault{"server_error"};

constexpr std::array<FaultRow, 18> faults{{
    {HolderFault::MissingKey,
     401,
     invalidRequest,
     "missing_api_key"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "No API key was given. Send it as “Authorization: Bearer KEY”."),
     nullptr},
    {HolderFault::UnknownKey,
     401,
     invalidRequest,
     "invalid_api_key"_L1,
     {},
     QT_TRANSLATE_NOOP(
         "service", "This API key is not known here. Check that it was copied whole, or ask for a new one."),
     nullptr},
    {HolderFault::KeyExpired,
     401,
     invalidRequest,
     "key_expired"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "This API key has expired. Ask whoever gave it to you to extend it."),
     nullptr},
    {HolderFault::KeyDisabled,
     403,
     permission,
     "key_disabled"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "This API key is disabled. Ask whoever gave it to you to enable it."),
     nullptr},
    {HolderFault::ModelNotAllowed, 403, permission, "model_not_allowed"_L1, "model"_L1,
     QT_TRANSLATE_NOOP(
         "service", "This API key may not use the model “%1”. GET /v1/models lists those that it may use."),
     QT_TRANSLATE_NOOP("service",
                       "This API key may not use this model. GET /v1/models lists those that it may use.")},
    {HolderFault::AddressNotAllowed,
     403,
     permission,
     "address_not_allowed"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "This API key may not be used from the address %1."),
     QT_TRANSLATE_NOOP("service", "This API key may not be used from this address.")},
    {HolderFault::InvalidJson,
     400,
     invalidRequest,
     "invalid_json"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "The body cannot be read: %1"),
     QT_TRANSLATE_NOOP("service", "The body must be a JSON object.")},
    {HolderFault::InvalidForm,
     400,
     invalidRequest,
     "invalid_form"_L1,
     {},
     QT_TRANSLATE_NOOP("service",
                       "The form cannot be read: %1. Send plain multipart/form-data, as curl -F does."),
     QT_TRANSLATE_NOOP("service", "The body must be multipart/form-data, as curl -F sends it.")},
    {HolderFault::ModelUnclear, 400, invalidRequest, "ambiguous_model"_L1, "model"_L1,
     QT_TRANSLATE_NOOP("service",
                       "The address of this request and its body do not name the same model. Name it "
                       "once, in the body."),
     nullptr},
    {HolderFault::ModelTooLate, 413, invalidRequest, "model_too_late"_L1, "model"_L1,
     QT_TRANSLATE_NOOP("service", "The form's field “model” does not come within its first %1 bytes. Send it "
                                  "before the file."),
     QT_TRANSLATE_NOOP("service", "The form's field “model” comes too late. Send it before the file.")},
    {HolderFault::RequestTooLarge,
     413,
     invalidRequest,
     "request_too_large"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "The request is larger than %1 bytes, the most that is taken here."),
     QT_TRANSLATE_NOOP("service", "The request is larger than what is taken here.")},
    {HolderFault::RouteNotFound,
     404,
     invalidRequest,
     "not_found"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "There is nothing at %1."),
     QT_TRANSLATE_NOOP("service", "There is nothing at this address.")},
    {HolderFault::ModelNotFound, 404, invalidRequest, "model_not_found"_L1, "model"_L1,
     QT_TRANSLATE_NOOP("service", "No provider serves the model “%1”. GET /v1/models lists those that are."),
     QT_TRANSLATE_NOOP("service", "No provider serves this request. GET /v1/models lists the models that are "
                                  "served.")},
    {HolderFault::UpstreamUnreachable,
     502,
     serverFault,
     "upstream_unreachable"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "The provider cannot be reached (%1). Try again later."),
     QT_TRANSLATE_NOOP("service", "The provider cannot be reached. Try again later.")},
    {HolderFault::UpstreamTimeout,
     504,
     serverFault,
     "upstream_timeout"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "The provider did not answer in time (%1). Try again later."),
     QT_TRANSLATE_NOOP("service", "The provider did not answer in time. Try again later.")},
    {HolderFault::StoreUnavailable,
     503,
     serverFault,
     "store_unavailable"_L1,
     {},
     QT_TRANSLATE_NOOP("service",
                       "The service cannot write its books, so a key with limits cannot be served. Try "
                       "again in a moment."),
     nullptr},
    {HolderFault::ShuttingDown,
     503,
     serverFault,
     "shutting_down"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "The service is stopping. Try again in a moment."),
     nullptr},
    {HolderFault::Internal,
     500,
     serverFault,
     "internal_error"_L1,
     {},
     QT_TRANSLATE_NOOP("service", "Something went wrong in the service. The request id leads to its log."),
     nullptr},
}};

const FaultRow &rowOf(HolderFault fault)
{
    for (const FaultRow &row : faults) {
        if (row.fault == fault)
            return row;
    }
    Q_UNREACHABLE();
}

HttpAnswer answerOf(int status, const QJsonObject &error)
{
    HttpAnswer answer;
    answer.status = status;
    answer.headers.append("Content-Type", "application/json; charset=utf-8");
    answer.body = QJsonDocument(QJsonObject{{u"error"_s, error}}).toJson(QJsonDocument::Compact);
    return answer;
}

bool isSpent(LimitWindow window)
{
    return window != LimitWindow::Minute && window != LimitWindow::Hour;
}

QString limitMessage(const Refusal &refusal, Language language)
{
    const Limit &limit = refusal.status.limit;
    const QString amount = QString::number(limit.amount);
    if (refusal.cause == RefusalCause::Concurrency) {
        return message(language,
                       QT_TRANSLATE_NOOP("service",
                                         "This API key already has %1 requests under way, as many as "
                                         "it may have. Wait for one of them to end."),
                       {QString::number(refusal.status.used)});
    }
    const QString what = toString(limit.unit) + u'/' + toString(limit.window);
    if (limit.amount == 0) {
        return message(language,
                       QT_TRANSLATE_NOOP(
                           "service", "This API key is blocked: its limit %1 is 0. Ask for a higher limit."),
                       {what});
    }
    const QString used = QString::number(refusal.status.used + refusal.status.reserved);
    if (!refusal.status.resetsAt) {
        return message(language,
                       QT_TRANSLATE_NOOP("service",
                                         "The limit %1 of this API key is used up: %2 of %3. Ask for a "
                                         "higher limit."),
                       {what, used, amount});
    }
    if (limit.unit == LimitUnit::Tokens && refusal.status.remaining() > 0) {
        return message(
            language,
            QT_TRANSLATE_NOOP("service",
                              "This request may need %1 tokens, and the limit %2 of this API key has %3 "
                              "of %4 left until %5. Ask for fewer tokens or wait."),
            {QString::number(refusal.requested), what, QString::number(refusal.status.remaining()), amount,
             toIso(*refusal.status.resetsAt)});
    }
    return message(language,
                   QT_TRANSLATE_NOOP(
                       "service", "The limit %1 of this API key is used up: %2 of %3. It starts anew at %4."),
                   {what, used, amount, toIso(*refusal.status.resetsAt)});
}

// Go's duration text, as OpenAI writes it: «1s», «6m0s», «23h59m59s».
TextBuilder durationText(std::chrono::milliseconds time)
{
    const qint64 seconds = qMax<qint64>(0, (time.count() + 999) / 1000);
    TextBuilder text(16);
    if (seconds >= 3600)
        text.addNumber(seconds / 3600).add('h');
    if (seconds >= 60)
        text.addNumber(seconds / 60 % 60).add('m');
    text.addNumber(seconds % 60).add('s');
    return text;
}

// «requests/day; used=205; limit=200; resets=2026-11-28T00:00:00.000Z»
QByteArray warningText(const LimitStatus &status)
{
    QString text =
        u"%1/%2; used=%3; limit=%4"_s.arg(toString(status.limit.unit), toString(status.limit.window))
            .arg(status.used + status.reserved)
            .arg(status.limit.amount);
    if (status.resetsAt)
        text += u"; resets="_s + toIso(*status.resetsAt);
    return text.toLatin1();
}

// Fewer left is tighter; with the same left, the one that is waited for longer.
bool isTighter(const LimitStatus &left, const LimitStatus &right)
{
    if (left.remaining() != right.remaining())
        return left.remaining() < right.remaining();
    if (!left.resetsAt || !right.resetsAt)
        return !left.resetsAt && right.resetsAt;
    return *left.resetsAt > *right.resetsAt;
}

}

HttpAnswer holderError(HolderFault fault, Language language, const QString &subject)
{
    const FaultRow &row = rowOf(fault);
    const bool alone = subject.isEmpty() && row.textAlone;
    const QString text =
        alone ? message(language, row.textAlone)
              : message(language, row.text, row.textAlone ? QStringList{subject} : QStringList());
    HttpAnswer answer = answerOf(
        row.status, {{u"message"_s, text},
                     {u"type"_s, row.type},
                     {u"param"_s, row.parameter.isEmpty() ? QJsonValue(QJsonValue::Null) : row.parameter},
                     {u"code"_s, row.code}});
    if (row.status == 401)
        answer.headers.append("WWW-Authenticate", "Bearer realm=\"quota-proxy\"");
    if (row.status == 503)
        answer.headers.append("Retry-After", "5");
    return answer;
}

HttpAnswer limitError(const Refusal &refusal, Language language)
{
    const LimitStatus &status = refusal.status;
    const bool concurrency = refusal.cause == RefusalCause::Concurrency;
    const bool spent = !concurrency && isSpent(status.limit.window);
    HttpAnswer answer =
        answerOf(429, {{u"message"_s, limitMessage(refusal, language)},
                       {u"type"_s, spent ? u"insufficient_quota"_s : u"rate_limit_error"_s},
                       {u"param"_s, QJsonValue::Null},
                       {u"code"_s, spent ? u"insufficient_quota"_s : u"rate_limit_exceeded"_s},
                       {u"limit"_s, status.limit.amount},
                       {u"unit"_s, toString(status.limit.unit)},
                       {u"window"_s, concurrency ? u"concurrency"_s : toString(status.limit.window)},
                       {u"used"_s, status.used},
                       {u"reserved"_s, status.reserved},
                       {u"requested"_s, refusal.requested},
                       {u"remaining"_s, status.remaining()},
                       {u"resets_at"_s, toJson(status.resetsAt)}});
    answer.headers.append("Retry-After", QByteArray::number(qint64(refusal.retryAfter.count())));
    if (spent)
        answer.headers.append("x-should-retry", "false");
    return answer;
}

QByteArray bearerOf(const HttpRequest &request)
{
    constexpr QByteArrayView scheme("bearer");
    const QByteArrayView authorization = request.headers.value("authorization").trimmed();
    if (authorization.size() <= scheme.size() ||
        !equalsIgnoringCase(authorization.first(scheme.size()), scheme) ||
        (authorization[scheme.size()] != ' ' && authorization[scheme.size()] != '\t')) {
        return {};
    }
    return authorization.sliced(scheme.size()).trimmed().toByteArray();
}

QByteArray credentialOf(const HttpRequest &request)
{
    if (QByteArray bearer = bearerOf(request); !bearer.isEmpty())
        return bearer;
    for (const QByteArrayView name : {QByteArrayView("x-api-key"), QByteArrayView("x-trial-key")}) {
        const QByteArrayView value = request.headers.value(name).trimmed();
        if (!value.isEmpty())
            return value.toByteArray();
    }
    return {};
}

std::optional<HolderFault> keyFault(const KeyEntryPointer &entry, Timestamp now)
{
    if (!entry)
        return HolderFault::UnknownKey;
    switch (entry->key.stateAt(now)) {
    case KeyState::Active:
        return std::nullopt;
    case KeyState::Disabled:
        return HolderFault::KeyDisabled;
    case KeyState::Expired:
        return HolderFault::KeyExpired;
    case KeyState::Deleted:
        break;
    }
    return HolderFault::UnknownKey;
}

HeaderList rateLimitHeaders(const QList<LimitStatus> &statuses, Timestamp now)
{
    struct Names
    {
        LimitUnit unit;
        QByteArrayView limit;
        QByteArrayView remaining;
        QByteArrayView reset;
    };
    static constexpr Names all[] = {{LimitUnit::Requests, "x-ratelimit-limit-requests",
                                     "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
                                    {LimitUnit::Tokens, "x-ratelimit-limit-tokens",
                                     "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"}};
    HeaderList headers;
    headers.reserve(256, 6);
    for (const Names &names : all) {
        const LimitStatus *tightest = nullptr;
        for (const LimitStatus &status : statuses) {
            if (status.limit.unit == names.unit && status.limit.isEnforced() &&
                (!tightest || isTighter(status, *tightest)))
                tightest = &status;
        }
        if (!tightest)
            continue;
        headers.append(names.limit, tightest->limit.amount);
        headers.append(names.remaining, tightest->remaining());
        if (tightest->resetsAt)
            headers.append(names.reset, durationText(*tightest->resetsAt - now).view());
    }
    for (const LimitStatus &status : statuses) {
        if (status.limit.mode == LimitMode::Warn && status.beyond() > 0)
            headers.append("x-quota-warning", warningText(status));
    }
    return headers;
}

}
