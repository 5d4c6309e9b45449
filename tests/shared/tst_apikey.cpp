// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminquery.h"
#include "shared/apikey.h"

#include <QtTest>

using namespace quota;
using namespace Qt::StringLiterals;

static const Timestamp now = fromMilliseconds(1'795'403'359'007); // 2026-11-23T03:09:19.007Z

static KeyOverview sample()
{
    KeyOverview overview;
    ApiKey &key = overview.key;
    key.id = KeyId{u"key_1"_s};
    key.label = u"小明 的 key"_s;
    key.prefix = u"sk-"_s;
    key.tail = u"e41f"_s;
    key.inheritsLimits = false;
    key.limits = {{LimitUnit::Requests, LimitWindow::Total, 1000}, {LimitUnit::Tokens, LimitWindow::Day, -1}};
    key.concurrency = 4;
    key.models = {u"deepseek-chat"_s};
    key.expiresAt = fromMilliseconds(1'800'000'000'000);
    key.rotatedAt = fromMilliseconds(2);
    key.createdAt = fromMilliseconds(1);
    key.updatedAt = fromMilliseconds(3);
    key.version = 9;
    overview.limits = {{key.limits.at(0), 10, 2, {}}, {key.limits.at(1), 5, 0, now}};
    overview.active = 2;
    overview.requestsToday = 10;
    overview.tokensToday = 500;
    overview.lastDays = {0, 0, 1, 2, 3, 4, 10};
    overview.lastUsedAt = now;
    return overview;
}

class ApiKeyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void overviewRoundTrips()
    {
        const KeyOverview overview = sample();
        const QJsonObject json = toJson(overview);
        QCOMPARE(json[u"preview"_s].toString(), u"sk-…e41f"_s);
        QVERIFY(json[u"deleted_at"_s].isNull());
        const auto read = keyOverviewFromJson(QJsonDocument::fromJson(QJsonDocument(json).toJson()).object());
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QVERIFY(*read == overview);
    }

    void inheritedLimitsAreInForceButNotTheKeysOwn()
    {
        KeyOverview overview = sample();
        overview.key.inheritsLimits = true;
        overview.key.limits.clear();
        overview.key.concurrency.reset();
        const QJsonObject json = toJson(overview);
        QVERIFY(json[u"concurrency"_s].isNull());
        QVERIFY(*keyOverviewFromJson(json) == overview);
    }

    void overviewTakesTheFieldsOfANewerService()
    {
        QJsonObject json = toJson(sample());
        json[u"success"_s] = true;
        json[u"colour"_s] = u"blue"_s;
        QVERIFY(keyOverviewFromJson(json));
    }

    void overviewIsRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("field");
        QTest::newRow("id") << u"id"_s << QJsonValue(QString()) << u"id"_s;
        QTest::newRow("state") << u"state"_s << QJsonValue(u"tired"_s) << u"state"_s;
        QTest::newRow("created") << u"created_at"_s << QJsonValue(QJsonValue::Null) << u"created_at"_s;
        QTest::newRow("limits") << u"limits"_s << QJsonValue(QJsonArray{QJsonObject()})
                                << u"limits[0].unit"_s;
        QTest::newRow("last days") << u"last_days"_s << QJsonValue(QJsonArray{u"x"_s}) << u"last_days"_s;
        QTest::newRow("version") << u"version"_s << QJsonValue(0.5) << u"version"_s;
    }
    void overviewIsRefused()
    {
        QFETCH(QString, name);
        QFETCH(QJsonValue, value);
        QFETCH(QString, field);
        QJsonObject json = toJson(sample());
        json[name] = value;
        const auto read = keyOverviewFromJson(json);
        QVERIFY(!read);
        QCOMPARE(read.error().field, field);
    }

    void stateOrder()
    {
        ApiKey key;
        QCOMPARE(toString(key.stateAt(now)), toString(KeyState::Active));
        key.disabled = true;
        QCOMPARE(toString(key.stateAt(now)), toString(KeyState::Disabled));
        key.expiresAt = now;
        QCOMPARE(toString(key.stateAt(now)), toString(KeyState::Expired));
        QCOMPARE(toString(key.stateAt(now - std::chrono::milliseconds(1))), toString(KeyState::Disabled));
        key.deletedAt = now;
        QCOMPARE(toString(key.stateAt(now)), toString(KeyState::Deleted));
    }

    void words()
    {
        for (const KeyState state :
             {KeyState::Active, KeyState::Disabled, KeyState::Expired, KeyState::Deleted})
            QVERIFY(keyStateFromString(toString(state)) == state);
        for (const KeySort sort : {KeySort::Created, KeySort::Label, KeySort::RequestsToday,
                                   KeySort::TokensToday, KeySort::LastUsed, KeySort::Expires})
            QVERIFY(keySortFromString(toString(sort)) == sort);
        QVERIFY(!keyStateFromString(u"Active"_s));
        QVERIFY(!keySortFromString({}));
    }

    void newKeyRoundTrips()
    {
        QVERIFY(*newKeyFromJson(toJson(NewKey()), now) == NewKey());
        NewKey key;
        key.label = u"L"_s;
        key.prefix = u"test_"_s;
        key.count = 100;
        key.limits = QList<Limit>{{LimitUnit::Tokens, LimitWindow::Month, 5}};
        key.concurrency = 1;
        key.models = {u"a"_s, u"b"_s};
        key.expiresAt = now + std::chrono::hours(1);
        const auto read = newKeyFromJson(toJson(key), now);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QVERIFY(*read == key);
        key.limits = QList<Limit>(); // limits of its own: none at all
        QVERIFY(*newKeyFromJson(toJson(key), now) == key);
    }

    void nullLeavesTheDefault()
    {
        const QJsonValue none(QJsonValue::Null);
        QJsonObject json;
        for (const char *name : {"label", "prefix", "count", "limits", "concurrency", "models", "expires_at",
                                 "quota", "totalQuota", "total_quota", "daily_limit", "dailyLimit",
                                 "expiresAt", "expires_in", "days", "expiry_days"})
            json[QString::fromLatin1(name)] = none;
        const auto read = newKeyFromJson(json, now);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QVERIFY(*read == NewKey());
    }

    void aliases_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QStringList>("limits");
        QTest::newRow("quota") << QByteArray(R"({"quota":1000})") << QStringList{u"requests/total=1000"_s};
        QTest::newRow("totalQuota") << QByteArray(R"({"totalQuota":"7"})")
                                    << QStringList{u"requests/total=7"_s};
        QTest::newRow("total_quota") << QByteArray(R"({"total_quota":-1})")
                                     << QStringList{u"requests/total=-1"_s};
        QTest::newRow("unlimited") << QByteArray(R"({"quota":"unlimited"})")
                                   << QStringList{u"requests/total=-1"_s};
        QTest::newRow("blocked") << QByteArray(R"({"quota":0})") << QStringList{u"requests/total=0"_s};
        QTest::newRow("daily_limit") << QByteArray(R"({"daily_limit":5})")
                                     << QStringList{u"requests/day=5"_s};
        QTest::newRow("dailyLimit") << QByteArray(R"({"dailyLimit":5})") << QStringList{u"requests/day=5"_s};
        QTest::newRow("two of them agree")
            << QByteArray(R"({"quota":5,"total_quota":5})") << QStringList{u"requests/total=5"_s};
        QTest::newRow("day with total") << QByteArray(R"({"quota":5,"daily_limit":2})")
                                        << QStringList{u"requests/total=5"_s, u"requests/day=2"_s};
        QTest::newRow("beside other limits")
            << QByteArray(R"({"quota":5,"limits":[{"unit":"tokens","window":"total","amount":9}]})")
            << QStringList{u"tokens/total=9"_s, u"requests/total=5"_s};
        QTest::newRow("agrees with the list")
            << QByteArray(R"({"quota":5,"limits":[{"unit":"requests","window":"total","amount":5}]})")
            << QStringList{u"requests/total=5"_s};
    }
    void aliases()
    {
        QFETCH(QByteArray, json);
        QFETCH(QStringList, limits);
        const auto read = newKeyFromJson(QJsonDocument::fromJson(json).object(), now);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QStringList texts;
        for (const Limit &limit : read->limits.value())
            texts.append(toText(limit));
        QCOMPARE(texts, limits);
    }

    void expiries_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<qint64>("milliseconds"); // after now
        const qint64 day = 86'400'000;
        QTest::newRow("expires_in") << QByteArray(R"({"expires_in":7})") << 7 * day;
        QTest::newRow("days") << QByteArray(R"({"days":"1"})") << day;
        QTest::newRow("expiry_days") << QByteArray(R"({"expiry_days":36500})") << 36'500 * day;
        QTest::newRow("expiresAt") << QByteArray(R"({"expiresAt":"2026-11-23T03:09:19.008Z"})") << qint64(1);
        QTest::newRow("expires_at") << QByteArray(R"({"expires_at":"2026-11-23T11:09:20.007+08:00"})")
                                    << qint64(1000);
        QTest::newRow("agree") << QByteArray(R"({"days":1,"expires_at":"2026-11-24T03:09:19.007Z"})") << day;
    }
    void expiries()
    {
        QFETCH(QByteArray, json);
        QFETCH(qint64, milliseconds);
        const auto read = newKeyFromJson(QJsonDocument::fromJson(json).object(), now);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QCOMPARE(toMilliseconds(read->expiresAt.value()), toMilliseconds(now) + milliseconds);
    }

    void newKeyBounds()
    {
        const auto accepts = [](const QString &name, const QJsonValue &value) {
            return newKeyFromJson({{name, value}}, now).has_value();
        };
        QVERIFY(accepts(u"label"_s, QString(200, u'密')));
        QVERIFY(accepts(u"label"_s, u"😀"_s.repeated(200)));
        QVERIFY(accepts(u"label"_s, u"  "_s + QString(200, u'x') + u"  "_s));
        QVERIFY(accepts(u"prefix"_s, QString()));
        QVERIFY(accepts(u"prefix"_s, u"aZ09_-aZ09_-aZ09_-aZ"_s));
        QVERIFY(accepts(u"count"_s, 1));
        QVERIFY(accepts(u"count"_s, 100));
        QVERIFY(accepts(u"concurrency"_s, 0));
        QVERIFY(accepts(u"concurrency"_s, 100'000));
        QVERIFY(accepts(u"quota"_s, maximumAmount));
        QJsonArray models;
        for (int i = 0; i < maximumModelsPerKey; ++i)
            models.append(QString::number(i));
        QVERIFY(accepts(u"models"_s, models));
        QCOMPARE(newKeyFromJson({{u"label"_s, u"  a b\t"_s}}, now)->label, u"a b"_s);
        QVERIFY(!newKeyFromJson({{u"concurrency"_s, -1}}, now)->concurrency);
        QVERIFY(newKeyFromJson({{u"label"_s, QString(196, u'x')}, {u"count"_s, 100}}, now));
    }

    void newKeyIsRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("field");
        const auto row = [](const char *name, const QByteArray &json, const QString &field) {
            QTest::newRow(name) << json << field;
        };
        row("label long", R"({"label":")" + QByteArray(201, 'x') + R"("})", u"label"_s);
        row("label long with its numbers", R"({"count":100,"label":")" + QByteArray(197, 'x') + R"("})",
            u"label"_s);
        row("label with line break", R"({"label":"a\nb"})", u"label"_s);
        row("label with tab inside", R"({"label":"a\tb"})", u"label"_s);
        row("label with NUL", R"({"label":"a\u0000b"})", u"label"_s);
        row("label with line separator", R"({"label":"a\u2028b"})", u"label"_s);
        row("label with half a pair", R"({"label":"a\ud800b"})", u"label"_s);
        row("label is a number", R"({"label":5})", u"label"_s);
        row("prefix with space", R"({"prefix":"sk test"})", u"prefix"_s);
        row("prefix beyond ASCII", R"({"prefix":"密"})", u"prefix"_s);
        row("prefix long", R"({"prefix":"aaaaaaaaaaaaaaaaaaaaa"})", u"prefix"_s);
        row("count 0", R"({"count":0})", u"count"_s);
        row("count 101", R"({"count":101})", u"count"_s);
        row("quota -2", R"({"quota":-2})", u"quota"_s);
        row("quota beyond", R"({"quota":1000000000000001})", u"quota"_s);
        row("quota word", R"({"quota":"many"})", u"quota"_s);
        row("quota disagrees with its alias", R"({"quota":1,"totalQuota":2})", u"totalQuota"_s);
        row("daily limit disagrees", R"({"daily_limit":1,"dailyLimit":2})", u"dailyLimit"_s);
        row("quota disagrees with limits",
            R"({"quota":1,"limits":[{"unit":"requests","window":"total","amount":2}]})", u"quota"_s);
        row("limit twice", R"({"limits":[{"unit":"requests","window":"day","amount":2},
                                         {"unit":"requests","window":"day","amount":3}]})",
            u"limits[1]"_s);
        row("limit with unknown field",
            R"({"limits":[{"unit":"requests","window":"day","amount":2,"used":1}]})", u"limits[0].used"_s);
        row("limit without amount", R"({"limits":[{"unit":"requests","window":"day"}]})",
            u"limits[0].amount"_s);
        row("limits is a number", R"({"limits":5})", u"limits"_s);
        row("concurrency -2", R"({"concurrency":-2})", u"concurrency"_s);
        row("concurrency beyond", R"({"concurrency":100001})", u"concurrency"_s);
        row("model empty", R"({"models":["a"," "]})", u"models"_s);
        row("expired", R"({"expires_at":"2026-11-23T03:09:19.007Z"})", u"expires_at"_s);
        row("expired by alias", R"({"expiresAt":"2020-01-01T00:00:00Z"})", u"expiresAt"_s);
        row("expires without zone", R"({"expires_at":"2027-01-01T00:00:00"})", u"expires_at"_s);
        row("days 0", R"({"days":0})", u"days"_s);
        row("days beyond", R"({"expires_in":36501})", u"expires_in"_s);
        row("expiries disagree", R"({"days":1,"expiry_days":2})", u"expiry_days"_s);
        row("expiry disagrees with days", R"({"expires_at":"2027-01-01T00:00:00Z","days":2})", u"days"_s);
        row("unknown", R"({"lable":"x"})", u"lable"_s);
    }
    void newKeyIsRefused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, field);
        const auto read = newKeyFromJson(QJsonDocument::fromJson(json).object(), now);
        QVERIFY(!read);
        QCOMPARE(toString(read.error().code), toString(ErrorCode::InvalidField));
        QCOMPARE(read.error().field, field);
        QVERIFY2(read.error().message.startsWith(field), qPrintable(read.error().message));
    }

    void tooManyModels()
    {
        QJsonArray models;
        for (int i = 0; i <= maximumModelsPerKey; ++i)
            models.append(QString::number(i));
        QCOMPARE(newKeyFromJson({{u"models"_s, models}}, now).error().field, u"models"_s);
        QCOMPARE(newKeyFromJson({{u"models"_s, QJsonArray{QString(201, u'm')}}}, now).error().field,
                 u"models"_s);
    }

    void checksLimits()
    {
        QList<Limit> limits;
        QVERIFY(checkLimits(limits));
        for (const LimitUnit unit : {LimitUnit::Requests, LimitUnit::Tokens}) {
            for (const LimitWindow window : {LimitWindow::Minute, LimitWindow::Hour, LimitWindow::Day,
                                             LimitWindow::Week, LimitWindow::Month, LimitWindow::Total}) {
                for (const LimitMode mode : {LimitMode::Enforce, LimitMode::Warn, LimitMode::Observe})
                    limits.append({unit, window, 0, mode});
            }
        }
        QCOMPARE(limits.size(), maximumLimitsPerKey);
        QVERIFY(checkLimits(limits));
        limits.append(limits.first());
        QCOMPARE(checkLimits(limits).error().field, u"limits"_s);
        QCOMPARE(checkLimits({limits.first(), limits.first()}).error().field, u"limits[1]"_s);
        const auto accepts = [](qint64 amount) {
            return checkLimits({{LimitUnit::Tokens, LimitWindow::Day, amount}}).has_value();
        };
        QVERIFY(accepts(-1));
        QVERIFY(accepts(maximumAmount));
        QVERIFY(!accepts(-2));
        QVERIFY(!accepts(maximumAmount + 1));
    }

    void changesRoundTrip()
    {
        QVERIFY(toJson(KeyChange()).isEmpty());
        QVERIFY(*keyChangeFromJson({}) == KeyChange());
        KeyChange change;
        change.version = 3;
        change.label = QString();
        change.limits = QList<Limit>{{LimitUnit::Requests, LimitWindow::Hour, 0}};
        change.concurrency = 5;
        change.models = QStringList{u"m"_s};
        change.expiresAt = fromMilliseconds(1000);
        change.disabled = true;
        QVERIFY(*keyChangeFromJson(toJson(change)) == change);
        KeyChange clear;
        clear.inheritLimits = true;
        clear.clearConcurrency = true;
        clear.clearExpiry = true;
        clear.models = QStringList();
        clear.disabled = false;
        QVERIFY(*keyChangeFromJson(toJson(clear)) == clear);
    }

    void changesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("field");
        const auto row = [](const char *name, const QByteArray &json, const QString &field) {
            QTest::newRow(name) << json << field;
        };
        row("version 0", R"({"version":0})", u"version"_s);
        row("label long", R"({"label":")" + QByteArray(201, 'x') + R"("})", u"label"_s);
        row("limit twice", R"({"limits":[{"unit":"tokens","window":"day","amount":2},
                                         {"unit":"tokens","window":"day","amount":2}]})",
            u"limits[1]"_s);
        row("concurrency", R"({"concurrency":100001})", u"concurrency"_s);
        row("models", R"({"models":"all"})", u"models"_s);
        row("expiry", R"({"expires_at":"tomorrow"})", u"expires_at"_s);
        row("disabled", R"({"disabled":"yes"})", u"disabled"_s);
        row("prefix cannot change", R"({"prefix":"sk-"})", u"prefix"_s);
        row("unknown", R"({"disable":true})", u"disable"_s);
    }
    void changesAreRefused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, field);
        const auto read = keyChangeFromJson(QJsonDocument::fromJson(json).object());
        QVERIFY(!read);
        QCOMPARE(read.error().field, field);
    }

    void queriesRoundTrip()
    {
        KeyQuery query;
        query.search = u"a+b & 模 %20"_s;
        query.state = KeyState::Expired;
        query.sort = KeySort::LastUsed;
        query.descending = false;
        query.limit = 1000;
        query.after = u"cursor="_s;
        const QString url = toUrlQuery(query).toString(QUrl::FullyEncoded);
        QVERIFY2(!url.contains(u'+'), qPrintable(url));
        const auto read = keyQueryFromUrlQuery(QUrlQuery(url));
        QVERIFY(read);
        QCOMPARE(read->search, query.search);
        QVERIFY(read->state == query.state);
        QVERIFY(read->sort == query.sort);
        QCOMPARE(read->descending, false);
        QCOMPARE(read->limit, 1000);
        QCOMPARE(read->after, query.after);
        QCOMPARE(toUrlQuery(KeyQuery()).toString(), u"sort=-created&limit=100"_s);
        const auto plain = keyQueryFromUrlQuery(QUrlQuery());
        QVERIFY(plain);
        QVERIFY(plain->descending);
        QCOMPARE(plain->limit, 100);
    }

    void queriesAreRefused_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("field");
        QTest::newRow("state") << u"state=tired"_s << u"state"_s;
        QTest::newRow("sort") << u"sort=-colour"_s << u"sort"_s;
        QTest::newRow("limit 0") << u"limit=0"_s << u"limit"_s;
        QTest::newRow("limit 1001") << u"limit=1001"_s << u"limit"_s;
        QTest::newRow("limit word") << u"limit=all"_s << u"limit"_s;
    }
    void queriesAreRefused()
    {
        QFETCH(QString, query);
        QFETCH(QString, field);
        const auto read = keyQueryFromUrlQuery(QUrlQuery(query));
        QVERIFY(!read);
        QCOMPARE(read.error().field, field);
    }
};

QTEST_GUILESS_MAIN(ApiKeyTest)
#include "tst_apikey.moc"
