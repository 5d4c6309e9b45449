// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/id.h"
#include "shared/result.h"

#include <QJsonObject>
#include <QUrlQuery>

#include <optional>

// A request of the admin API before it is sent: verb, path under the base URL, query, body. Pure.
namespace quota
{

struct AdminRequest
{
    QByteArray verb;
    QString path; // encoded
    QUrlQuery query;
    std::optional<QJsonObject> body;
    bool withToken = true;
    std::optional<Error> fault; // found before anything is sent
};

AdminRequest plainRequest(const QByteArray &verb, QLatin1StringView path);
// list/id/action, with the id encoded. A POST gets an empty object as its body. Without an id the path would be
// the list's, and a DELETE would be meant for all of it: that is a fault.
AdminRequest requestAbout(const QByteArray &verb, QLatin1StringView list, const QString &id,
                          QLatin1StringView action = {});
template <class Tag>
AdminRequest requestAbout(const QByteArray &verb, QLatin1StringView list, const Id<Tag> &id,
                          QLatin1StringView action = {})
{
    return requestAbout(verb, list, id.value, action);
}
AdminRequest with(AdminRequest request, QJsonObject body);
AdminRequest with(AdminRequest request, QUrlQuery query);

}
