// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/adminapi.h"
#include "service/admin/context.h"

#include <QJsonObject>

#include <functional>

// What a file of routes hands to the admin API: method, pattern, who may call, and the handler. Handlers run in
// the main thread and return at once; their futures finish there too. They fail with an Error, which only the
// admin API turns into a status.
namespace quota::service
{

enum class Access
{
    Open,             // anybody
    OpenOnLoopback,   // anybody on this host, else the operator
    Operator,         // the admin token
    OperatorOrHolder, // the admin token, or a key's secret, which then sees that key alone
    Holder            // a key's secret
};

// An Error with what else its answer carries.
struct RouteFault
{
    RouteFault(Error fault) // NOLINT: an Error alone is the usual fault
        : error(std::move(fault))
    {}
    RouteFault(Error fault, QJsonObject more)
        : error(std::move(fault))
        , extra(std::move(more))
    {}

    Error error;
    QJsonObject extra; // beside «error» in the body
};

using RouteResult = tl::expected<HttpAnswer, RouteFault>;
using RouteFuture = QFuture<RouteResult>;

struct Route
{
    QByteArray method;
    QByteArray pattern; // as the router reads it
    Access access = Access::Operator;
    QStringList queryNames; // parameters it knows; others are refused under /admin/
    std::function<RouteFuture(const AdminCall &)> handle;
};

RouteFuture finished(RouteResult result);
HttpAnswer jsonAnswer(const QJsonObject &body, int status = 200);
// The body as one JSON object; an empty body is an empty object.
Result<QJsonObject> bodyOf(const AdminCall &call);
// A query parameter, decoded; empty when it is not there.
QString parameterOf(const AdminCall &call, const QString &name);

inline tl::unexpected<RouteFault> refused(const Error &error)
{
    return tl::unexpected<RouteFault>(RouteFault(error));
}
inline tl::unexpected<RouteFault> refused(ErrorCode code, const QString &text)
{
    return refused(Error{code, text, {}, {}});
}
inline tl::unexpected<RouteFault> refusedField(const QString &field, const QString &text)
{
    return refused(Error{ErrorCode::InvalidField, field + QStringLiteral(": ") + text, {}, field});
}

}
