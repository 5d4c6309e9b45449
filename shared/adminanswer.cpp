// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminanswer.h"

using namespace Qt::StringLiterals;

namespace quota
{

static ErrorCode codeOfStatus(int status)
{
    switch (status) {
    case 401:
        return ErrorCode::Unauthorized;
    case 403:
        return ErrorCode::Forbidden;
    case 404:
        return ErrorCode::NotFound;
    case 409:
        return ErrorCode::VersionConflict;
    case 429:
        return ErrorCode::TooManyAttempts;
    case 502:
    case 503:
    case 504:
        return ErrorCode::Unavailable;
    default:
        return status >= 400 && status < 500 ? ErrorCode::InvalidField : ErrorCode::Internal;
    }
}

// A refusal whose body is not ours comes from something in front of the service, or instead of it. Where its
// status alone says what to do, that is worth more than that the body is strange.
static Error strangeRefusal(int status, const QString &detail)
{
    const QString answered = u"The address answered with status %1, "_s.arg(status);
    switch (const ErrorCode code = codeOfStatus(status)) {
    case ErrorCode::Unauthorized:
    case ErrorCode::Forbidden:
        return {code, answered + u"asking for another credential; check the admin token."_s, detail, {}};
    case ErrorCode::TooManyAttempts:
        return {code, answered + u"too many attempts; wait a minute."_s, detail, {}};
    case ErrorCode::Unavailable:
        return {code, answered + u"so the service behind it does not run; start it."_s, detail, {}};
    default:
        return {ErrorCode::Protocol,
                answered + u"but not as Quota Proxy does; check the address and its port."_s,
                detail,
                {}};
    }
}

static Error refusal(int status, const Result<QJsonObject> &body)
{
    const QString detail = u"HTTP %1"_s.arg(status);
    const QJsonObject error = body ? body->value("error"_L1).toObject() : QJsonObject();
    const QString message = error.value("message"_L1).toString();
    if (message.isEmpty())
        return strangeRefusal(status, detail);
    const QString word = error.value("code"_L1).toString();
    ErrorCode code = errorCodeFromString(word);
    if (code == ErrorCode::Internal && word != toString(ErrorCode::Internal))
        code = codeOfStatus(status);
    return {code, message, word.isEmpty() ? detail : detail + u", code "_s + word,
            error.value("param"_L1).toString()};
}

Result<QJsonObject> readAnswer(int status, const QByteArray &body)
{
    Result<QJsonObject> object = parseJsonObject(body);
    if (status < 200 || status >= 300)
        return tl::unexpected(refusal(status, object));
    if (!object)
        return failure(ErrorCode::Protocol,
                       u"The address answers, but not as Quota Proxy does; check the address and its port."_s,
                       object.error().message);
    return object;
}

Error redirectRefused(int status, const QUrl &target)
{
    const QString place =
        target.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment).toString();
    return {ErrorCode::Protocol,
            u"The address sends on to “%1”, which is not followed, so that the token stays where it was "
            "meant for; if that is the service, use its address."_s.arg(place.left(200)),
            u"HTTP %1"_s.arg(status),
            {}};
}

Result<KeyPage> keyPageFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    KeyPage page;
    page.total = reader.integer("total"_L1, 0);
    page.mode = reader.string("mode"_L1, {});
    if (reader.has("pagination"_L1))
        reader.nested("pagination"_L1,
                      [&page](JsonReader &inner) { page.next = inner.string("next"_L1, {}); });
    const QJsonArray keys = object["keys"_L1].toArray();
    if (!object["keys"_L1].isArray())
        reader.fail("keys"_L1, u"must be a list."_s);
    for (const QJsonValue &element : keys) {
        Result<KeyOverview> key = keyOverviewFromJson(element.toObject());
        if (key)
            page.keys.append(std::move(*key));
        else
            reader.fail(tl::unexpected(key.error()));
    }
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return page;
}

Result<CreatedKey> createdKeyFromJson(const QJsonObject &object)
{
    Result<KeyOverview> overview = keyOverviewFromJson(object);
    if (!overview)
        return tl::unexpected(overview.error());
    const QString secret = object["key"_L1].toString();
    if (secret.isEmpty())
        return invalidField(u"key"_s, u"key: the secret is not in the answer."_s);
    return CreatedKey{std::move(*overview), secret};
}

Result<QList<CreatedKey>> createdKeysFromJson(const QJsonObject &object)
{
    const QJsonArray keys = object.contains("keys"_L1) ? object["keys"_L1].toArray() : QJsonArray{object};
    QList<CreatedKey> created;
    for (const QJsonValue &element : keys) {
        Result<CreatedKey> key = createdKeyFromJson(element.toObject());
        if (!key)
            return tl::unexpected(key.error());
        created.append(std::move(*key));
    }
    return created;
}

Result<QList<Provider>> providersFromJson(const QJsonObject &object)
{
    if (!object["providers"_L1].isArray())
        return invalidField(u"providers"_s, u"providers: must be a list."_s);
    QList<Provider> providers;
    const QJsonArray array = object["providers"_L1].toArray();
    for (const QJsonValue &element : array) {
        Result<Provider> provider = providerFromJson(element.toObject());
        if (!provider)
            return tl::unexpected(provider.error());
        providers.append(std::move(*provider));
    }
    return providers;
}

}
