// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminasking.h"
#include "shared/adminpaths.h"
#include "shared/adminrequest.h"

using namespace Qt::StringLiterals;

// The calls of AdminClient that are about templates, raises, and why a request passed or not.
namespace quota
{

QFuture<Result<KeyOverview>> AdminClient::raiseLimit(const KeyId &id, const NewRaise &raise)
{
    return ask<KeyOverview>(with(requestAbout("POST", paths::keys, id, "raise"_L1), toJson(raise)),
                            keyOverviewFromJson);
}

QFuture<Result<KeyOverview>> AdminClient::endRaises(const KeyId &id)
{
    return ask<KeyOverview>(requestAbout("DELETE", paths::keys, id, "raise"_L1), keyOverviewFromJson);
}

static Result<QList<KeyTemplate>> templatesFromJson(const QJsonObject &object)
{
    if (!object["templates"_L1].isArray())
        return invalidField(u"templates"_s, u"templates: must be a list."_s);
    QList<KeyTemplate> templates;
    const QJsonArray array = object["templates"_L1].toArray();
    for (const QJsonValue &element : array) {
        Result<KeyTemplate> one = keyTemplateFromJson(element.toObject());
        if (!one)
            return tl::unexpected(one.error());
        templates.append(std::move(*one));
    }
    return templates;
}

QFuture<Result<QList<KeyTemplate>>> AdminClient::templates()
{
    return ask<QList<KeyTemplate>>(plainRequest("GET", paths::templates), templatesFromJson);
}

QFuture<Result<KeyTemplate>> AdminClient::keyTemplate(const QString &name)
{
    return ask<KeyTemplate>(requestAbout("GET", paths::templates, name), keyTemplateFromJson);
}

QFuture<Result<KeyTemplate>> AdminClient::createTemplate(const TemplateChange &keyTemplate)
{
    return ask<KeyTemplate>(with(plainRequest("POST", paths::templates), toJson(keyTemplate)),
                            keyTemplateFromJson);
}

QFuture<Result<KeyTemplate>> AdminClient::updateTemplate(const QString &name, const TemplateChange &change)
{
    return ask<KeyTemplate>(with(requestAbout("PATCH", paths::templates, name), toJson(change)),
                            keyTemplateFromJson);
}

QFuture<Result<bool>> AdminClient::deleteTemplate(const QString &name, bool copyToKeys)
{
    AdminRequest request = requestAbout("DELETE", paths::templates, name);
    if (copyToKeys)
        request.query.addQueryItem(u"keys"_s, u"copy"_s);
    return ask<bool>(request,
                     [](const QJsonObject &object) -> Result<bool> { return object["deleted"_L1].toBool(); });
}

QFuture<Result<RequestExplanation>> AdminClient::explainRequest(const QString &requestId)
{
    return ask<RequestExplanation>(requestAbout("GET", paths::requests, requestId),
                                   requestExplanationFromJson);
}

}
