// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/id.h"
#include "shared/json.h"

#include <QStringList>
#include <QUrl>

// Providers: the upstreams that requests are forwarded to. Their secrets are write-only; what is read back is
// masked.
namespace quota
{

enum class ProviderSource
{
    Store,
    Settings,
    Demo
}; // settings and demo cannot be edited over the API
QString toString(ProviderSource source);

struct Provider
{
    ProviderId id;
    QString name;
    QUrl baseUrl; // http or https, with the version path: «https://api.example.com/v1»; empty for the demo
    QString secretMask; // «sk-…9f3a», or empty when there is none
    QStringList models; // served models; empty: any
    bool enabled = true;
    bool privateCa = false;       // vouched for by the authorities of UPSTREAM_CA_FILE alone
    std::optional<QString> proxy; // as it is shown; empty: none; not set: what the settings say
    ProviderSource source = ProviderSource::Store;
    Timestamp createdAt;
    Timestamp updatedAt;
    qint64 version = 1;

    bool operator==(const Provider &) const = default;
};

struct ProviderChange // creating and editing; creating needs name and baseUrl
{
    std::optional<qint64> version;
    std::optional<QString> name;
    std::optional<QUrl> baseUrl;
    std::optional<QString> secret; // empty: take it away
    std::optional<QStringList> models;
    std::optional<bool> enabled;
    std::optional<bool> privateCa;
    // Inside: not set (JSON null) for what the settings say, an empty address for none.
    std::optional<std::optional<QUrl>> proxy;
};

// One stage of a provider test; the test stops at the first that fails.
struct ProviderTestStep
{
    QString name; // address, connect, tls, models
    bool good = false;
    QString detail; // what was measured, or what to do
    qint64 milliseconds = 0;
};

struct ProviderTest
{
    bool good = false;
    QList<ProviderTestStep> steps;
};

QJsonObject toJson(const Provider &provider);
Result<Provider> providerFromJson(const QJsonObject &object);
QJsonObject toJson(const ProviderChange &change);
Result<ProviderChange> providerChangeFromJson(const QJsonObject &object);
QJsonObject toJson(const ProviderTest &test);
Result<ProviderTest> providerTestFromJson(const QJsonObject &object);

}
