// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/config.h"
#include "service/proxy/upstream.h"
#include "tlsfixture.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace std::chrono_literals;

// The settings of the way to providers: private authorities, outbound proxies, times; from their text to what the
// client is given.
class TestUpstreamSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void defaultsLeadStraight();
    void readsAuthorities();
    void refusesAuthorities_data();
    void refusesAuthorities();
    void wantsAnAuthorityToBePrivate();
    void readsProxies_data();
    void readsProxies();
    void refusesProxies_data();
    void refusesProxies();
    void lowerCaseIsAsGood();
    void showsNoPassword();
    void readsTimes();

private:
    QString written(const QByteArray &text)
    {
        QFile file(m_directory.filePath(u"authorities.pem"_s));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
            qFatal("cannot write");
        file.write(text);
        return file.fileName();
    }
    auto load(QHash<QString, QString> environment)
    {
        SettingSources sources;
        sources.environment = std::move(environment);
        sources.environment.insert(u"HOME"_s, m_directory.path());
        sources.environment.insert(u"DATA_DIR"_s, m_directory.path());
        return loadConfig(sources);
    }
    QTemporaryDir m_directory;
};

void TestUpstreamSettings::initTestCase()
{
    QVERIFY(QDir::setCurrent(m_directory.path())); // no .env of somebody else
}

void TestUpstreamSettings::defaultsLeadStraight()
{
    const auto loaded = load({});
    QVERIFY(loaded);
    const ClientOptions options = clientOptions(loaded->config);
    QVERIFY(options.privateAuthorities.isEmpty());
    QVERIFY(!loaded->config.upstreamPrivateCa);
    QVERIFY(options.proxies.proxyFor(QUrl(u"https://a.example"_s), {}).isEmpty());
    QCOMPARE(options.total, 1h);
}

void TestUpstreamSettings::readsAuthorities()
{
    const QByteArray two =
        "A comment is no matter.\n" + tlsFixture(u"authority.pem"_s) + tlsFixture(u"server.pem"_s);
    const QString path = written(two);
    for (const QString &name : {path, u"authorities.pem"_s}) { // relative to the data directory
        const auto loaded = load({{u"UPSTREAM_CA_FILE"_s, name}, {u"UPSTREAM_PRIVATE_CA"_s, u"true"_s}});
        QVERIFY(loaded);
        QCOMPARE(loaded->config.upstreamCaFile, path);
        QCOMPARE(clientOptions(loaded->config).privateAuthorities.size(), 2);
        QVERIFY(loaded->config.upstreamPrivateCa);
    }
}

void TestUpstreamSettings::refusesAuthorities_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("words");
    const QByteArray good = tlsFixture(u"authority.pem"_s);
    QTest::newRow("missing") << QByteArray() << u"cannot be read"_s;
    QTest::newRow("empty") << QByteArray("\n") << u"no certificate"_s;
    QTest::newRow("a key") << tlsFixture(u"server.key"_s) << u"no certificate"_s;
    QTest::newRow("cut short") << good + good.first(good.size() / 2) << u"of which 1 can be read"_s;
    QTest::newRow("garbled") << QByteArray(good).replace(100, 8, "########") << u"of which 0 can be read"_s;
}

void TestUpstreamSettings::refusesAuthorities()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, words);
    const QString path = text.isEmpty() ? m_directory.filePath(u"none.pem"_s) : written(text);
    const auto loaded = load({{u"UPSTREAM_CA_FILE"_s, path}});
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().size(), 1);
    QCOMPARE(loaded.error().first().field, u"UPSTREAM_CA_FILE"_s);
    const QString message = loaded.error().first().message;
    QVERIFY2(message.contains(words) && message.contains(path), qPrintable(message));
}

void TestUpstreamSettings::wantsAnAuthorityToBePrivate()
{
    const auto loaded = load({{u"UPSTREAM_PRIVATE_CA"_s, u"yes"_s}});
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().first().field, u"UPSTREAM_PRIVATE_CA"_s);
    QVERIFY(loaded.error().first().message.contains(u"UPSTREAM_CA_FILE"_s));
}

void TestUpstreamSettings::readsProxies_data()
{
    using Environment = QHash<QString, QString>;
    QTest::addColumn<Environment>("environment");
    QTest::addColumn<QString>("forHttp");
    QTest::addColumn<QString>("forHttps");
    const QString one = u"http://one:1"_s;
    const QString two = u"socks5://two:2"_s;
    const QString three = u"http://three:3"_s;
    QTest::newRow("https") << Environment{{u"HTTPS_PROXY"_s, one}} << QString() << one;
    QTest::newRow("http") << Environment{{u"HTTP_PROXY"_s, one}} << one << QString();
    QTest::newRow("all") << Environment{{u"ALL_PROXY"_s, two}} << two << two;
    QTest::newRow("all three") << Environment{{u"HTTP_PROXY"_s, one},
                                              {u"HTTPS_PROXY"_s, two},
                                              {u"ALL_PROXY"_s, three}}
                               << one << two;
    QTest::newRow("lower case") << Environment{{u"https_proxy"_s, one}, {u"all_proxy"_s, two}} << two << one;
    QTest::newRow("exception") << Environment{{u"ALL_PROXY"_s, one}, {u"NO_PROXY"_s, u"x, a.example"_s}}
                               << QString() << QString();
}

void TestUpstreamSettings::readsProxies()
{
    using Environment = QHash<QString, QString>;
    QFETCH(Environment, environment);
    QFETCH(QString, forHttp);
    QFETCH(QString, forHttps);
    const auto loaded = load(environment);
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().first().message));
    const ProxyRules rules = clientOptions(loaded->config).proxies;
    QCOMPARE(rules.proxyFor(QUrl(u"http://a.example"_s), {}).toString(), forHttp);
    QCOMPARE(rules.proxyFor(QUrl(u"https://a.example"_s), {}).toString(), forHttps);
    StoredProvider direct;
    direct.proxy = QUrl();
    QVERIFY(rules.proxyFor(QUrl(u"https://a.example"_s), routeOf(direct)).isEmpty());
}

void TestUpstreamSettings::refusesProxies_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("kind") << u"HTTPS_PROXY"_s << u"ftp://u:hidden@h:1"_s;
    QTest::newRow("no port") << u"HTTP_PROXY"_s << u"http://u:hidden@h"_s;
    QTest::newRow("path") << u"ALL_PROXY"_s << u"http://u:hidden@h:1/x"_s;
    QTest::newRow("lower case") << u"https_proxy"_s << u"hidden"_s;
}

void TestUpstreamSettings::refusesProxies()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const auto loaded = load({{name, value}});
    QVERIFY(!loaded);
    const QString message = loaded.error().first().message;
    QCOMPARE(loaded.error().first().field, name);
    QVERIFY2(message.contains(u"socks5://"_s) && !message.contains(u"hidden"_s), qPrintable(message));
}

void TestUpstreamSettings::lowerCaseIsAsGood()
{
    const auto loaded = load({{u"https_proxy"_s, u"http://h:1"_s}, {u"HTTPS_PROXY"_s, u"http://h:1"_s}});
    QVERIFY(loaded);
    QVERIFY2(loaded->config.notices.isEmpty(), qPrintable(loaded->config.notices.join(u'\n')));
    // Two that differ are a mistake of somebody's.
    const auto torn =
        load({{u"https_proxy"_s, u"http://h:1"_s}, {u"HTTPS_PROXY"_s, u"http://me:hidden@h:2"_s}});
    QVERIFY(!torn);
    QVERIFY(!torn.error().first().message.contains(u"hidden"_s));
}

void TestUpstreamSettings::showsNoPassword()
{
    const auto loaded =
        load({{u"HTTPS_PROXY"_s, u"http://me:hidden@h:1"_s}, {u"HTTP_PROXY"_s, u"http://h:2"_s}});
    QVERIFY(loaded);
    QHash<QString, QString> shown;
    for (const SettingReport &one : loaded->report)
        shown.insert(one.name, one.value);
    QCOMPARE(shown.value(u"HTTPS_PROXY"_s), u"http://…@h:1"_s);
    QCOMPARE(shown.value(u"HTTP_PROXY"_s), u"http://h:2"_s);
}

void TestUpstreamSettings::readsTimes()
{
    const auto loaded = load({{u"UPSTREAM_TOTAL_TIMEOUT"_s, u"2h"_s},
                              {u"UPSTREAM_KEEP_ALIVE"_s, u"5"_s},
                              {u"UPSTREAM_CONNECTION_AGE"_s, u"1m"_s},
                              {u"UPSTREAM_KEPT_CONNECTIONS"_s, u"7"_s},
                              {u"UPSTREAM_CONNECT_TIMEOUT"_s, u"3"_s},
                              {u"UPSTREAM_FIRST_BYTE_TIMEOUT"_s, u"4"_s},
                              {u"UPSTREAM_IDLE_TIMEOUT"_s, u"6"_s}});
    QVERIFY(loaded);
    const ClientOptions options = clientOptions(loaded->config);
    QCOMPARE(options.total, 2h);
    QCOMPARE(options.keptIdle, 5s);
    QCOMPARE(options.maximumAge, 1min);
    QCOMPARE(options.keptPerOrigin, 7);
    QCOMPARE(options.connect, 3s);
    QCOMPARE(options.firstByte, 4s);
    QCOMPARE(options.idle, 6s);
}

QTEST_GUILESS_MAIN(TestUpstreamSettings)
#include "tst_upstreamsettings.moc"
