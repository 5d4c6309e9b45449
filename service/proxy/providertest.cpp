// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/providertest.h"

#include <QDateTime>
#include <QHostInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qsizetype maximumListBytes = 4 * 1024 * 1024;

ProviderTester::ProviderTester(const StoredProvider &provider, Client &client, QObject *parent)
    : QObject(parent)
    , m_provider(provider)
    , m_client(client)
{}

void ProviderTester::note(const QString &name, bool good, const QString &detail)
{
    m_result.steps.append({name, good, detail, m_watch.restart()});
}

void ProviderTester::conclude()
{
    m_result.good = std::all_of(m_result.steps.begin(), m_result.steps.end(),
                                [](const ProviderTestStep &step) { return step.good; });
    m_call.reset();
    Q_EMIT finished();
}

void ProviderTester::start()
{
    m_watch.start();
    if (!m_provider.secretFault.isEmpty()) {
        note(u"secret"_s, false, m_provider.secretFault);
        return conclude();
    }
    if (!m_provider.proxyFault.isEmpty()) {
        note(u"proxy"_s, false, m_provider.proxyFault);
        return conclude();
    }
    if (m_provider.provider.source == ProviderSource::Demo)
        return askModels();
    // A proxy resolves the provider's name itself, so that only its own can be looked up here.
    const QUrl proxy = m_client.proxyFor(m_provider.provider.baseUrl, routeOf(m_provider));
    const QString host = proxy.isEmpty() ? m_provider.provider.baseUrl.host() : proxy.host();
    QHostInfo::lookupHost(host, this, [this, host](const QHostInfo &info) {
        QStringList addresses;
        for (const QHostAddress &address : info.addresses())
            addresses.append(address.toString());
        if (addresses.isEmpty()) {
            note(u"address"_s, false, u"%1: %2"_s.arg(host, info.errorString()));
            return conclude();
        }
        note(u"address"_s, true, host + u": "_s + addresses.join(u", "_s));
        askModels();
    });
}

void ProviderTester::askModels()
{
    const QUrl &base = m_provider.provider.baseUrl;
    UpstreamRequest request{
        "GET", base, upstreamTarget(base, "/v1/models"), upstreamHeaders({}, m_provider.secret), {}};
    request.fresh = true; // a kept connection would prove nothing
    m_call = startCall(m_client, m_provider, std::move(request), QDateTime::currentSecsSinceEpoch());
    m_call->setListener(this);
}

void ProviderTester::onConnected()
{
    const QUrl &base = m_provider.provider.baseUrl;
    m_connected = true;
    note(base.scheme() == "https"_L1 ? u"tls"_s : u"connect"_s, true, base.authority());
}

void ProviderTester::onData(const QByteArray &bytes)
{
    m_body += bytes;
    if (m_body.size() > maximumListBytes) {
        note(u"models"_s, false, u"The list of models is larger than 4 MB."_s);
        conclude();
    }
}

void ProviderTester::onFailed(const Error &error)
{
    note(m_connected ? u"models"_s : u"connect"_s, false, error.message);
    conclude();
}

void ProviderTester::onFinished()
{
    const int status = m_call->status();
    const QJsonObject answer = QJsonDocument::fromJson(m_body).object();
    if (status == 200) {
        note(u"models"_s, true, QString::number(answer.value(u"data"_s).toArray().size()));
    } else {
        // The upstream's own words say best what it minds; its key is not among them.
        const QString words = answer.value(u"error"_s).toObject().value(u"message"_s).toString();
        note(u"models"_s, false, u"HTTP %1. %2"_s.arg(status).arg(words.left(300)).trimmed());
    }
    conclude();
}

}
