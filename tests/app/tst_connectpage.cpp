// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolefixture.h"

#include "app/connect/localtoken.h"

#include <QComboBox>
#include <QListWidget>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::console;

class TestConnectPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_fixture.reset(); }
    void looksAsDesigned();
    void connectsAndKeepsTheToken();
    void stopsAtTheFirstFailure_data();
    void stopsAtTheFirstFailure();
    void refusesAnAddressThatIsNone();
    void asksForTheTokenWithoutAKeychain();
    void usesTheKeptToken();
    void usesThisComputersToken();
    void editingStopsTheTest();
    void savesForLater();
    void removesWithItsToken();
    void listsAndSearches();
    void switchesLanguageAtOnce();
    void startsWithTheLastService();
    void goesBackWhenTheTokenIsRefused();

private:
    void showGate();
    QString words(int stage) const
    {
        return m_fixture->find<QLabel>(("testWords" + QByteArray::number(stage)).constData())->text();
    }

    std::unique_ptr<ConsoleFixture> m_fixture;
};

void TestConnectPage::init()
{
    qputenv("XDG_DATA_HOME", QDir::tempPath().toUtf8() + "/no-such-data-home");
    m_fixture = std::make_unique<ConsoleFixture>();
}

void TestConnectPage::showGate()
{
    m_fixture->console.window().show();
    m_fixture->console.start();
    QVERIFY(m_fixture->find("connectPage"));
}

void TestConnectPage::looksAsDesigned()
{
    if (!qEnvironmentVariableIsSet("QUOTA_PICTURES"))
        QSKIP("QUOTA_PICTURES names no directory");
    showGate();
    QVERIFY(m_fixture->type("address", m_fixture->admin.url().toString()));
    QVERIFY(m_fixture->type("token", u"an-old-token-0123456789"_s));
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_VERIFY(m_fixture->find("cure"));
    m_fixture->pictures(u"connect"_s);
    for (const char *name : {"tokyo-1", "osaka-1", "lab"}) {
        ServiceProfile profile;
        profile.name = QString::fromLatin1(name);
        profile.group = name[0] == 'l' ? QString() : u"Asia"_s;
        profile.environment = name[0] == 'l' ? Environment::Dev : Environment::Production;
        profile.url = QUrl(u"https://%1.example.com"_s.arg(profile.name));
        m_fixture->console.profiles().save(profile);
    }
    m_fixture->pictures(u"connect-later"_s);
}

void TestConnectPage::connectsAndKeepsTheToken()
{
    showGate();
    QCOMPARE(m_fixture->find<QLineEdit>("address")->text(), u"http://127.0.0.1:8787"_s);
    QVERIFY(m_fixture->type("address", m_fixture->admin.url().toString()));
    QVERIFY(m_fixture->type("name", u"mine"_s));
    QVERIFY(m_fixture->type("token", m_fixture->admin.token));
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_COMPARE(m_fixture->console.session().state(), Session::State::Connected);
    QTRY_VERIFY(m_fixture->console.overview().isVisible());
    const auto profiles = m_fixture->console.profiles().profiles();
    QCOMPARE(profiles.size(), 1);
    QCOMPARE(profiles.first().name, u"mine"_s);
    QTRY_VERIFY(m_fixture->console.profiles().profiles().first().tokenKept);
    QCOMPARE(m_fixture->vault.tokens.value(profiles.first().id), m_fixture->admin.token);
    QFile file(m_fixture->directory.filePath(u"profiles.ini"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains(m_fixture->admin.token.toUtf8()));
}

void TestConnectPage::stopsAtTheFirstFailure_data()
{
    QTest::addColumn<QString>("case_");
    QTest::addColumn<int>("stage");
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("command");
    QTest::newRow("nobody listens") << u"port"_s << 1 << u"does not answer"_s
                                    << u"quota-proxy serve --port"_s;
    QTest::newRow("no TLS there") << u"tls"_s << 2 << u"Certificate not valid"_s << u"ssh -N -L"_s;
    QTest::newRow("not healthy") << u"health"_s << 3 << u"Service not healthy"_s << u"quota-proxy doctor"_s;
    QTest::newRow("another program") << u"stranger"_s << 3 << u"No Quota Proxy here"_s << QString();
    QTest::newRow("another version") << u"version"_s << 4 << u"Version does not fit"_s << QString();
    QTest::newRow("wrong token") << u"token"_s << 5 << u"Token refused"_s << u"admin-token"_s;
    QTest::newRow("no token") << u"none"_s << 5 << u"Token missing"_s << u"admin-token"_s;
}

void TestConnectPage::stopsAtTheFirstFailure()
{
    QFETCH(QString, case_);
    QFETCH(int, stage);
    QFETCH(QString, said);
    QFETCH(QString, command);
    FakeAdmin &admin = m_fixture->admin;
    QString address = admin.url().toString();
    if (case_ == "port"_L1)
        admin.stop();
    else if (case_ == "tls"_L1)
        address.replace(u"http:"_s, u"https:"_s);
    else if (case_ == "health"_L1)
        admin.health.ok = false;
    else if (case_ == "stranger"_L1)
        admin.refuse(u"GET /healthz"_s, 404, u"not_found"_s, u"Nothing."_s);
    else if (case_ == "version"_L1)
        admin.health.version = u"7.0.0"_s;
    showGate();
    QVERIFY(m_fixture->type("address", address));
    if (case_ != "none"_L1)
        QVERIFY(m_fixture->type("token", case_ == "token"_L1 ? u"wrong"_s : admin.token));
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find("cure"), 15'000);
    QVERIFY2(words(stage).contains(said), qPrintable(words(stage)));
    if (stage < 7)
        QVERIFY(m_fixture->find<QLabel>(("testDetail" + QByteArray::number(stage + 1)).constData())
                    ->text()
                    .isEmpty());
    auto *code = m_fixture->find<CodeBox>("cureCommand");
    QCOMPARE(code != nullptr, !command.isEmpty());
    if (code)
        QVERIFY2(code->text().contains(command), qPrintable(code->text()));
    QVERIFY(!m_fixture->console.session().isOpen());
    QVERIFY(m_fixture->console.profiles().profiles().isEmpty());
}

void TestConnectPage::refusesAnAddressThatIsNone()
{
    showGate();
    QVERIFY(m_fixture->type("address", u"ftp://example.com"_s));
    QVERIFY(m_fixture->click("testAndConnect"));
    QVERIFY(m_fixture->find("address")->accessibleDescription().contains(u"ftp://example.com"_s));
    QVERIFY(!m_fixture->find("cure"));
}

void TestConnectPage::asksForTheTokenWithoutAKeychain()
{
    m_fixture.reset();
    m_fixture = std::make_unique<ConsoleFixture>(false);
    showGate();
    QTRY_VERIFY(m_fixture->find("noKeychain"));
    QVERIFY(!m_fixture->find("keepToken"));
    QVERIFY(m_fixture->type("address", m_fixture->admin.url().toString()));
    QVERIFY(m_fixture->type("token", m_fixture->admin.token));
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_COMPARE(m_fixture->console.session().state(), Session::State::Connected);
    QVERIFY(m_fixture->vault.tokens.isEmpty());
    QVERIFY(!m_fixture->console.profiles().profiles().first().tokenKept);
}

void TestConnectPage::usesTheKeptToken()
{
    ServiceProfile profile;
    profile.name = u"kept"_s;
    profile.url = m_fixture->admin.url();
    profile.tokenKept = true;
    profile = m_fixture->console.profiles().save(profile);
    m_fixture->vault.tokens.insert(profile.id, m_fixture->admin.token);
    showGate();
    m_fixture->console.gate().choose(profile.id);
    QVERIFY(m_fixture->find<QLineEdit>("token")->text().isEmpty());
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_COMPARE(m_fixture->console.session().state(), Session::State::Connected);
    QTRY_VERIFY(m_fixture->console.profiles().profile(profile.id)->tokenKept);
}

void TestConnectPage::usesThisComputersToken()
{
    qputenv("XDG_DATA_HOME", m_fixture->directory.path().toUtf8());
    QVERIFY(QDir(m_fixture->directory.path()).mkpath(u"quota-proxy"_s));
    QFile file(localTokenPath());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(m_fixture->admin.token.toUtf8() + '\n');
    file.close();
    showGate();
    QVERIFY(m_fixture->type("address", u"https://quota.example.com"_s));
    QVERIFY(!m_fixture->find("useLocalToken"));
    QVERIFY(m_fixture->type("address", m_fixture->admin.url().toString()));
    QVERIFY(m_fixture->click("useLocalToken"));
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_COMPARE(m_fixture->console.session().state(), Session::State::Connected);
}

void TestConnectPage::editingStopsTheTest()
{
    m_fixture->admin.hold(u"GET /healthz"_s);
    showGate();
    QVERIFY(m_fixture->type("address", m_fixture->admin.url().toString()));
    QVERIFY(m_fixture->type("token", m_fixture->admin.token));
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_COMPARE(m_fixture->admin.waiting(), 1);
    QVERIFY(m_fixture->type("token", u"another"_s));
    QCOMPARE(words(1), u"Port"_s);
    m_fixture->admin.release();
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_VERIFY(m_fixture->find("cure"));
    QVERIFY(!m_fixture->console.session().isOpen());
}

void TestConnectPage::savesForLater()
{
    showGate();
    QVERIFY(m_fixture->type("address", u"quota.example.com"_s));
    QVERIFY(m_fixture->type("token", u"a-token-for-later"_s));
    m_fixture->find<Segmented>("environment")->setCurrent(2);
    QVERIFY(m_fixture->click("saveProfile"));
    const auto profiles = m_fixture->console.profiles().profiles();
    QCOMPARE(profiles.size(), 1);
    QCOMPARE(profiles.first().url, QUrl(u"https://quota.example.com"_s));
    QVERIFY(profiles.first().environment == Environment::Production);
    QTRY_COMPARE(m_fixture->vault.tokens.value(profiles.first().id), u"a-token-for-later"_s);
    QVERIFY(m_fixture->find("profileList"));
    QVERIFY(!m_fixture->console.session().isOpen());
}

void TestConnectPage::removesWithItsToken()
{
    ServiceProfile profile;
    profile.name = u"old"_s;
    profile.url = m_fixture->admin.url();
    profile = m_fixture->console.profiles().save(profile);
    m_fixture->vault.tokens.insert(profile.id, u"secret"_s);
    showGate();
    m_fixture->console.gate().choose(profile.id);
    QVERIFY(m_fixture->click("removeProfile"));
    QCOMPARE(m_fixture->prompts.questions.size(), 1);
    QVERIFY(m_fixture->console.profiles().profiles().isEmpty());
    QVERIFY(m_fixture->vault.tokens.isEmpty());
    QVERIFY(!m_fixture->find("profileList"));
}

void TestConnectPage::listsAndSearches()
{
    for (const char *name : {"tokyo", "osaka", "lab"}) {
        ServiceProfile profile;
        profile.name = QString::fromLatin1(name);
        profile.group = name[0] == 'l' ? QString() : u"Asia"_s;
        profile.url = QUrl(u"https://%1.example.com"_s.arg(profile.name));
        m_fixture->console.profiles().save(profile);
    }
    showGate();
    auto *list = m_fixture->find<QListWidget>("profiles");
    QCOMPARE(list->count(), 4); // three and the head of their group
    QVERIFY(m_fixture->type("profileSearch", u"asia"_s));
    QTRY_COMPARE(list->count(), 3);
    list->setCurrentRow(2);
    QCOMPARE(m_fixture->find<QLineEdit>("name")->text(), u"tokyo"_s);
    QVERIFY(m_fixture->click("newProfile"));
    QCOMPARE(m_fixture->find<QLineEdit>("address")->text(), u"http://127.0.0.1:8787"_s);
}

void TestConnectPage::switchesLanguageAtOnce()
{
    showGate();
    auto *language = m_fixture->find<QComboBox>("language");
    language->setCurrentIndex(2);
    Q_EMIT language->activated(2);
    QTRY_COMPARE(m_fixture->find<QAbstractButton>("testAndConnect")->text(), u"测试并连接"_s);
    QCOMPARE(m_fixture->find<QLabel>("connectTitle")->text(), u"欢迎使用 Quota Console"_s);
    QCOMPARE(m_fixture->find<QComboBox>("language")->currentIndex(), 2);
}

void TestConnectPage::startsWithTheLastService()
{
    ServiceProfile profile;
    profile.name = u"last"_s;
    profile.url = m_fixture->admin.url();
    profile.tokenKept = true;
    profile = m_fixture->console.profiles().save(profile);
    m_fixture->console.profiles().setLastUsed(profile.id);
    m_fixture->vault.tokens.insert(profile.id, m_fixture->admin.token);
    m_fixture->console.window().show();
    m_fixture->console.start();
    QTRY_VERIFY(m_fixture->console.overview().isVisible());
    QCOMPARE(m_fixture->console.session().profile().id, profile.id);
}

void TestConnectPage::goesBackWhenTheTokenIsRefused()
{
    QVERIFY(m_fixture->open());
    m_fixture->admin.token = u"changed-on-the-host"_s;
    m_fixture->console.session().poll();
    QTRY_COMPARE(m_fixture->console.session().state(), Session::State::Refused);
    QTRY_VERIFY(m_fixture->console.overview().banners()->has(u"refused"_s));
    Q_EMIT m_fixture->console.window().noticeActed(u"refused"_s);
    QTRY_VERIFY(m_fixture->find("connectPage"));
    QCOMPARE(m_fixture->find<QLineEdit>("address")->text(), m_fixture->admin.url().toString());
    QVERIFY(m_fixture->type("token", m_fixture->admin.token));
    QVERIFY(m_fixture->click("testAndConnect"));
    QTRY_COMPARE(m_fixture->console.session().state(), Session::State::Connected);
}

QTEST_MAIN(TestConnectPage)
#include "tst_connectpage.moc"
