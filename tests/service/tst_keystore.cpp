// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/keystore.h"
#include "service/store/usagebooks.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static const Timestamp now = fromMilliseconds(1'795'403'359'250);

static Keyring::StoredKey makeKey(const QString &id)
{
    Keyring::StoredKey stored;
    ApiKey &key = stored.key;
    key.id = KeyId{id};
    key.label = u"研发 “one”; DROP TABLE keys"_s;
    key.prefix = u"sk-"_s;
    key.tail = u"e41f"_s;
    key.inheritsLimits = false;
    key.limits = {{LimitUnit::Tokens, LimitWindow::Month, 1'000'000},
                  {LimitUnit::Requests, LimitWindow::Day, 0}};
    key.concurrency = 4;
    key.models = {u"gpt-4o"_s, u"a,b\"c"_s};
    key.expiresAt = now + 240h;
    key.createdAt = now;
    key.updatedAt = now + 1ms;
    stored.secretHash = hashSecret(id.toUtf8());
    return stored;
}

static UsageRow rowOf(const KeyId &key)
{
    UsageRow row;
    row.requestId = "req_1";
    row.key = key;
    row.reservedAt = now;
    return row;
}

class KeyStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keysComeBackAsTheyWere();
    void insertIsAllOrNothing();
    void replaceTakesEveryField();
    void replaceWantsTheVersion_data();
    void replaceWantsTheVersion();
    void countersComeAlong();
    void purgeTakesOldDeletedKeysOnly();
    void changesAreAuditedWithoutSecrets();

private:
    QList<Keyring::StoredKey> load();
    QStringList audit();
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Database> m_database;
};

void KeyStoreTest::init()
{
    m_database.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    auto database = Database::open({.path = m_directory->filePath(u"quota.db"_s)});
    QVERIFY(database);
    m_database = std::move(*database);
}

QList<Keyring::StoredKey> KeyStoreTest::load()
{
    auto keys = keystore::loadAll(*m_database);
    if (!keys)
        qWarning() << keys.error().message << keys.error().detail;
    return keys.value_or(QList<Keyring::StoredKey>());
}

QStringList KeyStoreTest::audit()
{
    QStringList lines;
    auto query = m_database->run(u"SELECT actor, action, subject FROM audit ORDER BY id"_s);
    while (query && (*query)->next())
        lines.append((*query)->value(0).toString() + u' ' + (*query)->value(1).toString() + u' ' +
                     (*query)->value(2).toString());
    return lines;
}

void KeyStoreTest::keysComeBackAsTheyWere()
{
    const auto full = makeKey(u"key_a"_s);
    Keyring::StoredKey bare;
    bare.key.id = KeyId{u"key_b"_s};
    bare.key.createdAt = now + 1h;
    bare.secretHash = hashSecret("b");
    QVERIFY(keystore::insert(*m_database, {full, bare}, u"admin"_s));
    const auto keys = load();
    QCOMPARE(keys.size(), 2);
    QVERIFY(keys[0].key == full.key);
    QCOMPARE(keys[0].secretHash, full.secretHash);
    QVERIFY(keys[1].key == bare.key);
    QVERIFY(keys[0].counters.isEmpty());
    QVERIFY(!keys[0].lastUsedAt);
}

void KeyStoreTest::insertIsAllOrNothing()
{
    QVERIFY(keystore::insert(*m_database, {makeKey(u"key_a"_s)}, u"admin"_s));
    QVERIFY(!keystore::insert(*m_database, {makeKey(u"key_b"_s), makeKey(u"key_a"_s)}, u"admin"_s));
    QCOMPARE(load().size(), 1);
    QCOMPARE(audit().size(), 1);
    auto sameSecret = makeKey(u"key_c"_s);
    sameSecret.secretHash = hashSecret("key_a");
    QVERIFY(!keystore::insert(*m_database, {sameSecret}, u"admin"_s));
    QVERIFY(keystore::insert(*m_database, {makeKey(u"key_b"_s)}, u"admin"_s)); // nothing is left open
}

void KeyStoreTest::replaceTakesEveryField()
{
    auto stored = makeKey(u"key_a"_s);
    QVERIFY(keystore::insert(*m_database, {stored}, u"admin"_s));
    ApiKey &key = stored.key;
    key.label = u"other"_s;
    key.tail = u"zzzz"_s;
    key.disabled = true;
    key.inheritsLimits = true;
    key.limits.clear();
    key.concurrency.reset();
    key.models.clear();
    key.expiresAt.reset();
    key.deletedAt = now + 2h;
    key.rotatedAt = now + 1h;
    key.updatedAt = now + 2h;
    key.version = 2;
    stored.secretHash = hashSecret("rotated");
    QVERIFY(keystore::replace(*m_database, stored, 1, u"rotate"_s, u"admin"_s));
    QVERIFY(load().first().key == key);
    QCOMPARE(load().first().secretHash, stored.secretHash);
    key.limits = {{LimitUnit::Requests, LimitWindow::Total, 7}};
    key.version = 3;
    QVERIFY(keystore::replace(*m_database, stored, 2, u"update"_s, u"admin"_s));
    QVERIFY(load().first().key == key);
}

void KeyStoreTest::replaceWantsTheVersion_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<qint64>("expected");
    QTest::addColumn<QString>("code");
    QTest::newRow("older") << u"key_a"_s << 4LL << u"version_conflict"_s;
    QTest::newRow("newer") << u"key_a"_s << 6LL << u"version_conflict"_s;
    QTest::newRow("missing") << u"key_b"_s << 5LL << u"not_found"_s;
}

void KeyStoreTest::replaceWantsTheVersion()
{
    QFETCH(QString, id);
    QFETCH(qint64, expected);
    auto stored = makeKey(u"key_a"_s);
    stored.key.version = 5;
    QVERIFY(keystore::insert(*m_database, {stored}, u"admin"_s));
    auto changed = makeKey(id);
    changed.key.label = u"changed"_s;
    const auto refused = keystore::replace(*m_database, changed, expected, u"update"_s, u"admin"_s);
    QVERIFY(!refused);
    QTEST(toString(refused.error().code), "code");
    QVERIFY(refused.error().message.contains(id));
    QVERIFY(load().first().key == stored.key);
}

void KeyStoreTest::countersComeAlong()
{
    const auto stored = makeKey(u"key_a"_s);
    QVERIFY(keystore::insert(*m_database, {stored}, u"admin"_s));
    const auto appended = UsageBooks(*m_database, QTimeZone::utc()).append({rowOf(stored.key.id)}, true);
    QVERIFY2(appended, qPrintable(appended ? QString() : appended.error().detail));
    const auto loaded = load().first();
    QCOMPARE(loaded.counters.size(), windowCount);
    QCOMPARE(loaded.lastUsedAt, now);
    Keyring keyring(QTimeZone::utc(), {});
    keyring.put({loaded});
    QCOMPARE(keyring.byId(stored.key.id)->account->counters(now).first().requests, 1);
    // An edit touches neither.
    auto changed = stored;
    changed.key.version = 2;
    QVERIFY(keystore::replace(*m_database, changed, 1, u"update"_s, u"admin"_s));
    QCOMPARE(load().first().lastUsedAt, now);
    QCOMPARE(load().first().counters, loaded.counters);
}

void KeyStoreTest::purgeTakesOldDeletedKeysOnly()
{
    auto old = makeKey(u"key_old"_s);
    old.key.deletedAt = now - 800h;
    auto recent = makeKey(u"key_recent"_s);
    recent.key.deletedAt = now - 700h;
    QVERIFY(keystore::insert(*m_database, {old, recent, makeKey(u"key_live"_s)}, u"admin"_s));
    QVERIFY(
        UsageBooks(*m_database, QTimeZone::utc()).append({rowOf(old.key.id), rowOf(recent.key.id)}, true));
    const auto purged = keystore::purge(*m_database, now - 720h);
    QVERIFY(purged);
    QCOMPARE(purged->size(), 1);
    QCOMPARE(purged->first().value, u"key_old"_s);
    QCOMPARE(load().size(), 2);
    const auto counters = usagestore::loadCounters(*m_database);
    QVERIFY(!counters->contains(old.key.id) && counters->contains(recent.key.id));
    auto rows = m_database->run(u"SELECT count(*) FROM requests"_s);
    QVERIFY(rows && (*rows)->next());
    QCOMPARE((*rows)->value(0).toInt(), 2);
    QVERIFY(keystore::purge(*m_database, now - 720h)->isEmpty());
}

void KeyStoreTest::changesAreAuditedWithoutSecrets()
{
    auto stored = makeKey(u"key_a"_s);
    QVERIFY(keystore::insert(*m_database, {stored, makeKey(u"key_b"_s)}, u"admin"_s));
    stored.key.version = 2;
    QVERIFY(keystore::replace(*m_database, stored, 1, u"disable"_s, u"somebody"_s));
    QVERIFY(!keystore::replace(*m_database, stored, 1, u"enable"_s, u"somebody"_s));
    QCOMPARE(audit(), (QStringList{u"admin key.create key_a"_s, u"admin key.create key_b"_s,
                                   u"somebody key.disable key_a"_s}));
    QVERIFY(!m_database->change(u"INSERT INTO keys (id) VALUES ('x')"_s)); // columns are required
}

QTEST_GUILESS_MAIN(KeyStoreTest)
#include "tst_keystore.moc"
