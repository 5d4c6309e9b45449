// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/route.h"

#include "shared/json.h"

#include <QJsonDocument>

namespace quota::service
{

RouteFuture finished(RouteResult result)
{
    QPromise<RouteResult> promise;
    promise.start();
    promise.addResult(std::move(result));
    promise.finish();
    return promise.future();
}

HttpAnswer jsonAnswer(const QJsonObject &body, int status)
{
    HttpAnswer answer;
    answer.status = status;
    answer.headers.append("Content-Type", "application/json; charset=utf-8");
    answer.headers.append("Cache-Control", "no-store");
    answer.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    return answer;
}

Result<QJsonObject> bodyOf(const AdminCall &call)
{
    if (call.request.body.trimmed().isEmpty())
        return QJsonObject();
    return parseJsonObject(call.request.body);
}

QString parameterOf(const AdminCall &call, const QString &name)
{
    return call.query.queryItemValue(name, QUrl::FullyDecoded);
}

}
