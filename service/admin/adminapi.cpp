// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/adminapi.h"

#include "service/admin/authenticator.h"
#include "service/admin/backuproutes.h"
#include "service/admin/healthroutes.h"
#include "service/admin/keyroutes.h"
#include "service/admin/providerroutes.h"
#include "service/admin/requestroutes.h"
#include "service/admin/selfroutes.h"
#include "service/admin/templateroutes.h"
#include "service/admin/usageroutes.h"
#include "service/http/router.h"
#include "service/telemetry/log.h"
#include "shared/adminpaths.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static int statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidField:
        return 400;
    case ErrorCode::Unauthorized:
        return 401;
    case ErrorCode::Forbidden:
        return 403;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::VersionConflict:
    case ErrorCode::Cancelled:
        return 409;
    case ErrorCode::TooManyAttempts:
        return 429;
    case ErrorCode::Unreachable:
        return 502;
    case ErrorCode::Unavailable:
        return 503;
    case ErrorCode::TimedOut:
        return 504;
    case ErrorCode::Protocol:
    case ErrorCode::Storage:
    case ErrorCode::Internal:
        break;
    }
    return 500;
}

static QString typeOf(int status)
{
    switch (status) {
    case 401:
        return u"authentication_error"_s;
    case 403:
        return u"permission_error"_s;
    case 429:
        return u"rate_limit_error"_s;
    default:
        return status < 500 ? u"invalid_request_error"_s : u"server_error"_s;
    }
}

HttpAnswer errorAnswer(int status, const Error &error, const QString &code, const QJsonObject &extra)
{
    QJsonObject body = extra;
    body[u"error"_s] =
        QJsonObject{{u"message"_s, error.message},
                    {u"type"_s, typeOf(status)},
                    {u"param"_s, error.field.isEmpty() ? QJsonValue(QJsonValue::Null) : error.field},
                    {u"code"_s, code}};
    return jsonAnswer(body, status);
}

HttpAnswer errorAnswer(const Error &error, const QJsonObject &extra)
{
    return errorAnswer(statusOf(error.code), error, toString(error.code), extra);
}

struct AdminApi::Private
{
    Private(AdminContext &context, QObject *owner)
        : authenticator(context)
    {
        routes = healthRoutes(context, owner) + keyRoutes(context, owner) + templateRoutes(context, owner) +
                 usageRoutes(context, owner) + providerRoutes(context, owner) + backupRoutes(context, owner) +
                 requestRoutes(context, owner) + selfRoutes(context);
        for (qsizetype i = 0; i < routes.size(); ++i) {
            const Route &route = routes[i];
            router.add(route.method, route.pattern, int(i));
            if (!route.pattern.startsWith("/admin/") && route.pattern != paths::metrics.latin1())
                holdersRouter.add(route.method, route.pattern, int(i));
        }
    }

    Authenticator authenticator;
    QList<Route> routes;
    Router router;
    Router holdersRouter;
};

AdminApi::AdminApi(AdminContext &context, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(context, this))
{}

AdminApi::~AdminApi() = default;

static HttpAnswer notRouted(const Router::Match &match, const AdminCall &call)
{
    Error error;
    const QString method = QString::fromLatin1(call.request.method);
    if (match.status == 405) {
        error.message =
            message(call.language, QT_TRANSLATE_NOOP("service", "%1 is not possible here; possible are %2."),
                    {method, QString::fromLatin1(match.allow)});
        HttpAnswer answer = errorAnswer(405, error, u"method_not_allowed"_s, {});
        answer.headers.append("Allow", match.allow);
        return answer;
    }
    if (match.status == 400) {
        error.message =
            message(call.language, QT_TRANSLATE_NOOP("service", "The path of the request cannot be read."));
        return errorAnswer(400, error, u"invalid_path"_s, {});
    }
    error.message = message(call.language, QT_TRANSLATE_NOOP("service", "There is nothing at this address."));
    return errorAnswer(404, error, toString(ErrorCode::NotFound), {});
}

static std::optional<HttpAnswer> strangeParameter(const Route &route, const AdminCall &call)
{
    if (!route.pattern.startsWith("/admin/"))
        return std::nullopt;
    QStringList seen;
    const auto items = call.query.queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items) {
        if (!route.queryNames.contains(name)) {
            const QString text =
                route.queryNames.isEmpty()
                    ? message(call.language,
                              QT_TRANSLATE_NOOP("service", "“%1” is not a parameter here; there is none."),
                              {name.left(60)})
                    : message(call.language,
                              QT_TRANSLATE_NOOP("service", "“%1” is not a parameter here; known are %2."),
                              {name.left(60), route.queryNames.join(u", "_s)});
            return errorAnswer({ErrorCode::InvalidField, text, {}, name.left(60)});
        }
        if (seen.contains(name)) {
            return errorAnswer(
                {ErrorCode::InvalidField,
                 message(call.language,
                         QT_TRANSLATE_NOOP("service", "The parameter “%1” is given more than once."), {name}),
                 {},
                 name});
        }
        seen.append(name);
    }
    return std::nullopt;
}

static QFuture<HttpAnswer> ready(HttpAnswer answer)
{
    QPromise<HttpAnswer> promise;
    promise.start();
    promise.addResult(std::move(answer));
    promise.finish();
    return promise.future();
}

QFuture<HttpAnswer> AdminApi::handle(HttpRequest request, QByteArray requestId, Door door)
{
    AdminCall call;
    call.requestId = std::move(requestId);
    call.language = languageFromHeader(request.headers.value("accept-language"));
    call.path = QString::fromUtf8(request.path());
    call.query = QUrlQuery(QString::fromUtf8(request.query()));
    const Router &router = door == Door::Holders ? d->holdersRouter : d->router;
    const Router::Match match = router.match(request.method, request.path());
    call.request = std::move(request);
    if (match.status != 200)
        return ready(notRouted(match, call));

    const Route &route = d->routes[match.handler];
    call.parameters = match.parameters;
    if (auto refusal = d->authenticator.admit(route.access, call))
        return ready(std::move(*refusal));
    if (auto refusal = strangeParameter(route, call))
        return ready(std::move(*refusal));
    return route.handle(call).then(this, [id = call.requestId](const RouteResult &result) {
        if (result)
            return *result;
        const RouteFault &fault = result.error();
        HttpAnswer answer = errorAnswer(fault.error, fault.extra);
        if (answer.status >= 500) {
            logLine(lcAdmin(), LogLevel::Warning, fault.error.message,
                    {{u"request"_s, QString::fromLatin1(id)},
                     {u"code"_s, toString(fault.error.code)},
                     {u"detail"_s, fault.error.detail}});
        }
        return answer;
    });
}

}
