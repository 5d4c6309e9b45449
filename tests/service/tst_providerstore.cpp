// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/providerstore.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;

static StoredProvider makeProvider(const QString &id, qint64 createdAt = 1'795'435'200'000)
{
    StoredProvider stored;
    stored.provider.id = ProviderId{id};
    stored.provider.name = u"深度求索"_s;
    stored.provider.baseUrl = QUrl(u"https://api.example.com:8443/v1"_s);
    stored.provider.secretMask = u"sk-…9f3a"_s;
    stored.provider.models = {u"deepseek-chat"_s, u"deepseek-reasoner"_s};
    stored.provider.createdAt = fromMilliseconds(createdAt);
    stored.provider.updatedAt = fromMilliseconds(createdAt + 5);
    stored.provider.version = 3;
    stored.secret = "sk-upstream-9f3a";
    return stored;
}

class ProviderStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sealKeyStaysTheSame();
    void damagedSealKeyIsRefused_data();
    void damagedSealKeyIsRefused();
    void sealingHidesAndOpens();
    void tamperingIsNoticed_data();
    void tamperingIsNoticed();
    void providersComeBackAsTheyWere();
    void theFileHoldsNoSecret();
    void anotherSealKeySaysEnterAgain();
    void replaceWantsTheVersion();
    void removedIsGone();
    void changesAreAudited();

private:
    QString file(const QString &name) const { return m_directory->filePath(name); }
    QStringList audit();
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Database> m_database;
};

void ProviderStoreTest::init()
{
    m_database.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    auto database = Database::open({.path = file(u"quota.db"_s)});
    QVERIFY(database);
    m_database = std::move(*database);
}

QStringList ProviderStoreTest::audit()
{
    QStringList lines;
    auto query = m_database->run(u"SELECT actor, action, subject FROM audit ORDER BY id"_s);
    while (query && (*query)->next())
        lines.append((*query)->value(0).toString() + u' ' + (*query)->value(1).toString() + u' ' +
                     (*query)->value(2).toString());
    return lines;
}

void ProviderStoreTest::sealKeyStaysTheSame()
{
    const QString path = file(u"seal-key"_s);
    const auto first = SealKey::loadOrCreate(path);
    QVERIFY(first);
    QCOMPARE(QFile(path).size(), 32);
    QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther |
                                         QFile::WriteOther | QFile::ExeOwner),
             QFile::Permissions());
    const auto second = SealKey::loadOrCreate(path);
    QVERIFY(second);
    QCOMPARE(second->open(first->seal("hello")).value(), QByteArray("hello"));
    QVERIFY(!SealKey::loadOrCreate(file(u"no/where/seal-key"_s)));
}

void ProviderStoreTest::damagedSealKeyIsRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("short") << QByteArray(31, 'x');
    QTest::newRow("long") << QByteArray(33, 'x');
}

void ProviderStoreTest::damagedSealKeyIsRefused()
{
    QFETCH(QByteArray, content);
    QFile damaged(file(u"seal-key"_s));
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write(content);
    damaged.close();
    const auto refused = SealKey::loadOrCreate(damaged.fileName());
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains("damaged"_L1));
    QVERIFY(damaged.open(QIODevice::ReadOnly));
    QCOMPARE(damaged.readAll(), content);
}

void ProviderStoreTest::sealingHidesAndOpens()
{
    const SealKey key = SealKey::ephemeral();
    for (const QByteArray &plain : {QByteArray(), QByteArray("x"), QByteArray(5000, 's')}) {
        const QByteArray sealed = key.seal(plain);
        QVERIFY(plain.size() < 16 || !sealed.contains(plain.left(16))); // a single byte may well occur
        QVERIFY(sealed != key.seal(plain));                             // a nonce of its own each time
        QCOMPARE(key.open(sealed).value(), plain);
    }
}

void ProviderStoreTest::tamperingIsNoticed_data()
{
    QTest::addColumn<QByteArray>("sealed");
    const QByteArray good = SealKey::ephemeral().seal("secret");
    QTest::newRow("of another key") << good;
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("shorter than a nonce") << good.left(10);
    QTest::newRow("nonce alone") << good.left(24);
    QTest::newRow("cut") << good.chopped(1);
}

void ProviderStoreTest::tamperingIsNoticed()
{
    QFETCH(QByteArray, sealed);
    const SealKey key = SealKey::ephemeral();
    const auto refused = key.open(sealed);
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains("Enter it again"_L1));
    QByteArray flipped = key.seal("secret");
    flipped[30] = char(flipped[30] ^ 1);
    QVERIFY(!key.open(flipped));
}

void ProviderStoreTest::providersComeBackAsTheyWere()
{
    const SealKey key = SealKey::ephemeral();
    const StoredProvider late = makeProvider(u"provider_a"_s, 2'000'000'000'000);
    StoredProvider early = makeProvider(u"provider_b"_s);
    early.secret.clear();
    early.provider.secretMask.clear();
    early.provider.models.clear();
    early.provider.enabled = false;
    QVERIFY(providerstore::insert(*m_database, late, key, u"admin"_s));
    QVERIFY(providerstore::insert(*m_database, early, key, u"admin"_s));
    QVERIFY(!providerstore::insert(*m_database, early, key, u"admin"_s));

    const auto all = providerstore::loadAll(*m_database, key);
    QVERIFY(all);
    QCOMPARE(all->size(), 2);
    QVERIFY(all->at(0).provider == early.provider);
    QVERIFY(all->at(1).provider == late.provider);
    QCOMPARE(all->at(0).secret, QByteArray());
    QCOMPARE(all->at(1).secret, late.secret);
    QVERIFY(all->at(1).serves() && !all->at(0).serves());
}

void ProviderStoreTest::theFileHoldsNoSecret()
{
    QVERIFY(
        providerstore::insert(*m_database, makeProvider(u"provider_a"_s), SealKey::ephemeral(), u"admin"_s));
    m_database.reset();
    QFile database(file(u"quota.db"_s));
    QVERIFY(database.open(QIODevice::ReadOnly));
    const QByteArray bytes = database.readAll();
    QVERIFY(bytes.contains("provider_a"));
    QVERIFY(!bytes.contains("sk-upstream"));
}

void ProviderStoreTest::anotherSealKeySaysEnterAgain()
{
    const SealKey old = SealKey::ephemeral();
    StoredProvider provider = makeProvider(u"provider_a"_s);
    QVERIFY(providerstore::insert(*m_database, provider, old, u"admin"_s));

    const SealKey other = SealKey::ephemeral();
    auto all = providerstore::loadAll(*m_database, other);
    QVERIFY(all);
    QVERIFY(all->first().secretFault.contains("Enter it again"_L1));
    QVERIFY(all->first().secret.isEmpty());
    QVERIFY(!all->first().serves());

    // Renaming it keeps what the old key can still open; a new secret cures it.
    StoredProvider renamed = all->first();
    renamed.provider.name = u"other name"_s;
    renamed.provider.version = 4;
    QVERIFY(providerstore::replace(*m_database, renamed, 3, other, u"admin"_s));
    QCOMPARE(providerstore::loadAll(*m_database, old)->first().secret, provider.secret);
    renamed.secret = "sk-new";
    renamed.secretFault.clear();
    renamed.provider.version = 5;
    QVERIFY(providerstore::replace(*m_database, renamed, 4, other, u"admin"_s));
    QCOMPARE(providerstore::loadAll(*m_database, other)->first().secret, QByteArray("sk-new"));
}

void ProviderStoreTest::replaceWantsTheVersion()
{
    const SealKey key = SealKey::ephemeral();
    StoredProvider provider = makeProvider(u"provider_a"_s);
    QVERIFY(providerstore::insert(*m_database, provider, key, u"admin"_s));
    provider.provider.version = 4;
    provider.provider.enabled = false;
    provider.secret.clear();
    const auto conflict = providerstore::replace(*m_database, provider, 2, key, u"admin"_s);
    QVERIFY(!conflict && conflict.error().code == ErrorCode::VersionConflict);
    QVERIFY(providerstore::replace(*m_database, provider, 3, key, u"admin"_s));
    const StoredProvider found = providerstore::loadAll(*m_database, key)->first();
    QVERIFY(found.provider == provider.provider);
    QVERIFY(found.secret.isEmpty() && found.secretFault.isEmpty());
    provider.provider.id = ProviderId{u"nobody"_s};
    const auto missing = providerstore::replace(*m_database, provider, 4, key, u"admin"_s);
    QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
}

void ProviderStoreTest::removedIsGone()
{
    const SealKey key = SealKey::ephemeral();
    const StoredProvider provider = makeProvider(u"provider_a"_s);
    QVERIFY(providerstore::insert(*m_database, provider, key, u"admin"_s));
    QVERIFY(providerstore::remove(*m_database, provider.provider.id, u"admin"_s));
    QVERIFY(providerstore::loadAll(*m_database, key)->isEmpty());
    const auto again = providerstore::remove(*m_database, provider.provider.id, u"admin"_s);
    QVERIFY(!again && again.error().code == ErrorCode::NotFound);
}

void ProviderStoreTest::changesAreAudited()
{
    const SealKey key = SealKey::ephemeral();
    StoredProvider provider = makeProvider(u"provider_a"_s);
    QVERIFY(providerstore::insert(*m_database, provider, key, u"admin"_s));
    QVERIFY(!providerstore::replace(*m_database, provider, 9, key, u"admin"_s));
    provider.provider.version = 4;
    QVERIFY(providerstore::replace(*m_database, provider, 3, key, u"admin"_s));
    QVERIFY(providerstore::remove(*m_database, provider.provider.id, u"somebody"_s));
    QCOMPARE(audit(),
             (QStringList{u"admin provider.create provider_a"_s, u"admin provider.update provider_a"_s,
                          u"somebody provider.delete provider_a"_s}));
}

QTEST_GUILESS_MAIN(ProviderStoreTest)
#include "tst_providerstore.moc"
