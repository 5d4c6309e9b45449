// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/provider.h"

#include "shared/proxyurl.h"
#include "shared/text.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr qsizetype maximumNameLength = 200;
static constexpr qsizetype maximumSecretLength = 4096;
static constexpr qsizetype maximumUrlLength = 2000;
static constexpr qsizetype maximumModels = 1000;

static constexpr std::array<std::pair<ProviderSource, QLatin1StringView>, 3> sources{{
    {ProviderSource::Store, "store"_L1},
    {ProviderSource::Settings, "settings"_L1},
    {ProviderSource::Demo, "demo"_L1},
}};

QString toString(ProviderSource source)
{
    for (const auto &[known, word] : sources) {
        if (known == source)
            return QString(word);
    }
    Q_UNREACHABLE();
}

static ProviderSource readSource(JsonReader &reader)
{
    const QString text = reader.string("source"_L1);
    for (const auto &[source, word] : sources) {
        if (word == text)
            return source;
    }
    reader.fail("source"_L1, u"“%1” is not a source; use store, settings or demo."_s.arg(text.left(40)));
    return ProviderSource::Settings;
}

QJsonObject toJson(const Provider &provider)
{
    return {{u"id"_s, provider.id.value},
            {u"name"_s, provider.name},
            {u"base_url"_s, provider.baseUrl.toString(QUrl::FullyEncoded)},
            {u"secret_mask"_s, provider.secretMask},
            {u"models"_s, QJsonArray::fromStringList(provider.models)},
            {u"enabled"_s, provider.enabled},
            {u"private_ca"_s, provider.privateCa},
            {u"proxy"_s, provider.proxy ? QJsonValue(*provider.proxy) : QJsonValue()},
            {u"source"_s, toString(provider.source)},
            {u"created_at"_s, toIso(provider.createdAt)},
            {u"updated_at"_s, toIso(provider.updatedAt)},
            {u"version"_s, provider.version}};
}

Result<Provider> providerFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    Provider provider;
    provider.id = ProviderId{reader.string("id"_L1)};
    if (provider.id.isEmpty())
        reader.fail("id"_L1, u"must not be empty."_s);
    provider.name = reader.string("name"_L1, {});
    provider.baseUrl = QUrl(reader.string("base_url"_L1, {}), QUrl::StrictMode);
    provider.secretMask = reader.string("secret_mask"_L1, {});
    provider.models = reader.strings("models"_L1);
    provider.enabled = reader.boolean("enabled"_L1, true);
    provider.privateCa = reader.boolean("private_ca"_L1, false);
    if (reader.has("proxy"_L1) && !reader.isNull("proxy"_L1))
        provider.proxy = reader.string("proxy"_L1);
    provider.source = readSource(reader);
    provider.createdAt = reader.timestamp("created_at"_L1).value_or(Timestamp());
    provider.updatedAt = reader.timestamp("updated_at"_L1).value_or(provider.createdAt);
    provider.version = reader.integerOr("version"_L1, 1);
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return provider;
}

QJsonObject toJson(const ProviderChange &change)
{
    QJsonObject object;
    if (change.version)
        object[u"version"_s] = *change.version;
    if (change.name)
        object[u"name"_s] = *change.name;
    if (change.baseUrl)
        object[u"base_url"_s] = change.baseUrl->toString(QUrl::FullyEncoded);
    if (change.secret)
        object[u"secret"_s] = *change.secret;
    if (change.models)
        object[u"models"_s] = QJsonArray::fromStringList(*change.models);
    if (change.enabled)
        object[u"enabled"_s] = *change.enabled;
    if (change.privateCa)
        object[u"private_ca"_s] = *change.privateCa;
    if (change.proxy)
        object[u"proxy"_s] =
            *change.proxy ? QJsonValue((*change.proxy)->toString(QUrl::FullyEncoded)) : QJsonValue();
    return object;
}

// No message repeats the address as it was given before it is known to hold no password.
static QUrl readBaseUrl(JsonReader &reader)
{
    const QLatin1StringView name = "base_url"_L1;
    const QString text = reader.string(name).trimmed();
    QUrl url(text, QUrl::StrictMode);
    const QString example = u"write it like https://api.example.com/v1."_s;
    if (text.size() > maximumUrlLength)
        reader.fail(name, u"has %1 characters; shorten it to %2."_s.arg(text.size()).arg(maximumUrlLength));
    else if (!url.userInfo().isEmpty())
        reader.fail(name, u"must not hold a user or a password; give the secret in the field “secret”."_s);
    else if (!url.isValid() || url.host().isEmpty())
        reader.fail(name, u"is not an address; "_s + example);
    else if (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)
        reader.fail(name, u"“%1” is not supported; use http or https and "_s.arg(url.scheme()) + example);
    else if (url.hasQuery() || url.hasFragment())
        reader.fail(name, u"must end with its path, without “?” or “#”; "_s + example);
    while (url.path().endsWith(u'/'))
        url.setPath(url.path().chopped(1));
    return url;
}

// It travels in a header line: anything but visible ASCII would break or change it.
static QString readSecret(JsonReader &reader)
{
    const QString secret = reader.string("secret"_L1, {}).trimmed();
    const bool plain = std::all_of(secret.begin(), secret.end(),
                                   [](QChar character) { return character > u' ' && character < u'\x7f'; });
    if (!plain)
        reader.fail("secret"_L1,
                    u"holds a space, a line break or a character beyond ASCII; copy it again."_s);
    if (secret.size() > maximumSecretLength)
        reader.fail(
            "secret"_L1,
            u"has %1 characters; a secret has at most %2."_s.arg(secret.size()).arg(maximumSecretLength));
    return secret;
}

static std::optional<QUrl> readProxy(JsonReader &reader)
{
    const QLatin1StringView name = "proxy"_L1;
    if (reader.isNull(name)) {
        reader.ignore(name);
        return std::nullopt;
    }
    const QString text = reader.string(name).trimmed();
    if (text.isEmpty())
        return QUrl();
    const auto url = readProxyUrl(text);
    if (!url)
        reader.fail(name, url.error().message);
    return url.value_or(QUrl());
}

Result<ProviderChange> providerChangeFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    ProviderChange change;
    if (reader.has("version"_L1))
        change.version = reader.integer("version"_L1, 1);
    if (reader.has("name"_L1)) {
        change.name = checkedLine(reader, "name"_L1, reader.string("name"_L1), maximumNameLength);
        if (change.name->isEmpty())
            reader.fail("name"_L1, u"must not be empty; give the provider a name."_s);
    }
    if (reader.has("base_url"_L1))
        change.baseUrl = readBaseUrl(reader);
    if (reader.has("secret"_L1))
        change.secret = readSecret(reader);
    if (reader.has("models"_L1))
        change.models = checkedModels(reader, "models"_L1, reader.strings("models"_L1), maximumModels);
    if (reader.has("enabled"_L1))
        change.enabled = reader.boolean("enabled"_L1, true);
    if (reader.has("private_ca"_L1))
        change.privateCa = reader.boolean("private_ca"_L1, false);
    if (reader.has("proxy"_L1))
        change.proxy = readProxy(reader);
    // Asked for whether present or not, so that a refusal of an unknown field lists all that are known.
    for (const QLatin1StringView name : {"version"_L1, "name"_L1, "base_url"_L1, "secret"_L1, "models"_L1,
                                         "enabled"_L1, "private_ca"_L1, "proxy"_L1})
        reader.ignore(name);
    if (const Done done = reader.finish(true); !done)
        return tl::unexpected(done.error());
    return change;
}

QJsonObject toJson(const ProviderTest &test)
{
    QJsonArray steps;
    for (const ProviderTestStep &step : test.steps)
        steps.append(QJsonObject{{u"name"_s, step.name},
                                 {u"good"_s, step.good},
                                 {u"detail"_s, step.detail},
                                 {u"milliseconds"_s, step.milliseconds}});
    return {{u"good"_s, test.good}, {u"steps"_s, steps}};
}

Result<ProviderTest> providerTestFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    ProviderTest test;
    test.good = reader.boolean("good"_L1, false);
    reader.objects("steps"_L1, [&test](JsonReader &element) {
        ProviderTestStep step;
        step.name = element.string("name"_L1);
        step.good = element.boolean("good"_L1, false);
        step.detail = element.string("detail"_L1, {});
        step.milliseconds = element.integerOr("milliseconds"_L1, 0, 0);
        test.steps.append(step);
    });
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return test;
}

}
