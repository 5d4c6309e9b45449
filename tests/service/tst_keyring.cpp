// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/keyring.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <thread>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static const Timestamp noon = fromMilliseconds(1'795'435'200'000);

static Keyring::StoredKey storedKey(const QString &id, const QByteArray &secret)
{
    Keyring::StoredKey stored;
    stored.key.id = KeyId{id};
    stored.secretHash = hashSecret(secret);
    return stored;
}

class KeyringTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashIsSha256();
    void secretsAreLongAndNeverTheSame();
    void idsHaveTheirShape();
    void unknownSecretIsNobody();
    void defaultLimitsOnlyWhereInherited();
    void followersHaveTheirTemplate();
    void raisesHoldForTheirTime();
    void countersAreLoadedForNewKeys();
    void newVersionKeepsTheAccount();
    void rotationDropsTheOldSecret();
    void removalForgetsTheKey();
    void viewsSeeEveryChange();
    void lanesReadWhileKeysChange();
};

void KeyringTest::hashIsSha256()
{
    QCOMPARE(hashSecret("abc").toHex(),
             QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

void KeyringTest::secretsAreLongAndNeverTheSame()
{
    static const QRegularExpression shape(u"^sk-[A-Za-z0-9_-]{43}$"_s);
    QSet<QString> seen;
    for (int count = 0; count < 1000; ++count) {
        const QString secret = makeSecret(u"sk-"_s);
        QVERIFY2(shape.match(secret).hasMatch(), qPrintable(secret));
        seen.insert(secret);
    }
    QCOMPARE(seen.size(), 1000);
}

void KeyringTest::idsHaveTheirShape()
{
    static const QRegularExpression shape(u"^key_[a-z2-7]{12}$"_s);
    QSet<QString> seen;
    QSet<QChar> lastCharacters;
    for (int count = 0; count < 1000; ++count) {
        const QString id = makeKeyId().value;
        QVERIFY2(shape.match(id).hasMatch(), qPrintable(id));
        seen.insert(id);
        lastCharacters.insert(id.back());
    }
    QCOMPARE(seen.size(), 1000);
    QCOMPARE(lastCharacters.size(), 32); // the last of the 60 bits are random, too
}

void KeyringTest::unknownSecretIsNobody()
{
    Keyring keyring(QTimeZone::utc(), {});
    KeyringView view(keyring);
    QVERIFY(!view.find("sk-none"));
    QVERIFY(!keyring.bySecret("sk-none"));
    QVERIFY(!keyring.byId(KeyId{u"key_none"_s}));
    keyring.put({storedKey(u"key_a"_s, "sk-a")});
    QVERIFY(!view.find("sk-b"));
    QVERIFY(!view.find(""));
}

void KeyringTest::defaultLimitsOnlyWhereInherited()
{
    const Limit daily{LimitUnit::Requests, LimitWindow::Day, 200};
    const Limit total{LimitUnit::Tokens, LimitWindow::Total, 5};
    Keyring keyring(QTimeZone::utc(), {daily});
    auto own = storedKey(u"key_own"_s, "sk-own");
    own.key.inheritsLimits = false;
    own.key.limits = {total};
    keyring.put({storedKey(u"key_default"_s, "sk-default"), own});
    QCOMPARE(keyring.bySecret("sk-default")->limits, QList<Limit>{daily});
    QCOMPARE(keyring.bySecret("sk-own")->limits, QList<Limit>{total});
    QCOMPARE(keyring.all().size(), 2);
}

void KeyringTest::followersHaveTheirTemplate()
{
    const Limit daily{LimitUnit::Requests, LimitWindow::Day, 200};
    const Limit monthly{LimitUnit::Tokens, LimitWindow::Month, 5, LimitMode::Observe};
    Keyring keyring(QTimeZone::utc(), {daily});
    KeyTemplate one;
    one.name = u"one"_s;
    one.limits = {monthly};
    one.concurrency = 3;
    keyring.putTemplates({one});
    auto follower = storedKey(u"key_follower"_s, "sk-follower");
    follower.key.templateName = u"one"_s;
    auto bounded = storedKey(u"key_bounded"_s, "sk-bounded");
    bounded.key.templateName = u"one"_s;
    bounded.key.concurrency = 7;
    keyring.put({follower, bounded, storedKey(u"key_default"_s, "sk-default")});
    KeyringView view(keyring);
    QCOMPARE(view.find("sk-follower")->limits, QList<Limit>{monthly});
    QCOMPARE(view.find("sk-follower")->concurrency, std::optional<qint64>(3));
    QVERIFY(view.find("sk-follower")->warns);
    QCOMPARE(view.find("sk-bounded")->concurrency, std::optional<qint64>(7));
    QCOMPARE(view.find("sk-default")->limits, QList<Limit>{daily});
    QVERIFY(!view.find("sk-default")->warns);
    QCOMPARE(keyring.templates().first().keys, 2);

    const auto account = view.find("sk-follower")->account;
    one.limits = {daily, monthly};
    one.concurrency.reset();
    keyring.putTemplates({one});
    QCOMPARE(view.find("sk-follower")->limits, (QList<Limit>{daily, monthly}));
    QVERIFY(!view.find("sk-follower")->concurrency);
    QCOMPARE(view.find("sk-follower")->account, account);
    QCOMPARE(keyring.byId(follower.key.id)->limits, (QList<Limit>{daily, monthly}));
    QVERIFY(keyring.templateNamed(u"one"_s));
    QVERIFY(!keyring.templateNamed(u"two"_s));

    // Another store's: what is not in it is gone, and who stays has its account.
    KeyTemplate two = one;
    two.name = u"two"_s;
    two.limits = {monthly};
    follower.key.templateName = u"two"_s;
    keyring.replaceAll({{two}, {follower}});
    QCOMPARE(view.find("sk-follower")->limits, QList<Limit>{monthly});
    QCOMPARE(view.find("sk-follower")->account, account);
    QVERIFY(!view.find("sk-bounded"));
    QVERIFY(!keyring.templateNamed(u"one"_s));
}

void KeyringTest::raisesHoldForTheirTime()
{
    const Limit daily{LimitUnit::Requests, LimitWindow::Day, 200};
    const Limit watched{LimitUnit::Requests, LimitWindow::Day, 100, LimitMode::Warn};
    const Limit tokens{LimitUnit::Tokens, LimitWindow::Day, 5};
    Keyring keyring(QTimeZone::utc(), {daily, watched, tokens});
    auto stored = storedKey(u"key_a"_s, "sk-a");
    stored.key.raises = {{LimitUnit::Requests, LimitWindow::Day, 500, noon}};
    keyring.put({stored});
    const auto amountsAt = [&](Timestamp now) {
        QList<qint64> amounts;
        const auto limits = keyring.byId(stored.key.id)->limitsAt(now);
        for (const Limit &limit : limits)
            amounts.append(limit.amount);
        return amounts;
    };
    QCOMPARE(amountsAt(noon - 1ms), (QList<qint64>{500, 100, 5}));
    QCOMPARE(amountsAt(noon), (QList<qint64>{200, 100, 5}));
    stored.key.raises = {{LimitUnit::Requests, LimitWindow::Day, unlimitedAmount, noon}};
    keyring.put({stored});
    QCOMPARE(amountsAt(noon - 1ms), (QList<qint64>{unlimitedAmount, 100, 5}));
    // One that has become less than its limit takes nothing away.
    stored.key.raises = {{LimitUnit::Requests, LimitWindow::Day, 150, noon}};
    keyring.put({stored});
    QCOMPARE(amountsAt(noon - 1ms), (QList<qint64>{200, 100, 5}));
}

void KeyringTest::countersAreLoadedForNewKeys()
{
    Keyring keyring(QTimeZone::utc(), {});
    auto stored = storedKey(u"key_a"_s, "sk-a");
    stored.counters = {{LimitWindow::Total, Timestamp{}, 7, 70}};
    stored.lastUsedAt = noon - 1h;
    keyring.put({stored});
    const auto account = keyring.byId(stored.key.id)->account;
    QCOMPARE(account->counters(noon).last().requests, 7);
    QCOMPARE(account->lastUsedAt(), stored.lastUsedAt);
}

void KeyringTest::newVersionKeepsTheAccount()
{
    Keyring keyring(QTimeZone::utc(), {});
    auto stored = storedKey(u"key_a"_s, "sk-a");
    keyring.put({stored});
    const KeyEntryPointer before = keyring.byId(stored.key.id);
    before->account->reserve({}, {}, 10, noon)->settle(1, 10);

    stored.key.disabled = true;
    stored.counters = {{LimitWindow::Total, Timestamp{}, 1000, 1000}};
    keyring.put({stored});
    const KeyEntryPointer after = keyring.byId(stored.key.id);
    QVERIFY(after->key.disabled);
    QVERIFY(!before->key.disabled);
    QCOMPARE(after->account, before->account);
    QCOMPARE(after->account->counters(noon).last().requests, 1);
}

void KeyringTest::rotationDropsTheOldSecret()
{
    Keyring keyring(QTimeZone::utc(), {});
    KeyringView view(keyring);
    keyring.put({storedKey(u"key_a"_s, "sk-old"), storedKey(u"key_b"_s, "sk-b")});
    QVERIFY(view.find("sk-old"));
    keyring.put({storedKey(u"key_a"_s, "sk-new")});
    QVERIFY(!view.find("sk-old"));
    QCOMPARE(view.find("sk-new")->key.id.value, u"key_a"_s);
    QVERIFY(view.find("sk-b"));
    QCOMPARE(keyring.all().size(), 2);
}

void KeyringTest::removalForgetsTheKey()
{
    Keyring keyring(QTimeZone::utc(), {});
    KeyringView view(keyring);
    keyring.put({storedKey(u"key_a"_s, "sk-a")});
    const KeyEntryPointer held = view.find("sk-a");
    keyring.remove(KeyId{u"key_a"_s});
    QVERIFY(!view.find("sk-a"));
    QVERIFY(!keyring.byId(KeyId{u"key_a"_s}));
    QCOMPARE(held->key.id.value, u"key_a"_s); // a request under way keeps its entry
    keyring.remove(KeyId{u"key_never"_s});
    QVERIFY(keyring.all().isEmpty());
}

void KeyringTest::viewsSeeEveryChange()
{
    Keyring keyring(QTimeZone::utc(), {});
    KeyringView early(keyring);
    auto stored = storedKey(u"key_a"_s, "sk-a");
    for (qint64 version = 1; version <= 50; ++version) {
        stored.key.version = version;
        keyring.put({stored});
        QCOMPARE(early.find("sk-a")->key.version, version);
        KeyringView late(keyring);
        QCOMPARE(late.find("sk-a")->key.version, version);
    }
}

void KeyringTest::lanesReadWhileKeysChange()
{
    Keyring keyring(QTimeZone::utc(), {});
    auto stored = storedKey(u"key_a"_s, "sk-a");
    keyring.put({stored});
    std::atomic<bool> done{false};
    std::atomic<int> faults{0};
    std::vector<std::thread> lanes;
    for (int lane = 0; lane < 4; ++lane) {
        lanes.emplace_back([&] {
            KeyringView view(keyring);
            qint64 seen = 0;
            while (!done) {
                const KeyEntryPointer entry = view.find("sk-a");
                if (!entry || entry->key.version < seen)
                    ++faults;
                else
                    seen = entry->key.version;
            }
            if (view.find("sk-a")->key.version != 500)
                ++faults;
        });
    }
    for (qint64 version = 2; version <= 500; ++version) {
        stored.key.version = version;
        keyring.put({stored, storedKey(u"key_%1"_s.arg(version), "sk-" + QByteArray::number(version))});
    }
    done = true;
    for (std::thread &lane : lanes)
        lane.join();
    QCOMPARE(faults.load(), 0);
}

QTEST_GUILESS_MAIN(KeyringTest)
#include "tst_keyring.moc"
