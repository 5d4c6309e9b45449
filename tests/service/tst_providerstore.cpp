// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/providerstore.h"

#include <QDir>
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
    void routesComeBackAsTheyWere_data();
    void routesComeBackAsTheyWere();
    void anotherSealKeyKeepsTheProxySealed();
    void providersOfTheFirstSchemaGoOn();

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

void ProviderStoreTest::routesComeBackAsTheyWere_data()
{
    QTest::addColumn<bool>("privateCa");
    QTest::addColumn<std::optional<QUrl>>("proxy");
    QTest::addColumn<std::optional<QString>>("shown");
    QTest::newRow("of the settings") << false << std::optional<QUrl>() << std::optional<QString>();
    QTest::newRow("none") << true << std::optional(QUrl()) << std::optional(u""_s);
    QTest::newRow("its own") << true << std::optional(QUrl(u"socks5://me:hidden%40word@proxy.example:1080"_s))
                             << std::optional(u"socks5://…@proxy.example:1080"_s);
}

void ProviderStoreTest::routesComeBackAsTheyWere()
{
    QFETCH(bool, privateCa);
    QFETCH(std::optional<QUrl>, proxy);
    QFETCH(std::optional<QString>, shown);
    const SealKey seal = SealKey::ephemeral();
    StoredProvider stored = makeProvider(u"prv_a"_s);
    stored.provider.privateCa = privateCa;
    stored.provider.proxy = shown;
    stored.proxy = proxy;
    // Written anew, and over one of another kind.
    QVERIFY(providerstore::insert(*m_database, stored, seal, u"t"_s));
    StoredProvider other = makeProvider(u"prv_b"_s, 1'795'435'200'001);
    other.provider.proxy = u"http://old:1"_s;
    other.proxy = QUrl(u"http://old:1"_s);
    QVERIFY(providerstore::insert(*m_database, other, seal, u"t"_s));
    StoredProvider changed = stored;
    changed.provider.id = other.provider.id;
    QVERIFY(providerstore::replace(*m_database, changed, 3, seal, u"t"_s));
    const auto loaded = providerstore::loadAll(*m_database, seal);
    QVERIFY(loaded);
    QCOMPARE(loaded->size(), 2);
    for (const StoredProvider &one : *loaded) {
        QVERIFY(one.serves());
        QCOMPARE(one.provider.privateCa, privateCa);
        QVERIFY(one.provider.proxy == shown);
        QVERIFY(one.proxy == proxy);
        QCOMPARE(one.secret, stored.secret);
    }
    m_database.reset();
    for (const QString &name : {u"quota.db"_s, u"quota.db-wal"_s}) {
        QFile raw(file(name));
        if (raw.open(QIODevice::ReadOnly))
            QVERIFY(!raw.readAll().contains("hidden"));
    }
}

void ProviderStoreTest::anotherSealKeyKeepsTheProxySealed()
{
    const SealKey seal = SealKey::ephemeral();
    StoredProvider stored = makeProvider(u"prv_a"_s);
    stored.provider.proxy = u"http://…@h:1"_s;
    stored.proxy = QUrl(u"http://me:pw@h:1"_s);
    QVERIFY(providerstore::insert(*m_database, stored, seal, u"t"_s));
    const SealKey another = SealKey::ephemeral();
    StoredProvider read = providerstore::loadAll(*m_database, another)->first();
    QVERIFY(!read.proxyFault.isEmpty() && !read.secretFault.isEmpty());
    QVERIFY(!read.serves());
    // The secret is entered again, the proxy is not: it stays as it was.
    read.secret = "sk-again";
    read.secretFault.clear();
    read.provider.version = 4;
    QVERIFY(providerstore::replace(*m_database, read, 3, another, u"t"_s));
    read = providerstore::loadAll(*m_database, another)->first();
    QCOMPARE(read.secret, QByteArray("sk-again"));
    QVERIFY(!read.proxyFault.isEmpty() && !read.serves());
    const StoredProvider original = providerstore::loadAll(*m_database, seal)->first();
    QVERIFY(original.proxy == stored.proxy);
}

void ProviderStoreTest::providersOfTheFirstSchemaGoOn()
{
    m_database.reset();
    QVERIFY(QDir(m_directory->path()).mkpath(u"old/sqlite"_s));
    QVERIFY(QFile::copy(u":/schema/sqlite/001_first.sql"_s, file(u"old/sqlite/001_first.sql"_s)));
    const QString path = file(u"first.db"_s);
    const SealKey seal = SealKey::ephemeral();
    {
        auto first = Database::open({.path = path, .schema = file(u"old"_s)});
        QVERIFY(first);
        QCOMPARE((*first)->schemaVersion(), 1);
        QVERIFY((*first)->change(
            u"INSERT INTO providers VALUES ('prv_a', 'Old', 'https://h/v1', ?, 'sk-…', '[]', 1, 1, "
            "2, 5)"_s,
            {seal.seal("sk-old")}));
    }
    auto database = Database::open({.path = path});
    QVERIFY(database);
    QCOMPARE((*database)->schemaVersion(), Database::newestSchema());
    const auto loaded = providerstore::loadAll(**database, seal);
    QVERIFY(loaded && loaded->size() == 1);
    const StoredProvider &stored = loaded->first();
    QCOMPARE(stored.secret, QByteArray("sk-old"));
    QCOMPARE(stored.provider.version, 5);
    QVERIFY(stored.serves() && !stored.provider.privateCa && !stored.provider.proxy && !stored.proxy);
}

QTEST_GUILESS_MAIN(ProviderStoreTest)
#include "tst_providerstore.moc"
