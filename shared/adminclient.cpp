// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminclient.h"

#include "shared/adminanswer.h"
#include "shared/adminasking.h"
#include "shared/adminpaths.h"
#include "shared/adminquery.h"
#include "shared/adminrequest.h"
#include "shared/networkerror.h"
#include "shared/oneshotbody.h"
#include "shared/text.h"
#include "shared/version.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QPromise>
#include <QSslCertificate>

#include <memory>
#include <utility>

using namespace Qt::StringLiterals;

namespace quota
{

AdminClient::AdminClient(QUrl baseUrl, QString token, QObject *parent)
    : QObject(parent)
    , m_baseUrl(baseUrl.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment |
                                 QUrl::StripTrailingSlash))
    , m_token(token.trimmed())
{
    m_questions.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_changes.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    for (QNetworkAccessManager *manager : {&m_questions, &m_changes})
        connect(manager, &QNetworkAccessManager::sslErrors, this, &AdminClient::acceptKnown);
}

void AdminClient::setAuthorities(const QList<QSslCertificate> &authorities)
{
    m_tls = QSslConfiguration::defaultConfiguration();
    m_tls->setCaCertificates(authorities);
}

void AdminClient::setKnownCertificate(const QByteArray &fingerprint)
{
    m_knownCertificate = fingerprint;
}

void AdminClient::acceptKnown(QNetworkReply *reply, const QList<QSslError> &errors) const
{
    const QSslCertificate certificate = reply->sslConfiguration().peerCertificate();
    if (!m_knownCertificate.isEmpty() && !certificate.isNull() &&
        certificate.digest(QCryptographicHash::Sha256) == m_knownCertificate)
        reply->ignoreSslErrors(errors);
}

AdminClient::~AdminClient()
{
    const QHash<QNetworkReply *, Handler> pending = std::exchange(m_pending, {});
    for (auto it = pending.begin(); it != pending.end(); ++it) {
        it.key()->disconnect(this);
        it.key()->abort();
        it.value()(failure(ErrorCode::Cancelled, u"Cancelled."_s));
    }
}

QNetworkRequest AdminClient::networkRequest(const AdminRequest &request) const
{
    QUrl url = m_baseUrl;
    const QString prefix = url.path(QUrl::FullyEncoded);
    url.setPath((prefix == "/"_L1 ? QString() : prefix) + request.path, QUrl::TolerantMode);
    if (!request.query.isEmpty())
        url.setQuery(request.query);
    QNetworkRequest result(url);
    if (m_tls)
        result.setSslConfiguration(*m_tls);
    result.setRawHeader("Accept", "application/json");
    // Identity keeps Qt from unpacking, so that the bound on the size of an answer is a bound on memory.
    result.setRawHeader("Accept-Encoding", "identity");
    result.setRawHeader("User-Agent",
                        "quota-proxy/" + QByteArray(productVersion.data(), productVersion.size()));
    if (!m_language.isEmpty())
        result.setRawHeader("Accept-Language", m_language.toLatin1());
    if (request.withToken && !m_token.isEmpty())
        result.setRawHeader("Authorization", "Bearer " + m_token.toUtf8());
    result.setTransferTimeout(static_cast<int>(m_timeout.count()));
    result.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    result.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    result.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    result.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    result.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    result.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    result.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    return result;
}

static Error tooLarge()
{
    return {ErrorCode::Protocol,
            u"The answer is larger than %1 MB; ask for a shorter range or fewer rows."_s.arg(
                AdminClient::maximumAnswerBytes / (1024 * 1024)),
            {},
            {}};
}

void AdminClient::send(const AdminRequest &request, Handler handler)
{
    if (request.fault)
        return handler(tl::unexpected(*request.fault));
    if (request.withToken && hasUnprintable(m_token))
        return handler(invalidField(
            u"token"_s, u"token: holds a line break or another control character; copy it again."_s));
    if (!request.body)
        return follow(m_questions.sendCustomRequest(networkRequest(request), request.verb),
                      std::move(handler));
    auto body = std::make_unique<OneShotBody>(QJsonDocument(*request.body).toJson(QJsonDocument::Compact));
    follow(sendBody(request, std::move(body), "application/json"), std::move(handler));
}

QNetworkReply *AdminClient::sendBody(const AdminRequest &request, std::unique_ptr<OneShotBody> body,
                                     const char *type)
{
    QNetworkRequest network = networkRequest(request);
    network.setHeader(QNetworkRequest::ContentTypeHeader, QLatin1StringView(type));
    network.setHeader(QNetworkRequest::ContentLengthHeader, body->bytesAvailable());
    network.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    // A kept connection may be closing while we write; a body that is sent once needs a fresh one.
    network.setRawHeader("Connection", "close");
    QNetworkReply *reply = m_changes.sendCustomRequest(network, request.verb, body.get());
    body.release()->setParent(reply);
    return reply;
}

void AdminClient::follow(QNetworkReply *reply, Handler handler)
{
    m_pending.insert(reply, std::move(handler));
    const auto bound = [this, reply] {
        const qint64 announced = reply->header(QNetworkRequest::ContentLengthHeader).toLongLong();
        if (qMax(announced, reply->bytesAvailable()) > maximumAnswerBytes)
            settle(reply, tl::unexpected(tooLarge()));
    };
    connect(reply, &QNetworkReply::metaDataChanged, this, bound);
    connect(reply, &QNetworkReply::readyRead, this, bound);
    settleWhenFinished(reply);
}

void AdminClient::settleWhenFinished(QNetworkReply *reply)
{
    QElapsedTimer timer;
    timer.start();
    connect(reply, &QNetworkReply::finished, this, [this, reply, timer] {
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const QUrl target = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
        // To Qt a status of 400 or more is an error too, but the answer is there.
        const bool answered =
            reply->error() == QNetworkReply::NoError || isStatusError(reply->error(), status);
        if (!answered)
            settle(reply,
                   tl::unexpected(networkError(reply->error(), m_baseUrl.authority(), reply->errorString())));
        else if (status >= 300 && status < 400)
            settle(reply, tl::unexpected(redirectRefused(status, reply->url().resolved(target))));
        else
            settle(reply, Raw{status, reply->readAll(), std::chrono::milliseconds(timer.elapsed())});
    });
}

void AdminClient::settle(QNetworkReply *reply, Result<Raw> outcome)
{
    const Handler handler = m_pending.take(reply);
    reply->disconnect(this);
    if (reply->isRunning())
        reply->abort();
    reply->deleteLater();
    // Last, because whoever waits may delete this client.
    handler(std::move(outcome));
}

QFuture<Result<ServiceAnswer>> AdminClient::healthz()
{
    AdminRequest request = plainRequest("GET", paths::healthz);
    request.withToken = false;
    return askRaw<ServiceAnswer>(request, [](const Raw &raw) -> Result<ServiceAnswer> {
        // A service that cannot write answers 503 with the same body: that is news, not a failure to ask.
        const Result<QJsonObject> body = parseJsonObject(raw.body);
        const bool isOurs = body && (*body)["ok"_L1].isBool() && (*body)["version"_L1].isString();
        if (isOurs)
            return ServiceAnswer{(*body)["ok"_L1].toBool(), (*body)["version"_L1].toString(), raw.roundTrip};
        const Result<QJsonObject> answer = readAnswer(raw.status, raw.body);
        if (!answer)
            return tl::unexpected(answer.error());
        return failure(
            ErrorCode::Protocol,
            u"The address answers, but not as Quota Proxy does; check the address and its port."_s);
    });
}

QFuture<Result<Health>> AdminClient::health()
{
    return ask<Health>(plainRequest("GET", paths::health), healthFromJson);
}

QFuture<Result<KeyPage>> AdminClient::keys(const KeyQuery &query)
{
    return ask<KeyPage>(with(plainRequest("GET", paths::keys), toUrlQuery(query)), keyPageFromJson);
}

QFuture<Result<KeyOverview>> AdminClient::key(const KeyId &id)
{
    return ask<KeyOverview>(requestAbout("GET", paths::keys, id), keyOverviewFromJson);
}

QFuture<Result<QList<CreatedKey>>> AdminClient::createKeys(const NewKey &key)
{
    return ask<QList<CreatedKey>>(with(plainRequest("POST", paths::keys), toJson(key)), createdKeysFromJson);
}

QFuture<Result<KeyOverview>> AdminClient::updateKey(const KeyId &id, const KeyChange &change)
{
    return ask<KeyOverview>(with(requestAbout("PATCH", paths::keys, id), toJson(change)),
                            keyOverviewFromJson);
}

QFuture<Result<KeyOverview>> AdminClient::disableKey(const KeyId &id)
{
    return ask<KeyOverview>(requestAbout("POST", paths::keys, id, "disable"_L1), keyOverviewFromJson);
}

QFuture<Result<KeyOverview>> AdminClient::enableKey(const KeyId &id)
{
    return ask<KeyOverview>(requestAbout("POST", paths::keys, id, "enable"_L1), keyOverviewFromJson);
}

QFuture<Result<CreatedKey>> AdminClient::rotateKey(const KeyId &id)
{
    return ask<CreatedKey>(requestAbout("POST", paths::keys, id, "rotate"_L1), createdKeyFromJson);
}

QFuture<Result<KeyOverview>> AdminClient::deleteKey(const KeyId &id)
{
    return ask<KeyOverview>(requestAbout("DELETE", paths::keys, id), keyOverviewFromJson);
}

QFuture<Result<KeyOverview>> AdminClient::restoreKey(const KeyId &id)
{
    return ask<KeyOverview>(requestAbout("POST", paths::keys, id, "restore"_L1), keyOverviewFromJson);
}

QFuture<Result<UsageReport>> AdminClient::usage(const UsageQuery &query)
{
    return ask<UsageReport>(with(plainRequest("GET", paths::usage), toUrlQuery(query)), usageReportFromJson);
}

QFuture<Result<QList<Provider>>> AdminClient::providers()
{
    return ask<QList<Provider>>(plainRequest("GET", paths::providers), providersFromJson);
}

QFuture<Result<Provider>> AdminClient::createProvider(const ProviderChange &provider)
{
    return ask<Provider>(with(plainRequest("POST", paths::providers), toJson(provider)), providerFromJson);
}

QFuture<Result<Provider>> AdminClient::updateProvider(const ProviderId &id, const ProviderChange &change)
{
    return ask<Provider>(with(requestAbout("PATCH", paths::providers, id), toJson(change)), providerFromJson);
}

QFuture<Result<bool>> AdminClient::deleteProvider(const ProviderId &id)
{
    return ask<bool>(requestAbout("DELETE", paths::providers, id),
                     [](const QJsonObject &object) -> Result<bool> { return object["deleted"_L1].toBool(); });
}

QFuture<Result<ProviderTest>> AdminClient::testProvider(const ProviderId &id)
{
    return ask<ProviderTest>(requestAbout("POST", paths::providers, id, "test"_L1), providerTestFromJson);
}

}
