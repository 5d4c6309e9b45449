// SPDX-License-Identifier: GPL-3.0-or-later
#include "wirefixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::service;

namespace quota::test
{

static QHash<QString, QString> withDefaults(const FakeUpstream &upstream, QHash<QString, QString> settings)
{
    settings.insert(u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl()));
    settings.insert(u"LANES"_s, u"1"_s);
    return settings;
}

WireFixture::WireFixture(const QHash<QString, QString> &settings)
    : service(withDefaults(upstream, settings))
{
    echo();
    const auto limit = [](const QString &unit) {
        return QJsonObject{{u"unit"_s, unit}, {u"window"_s, u"day"_s}, {u"amount"_s, 1'000'000'000}};
    };
    secret = service.createKey({{u"limits"_s, QJsonArray{limit(u"requests"_s), limit(u"tokens"_s)}}});
}

void WireFixture::echo()
{
    upstream.setAnswer([](const HttpRequest &request) {
        return Script::json(request.body.isEmpty() ? QByteArray("{}") : request.body);
    });
}

QByteArray WireFixture::paidHead(qsizetype length, const QByteArray &fields) const
{
    return "POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(secret) + fields +
           "Content-Length: " + QByteArray::number(length) + "\r\n\r\n";
}

QByteArray WireFixture::paid(const QByteArray &body, const QByteArray &fields) const
{
    return paidHead(body.size(), fields) + body;
}

QByteArray WireFixture::healthRequest(const QByteArray &fields)
{
    return "GET /healthz HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

int WireFixture::openConnections()
{
    const QByteArray text = fetch(port(), "GET", "/metrics").body;
    const QByteArray name = "\nquota_proxy_connections_active ";
    const qsizetype start = text.indexOf(name);
    return start < 0 ? -1 : text.mid(start + name.size()).split('\n').first().toInt();
}

QJsonObject WireFixture::usage()
{
    return QJsonDocument::fromJson(fetch(port(), "GET", "/v1/usage", bearer(secret)).body).object();
}

bool WireFixture::isSettled()
{
    const QJsonObject now = usage();
    const QJsonArray limits = now.value(u"limits"_s).toArray();
    bool settled = now.value(u"active"_s).toInt(-1) == 0 && limits.size() == 2;
    for (const QJsonValue &limit : limits)
        settled = settled && limit[u"reserved"_s].toInt(-1) == 0;
    return settled;
}

void WireFixture::standsAsBefore()
{
    echo();
    const QByteArray question = "{\"model\":\"honest\"}";
    const RawAnswer answer = fetch(port(), "POST", "/v1/echo", bearer(secret), question);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, question);
    QTRY_COMPARE(upstream.answering(), 0);
    QTRY_VERIFY(isSettled());
    QTRY_COMPARE(openConnections(), 1);
}

}
