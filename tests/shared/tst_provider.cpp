// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/provider.h"
#include "shared/proxyurl.h"

#include <QtTest>

using namespace quota;
using namespace Qt::StringLiterals;

class ProviderTestCase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrips()
    {
        Provider provider;
        provider.id = ProviderId{u"prv_1"_s};
        provider.name = u"深度求索"_s;
        provider.baseUrl = QUrl(u"https://api.example.com:8443/v1"_s);
        provider.secretMask = u"sk-…9f3a"_s;
        provider.models = {u"deepseek-chat"_s};
        provider.enabled = false;
        provider.privateCa = true;
        provider.createdAt = fromMilliseconds(1);
        provider.updatedAt = fromMilliseconds(2);
        provider.version = 7;
        for (const ProviderSource source :
             {ProviderSource::Store, ProviderSource::Settings, ProviderSource::Demo}) {
            provider.source = source;
            const auto read = providerFromJson(toJson(provider));
            QVERIFY(read);
            QVERIFY(*read == provider);
        }
        for (const QString &proxy : {u""_s, u"socks5://…@host:1080"_s}) {
            provider.proxy = proxy;
            QVERIFY(*providerFromJson(toJson(provider)) == provider);
        }
        provider.baseUrl = QUrl(); // the demo
        QVERIFY(*providerFromJson(toJson(provider)) == provider);
    }

    void answersAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("no id") << u"id"_s << QJsonValue(QJsonValue::Null);
        QTest::newRow("empty id") << u"id"_s << QJsonValue(QString());
        QTest::newRow("source") << u"source"_s << QJsonValue(u"moon"_s);
        QTest::newRow("models") << u"models"_s << QJsonValue(1);
        QTest::newRow("enabled") << u"enabled"_s << QJsonValue(u"yes"_s);
        QTest::newRow("created") << u"created_at"_s << QJsonValue(u"yesterday"_s);
    }
    void answersAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QJsonValue, value);
        Provider provider;
        provider.id = ProviderId{u"p"_s};
        QJsonObject json = toJson(provider);
        json[u"success"_s] = true;
        QVERIFY(providerFromJson(json));
        json[name] = value;
        const auto read = providerFromJson(json);
        QVERIFY(!read);
        QCOMPARE(read.error().field, name);
    }

    void changesRoundTrip()
    {
        ProviderChange change;
        QVERIFY(toJson(change).isEmpty());
        change.version = 3;
        change.name = u"DeepSeek"_s;
        change.baseUrl = QUrl(u"http://127.0.0.1:9000/v1"_s);
        change.secret = QString();
        change.models = QStringList{u"a"_s, u"b"_s};
        change.enabled = false;
        change.privateCa = true;
        change.proxy = QUrl(u"http://me:p%40ss@host:3128"_s);
        const auto read = providerChangeFromJson(toJson(change));
        QVERIFY(read);
        QCOMPARE(read->version, change.version);
        QCOMPARE(read->name, change.name);
        QCOMPARE(read->baseUrl, change.baseUrl);
        QVERIFY(read->secret && read->secret->isEmpty());
        QCOMPARE(read->models, change.models);
        QCOMPARE(read->enabled, change.enabled);
        QCOMPARE(read->privateCa, change.privateCa);
        QVERIFY(read->proxy == change.proxy);
        for (const std::optional<QUrl> &proxy : {std::optional<QUrl>(), std::optional<QUrl>(QUrl())}) {
            change.proxy = proxy;
            const auto again = providerChangeFromJson(toJson(change));
            QVERIFY(again && again->proxy == change.proxy);
        }
        const auto empty = providerChangeFromJson({});
        QVERIFY(empty);
        QVERIFY(!empty->name && !empty->baseUrl && !empty->secret && !empty->models && !empty->enabled);
        QVERIFY(!empty->privateCa && !empty->proxy);
    }

    void tidiesWhatIsGiven()
    {
        const auto read = providerChangeFromJson({{u"name"_s, u"  a b "_s},
                                                  {u"base_url"_s, u" https://h/v1// "_s},
                                                  {u"secret"_s, u" sk-1\n"_s},
                                                  {u"models"_s, QJsonArray{u" m "_s, u"m"_s}}});
        QVERIFY(read);
        QCOMPARE(*read->name, u"a b"_s);
        QCOMPARE(read->baseUrl->toString(), u"https://h/v1"_s);
        QCOMPARE(*read->secret, u"sk-1"_s);
        QCOMPARE(*read->models, QStringList{u"m"_s});
        const auto none =
            providerChangeFromJson({{u"secret"_s, QJsonValue::Null}, {u"models"_s, QJsonValue::Null}});
        QVERIFY(none);
        QVERIFY(none->secret && none->secret->isEmpty());
        QVERIFY(none->models && none->models->isEmpty());
    }

    void proxies_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown"); // empty: refused
        QTest::newRow("http") << u"http://host:3128"_s << u"http://host:3128"_s;
        QTest::newRow("slash") << u" http://host:3128/ "_s << u"http://host:3128"_s;
        QTest::newRow("no scheme") << u"host.example:8080"_s << u"http://host.example:8080"_s;
        QTest::newRow("socks5") << u"socks5://host:1080"_s << u"socks5://host:1080"_s;
        QTest::newRow("socks5h") << u"socks5h://host:1080"_s << u"socks5://host:1080"_s;
        QTest::newRow("IPv6") << u"http://[fd00::1]:3128"_s << u"http://[fd00::1]:3128"_s;
        QTest::newRow("login") << u"http://me:hidden@host:3128"_s << u"http://…@host:3128"_s;
        QTest::newRow("user only") << u"socks5://me@host:1080"_s << u"socks5://…@host:1080"_s;
        for (const QString &refused :
             {u"https://host:443"_s, u"socks4://host:1080"_s, u"http://host"_s, u"http://:3128"_s, u"host"_s,
              u"http://host:0"_s, u"http://host:99999"_s, u"http://me:hidden@host:3128/path"_s,
              u"http://me:hidden@host:3128?x=1"_s, u"http://…@host:3128"_s, u"http://me:hid den@host:1"_s})
            QTest::addRow("refused: %s", qPrintable(refused)) << refused << QString();
    }
    void proxies()
    {
        QFETCH(QString, text);
        QFETCH(QString, shown);
        const auto url = readProxyUrl(text);
        QCOMPARE(bool(url), !shown.isEmpty());
        if (url) {
            QCOMPARE(maskProxyUrl(*url), shown);
            QVERIFY(!shown.contains(u"hidden"_s));
        } else {
            QVERIFY(!url.error().message.contains(u"hidden"_s));
            const auto change = providerChangeFromJson({{u"proxy"_s, text}});
            QVERIFY(!change);
            QCOMPARE(change.error().field, u"proxy"_s);
            QVERIFY(!change.error().message.contains(u"hidden"_s));
        }
    }

    void bounds()
    {
        QVERIFY(providerChangeFromJson({{u"name"_s, QString(200, u'n')}}));
        QVERIFY(providerChangeFromJson({{u"secret"_s, QString(4096, u's')}}));
        QJsonArray models;
        for (int i = 0; i < 1000; ++i)
            models.append(QString::number(i));
        QVERIFY(providerChangeFromJson({{u"models"_s, models}}));
        models.append(u"x"_s);
        QCOMPARE(providerChangeFromJson({{u"models"_s, models}}).error().field, u"models"_s);
    }

    void changesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QJsonValue>("value");
        const auto url = [](const char *row, const QString &text) {
            QTest::newRow(row) << u"base_url"_s << QJsonValue(text);
        };
        QTest::newRow("version 0") << u"version"_s << QJsonValue(0);
        QTest::newRow("name empty") << u"name"_s << QJsonValue(u"  "_s);
        QTest::newRow("name null") << u"name"_s << QJsonValue(QJsonValue::Null);
        QTest::newRow("name long") << u"name"_s << QJsonValue(QString(201, u'n'));
        QTest::newRow("name of two lines") << u"name"_s << QJsonValue(u"a\nb"_s);
        url("url empty", {});
        url("url without scheme", u"api.example.com/v1"_s);
        url("url without host", u"https:///v1"_s);
        url("url scheme", u"ftp://h/v1"_s);
        url("url with user", u"https://u:hunter2@h/v1"_s);
        url("url with query", u"https://h/v1?key=hunter2"_s);
        url("url with fragment", u"https://h/v1#x"_s);
        url("url with port too large", u"https://h:70000/v1"_s);
        url("url long", u"https://h/"_s + QString(2000, u'a'));
        QTest::newRow("secret with line break") << u"secret"_s << QJsonValue(u"hunter2\nhunter2"_s);
        QTest::newRow("secret with space") << u"secret"_s << QJsonValue(u"hunter2 hunter2"_s);
        QTest::newRow("secret beyond ASCII") << u"secret"_s << QJsonValue(u"hunter2é"_s);
        QTest::newRow("secret long") << u"secret"_s << QJsonValue(QString(4097, u's'));
        QTest::newRow("model empty") << u"models"_s << QJsonValue(QJsonArray{u""_s});
        QTest::newRow("model number") << u"models"_s << QJsonValue(QJsonArray{1});
        QTest::newRow("enabled") << u"enabled"_s << QJsonValue(1);
        QTest::newRow("unknown") << u"baseurl"_s << QJsonValue(u"https://h/v1"_s);
    }
    void changesAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QJsonValue, value);
        const auto read = providerChangeFromJson({{name, value}});
        QVERIFY(!read);
        QCOMPARE(read.error().field, name);
        QVERIFY(read.error().message.startsWith(name));
        QVERIFY2(!read.error().message.contains(u"hunter2"), qPrintable(read.error().message));
    }

    void testRoundTrips()
    {
        const ProviderTest test{
            false, {{u"address"_s, true, u"203.0.113.7"_s, 3}, {u"connect"_s, false, u"refused"_s, 12}}};
        const auto read = providerTestFromJson(toJson(test));
        QVERIFY(read);
        QVERIFY(!read->good);
        QCOMPARE(read->steps.size(), 2);
        QCOMPARE(read->steps.at(1).name, u"connect"_s);
        QVERIFY(!read->steps.at(1).good);
        QCOMPARE(read->steps.at(1).detail, u"refused"_s);
        QCOMPARE(read->steps.at(1).milliseconds, 12);
        QCOMPARE(providerTestFromJson({{u"steps"_s, QJsonArray{QJsonObject()}}}).error().field,
                 u"steps[0].name"_s);
    }
};

QTEST_GUILESS_MAIN(ProviderTestCase)
#include "tst_provider.moc"
