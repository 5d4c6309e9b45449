// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::console;

class TestProfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void savesAndReadsBack();
    void replacesTheSameId();
    void sortsByGroupThenName();
    void removesWithItsMemory();
    void skipsAnAddressThatIsNone();
    void readsAddresses_data();
    void readsAddresses();
    void knowsThisComputer_data();
    void knowsThisComputer();

private:
    QString file() const { return m_directory.filePath(QString::fromLatin1(QTest::currentTestFunction())); }

    QTemporaryDir m_directory;
};

static ServiceProfile named(const QString &name, const QString &group = {})
{
    ServiceProfile profile;
    profile.name = name;
    profile.group = group;
    profile.url = QUrl(u"https://quota.example.com:8443/base"_s);
    return profile;
}

void TestProfile::savesAndReadsBack()
{
    ServiceProfile profile = named(u"东京 1"_s, u"亚洲"_s);
    profile.environment = Environment::Test;
    profile.readOnly = true;
    profile.tokenKept = true;
    {
        ProfileStore store(file());
        QSignalSpy changed(&store, &ProfileStore::changed);
        profile = store.save(profile);
        QVERIFY(!profile.id.isEmpty());
        QCOMPARE(changed.size(), 1);
        store.setLastUsed(profile.id);
        store.setMemory(profile.id, u"colours"_s, QStringList{u"gpt-4o"_s, u"qwen"_s});
    }
    const ProfileStore again(file());
    QCOMPARE(again.profiles(), QList<ServiceProfile>{profile});
    QCOMPARE(again.profile(profile.id), profile);
    QCOMPARE(again.lastUsed(), profile.id);
    QCOMPARE(again.memory(profile.id, u"colours"_s).toStringList(), (QStringList{u"gpt-4o"_s, u"qwen"_s}));
    QVERIFY(!again.profile(u"unknown"_s));
}

void TestProfile::replacesTheSameId()
{
    ProfileStore store(file());
    ServiceProfile profile = store.save(named(u"one"_s));
    profile.name = u"two"_s;
    QCOMPARE(store.save(profile).id, profile.id);
    QCOMPARE(store.profiles().size(), 1);
    QCOMPARE(store.profiles().first().name, u"two"_s);
}

void TestProfile::sortsByGroupThenName()
{
    ProfileStore store(file());
    store.save(named(u"b"_s, u"lab"_s));
    store.save(named(u"z"_s));
    store.save(named(u"a"_s, u"lab"_s));
    QStringList names;
    for (const ServiceProfile &profile : store.profiles())
        names.append(profile.name);
    QCOMPARE(names, (QStringList{u"z"_s, u"a"_s, u"b"_s}));
}

void TestProfile::removesWithItsMemory()
{
    ProfileStore store(file());
    const ServiceProfile profile = store.save(named(u"gone"_s));
    store.setMemory(profile.id, u"columns"_s, 7);
    store.setLastUsed(profile.id);
    store.remove(profile.id);
    QVERIFY(store.profiles().isEmpty());
    QVERIFY(store.lastUsed().isEmpty());
    QVERIFY(!store.memory(profile.id, u"columns"_s).isValid());
}

void TestProfile::skipsAnAddressThatIsNone()
{
    {
        QSettings settings(file(), QSettings::IniFormat);
        settings.setValue(u"profiles/x/name"_s, u"broken"_s);
        settings.setValue(u"profiles/x/url"_s, u"ftp://files.example.com"_s);
    }
    QVERIFY(ProfileStore(file()).profiles().isEmpty());
}

void TestProfile::readsAddresses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("url"); // empty: refused
    QTest::newRow("full") << u"http://127.0.0.1:8787"_s << u"http://127.0.0.1:8787"_s;
    QTest::newRow("trailing slash") << u"https://quota.example.com/"_s << u"https://quota.example.com"_s;
    QTest::newRow("path prefix") << u"https://example.com/quota/"_s << u"https://example.com/quota"_s;
    QTest::newRow("local without scheme") << u" localhost:8787 "_s << u"http://localhost:8787"_s;
    QTest::newRow("remote without scheme") << u"quota.example.com"_s << u"https://quota.example.com"_s;
    QTest::newRow("ipv6") << u"http://[::1]:8787"_s << u"http://[::1]:8787"_s;
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("other scheme") << u"ftp://example.com"_s << QString();
    QTest::newRow("no host") << u"http://:8787"_s << QString();
    QTest::newRow("space inside") << u"http://exam ple.com"_s << QString();
    QTest::newRow("credentials") << u"http://user:pass@example.com"_s << QString();
    QTest::newRow("query") << u"http://example.com/?token=1"_s << QString();
    QTest::newRow("port out of range") << u"http://example.com:99999"_s << QString();
}

void TestProfile::readsAddresses()
{
    QFETCH(QString, text);
    QFETCH(QString, url);
    const auto read = serviceUrlFromText(text);
    QCOMPARE(read ? read->toString() : QString(), url);
}

void TestProfile::knowsThisComputer_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("here");
    QTest::newRow("name") << u"http://LocalHost:1"_s << true;
    QTest::newRow("127.0.0.2") << u"http://127.0.0.2"_s << true;
    QTest::newRow("::1") << u"http://[::1]"_s << true;
    QTest::newRow("lan") << u"http://192.168.1.2"_s << false;
    QTest::newRow("name that looks alike") << u"http://localhost.example.com"_s << false;
}

void TestProfile::knowsThisComputer()
{
    QFETCH(QString, url);
    QTEST(isThisComputer(QUrl(url)), "here");
}

QTEST_GUILESS_MAIN(TestProfile)
#include "tst_profile.moc"
