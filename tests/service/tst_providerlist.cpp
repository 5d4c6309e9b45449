// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/providerlist.h"

#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;

static StoredProvider makeProvider(const QString &id, const QStringList &models = {}, bool enabled = true)
{
    StoredProvider stored;
    stored.provider.id = ProviderId{id};
    stored.provider.models = models;
    stored.provider.enabled = enabled;
    return stored;
}

static QStringList idsOf(const ProviderList &list)
{
    QStringList ids;
    for (const ProviderPointer &one : *list.snapshot())
        ids.append(one->provider.id.value);
    return ids;
}

class ProviderListTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDemoStandsInAlone();
    void storedOnesComeBeforeTheSettings();
    void snapshotsDoNotChange();
    void modelsFindTheirProvider_data();
    void modelsFindTheirProvider();
    void anUnreadableSecretIsNoReasonForTheDemo();
};

void ProviderListTest::theDemoStandsInAlone()
{
    ProviderList list({});
    QCOMPARE(idsOf(list), QStringList{u"demo"_s});
    QVERIFY(list.demo());
    const ProviderPointer demo = list.snapshot()->first();
    QVERIFY(demo->provider.source == ProviderSource::Demo);
    QVERIFY(demo->provider.name.contains("Demo"_L1));
    QCOMPARE(ProviderList::forModel(*list.snapshot(), u"any"_s), demo);

    list.replaceStored({makeProvider(u"off"_s, {}, false)});
    QCOMPARE(idsOf(list), (QStringList{u"off"_s, u"demo"_s}));
    QVERIFY(list.demo());
    list.replaceStored({makeProvider(u"on"_s)});
    QCOMPARE(idsOf(list), QStringList{u"on"_s});
    QVERIFY(!list.demo());
    list.replaceStored({});
    QVERIFY(list.demo());
}

void ProviderListTest::storedOnesComeBeforeTheSettings()
{
    ProviderList list(makeProvider(u"settings"_s));
    QCOMPARE(idsOf(list), QStringList{u"settings"_s});
    QVERIFY(!list.demo());
    list.replaceStored({makeProvider(u"b"_s), makeProvider(u"a"_s, {}, false)});
    QCOMPARE(idsOf(list), (QStringList{u"b"_s, u"a"_s, u"settings"_s}));
}

void ProviderListTest::snapshotsDoNotChange()
{
    ProviderList list(makeProvider(u"settings"_s));
    const ProviderSnapshot before = list.snapshot();
    list.replaceStored({makeProvider(u"a"_s)});
    QCOMPARE(before->size(), 1);
    QCOMPARE(list.snapshot()->size(), 2);
}

void ProviderListTest::modelsFindTheirProvider_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("expected");
    QTest::newRow("named by one") << u"gpt-4o"_s << u"openai"_s;
    QTest::newRow("named by two: the first") << u"shared"_s << u"openai"_s;
    QTest::newRow("named later, before any") << u"deepseek-chat"_s << u"deepseek"_s;
    QTest::newRow("named by a disabled one only") << u"private"_s << u"any"_s;
    QTest::newRow("named by none") << u"llama"_s << u"any"_s;
    QTest::newRow("names are exact") << u"GPT-4o"_s << u"any"_s;
}

void ProviderListTest::modelsFindTheirProvider()
{
    QFETCH(QString, model);
    ProviderList list({});
    list.replaceStored(
        {makeProvider(u"off"_s, {u"private"_s, u"shared"_s}, false), makeProvider(u"offany"_s, {}, false),
         makeProvider(u"openai"_s, {u"gpt-4o"_s, u"shared"_s}), makeProvider(u"any"_s),
         makeProvider(u"deepseek"_s, {u"deepseek-chat"_s, u"shared"_s}), makeProvider(u"any2"_s)});
    const ProviderPointer found = ProviderList::forModel(*list.snapshot(), model);
    QVERIFY(found);
    QTEST(found->provider.id.value, "expected");

    list.replaceStored({makeProvider(u"openai"_s, {u"gpt-4o"_s})});
    QVERIFY(!ProviderList::forModel(*list.snapshot(), u"llama"_s));
}

void ProviderListTest::anUnreadableSecretIsNoReasonForTheDemo()
{
    ProviderList list({});
    StoredProvider broken = makeProvider(u"broken"_s);
    broken.secretFault = u"sealed elsewhere"_s;
    list.replaceStored({broken});
    QVERIFY(!list.demo());
    QCOMPARE(idsOf(list), QStringList{u"broken"_s});
    QVERIFY(!ProviderList::forModel(*list.snapshot(), u"any"_s));
}

QTEST_GUILESS_MAIN(ProviderListTest)
#include "tst_providerlist.moc"
