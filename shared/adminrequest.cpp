// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminrequest.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace quota
{

AdminRequest plainRequest(const QByteArray &verb, QLatin1StringView path)
{
    AdminRequest request;
    request.verb = verb;
    request.path = path;
    return request;
}

AdminRequest requestAbout(const QByteArray &verb, QLatin1StringView list, const QString &id,
                          QLatin1StringView action)
{
    AdminRequest request = plainRequest(verb, list);
    if (id.isEmpty())
        request.fault = Error{ErrorCode::InvalidField, u"id: must not be empty; name one."_s, {}, u"id"_s};
    request.path += u'/' + QString::fromLatin1(QUrl::toPercentEncoding(id));
    if (!action.isEmpty())
        request.path += u'/' + action;
    if (verb == "POST")
        request.body.emplace();
    return request;
}

AdminRequest with(AdminRequest request, QJsonObject body)
{
    request.body = std::move(body);
    return request;
}

AdminRequest with(AdminRequest request, QUrlQuery query)
{
    request.query = std::move(query);
    return request;
}

}
