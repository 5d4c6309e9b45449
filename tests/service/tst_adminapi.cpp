// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/providerlist.h"
#include "service/admin/adminapi.h"
#include "service/admin/context.h"
#include "service/admin/keyroutes.h"
#include "service/backup/keeper.h"
#include "service/bookskeeper.h"
#include "service/store/keystore.h"
#include "shared/adminanswer.h"
#include "shared/health.h"
#include "shared/version.h"

#include <QFutureWatcher>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace std::chrono_literals;

static const QByteArray adminToken("4f8a1c0e6b2d49f7a3");
static const QHostAddress farAddress(u"203.0.113.7"_s);

// JSON with single quotes: moc loses its way in raw strings that hold quotes or «//».
static QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

struct MovableClock : Clock
{
    Timestamp time = *timestampFromIso(u"2026-03-04T10:00:00Z"_s); // a Wednesday
    Timestamp now() const override { return time; }
};

struct Answer
{
    int status = 0;
    HeaderList headers;
    QByteArray body;
    QJsonObject json;

    QString code() const { return json[u"error"_s][u"code"_s].toString(); }
    QString text() const { return json[u"error"_s][u"message"_s].toString(); }
};

// The admin API over a real store in memory.
class Bench
{
public:
    explicit Bench(StoredProvider fromSettings = {})
        : config(makeConfig())
        , keyring(QTimeZone("Asia/Shanghai"), {{LimitUnit::Requests, LimitWindow::Day, 200}})
        , providers(std::move(fromSettings))
        , seal(SealKey::ephemeral())
        , writer(startStore())
        , backups(config, clock, *writer)
        , books(config, clock, *writer, *writer)
        , context{config,    clock, adminToken, u"instance-1"_s, clock.time, keyring, *writer, *writer,
                  providers, seal,  metrics,    backups,         books,      2,       {}}
        , api(context)
    {
        context.testProvider = [](const StoredProvider &provider) {
            QPromise<ProviderTest> promise;
            promise.start();
            promise.addResult(ProviderTest{true, {{u"address"_s, true, provider.provider.name, 1}}});
            promise.finish();
            return promise.future();
        };
    }

    Answer send(const QByteArray &method, const QByteArray &target, const QByteArray &body = {},
                HeaderList headers = {{"Authorization", "Bearer " + adminToken}},
                const QHostAddress &peer = QHostAddress::LocalHost)
    {
        return wait(start(method, target, body, std::move(headers), peer));
    }

    QFuture<HttpAnswer> start(const QByteArray &method, const QByteArray &target, const QByteArray &body = {},
                              HeaderList headers = {{"Authorization", "Bearer " + adminToken}},
                              const QHostAddress &peer = QHostAddress::LocalHost)
    {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.headers = std::move(headers);
        request.body = body;
        request.peer = peer;
        return api.handle(request, "req_1");
    }

    static Answer wait(const QFuture<HttpAnswer> &future)
    {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, 10'000))
            qFatal("the admin API did not answer");
        const HttpAnswer answer = future.result();
        return {answer.status, answer.headers, answer.body, QJsonDocument::fromJson(answer.body).object()};
    }

    struct Made
    {
        QByteArray id;
        QByteArray secret;
    };
    Made makeKey(const QByteArray &body = "{}")
    {
        const Answer answer = send("POST", "/admin/keys", body);
        if (answer.status != 200)
            qFatal("no key: %s", answer.body.constData());
        return {answer.json[u"id"_s].toString().toUtf8(), answer.json[u"key"_s].toString().toUtf8()};
    }

    static HeaderList bearer(const QByteArray &secret) { return {{"Authorization", "Bearer " + secret}}; }

    static Config makeConfig()
    {
        SettingSources sources;
        sources.options = {{u"DATABASE_URL"_s, u"memory:"_s}, {u"DATA_DIR"_s, QDir::tempPath()}};
        sources.environment = {{u"QUOTA_TIMEZONE"_s, u"Asia/Shanghai"_s}};
        return loadConfig(sources)->config;
    }
    static std::unique_ptr<StoreThread> startStore()
    {
        static int number = 0;
        DatabaseOptions options;
        options.path = u"file:adminapi%1?mode=memory&cache=shared"_s.arg(++number);
        options.inMemory = true;
        auto store = StoreThread::start(options, QTimeZone("Asia/Shanghai"));
        if (!store)
            qFatal("no store: %s", qPrintable(store.error().message));
        return std::move(*store);
    }

    Config config;
    MovableClock clock;
    Keyring keyring;
    ProviderList providers;
    SealKey seal;
    Metrics metrics;
    std::unique_ptr<StoreThread> writer;
    BackupKeeper backups;
    BooksKeeper books;
    AdminContext context;
    AdminApi api;
};

class AdminApiTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Who may call.

    void credentials_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::newRow("bearer") << QByteArray("Authorization") << "Bearer " + adminToken << 200 << u""_s;
        QTest::newRow("lower case") << QByteArray("authorization") << "bearer " + adminToken << 200 << u""_s;
        QTest::newRow("x-admin-token") << QByteArray("X-Admin-Token") << adminToken << 200 << u""_s;
        QTest::newRow("nothing") << QByteArray("Accept") << QByteArray("*/*") << 401 << u"unauthorized"_s;
        QTest::newRow("basic") << QByteArray("Authorization") << QByteArray("Basic YTpi") << 401
                               << u"unauthorized"_s;
        QTest::newRow("bare") << QByteArray("Authorization") << adminToken << 401 << u"unauthorized"_s;
        QTest::newRow("empty") << QByteArray("Authorization") << QByteArray("Bearer ") << 401
                               << u"unauthorized"_s;
        QTest::newRow("wrong") << QByteArray("Authorization") << QByteArray("Bearer nonsense") << 403
                               << u"forbidden"_s;
        QTest::newRow("longer") << QByteArray("Authorization") << "Bearer " + adminToken + "x" << 403
                                << u"forbidden"_s;
        QTest::newRow("shorter") << QByteArray("Authorization") << "Bearer " + adminToken.chopped(1) << 403
                                 << u"forbidden"_s;
        QTest::newRow("not by x-api-key")
            << QByteArray("x-api-key") << adminToken << 401 << u"unauthorized"_s;
    }
    void credentials()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, value);
        QFETCH(int, status);
        QFETCH(QString, code);
        Bench bench;
        const Answer answer = bench.send("GET", "/admin/health", {}, {{header, value}});
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.code(), code);
        QCOMPARE(answer.headers.value("WWW-Authenticate").startsWith("Bearer realm="), status == 401);
        if (status != 200)
            QVERIFY(!answer.text().isEmpty());
    }

    void wrongTokenSaysWhichItWas()
    {
        Bench bench;
        const auto key = bench.makeKey();
        const Answer wrong = bench.send("GET", "/admin/health", {}, bench.bearer("nonsense"));
        QVERIFY2(wrong.text().contains("admin token is wrong"_L1), qPrintable(wrong.text()));
        const Answer secret = bench.send("GET", "/admin/health", {}, bench.bearer(key.secret));
        QCOMPARE(secret.status, 403);
        QVERIFY2(secret.text().contains("secret of a key"_L1), qPrintable(secret.text()));
        QVERIFY(!secret.body.contains(key.secret));
        HeaderList chinese = bench.bearer("nonsense");
        chinese.append("Accept-Language", "zh-CN,zh;q=0.9");
        const Answer translated = bench.send("GET", "/admin/health", {}, chinese);
        QVERIFY2(translated.text().contains(u"管理令牌错误"_s), qPrintable(translated.text()));
        QCOMPARE(translated.code(), u"forbidden"_s);
    }

    void failedTriesAreSlowed()
    {
        Bench bench;
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(bench.send("GET", "/admin/keys", {}, bench.bearer("guess"), farAddress).status, 403);
            bench.clock.time += 1s;
        }
        const Answer slowed = bench.send("GET", "/admin/keys", {}, bench.bearer(adminToken), farAddress);
        QCOMPARE(slowed.status, 429);
        QCOMPARE(slowed.code(), u"too_many_attempts"_s);
        QCOMPARE(slowed.headers.value("Retry-After").toByteArray(), QByteArray("50"));
        const QHostAddress other(u"203.0.113.8"_s);
        QCOMPARE(bench.send("GET", "/admin/keys", {}, bench.bearer(adminToken), other).status, 200);
        QCOMPARE(bench.send("GET", "/admin/keys").status, 200); // loopback
        bench.clock.time += 50s;
        QCOMPARE(bench.send("GET", "/admin/keys", {}, bench.bearer(adminToken), farAddress).status, 200);
    }

    void missingTokensAreNoGuesses()
    {
        Bench bench;
        for (int i = 0; i < 30; ++i)
            QCOMPARE(bench.send("GET", "/admin/keys", {}, {}, farAddress).status, 401);
        QCOMPARE(bench.send("GET", "/admin/keys", {}, bench.bearer(adminToken), farAddress).status, 200);
    }

    void ownNetworkOfIpv6IsOneAddress()
    {
        Bench bench;
        for (int i = 0; i < 10; ++i) {
            const QHostAddress address(u"2001:db8:1:2::%1"_s.arg(i));
            QCOMPARE(bench.send("GET", "/admin/keys", {}, bench.bearer("guess"), address).status, 403);
        }
        QCOMPARE(bench
                     .send("GET", "/admin/keys", {}, bench.bearer(adminToken),
                           QHostAddress(u"2001:db8:1:2:ff::1"_s))
                     .status,
                 429);
        QCOMPARE(
            bench.send("GET", "/admin/keys", {}, bench.bearer(adminToken), QHostAddress(u"2001:db8:1:3::1"_s))
                .status,
            200);
    }

    void loopbackHasMoreTries()
    {
        Bench bench;
        for (int i = 0; i < 100; ++i)
            QCOMPARE(bench.send("GET", "/admin/keys", {}, bench.bearer("guess")).status, 403);
        QCOMPARE(bench.send("GET", "/admin/keys").status, 429);
    }

    // Where nothing is.

    void notThere_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::newRow("path") << QByteArray("GET") << QByteArray("/admin/nothing") << 404 << u"not_found"_s;
        QTest::newRow("method") << QByteArray("DELETE") << QByteArray("/admin/keys") << 405
                                << u"method_not_allowed"_s;
        QTest::newRow("escape") << QByteArray("GET") << QByteArray("/admin/keys/%zz") << 400
                                << u"invalid_path"_s;
        QTest::newRow("key") << QByteArray("GET") << QByteArray("/admin/keys/key_aaaaaaaaaaaa") << 404
                             << u"not_found"_s;
        QTest::newRow("patch key") << QByteArray("PATCH") << QByteArray("/admin/keys/key_aaaaaaaaaaaa") << 400
                                   << u"invalid_field"_s;
        QTest::newRow("rotate key") << QByteArray("POST") << QByteArray("/admin/keys/key_aaaaaaaaaaaa/rotate")
                                    << 404 << u"not_found"_s;
        QTest::newRow("delete key") << QByteArray("DELETE") << QByteArray("/admin/keys/key_aaaaaaaaaaaa")
                                    << 404 << u"not_found"_s;
        QTest::newRow("provider") << QByteArray("GET") << QByteArray("/admin/providers/prv_a") << 404
                                  << u"not_found"_s;
        QTest::newRow("test provider")
            << QByteArray("POST") << QByteArray("/admin/providers/prv_a/test") << 404 << u"not_found"_s;
        QTest::newRow("usage of key")
            << QByteArray("GET") << QByteArray("/admin/usage?key=nobody") << 404 << u"not_found"_s;
        QTest::newRow("parameter") << QByteArray("GET") << QByteArray("/admin/keys?colour=red") << 400
                                   << u"invalid_field"_s;
        QTest::newRow("no parameters")
            << QByteArray("GET") << QByteArray("/admin/health?x=1") << 400 << u"invalid_field"_s;
        QTest::newRow("parameter twice")
            << QByteArray("GET") << QByteArray("/admin/keys?limit=1&limit=2") << 400 << u"invalid_field"_s;
    }
    void notThere()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        QFETCH(int, status);
        QFETCH(QString, code);
        Bench bench;
        const Answer answer = bench.send(method, target);
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.code(), code);
        QVERIFY(answer.json[u"error"_s].toObject().contains(u"param"_s));
        QVERIFY(answer.json[u"error"_s].toObject().contains(u"type"_s));
        QCOMPARE(answer.headers.value("Allow").toByteArray(),
                 status == 405 ? QByteArray("GET, HEAD, POST") : QByteArray());
    }

    void unknownParameterNamesTheKnown()
    {
        Bench bench;
        const Answer answer = bench.send("GET", "/admin/keys?colour=red");
        QCOMPARE(answer.json[u"error"_s][u"param"_s].toString(), u"colour"_s);
        QVERIFY2(answer.text().contains("search, state, sort"_L1), qPrintable(answer.text()));
    }

    // Keys.

    void createOne()
    {
        Bench bench;
        const Answer answer = bench.send("POST", "/admin/keys", json("{'label':'Li Wei'}"));
        QCOMPARE(answer.status, 200);
        const QByteArray secret = answer.json[u"key"_s].toString().toUtf8();
        QVERIFY(secret.startsWith("sk-"));
        QCOMPARE(secret.size(), 3 + 43);
        QCOMPARE(answer.json[u"label"_s].toString(), u"Li Wei"_s);
        QCOMPARE(answer.json[u"success"_s].toBool(), true);
        QCOMPARE(answer.json[u"daily_limit"_s].toInteger(), 200);
        QCOMPARE(answer.json[u"inherits_limits"_s].toBool(), true);
        QCOMPARE(answer.json[u"created_at"_s].toString(), u"2026-03-04T10:00:00.000Z"_s);
        const auto entry = bench.keyring.bySecret(secret);
        QVERIFY(entry);
        QCOMPARE(entry->key.id.value, answer.json[u"id"_s].toString());
        QCOMPARE(entry->key.tail, QString::fromLatin1(secret.right(4)));
        // And it is on disk, without its secret.
        const auto stored = bench.writer->run(keystore::loadAll).result();
        QVERIFY(stored);
        QCOMPARE(stored->size(), 1);
        QCOMPARE(stored->first().key, entry->key);
        QCOMPARE(stored->first().secretHash, hashSecret(secret));
    }

    void createWithEverything()
    {
        Bench bench;
        const Answer answer =
            bench.send("POST", "/admin/keys",
                       json("{'label':'x','prefix':'test_','quota':1000,'daily_limit':50,'concurrency':3,'"
                            "models':['a','b'],'expires_at':'2026-04-01T00:00:00Z','limits':[{'unit':'tokens'"
                            ",'window':'month','amount':100000}]}"));
        QCOMPARE(answer.status, 200);
        const auto entry = bench.keyring.bySecret(answer.json[u"key"_s].toString().toUtf8());
        QVERIFY(entry);
        QCOMPARE(entry->key.prefix, u"test_"_s);
        QCOMPARE(entry->limits, (QList<Limit>{{LimitUnit::Tokens, LimitWindow::Month, 100'000},
                                              {LimitUnit::Requests, LimitWindow::Total, 1000},
                                              {LimitUnit::Requests, LimitWindow::Day, 50}}));
        QCOMPARE(entry->key.concurrency, 3);
        QCOMPARE(entry->key.models, (QStringList{u"a"_s, u"b"_s}));
        QCOMPARE(entry->key.expiresAt, timestampFromIso(u"2026-04-01T00:00:00Z"_s));
        for (const QString &name : {u"quota"_s, u"totalQuota"_s, u"total_quota"_s})
            QCOMPARE(answer.json[name].toInteger(), 1000);
        QCOMPARE(answer.json[u"expiresAt"_s], answer.json[u"expires_at"_s]);
        QVERIFY(createdKeysFromJson(answer.json));
    }

    void createBatch()
    {
        Bench bench;
        const Answer answer = bench.send("POST", "/admin/keys", json("{'label':'class','count':3}"));
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json[u"count"_s].toInt(), 3);
        QVERIFY(!answer.json.contains(u"key"_s));
        QCOMPARE(answer.json[u"summary"_s][u"total"_s].toInt(), 3);
        const auto created = createdKeysFromJson(answer.json);
        QVERIFY(created);
        QCOMPARE(created->size(), 3);
        QSet<QString> secrets;
        for (const CreatedKey &key : *created) {
            secrets.insert(key.secret);
            QVERIFY(bench.keyring.bySecret(key.secret.toUtf8()));
        }
        QCOMPARE(secrets.size(), 3);
        QCOMPARE(created->at(1).overview.key.label, u"class 2"_s);
    }

    void createRefusals_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("field");
        QTest::newRow("not JSON") << QByteArray("{") << u""_s;
        QTest::newRow("a list") << QByteArray("[]") << u""_s;
        QTest::newRow("unknown field") << json("{'colour':1}") << u"colour"_s;
        QTest::newRow("unknown limit field")
            << json("{'limits':[{'unit':'requests','window':'day','amount':1,'x':1}]}") << u"limits[0].x"_s;
        QTest::newRow("label") << json("{'label':5}") << u"label"_s;
        QTest::newRow("prefix") << json("{'prefix':'a b'}") << u"prefix"_s;
        QTest::newRow("count 0") << json("{'count':0}") << u"count"_s;
        QTest::newRow("count 101") << json("{'count':101}") << u"count"_s;
        QTest::newRow("past") << json("{'expires_at':'2026-03-04T09:59:59Z'}") << u"expires_at"_s;
        QTest::newRow("no zone") << json("{'expires_at':'2027-03-04T09:59:59'}") << u"expires_at"_s;
        QTest::newRow("unit") << json("{'limits':[{'unit':'yuan','window':'day','amount':1}]}")
                              << u"limits[0].unit"_s;
        QTest::newRow("twice") << QByteArray(json("{'limits':[{'unit':'requests','window':'day','amount':1},{"
                                                  "'unit':'requests','window':'day','amount':2}]}"))
                               << u"limits[1]"_s;
        QTest::newRow("negative") << json("{'quota':-2}") << u"quota"_s;
    }
    void createRefusals()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, field);
        Bench bench;
        const Answer answer = bench.send("POST", "/admin/keys", body);
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.code(), u"invalid_field"_s);
        QCOMPARE(answer.json[u"error"_s][u"param"_s].toString(), field);
        QVERIFY(bench.keyring.all().isEmpty());
    }

    // The restore check of the FAQ: GET /admin/keys | jq .total
    void listAsTheFaqReadsIt()
    {
        Bench bench;
        bench.makeKey(json("{'label':'a','count':1}"));
        bench.makeKey(json("{'label':'b','quota':5}"));
        const Answer answer = bench.send("GET", "/admin/keys");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json[u"total"_s].toInt(), 2);
        QCOMPARE(answer.json[u"count"_s].toInt(), 2);
        QCOMPARE(answer.json[u"success"_s].toBool(), true);
        QCOMPARE(answer.json[u"mode"_s].toString(), u"memory"_s);
        QCOMPARE(answer.json[u"pagination"_s][u"total"_s].toInt(), 2);
        QCOMPARE(answer.json[u"pagination"_s][u"hasMore"_s].toBool(), false);
        const auto page = keyPageFromJson(answer.json);
        QVERIFY(page);
        QCOMPARE(page->keys.first().lastDays.size(), 7);
        for (const QJsonValue &row : answer.json[u"keys"_s].toArray()) {
            QVERIFY(!row.toObject().contains(u"key"_s));
            for (const QString &old :
                 {u"label"_s, u"created_at"_s, u"expires_at"_s, u"status"_s, u"is_active"_s, u"daily_limit"_s,
                  u"total_quota"_s, u"used_quota"_s, u"today_requests"_s, u"remaining"_s})
                QVERIFY2(row.toObject().contains(old), qPrintable(old));
        }
    }

    void listFiltersSortsAndPages()
    {
        Bench bench;
        QHash<QString, Bench::Made> made;
        for (const char *label : {"delta", "Alpha", "charlie", "Bravo", "echo"}) {
            made.insert(QString::fromLatin1(label), bench.makeKey(json("{'label':'") + label + json("'}")));
            bench.clock.time += 1min;
        }
        const auto labels = [&](const QByteArray &query) {
            const Answer answer = bench.send("GET", "/admin/keys" + query);
            QStringList list;
            for (const QJsonValue &row : answer.json[u"keys"_s].toArray())
                list.append(row[u"label"_s].toString());
            return list.join(u' ');
        };
        QCOMPARE(labels(""), u"echo Bravo charlie Alpha delta"_s);
        QCOMPARE(labels("?sort=created"), u"delta Alpha charlie Bravo echo"_s);
        QCOMPARE(labels("?sort=label"), u"Alpha Bravo charlie delta echo"_s);
        QCOMPARE(labels("?sort=-label"), u"echo delta charlie Bravo Alpha"_s);
        QCOMPARE(labels("?search=ALPH"), u"Alpha"_s);
        QCOMPARE(labels("?search=" + made[u"echo"_s].id), u"echo"_s);
        QCOMPARE(labels("?search=" + made[u"Bravo"_s].secret), u"Bravo"_s);
        QCOMPARE(labels("?search=" + made[u"Bravo"_s].secret.right(4)), u"Bravo"_s);
        QCOMPARE(labels("?search=nobody"), u""_s);
        QCOMPARE(labels("?sort=label&limit=2&offset=2"), u"charlie delta"_s);

        bench.send("POST", "/admin/keys/" + made[u"delta"_s].id + "/disable");
        QCOMPARE(labels("?state=disabled"), u"delta"_s);
        QCOMPARE(labels("?activeOnly=true&sort=label"), u"Alpha Bravo charlie echo"_s);
        bench.send("DELETE", "/admin/keys/" + made[u"echo"_s].id);
        QCOMPARE(labels("?sort=label"), u"Alpha Bravo charlie delta"_s);
        QCOMPARE(labels("?state=deleted"), u"echo"_s);

        // Pages stay whole while a row before the cursor comes or goes.
        const Answer first = bench.send("GET", "/admin/keys?sort=label&limit=2");
        QCOMPARE(first.json[u"total"_s].toInt(), 4);
        QCOMPARE(first.json[u"pagination"_s][u"hasMore"_s].toBool(), true);
        bench.send("DELETE", "/admin/keys/" + made[u"Alpha"_s].id);
        const QByteArray next = first.json[u"pagination"_s][u"next"_s].toString().toLatin1();
        QCOMPARE(labels("?sort=label&limit=2&after=" + next), u"charlie delta"_s);
        QCOMPARE(bench.send("GET", "/admin/keys?sort=label&limit=2&after=" + next)
                     .json[u"pagination"_s][u"next"_s]
                     .toString(),
                 u""_s);
    }

    void listRefusals_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QString>("field");
        QTest::newRow("state") << QByteArray("state=sleepy") << u"state"_s;
        QTest::newRow("sort") << QByteArray("sort=colour") << u"sort"_s;
        QTest::newRow("limit 0") << QByteArray("limit=0") << u"limit"_s;
        QTest::newRow("limit 1001") << QByteArray("limit=1001") << u"limit"_s;
        QTest::newRow("offset") << QByteArray("offset=-1") << u"offset"_s;
        QTest::newRow("activeOnly") << QByteArray("activeOnly=perhaps") << u"activeOnly"_s;
        QTest::newRow("cursor") << QByteArray("after=nonsense") << u"after"_s;
        QTest::newRow("cursor of another order")
            << "after=" + json("['label','0','a','key_a']").toBase64(QByteArray::Base64UrlEncoding)
            << u"after"_s;
    }
    void listRefusals()
    {
        QFETCH(QByteArray, query);
        QFETCH(QString, field);
        Bench bench;
        const Answer answer = bench.send("GET", "/admin/keys?" + query);
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.json[u"error"_s][u"param"_s].toString(), field);
    }

    void readByIdAndBySecret()
    {
        Bench bench;
        const auto key = bench.makeKey(json("{'label':'a'}"));
        for (const QByteArray &name : {key.id, key.secret}) {
            const Answer answer = bench.send("GET", "/admin/keys/" + name);
            QCOMPARE(answer.status, 200);
            QCOMPARE(answer.json[u"id"_s].toString().toUtf8(), key.id);
            QVERIFY(!answer.body.contains(key.secret));
            QVERIFY(keyOverviewFromJson(answer.json));
        }
    }

    void updateChangesWhatIsGiven()
    {
        Bench bench;
        const auto key = bench.makeKey(json("{'label':'a','concurrency':2,'models':['m']}"));
        bench.clock.time += 1min;
        const Answer answer = bench.send("PATCH", "/admin/keys/" + key.id,
                                         json("{'version':1,'label':'b','limits':[{'unit':'requests','window'"
                                              ":'total','amount':3}],'expires_at':'2026-05-01T00:00:00Z'}"));
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json[u"label"_s].toString(), u"b"_s);
        QCOMPARE(answer.json[u"version"_s].toInt(), 2);
        QCOMPARE(answer.json[u"updated"_s].toInt(), 1);
        const auto entry = bench.keyring.bySecret(key.secret);
        QCOMPARE(entry->limits, (QList<Limit>{{LimitUnit::Requests, LimitWindow::Total, 3}}));
        QCOMPARE(entry->key.concurrency, 2);
        QCOMPARE(entry->key.models, QStringList{u"m"_s});
        QCOMPARE(entry->key.updatedAt, bench.clock.time);

        // As the replaced system wrote it, and what its own server refused: clearing alone.
        const Answer cleared = bench.send("PUT", "/admin/keys/" + key.id, json("{'expiresAt':null}"));
        QCOMPARE(cleared.status, 200);
        QVERIFY(!bench.keyring.bySecret(key.secret)->key.expiresAt);
        bench.send("PATCH", "/admin/keys/" + key.id, json("{'limits':null,'concurrency':null,'models':[]}"));
        const auto inherits = bench.keyring.bySecret(key.secret);
        QVERIFY(inherits->key.inheritsLimits);
        QCOMPARE(inherits->limits.first().amount, 200);
        QVERIFY(!inherits->key.concurrency);
        QVERIFY(inherits->key.models.isEmpty());
    }

    void updateRefusals_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("nothing") << QByteArray("{}");
        QTest::newRow("version alone") << json("{'version':1}");
        QTest::newRow("past") << json("{'expires_at':'2026-03-04T10:00:00Z'}");
        QTest::newRow("unknown") << json("{'secret':'x'}");
        QTest::newRow("label") << json("{'label':7}");
    }
    void updateRefusals()
    {
        QFETCH(QByteArray, body);
        Bench bench;
        const auto key = bench.makeKey();
        const Answer answer = bench.send("PATCH", "/admin/keys/" + key.id, body);
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.code(), u"invalid_field"_s);
        QCOMPARE(bench.keyring.bySecret(key.secret)->key.version, 1);
    }

    void clashTellsTheKeyAsItIs()
    {
        Bench bench;
        const auto key = bench.makeKey();
        // Both were read at version 1; the second to arrive must not undo the first.
        const auto first =
            bench.start("PATCH", "/admin/keys/" + key.id, json("{'version':1,'label':'first'}"));
        const auto second =
            bench.start("PATCH", "/admin/keys/" + key.id, json("{'version':1,'label':'second'}"));
        QCOMPARE(Bench::wait(first).status, 200);
        const Answer clash = Bench::wait(second);
        QCOMPARE(clash.status, 409);
        QCOMPARE(clash.code(), u"version_conflict"_s);
        QCOMPARE(clash.json[u"current"_s][u"label"_s].toString(), u"first"_s);
        QCOMPARE(clash.json[u"current"_s][u"version"_s].toInt(), 2);
        // Later, before anything is written.
        QCOMPARE(bench.send("PATCH", "/admin/keys/" + key.id, json("{'version':1,'label':'third'}")).status,
                 409);
        QCOMPARE(bench.keyring.bySecret(key.secret)->key.label, u"first"_s);
    }

    void changesWithoutVersionAllApply()
    {
        Bench bench;
        const auto key = bench.makeKey();
        const auto label = bench.start("PATCH", "/admin/keys/" + key.id, json("{'label':'new'}"));
        const auto disable = bench.start("POST", "/admin/keys/" + key.id + "/disable");
        const auto models = bench.start("PATCH", "/admin/keys/" + key.id, json("{'models':['m']}"));
        for (const auto &future : {label, disable, models})
            QCOMPARE(Bench::wait(future).status, 200);
        const ApiKey now = bench.keyring.bySecret(key.secret)->key;
        QCOMPARE(now.label, u"new"_s);
        QVERIFY(now.disabled);
        QCOMPARE(now.models, QStringList{u"m"_s});
        QCOMPARE(now.version, 4);
    }

    void disableAndEnable()
    {
        Bench bench;
        const auto key = bench.makeKey();
        Answer answer = bench.send("POST", "/admin/keys/" + key.id + "/disable", "{}");
        QCOMPARE(answer.json[u"state"_s].toString(), u"disabled"_s);
        QCOMPARE(bench.send("GET", "/v1/usage", {}, bench.bearer(key.secret)).code(), u"key_disabled"_s);
        // A second time is no change.
        answer = bench.send("POST", "/admin/keys/" + key.id + "/disable");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json[u"version"_s].toInt(), 2);
        answer = bench.send("POST", "/admin/keys/" + key.id + "/enable");
        QCOMPARE(answer.json[u"state"_s].toString(), u"active"_s);
        QCOMPARE(bench.send("GET", "/v1/usage", {}, bench.bearer(key.secret)).status, 200);
        QCOMPARE(bench.send("POST", "/admin/keys/" + key.id + "/enable", json("{'why':1}")).status, 400);
        QCOMPARE(bench.send("POST", "/admin/keys/" + key.id + "/disable", json("{'version':1}")).status, 409);
    }

    void rotateEndsTheOldSecret()
    {
        Bench bench;
        const auto key = bench.makeKey(json("{'prefix':'t_'}"));
        const Answer answer = bench.send("POST", "/admin/keys/" + key.id + "/rotate");
        QCOMPARE(answer.status, 200);
        const auto rotated = createdKeyFromJson(answer.json);
        QVERIFY(rotated);
        QVERIFY(rotated->secret.startsWith("t_"_L1));
        QVERIFY(!bench.keyring.bySecret(key.secret));
        QCOMPARE(bench.keyring.bySecret(rotated->secret.toUtf8())->key.id.value.toUtf8(), key.id);
        QCOMPARE(bench.send("GET", "/v1/usage", {}, bench.bearer(key.secret)).code(), u"invalid_api_key"_s);
        QVERIFY(rotated->overview.key.rotatedAt);
    }

    void deleteIsSoftUntilPurged()
    {
        Bench bench;
        const auto key = bench.makeKey();
        const QByteArray path = "/admin/keys/" + key.id;
        Answer answer = bench.send("DELETE", path);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json[u"deleted"_s].toBool(), true);
        QCOMPARE(answer.json[u"state"_s].toString(), u"deleted"_s);
        QCOMPARE(bench.send("DELETE", path).status, 200);
        // Revoked is unknown to its holder.
        QCOMPARE(bench.send("GET", "/v1/usage", {}, bench.bearer(key.secret)).code(), u"invalid_api_key"_s);
        answer = bench.send("PATCH", path, json("{'label':'x'}"));
        QCOMPARE(answer.status, 400);
        QVERIFY2(answer.text().contains("restore"_L1), qPrintable(answer.text()));

        QCOMPARE(bench.send("POST", path + "/restore").json[u"state"_s].toString(), u"active"_s);
        QCOMPARE(bench.send("GET", "/v1/usage", {}, bench.bearer(key.secret)).status, 200);

        bench.send("DELETE", path);
        bench.clock.time += std::chrono::days(29);
        QCOMPARE(purge(bench), 0);
        QCOMPARE(bench.send("GET", path).status, 200);
        bench.clock.time += std::chrono::days(2);
        QCOMPARE(purge(bench), 1);
        QCOMPARE(bench.send("GET", path).status, 404);
        QVERIFY(!bench.keyring.bySecret(key.secret));
    }

    static qsizetype purge(Bench &bench)
    {
        const auto future = purgeDeletedKeys(bench.context, &bench.api);
        if (!QTest::qWaitFor([&] { return future.isFinished(); }) || !future.result())
            return -1;
        return *future.result();
    }

    void stoppedStoreIsUnavailable()
    {
        Bench bench;
        const auto key = bench.makeKey();
        bench.writer->stop();
        const Answer answer = bench.send("PATCH", "/admin/keys/" + key.id, json("{'label':'x'}"));
        QCOMPARE(answer.status, 503);
        QCOMPARE(answer.code(), u"unavailable"_s);
        QVERIFY(bench.keyring.bySecret(key.secret)->key.label.isEmpty());
        QCOMPARE(bench.send("POST", "/admin/keys").status, 503);
        // What only reads memory still answers.
        QCOMPARE(bench.send("GET", "/admin/keys").json[u"total"_s].toInt(), 1);
    }

    // A holder's own view.

    void holderSeesThatKeyAlone()
    {
        Bench bench;
        const auto own = bench.makeKey(json("{'label':'own'}"));
        const auto other = bench.makeKey(json("{'label':'other'}"));
        const HeaderList holder = bench.bearer(own.secret);
        const Answer keys = bench.send("GET", "/admin/keys", {}, holder);
        QCOMPARE(keys.status, 200);
        QCOMPARE(keys.json[u"total"_s].toInt(), 1);
        QCOMPARE(keys.json[u"keys"_s][0][u"label"_s].toString(), u"own"_s);
        QCOMPARE(bench.send("GET", "/admin/keys?search=" + other.secret, {}, holder).json[u"total"_s].toInt(),
                 0);
        QCOMPARE(bench.send("GET", "/admin/usage", {}, holder).status, 200);
        QCOMPARE(bench.send("GET", "/admin/usage?key=" + own.id, {}, holder).status, 200);
        QCOMPARE(bench.send("GET", "/admin/usage?key=" + other.id, {}, holder).status, 403);
        QCOMPARE(bench.send("GET", "/admin/keys", {}, {{"x-trial-key", own.secret}}).status, 200);
        for (const auto &[method, target] :
             QList<std::pair<QByteArray, QByteArray>>{{"POST", "/admin/keys"},
                                                      {"GET", "/admin/keys/" + own.id},
                                                      {"DELETE", "/admin/keys/" + own.id},
                                                      {"GET", "/admin/health"},
                                                      {"GET", "/admin/providers"},
                                                      {"POST", "/admin/usage/reset"}}) {
            const Answer answer = bench.send(method, target, {}, holder);
            QCOMPARE(answer.status, 403);
            QCOMPARE(answer.code(), u"forbidden"_s);
        }
        QCOMPARE(bench.keyring.all().size(), 2);
    }

    void holderOfAnUnusableKey()
    {
        Bench bench;
        const auto key = bench.makeKey(json("{'expires_in':1}"));
        bench.send("POST", "/admin/keys/" + key.id + "/disable");
        for (const QByteArray &target : {QByteArray("/admin/keys"), QByteArray("/v1/usage")})
            QCOMPARE(bench.send("GET", target, {}, bench.bearer(key.secret)).code(), u"key_disabled"_s);
        bench.clock.time += std::chrono::days(2);
        for (const QByteArray &target : {QByteArray("/admin/usage"), QByteArray("/usage")}) {
            const Answer answer = bench.send("GET", target, {}, bench.bearer(key.secret));
            QCOMPARE(answer.status, 401);
            QCOMPARE(answer.code(), u"key_expired"_s);
        }
    }

    void ownUsage_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("v1") << QByteArray("/v1/usage");
        QTest::newRow("usage") << QByteArray("/usage");
        QTest::newRow("quota") << QByteArray("/quota");
    }
    void ownUsage()
    {
        QFETCH(QByteArray, target);
        Bench bench;
        const auto key = bench.makeKey(json("{'label':'a','daily_limit':5,'concurrency':2}"));
        const auto entry = bench.keyring.bySecret(key.secret);
        auto settled = entry->account->reserve(entry->limits, entry->key.concurrency, 30, bench.clock.time);
        QVERIFY(settled);
        settled->settle(1, 12);
        auto open = entry->account->reserve(entry->limits, entry->key.concurrency, 30, bench.clock.time);
        QVERIFY(open);
        for (int i = 0; i < 3; ++i) { // asking costs nothing
            const Answer answer = bench.send("GET", target, {}, {{"x-api-key", key.secret}});
            QCOMPARE(answer.status, 200);
            const QJsonValue limit = answer.json[u"limits"_s][0];
            QCOMPARE(limit[u"amount"_s].toInt(), 5);
            QCOMPARE(limit[u"used"_s].toInt(), 1);
            QCOMPARE(limit[u"reserved"_s].toInt(), 1);
            QCOMPARE(limit[u"remaining"_s].toInt(), 3);
            QCOMPARE(limit[u"resets_at"_s].toString(), u"2026-03-04T16:00:00.000Z"_s); // midnight in Shanghai
            QCOMPARE(answer.json[u"active"_s].toInt(), 1);
            QCOMPARE(answer.json[u"today"_s][u"tokens"_s].toInt(), 12);
            QCOMPARE(answer.json[u"total"_s][u"requests"_s].toInt(), 1);
            QCOMPARE(answer.json[u"time_zone"_s].toString(), u"Asia/Shanghai"_s);
            QCOMPARE(answer.headers.value("x-ratelimit-limit-requests").toByteArray(), QByteArray("5"));
            QCOMPARE(answer.headers.value("x-ratelimit-remaining-requests").toByteArray(), QByteArray("3"));
            QCOMPARE(answer.headers.value("x-ratelimit-reset-requests").toByteArray(), QByteArray("6h0m0s"));
        }
        QCOMPARE(bench.send("GET", target, {}, {}).code(), u"missing_api_key"_s);
        QCOMPARE(bench.send("GET", target, {}, bench.bearer("sk-nobody")).code(), u"invalid_api_key"_s);
        const Answer admin = bench.send("GET", target); // the admin token is no key
        QCOMPARE(admin.status, 401);
        QVERIFY(admin.headers.contains("WWW-Authenticate"));
    }

    // Usage.

    static void use(Bench &bench, const QByteArray &key, Timestamp time, int requests,
                    const QString &model = u"m"_s)
    {
        for (int i = 0; i < requests; ++i) {
            UsageRow row;
            row.requestId = u"req_%1_%2"_s.arg(toMilliseconds(time)).arg(i).toLatin1();
            row.key = KeyId{QString::fromUtf8(key)};
            row.model = model;
            row.provider = ProviderId{u"demo"_s};
            row.reservedAt = time;
            row.status = 200;
            row.promptTokens = 10;
            row.completionTokens = 5;
            row.measure = Measure::Measured;
            bench.writer->append(row);
        }
    }

    void usageReportsAndItems()
    {
        Bench bench;
        const auto a = bench.makeKey(json("{'label':'a'}"));
        const auto b = bench.makeKey(json("{'label':'b'}"));
        use(bench, a.id, bench.clock.time, 3);
        use(bench, b.id, bench.clock.time, 1, u"n"_s);
        use(bench, a.id, *timestampFromIso(u"2026-03-02T16:30:00Z"_s), 2); // 00:30 of the 3rd in Shanghai
        const auto report = [&] { return bench.send("GET", "/admin/usage"); };
        QTRY_COMPARE(report().json[u"sums"_s][u"requests"_s].toInt(), 6);
        const Answer answer = report();
        QCOMPARE(answer.json[u"success"_s].toBool(), true);
        QCOMPARE(answer.json[u"bucket"_s].toString(), u"day"_s);
        QCOMPARE(answer.json[u"from"_s].toString(), u"2026-02-25T16:00:00.000Z"_s);
        QCOMPARE(answer.json[u"to"_s].toString(), u"2026-03-04T16:00:00.000Z"_s);
        QCOMPARE(answer.json[u"time_zone"_s].toString(), u"Asia/Shanghai"_s);
        QCOMPARE(answer.json[u"sums"_s][u"tokens"_s].toInt(), 90);
        const auto parsed = usageReportFromJson(answer.json);
        QVERIFY(parsed);
        QCOMPARE(parsed->series.size(), 1);
        QCOMPARE(parsed->series.first().points.size(), 7);

        const QJsonArray items = answer.json[u"items"_s].toArray();
        QCOMPARE(answer.json[u"total"_s].toInt(), 3);
        QCOMPARE(items.size(), 3);
        QCOMPARE(items[0][u"key"_s].toString().toUtf8(), a.id);
        QCOMPARE(items[0][u"label"_s].toString(), u"a"_s);
        QCOMPARE(items[0][u"day"_s].toString(), u"2026-03-04"_s);
        QCOMPARE(items[0][u"req_count"_s].toInt(), 3);
        QCOMPARE(items[0][u"requests"_s].toInt(), 3);
        QCOMPARE(items[1][u"label"_s].toString(), u"b"_s);
        QCOMPARE(items[2][u"day"_s].toString(), u"2026-03-03"_s);
        QCOMPARE(bench.send("GET", "/admin/usage?limit=1").json[u"items"_s].toArray().size(), 1);

        const auto requests = [&](const QByteArray &query,
                                  const HeaderList &headers = Bench::bearer(adminToken)) {
            return bench.send("GET", "/admin/usage?" + query, {}, headers)
                .json[u"sums"_s][u"requests"_s]
                .toInt(-1);
        };
        QCOMPARE(requests("day=2026-03-03"), 2);
        QCOMPARE(requests("day=today"), 4);
        QCOMPARE(requests("days=1"), 4);
        QCOMPARE(requests("days=2"), 6);
        QCOMPARE(requests("from=2026-03-03&to=2026-03-03"), 2);
        QCOMPARE(requests("from=2026-03-03&to=2026-03-04"), 6);
        QCOMPARE(requests("day=2026-03-02&tz=UTC"), 2);
        QCOMPARE(requests("from=2026-03-04T18:00:00%2B08:00&to=2026-03-04T19:00:00%2B08:00&bucket=hour"), 4);
        QCOMPARE(requests("key=" + b.id), 1);
        QCOMPARE(requests("key=" + a.secret), 5);
        QCOMPARE(requests("model=n"), 1);
        QCOMPARE(requests("days=3", bench.bearer(b.secret)), 1);

        const Answer grouped = bench.send("GET", "/admin/usage?group=key");
        QCOMPARE(grouped.json[u"series"_s].toArray().size(), 2);
        QCOMPARE(grouped.json[u"series"_s][0][u"label"_s].toString(), u"a"_s);
        QCOMPARE(grouped.json[u"series"_s][0][u"group"_s].toString().toUtf8(), a.id);
    }

    void usageRefusals_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QString>("field");
        QTest::newRow("from") << QByteArray("from=yesterday") << u"from"_s;
        QTest::newRow("no zone") << QByteArray("from=2026-03-04T00:00:00") << u"from"_s;
        QTest::newRow("empty range") << QByteArray("from=2026-03-04&to=2026-03-03") << u"from"_s;
        QTest::newRow("out of reach") << QByteArray("from=1900-01-01&to=1900-01-02") << u"from"_s;
        QTest::newRow("day") << QByteArray("day=2026-02-30") << u"day"_s;
        QTest::newRow("days 0") << QByteArray("days=0") << u"days"_s;
        QTest::newRow("both") << QByteArray("day=2026-03-04&days=2") << u"day"_s;
        QTest::newRow("range and days") << QByteArray("from=2026-03-04&days=2") << u"days"_s;
        QTest::newRow("bucket") << QByteArray("bucket=second") << u"bucket"_s;
        QTest::newRow("group") << QByteArray("group=colour") << u"group"_s;
        QTest::newRow("zone") << QByteArray("tz=Mars") << u"tz"_s;
        QTest::newRow("limit") << QByteArray("limit=0") << u"limit"_s;
        QTest::newRow("too fine") << QByteArray("days=30&bucket=quarter") << u"bucket"_s;
    }
    void usageRefusals()
    {
        QFETCH(QByteArray, query);
        QFETCH(QString, field);
        Bench bench;
        const Answer answer = bench.send("GET", "/admin/usage?" + query);
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.json[u"error"_s][u"param"_s].toString(), field);
        HeaderList chinese = Bench::bearer(adminToken);
        chinese.append("Accept-Language", "zh");
        QVERIFY(bench.send("GET", "/admin/usage?" + query, {}, chinese).text() != answer.text());
    }

    void resetBeginsAnew_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("body"); // KEY stands for the id
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("others"); // begin anew too
        const QByteArray reset("/admin/usage/reset");
        QTest::newRow("id") << reset << json("{'key':'KEY'}") << 200 << false;
        QTest::newRow("old name") << reset << json("{'trial_key':'KEY'}") << 200 << false;
        QTest::newRow("today") << reset << json("{'key':'KEY','day':'2026-03-04'}") << 200 << false;
        QTest::newRow("query") << reset + "?key=KEY" << QByteArray() << 200 << false;
        QTest::newRow("old path") << QByteArray("/admin/reset-usage?key=KEY") << QByteArray() << 200 << false;
        QTest::newRow("all") << reset << json("{'all':true,'confirm':'all'}") << 200 << true;
        QTest::newRow("key all") << reset << json("{'key':'all','confirm':'all'}") << 200 << true;
        QTest::newRow("all by query") << reset + "?all=true&confirm=all" << QByteArray() << 200 << true;
        QTest::newRow("nothing") << reset << QByteArray() << 400 << false;
        QTest::newRow("unconfirmed") << reset << json("{'all':true}") << 400 << false;
        QTest::newRow("wrongly confirmed") << reset << json("{'all':true,'confirm':'yes'}") << 400 << false;
        QTest::newRow("other day") << reset << json("{'key':'KEY','day':'2026-03-03'}") << 400 << false;
        QTest::newRow("logs") << reset << json("{'key':'KEY','reset_logs':true}") << 400 << false;
        QTest::newRow("two keys") << reset + "?key=other" << json("{'key':'KEY'}") << 400 << false;
        QTest::newRow("unknown key") << reset << json("{'key':'nobody'}") << 404 << false;
        QTest::newRow("unknown field") << reset << json("{'key':'KEY','x':1}") << 400 << false;
    }
    void resetBeginsAnew()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(bool, others);
        Bench bench;
        const auto key = bench.makeKey();
        const auto other = bench.makeKey();
        for (const auto &made : {key, other}) {
            const auto entry = bench.keyring.bySecret(made.secret);
            auto ticket = entry->account->reserve(entry->limits, {}, 0, bench.clock.time);
            QVERIFY(ticket);
            ticket->settle(1, 7);
        }
        const Answer answer = bench.send("POST", target.replace("KEY", key.id), body.replace("KEY", key.id));
        QCOMPARE(answer.status, status);
        const auto used = [&](const Bench::Made &made) {
            return bench.send("GET", "/v1/usage", {}, bench.bearer(made.secret))
                .json[u"total"_s][u"requests"_s]
                .toInt();
        };
        QCOMPARE(used(key), status == 200 ? 0 : 1);
        QCOMPARE(used(other), others ? 0 : 1);
        if (status == 200) {
            QCOMPARE(answer.json[u"ok"_s].toBool(), true);
            QCOMPARE(answer.json[u"success"_s].toBool(), true);
            QCOMPARE(answer.json[u"keys"_s].toInt(), others ? 2 : 1);
        }
    }

    // Providers.

    void providersComeAndGo()
    {
        Bench bench;
        Answer answer = bench.send("GET", "/admin/providers");
        QCOMPARE(answer.json[u"providers"_s].toArray().size(), 1);
        QCOMPARE(answer.json[u"providers"_s][0][u"source"_s].toString(), u"demo"_s);
        QCOMPARE(answer.json[u"demo"_s].toBool(), true);

        answer = bench.send("POST", "/admin/providers",
                            json("{'name':'Main','base_url':'https://api.example.com/"
                                 "v1','secret':'sk-0123456789abcdef','models':['m']}"));
        QCOMPARE(answer.status, 200);
        QVERIFY(!answer.body.contains("0123456789"));
        QVERIFY(providerFromJson(answer.json));
        const QByteArray path = "/admin/providers/" + answer.json[u"id"_s].toString().toUtf8();
        QCOMPARE(bench.providers.snapshot()->first()->secret, QByteArray("sk-0123456789abcdef"));
        QVERIFY(!bench.providers.demo());

        answer = bench.send("PATCH", path, json("{'version':1,'name':'Second','enabled':false}"));
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json[u"name"_s].toString(), u"Second"_s);
        QCOMPARE(answer.json[u"version"_s].toInt(), 2);
        QCOMPARE(answer.json[u"models"_s].toArray().size(), 1);
        answer = bench.send("PATCH", path, json("{'version':1,'name':'Third'}"));
        QCOMPARE(answer.status, 409);
        QCOMPARE(answer.json[u"current"_s][u"name"_s].toString(), u"Second"_s);

        // Two at once that read the same version.
        const auto first = bench.start("PATCH", path, json("{'version':2,'name':'A'}"));
        const auto second = bench.start("PATCH", path, json("{'version':2,'name':'B'}"));
        QCOMPARE(Bench::wait(first).status, 200);
        QCOMPARE(Bench::wait(second).status, 409);

        answer = bench.send("POST", path + "/test");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json[u"good"_s].toBool(), true);
        QCOMPARE(answer.json[u"steps"_s][0][u"detail"_s].toString(), u"A"_s);

        bench.send("PATCH", path, json("{'secret':''}"));
        answer = bench.send("GET", path);
        QCOMPARE(answer.json[u"secret_mask"_s].toString(), u""_s);
        QCOMPARE(bench.send("DELETE", path).json[u"deleted"_s].toBool(), true);
        QCOMPARE(bench.send("GET", path).status, 404);
        QVERIFY(bench.providers.demo());
    }

    void providersHaveRoutes()
    {
        Bench bench;
        bench.config.upstreamAuthorities = {QSslCertificate()};
        Answer answer = bench.send("POST", "/admin/providers",
                                   json("{'name':'Main','base_url':'https://h/v1','private_ca':true,"
                                        "'proxy':'socks5h://me:hidden@proxy.example:1080'}"));
        QCOMPARE(answer.status, 200);
        QVERIFY2(!answer.body.contains("hidden"), answer.body.constData());
        QCOMPARE(answer.json[u"private_ca"_s].toBool(), true);
        QCOMPARE(answer.json[u"proxy"_s].toString(), u"socks5://…@proxy.example:1080"_s);
        const QByteArray path = "/admin/providers/" + answer.json[u"id"_s].toString().toUtf8();
        const auto stored = [&] { return bench.providers.snapshot()->first(); };
        QCOMPARE(stored()->proxy->password(), u"hidden"_s);

        // What is not named stays; the mask is not taken for an address.
        answer = bench.send("PATCH", path, json("{'private_ca':false}"));
        QCOMPARE(answer.status, 200);
        QVERIFY(!stored()->provider.privateCa);
        QCOMPARE(stored()->proxy->password(), u"hidden"_s);
        QCOMPARE(bench.send("PATCH", path, json("{'proxy':'socks5://…@proxy.example:1080'}")).status, 400);

        answer = bench.send("PATCH", path, json("{'proxy':''}"));
        QCOMPARE(answer.json[u"proxy"_s], QJsonValue(u""_s));
        QVERIFY(stored()->proxy && stored()->proxy->isEmpty());
        answer = bench.send("PATCH", path, json("{'proxy':null}"));
        QCOMPARE(answer.json[u"proxy"_s], QJsonValue(QJsonValue::Null));
        QVERIFY(!stored()->proxy);
    }

    void providerRefusals_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("field");
        QTest::newRow("no name") << json("{'base_url':'https://h/v1'}") << u"name"_s;
        QTest::newRow("no url") << json("{'name':'a'}") << u"base_url"_s;
        QTest::newRow("scheme") << json("{'name':'a','base_url':'ftp://h/v1'}") << u"base_url"_s;
        QTest::newRow("host") << json("{'name':'a','base_url':'https:///v1'}") << u"base_url"_s;
        QTest::newRow("credentials") << json("{'name':'a','base_url':'https://u:hidden@h/v1'}")
                                     << u"base_url"_s;
        QTest::newRow("query") << json("{'name':'a','base_url':'https://h/v1?k=hidden'}") << u"base_url"_s;
        QTest::newRow("fragment") << json("{'name':'a','base_url':'https://h/v1#x'}") << u"base_url"_s;
        QTest::newRow("secret") << QByteArray(json(
                                       "{'name':'a','base_url':'https://h/v1','secret':'hidden hidden'}"))
                                << u"secret"_s;
        QTest::newRow("unknown") << json("{'name':'a','base_url':'https://h/v1','x':1}") << u"x"_s;
        QTest::newRow("proxy") << json("{'name':'a','base_url':'https://h/v1','proxy':'ftp://u:hidden@h:1'}")
                               << u"proxy"_s;
        QTest::newRow("no authority")
            << json("{'name':'a','base_url':'https://h/v1','private_ca':true}") << u"private_ca"_s;
    }
    void providerRefusals()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, field);
        Bench bench;
        const Answer answer = bench.send("POST", "/admin/providers", body);
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.json[u"error"_s][u"param"_s].toString(), field);
        QVERIFY2(!answer.body.contains("hidden"), answer.body.constData());
        QVERIFY(bench.providers.demo());
    }

    void providersOfOtherPlacesStayThere()
    {
        StoredProvider fromSettings;
        fromSettings.provider.id = ProviderId{u"settings"_s};
        fromSettings.provider.name = u"From the settings"_s;
        fromSettings.provider.baseUrl = QUrl(u"https://api.example.com/v1"_s);
        fromSettings.provider.source = ProviderSource::Settings;
        Bench bench(fromSettings);
        for (const QByteArray &method : {QByteArray("PATCH"), QByteArray("DELETE")}) {
            const Answer answer = bench.send(method, "/admin/providers/settings", json("{'name':'x'}"));
            QCOMPARE(answer.status, 400);
            QVERIFY2(answer.text().contains("DEEPSEEK_BASE_URL"_L1), qPrintable(answer.text()));
        }
        QCOMPARE(bench.send("POST", "/admin/providers/settings/test").status, 200);

        Bench demo;
        const QByteArray id = demo.providers.snapshot()->first()->provider.id.value.toUtf8();
        QCOMPARE(demo.send("DELETE", "/admin/providers/" + id).status, 400);
    }

    // Health.

    void healthzIsOpen()
    {
        Bench bench;
        const Answer answer = bench.send("GET", "/healthz", {}, {}, farAddress);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json[u"ok"_s].toBool(), true);
        QCOMPARE(answer.json[u"status"_s].toString(), u"ok"_s);
        QCOMPARE(answer.json[u"service"_s].toString(), u"quota-proxy"_s);
        QCOMPARE(answer.json[u"version"_s].toString(), QString(productVersion));
        QCOMPARE(bench.send("HEAD", "/healthz", {}, {}).status, 200);
        QCOMPARE(bench.send("GET", "/healthz?detailed=true", {}, {}).status, 200);
    }

    void metricsAreOpenOnThisHostOnly()
    {
        Bench bench;
        bench.makeKey();
        const auto expired = bench.makeKey(json("{'expires_in':1}"));
        bench.clock.time += std::chrono::days(2);
        const Answer answer = bench.send("GET", "/metrics", {}, {});
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.headers.value("Content-Type").startsWith("text/plain; version=0.0.4"));
        QVERIFY2(answer.body.contains("\nquota_proxy_api_keys_total 2\n"), answer.body.constData());
        QVERIFY(answer.body.contains("\nquota_proxy_api_keys_active 1\n"));
        QVERIFY(answer.body.contains("\nquota_proxy_api_keys_expired 1\n"));
        QVERIFY(!answer.body.contains(expired.id));

        QCOMPARE(bench.send("GET", "/metrics", {}, {}, farAddress).status, 401);
        QCOMPARE(bench.send("GET", "/metrics", {}, Bench::bearer(adminToken), farAddress).status, 200);
        // A reverse proxy on this host speaks for others.
        QCOMPARE(bench.send("GET", "/metrics", {}, {{"X-Forwarded-For", "203.0.113.7"}}).status, 401);
        bench.config.metricsEnabled = false;
        const Answer off = bench.send("GET", "/metrics", {}, {});
        QCOMPARE(off.status, 404);
        QVERIFY(off.text().contains("ENABLE_METRICS=true"_L1));
    }

    void healthLooksAtEveryPart()
    {
        Bench bench;
        bench.clock.time += 90s;
        const Answer answer = bench.send("GET", "/admin/health");
        QCOMPARE(answer.status, 200);
        const auto health = healthFromJson(answer.json);
        QVERIFY(health);
        QCOMPARE(health->instance, u"instance-1"_s);
        QCOMPARE(health->mode, u"memory"_s);
        QCOMPARE(health->timeZone, u"Asia/Shanghai"_s);
        QCOMPARE(health->uptimeSeconds, 90);
        QCOMPARE(health->now, bench.clock.time);
        QVERIFY(health->demo);
        QStringList names;
        for (const HealthPart &part : health->parts) {
            names.append(part.name);
            QVERIFY2(!part.message.isEmpty(), qPrintable(part.name));
            if (part.name == "backup"_L1)
                QVERIFY(part.state == PartState::Unknown);
            if (part.name == "schema"_L1)
                QVERIFY(part.state == PartState::Ok);
            if (part.name == "providers"_L1)
                QVERIFY(part.state == PartState::Warning);
        }
        QCOMPARE(names, (QStringList{u"store"_s, u"schema"_s, u"lanes"_s, u"providers"_s, u"encryption"_s,
                                     u"backup"_s, u"clock"_s, u"disk"_s}));
        HeaderList chinese = Bench::bearer(adminToken);
        chinese.append("Accept-Language", "zh-CN");
        const auto translated = healthFromJson(bench.send("GET", "/admin/health", {}, chinese).json);
        for (qsizetype i = 0; i < health->parts.size(); ++i) {
            QVERIFY(translated->parts[i].state == health->parts[i].state);
            QVERIFY2(translated->parts[i].message != health->parts[i].message, qPrintable(names[i]));
        }
    }

    void clockThatWentBackIsToldOf()
    {
        Bench bench;
        bench.clock.time -= 1h;
        const auto health = healthFromJson(bench.send("GET", "/admin/health").json);
        QVERIFY(health);
        for (const HealthPart &part : health->parts) {
            if (part.name == "clock"_L1)
                QVERIFY(part.state == PartState::Warning);
        }
    }
};

QTEST_GUILESS_MAIN(AdminApiTest)
#include "tst_adminapi.moc"
