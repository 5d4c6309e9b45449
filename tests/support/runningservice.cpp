// SPDX-License-Identifier: GPL-3.0-or-later
#include "runningservice.h"

#include "tlsclient.h"

#include "tlsfixture.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::service;

namespace quota::test
{

RunningService::RunningService(const QHash<QString, QString> &settings, const Clock *clock)
    : m_settings(settings)
    , m_clock(clock ? clock : &m_systemClock)
{
    start();
}

RunningService::~RunningService()
{
    stop();
}

void RunningService::start(quint16 port)
{
    SettingSources sources;
    sources.environment = m_settings;
    if (!m_settings.contains(u"LANES"_s))
        sources.environment.insert(u"LANES"_s, qEnvironmentVariable("QUOTA_TEST_LANES", u"2"_s));
    sources.options = {
        {u"PORT"_s, QString::number(port)}, {u"DATA_DIR"_s, m_directory.path()}, {u"LOG_FILE"_s, u"none"_s}};
    sources.envFile = u"/dev/null"_s;
    auto loaded = loadConfig(sources);
    if (!loaded) {
        for (const Error &fault : loaded.error())
            qWarning("%s", qUtf8Printable(fault.message));
        qFatal("The settings of the test are refused.");
    }
    m_config = std::make_unique<Config>(loaded->config);
    m_service = std::make_unique<Service>(*m_config, *m_clock);
    const Done started = m_service->start();
    if (!started)
        qFatal("The service does not start: %s", qUtf8Printable(started.error().message));
}

void RunningService::stop()
{
    if (!m_service)
        return;
    m_service->stop();
    if (!QTest::qWaitFor([this] { return m_service->isStopped(); }, 40'000))
        qFatal("The service does not stop.");
    m_service.reset();
}

std::unique_ptr<RawClient> RunningService::connectTo(quint16 port) const
{
    if (m_config->speaksTls())
        return std::make_unique<TlsClient>(port, trustingTestAuthority());
    return std::make_unique<RawClient>(port);
}

QJsonObject RunningService::admin(const QByteArray &method, const QByteArray &target, const QJsonObject &body,
                                  int expectedStatus)
{
    const QByteArray text =
        body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson(QJsonDocument::Compact);
    const RawAnswer answer = ask(*connectTo(adminPort()), method, target, bearer(adminToken()), text);
    if (answer.status != expectedStatus)
        QTest::qFail(qPrintable(u"%1 %2: %3 instead of %4: %5"_s
                                    .arg(QString::fromLatin1(method), QString::fromLatin1(target))
                                    .arg(answer.status)
                                    .arg(expectedStatus)
                                    .arg(QString::fromUtf8(answer.body))),
                     __FILE__, __LINE__);
    return QJsonDocument::fromJson(answer.body).object();
}

QByteArray RunningService::createKey(const QJsonObject &body)
{
    QJsonObject withLabel = body;
    if (!withLabel.contains(u"label"_s))
        withLabel[u"label"_s] = u"test"_s;
    return admin("POST", "/admin/keys", withLabel).value(u"key"_s).toString().toLatin1();
}

qint64 RunningService::countedRequests(const QString &keyId)
{
    const QJsonObject report = admin("GET", "/admin/usage?key=" + keyId.toLatin1());
    return report.value(u"sums"_s).toObject().value(u"requests"_s).toInteger(-1);
}

}
