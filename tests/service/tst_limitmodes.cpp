// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeclock.h"
#include "fakeupstream.h"
#include "rawclient.h"
#include "runningservice.h"
#include "service/admin/keyraise.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace Qt::StringLiterals;

// Limits that warn or observe, raises for a time, and templates, through the front door.
class LimitModesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyEnforcedLimitsRefuse();
    void raisesEndWithTheirWindows();
    void raisesThatAreNoneAreRefused_data();
    void raisesThatAreNoneAreRefused();
    void windowsEndByTheCalendar_data();
    void windowsEndByTheCalendar();
    void keysFollowTheirTemplate();
    void templatesGoWhenNobodyFollows();
    void templatesThatAreNoneAreRefused_data();
    void templatesThatAreNoneAreRefused();
    void changesOfTemplatesClash();
};

static const QByteArray question =
    R"({"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";

static QHash<QString, QString> settingsFor(const FakeUpstream &upstream)
{
    return {{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())},
            {u"QUOTA_TIMEZONE"_s, u"UTC"_s}};
}

static QJsonObject limit(const QString &unit, const QString &window, qint64 amount, const QString &mode = {})
{
    QJsonObject object{{u"unit"_s, unit}, {u"window"_s, window}, {u"amount"_s, amount}};
    if (!mode.isEmpty())
        object[u"mode"_s] = mode;
    return object;
}

static RawAnswer ask(const RunningService &service, const QByteArray &secret)
{
    return fetch(service.port(), "POST", "/v1/chat/completions", bearer(secret), question);
}

static QByteArray metric(const RunningService &service, const QByteArray &name)
{
    const QByteArray text = fetch(service.port(), "GET", "/metrics").body;
    const qsizetype start = text.indexOf('\n' + name + ' ') + 2 + name.size();
    return text.mid(start, text.indexOf('\n', start) - start);
}

void LimitModesTest::onlyEnforcedLimitsRefuse()
{
    FakeUpstream upstream;
    RunningService service(settingsFor(upstream));
    const QByteArray secret =
        service.createKey({{u"limits"_s, QJsonArray{limit(u"requests"_s, u"day"_s, 3),
                                                    limit(u"requests"_s, u"day"_s, 1, u"warn"_s),
                                                    limit(u"requests"_s, u"month"_s, 0, u"observe"_s)}}});
    const RawAnswer first = ask(service, secret);
    QCOMPARE(first.status, 200);
    QCOMPARE(first.header("x-ratelimit-limit-requests"), QByteArray("3"));
    QVERIFY(first.header("x-quota-warning").isEmpty());
    const RawAnswer second = ask(service, secret);
    QCOMPARE(second.status, 200);
    QVERIFY(second.header("x-quota-warning").startsWith("requests/day; used=2; limit=1; resets="));
    QVERIFY(!second.header("x-quota-warning").contains("month"));
    QCOMPARE(ask(service, secret).status, 200);
    QCOMPARE(ask(service, secret).status, 429);
    QCOMPARE(metric(service, "quota_proxy_limits_crossed_total{mode=\"warn\"}"), QByteArray("2"));
    QCOMPARE(metric(service, "quota_proxy_limits_crossed_total{mode=\"observe\"}"), QByteArray("3"));

    // An operator sees all of them, a holder nothing of what only observes.
    const QJsonObject key = service.admin("GET", "/admin/keys")[u"keys"_s][0].toObject();
    QCOMPARE(key[u"limits"_s].toArray().size(), 3);
    QCOMPARE(key[u"limits"_s][2][u"mode"_s].toString(), u"observe"_s);
    QCOMPARE(key[u"limits"_s][2][u"beyond"_s].toInt(), 3);
    QCOMPARE(key[u"daily_limit"_s].toInt(), 3);
    const auto own = QJsonDocument::fromJson(fetch(service.port(), "GET", "/v1/usage", bearer(secret)).body);
    QCOMPARE(own[u"limits"_s].toArray().size(), 2);
    const QByteArray id = second.header("x-request-id");
    const auto explained =
        QJsonDocument::fromJson(fetch(service.port(), "GET", "/v1/usage/explain/" + id, bearer(secret)).body);
    QCOMPARE(explained[u"limits"_s].toArray().size(), 2);
    QCOMPARE(explained[u"limits"_s][1][u"passed"_s].toBool(true), false);
    QVERIFY(explained[u"explanation"_s].toString().isEmpty());
    QCOMPARE(service.admin("GET", "/admin/requests/" + id)[u"limits"_s].toArray().size(), 3);
    // They come back as they were.
    service.stop();
    service.start();
    QCOMPARE(service.admin("GET", "/admin/keys")[u"keys"_s][0][u"limits"_s], key[u"limits"_s]);
}

void LimitModesTest::raisesEndWithTheirWindows()
{
    FakeUpstream upstream;
    FakeClock clock(*timestampFromIso(u"2026-11-27T12:00:00Z"_s));
    RunningService service(settingsFor(upstream), &clock);
    const QByteArray secret =
        service.createKey({{u"limits"_s, QJsonArray{limit(u"requests"_s, u"day"_s, 1)}}});
    const QJsonObject key = service.admin("GET", "/admin/keys")[u"keys"_s][0].toObject();
    const QByteArray path = "/admin/keys/" + key[u"id"_s].toString().toLatin1();
    QCOMPARE(ask(service, secret).status, 200);
    QCOMPARE(ask(service, secret).status, 429);
    QJsonObject wish = limit(u"requests"_s, u"day"_s, 3);
    wish[u"windows"_s] = 2;
    const QJsonObject raised = service.admin("POST", path + "/raise", wish);
    QCOMPARE(raised[u"raises"_s][0][u"until"_s].toString(), u"2026-11-29T00:00:00.000Z"_s);
    QCOMPARE(raised[u"limits"_s][0][u"amount"_s].toInt(), 3);
    QCOMPARE(ask(service, secret).status, 200);
    // It outlives a restart, a day, and not the third.
    service.stop();
    service.start();
    QCOMPARE(ask(service, secret).status, 200);
    QCOMPARE(ask(service, secret).status, 429);
    clock.advance(std::chrono::hours(24));
    for (int request = 0; request < 3; ++request)
        QCOMPARE(ask(service, secret).status, 200);
    QCOMPARE(ask(service, secret).status, 429);
    clock.advance(std::chrono::hours(12));
    QCOMPARE(ask(service, secret).status, 200);
    const RawAnswer refused = ask(service, secret);
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.header("x-ratelimit-limit-requests"), QByteArray("1"));
    // And ends when somebody says so.
    service.admin("POST", path + "/raise", limit(u"requests"_s, u"day"_s, -1));
    QCOMPARE(ask(service, secret).status, 200);
    QCOMPARE(service.admin("DELETE", path + "/raise")[u"raises"_s].toArray().size(), 0);
    QCOMPARE(ask(service, secret).status, 429);
}

void LimitModesTest::raisesThatAreNoneAreRefused_data()
{
    QTest::addColumn<QJsonObject>("wish");
    QTest::addColumn<QString>("field");
    QJsonObject often = limit(u"requests"_s, u"day"_s, 9);
    often[u"windows"_s] = 0;
    QTest::newRow("no window") << often << u"windows"_s;
    often[u"windows"_s] = maximumRaisedWindows + 1;
    QTest::newRow("too many windows") << often << u"windows"_s;
    QTest::newRow("total") << limit(u"requests"_s, u"total"_s, 9) << u"window"_s;
    QTest::newRow("no such limit") << limit(u"requests"_s, u"month"_s, 9) << u"window"_s;
    QTest::newRow("not enforced") << limit(u"tokens"_s, u"day"_s, 900) << u"window"_s;
    QTest::newRow("no raise") << limit(u"requests"_s, u"day"_s, 5) << u"amount"_s;
    QTest::newRow("mode") << limit(u"requests"_s, u"day"_s, 9, u"warn"_s) << u"mode"_s;
    QTest::newRow("no unit") << QJsonObject{{u"window"_s, u"day"_s}, {u"amount"_s, 9}} << u"unit"_s;
}

void LimitModesTest::raisesThatAreNoneAreRefused()
{
    QFETCH(QJsonObject, wish);
    QFETCH(QString, field);
    RunningService service;
    service.createKey({{u"limits"_s, QJsonArray{limit(u"requests"_s, u"day"_s, 5),
                                                limit(u"tokens"_s, u"day"_s, 5, u"observe"_s)}}});
    const QJsonObject key = service.admin("GET", "/admin/keys")[u"keys"_s][0].toObject();
    const QJsonObject answer =
        service.admin("POST", "/admin/keys/" + key[u"id"_s].toString().toLatin1() + "/raise", wish, 400);
    QCOMPARE(answer[u"error"_s][u"param"_s].toString(), field);
    QCOMPARE(service.admin("GET", "/admin/keys")[u"keys"_s][0][u"version"_s], key[u"version"_s]);
}

void LimitModesTest::windowsEndByTheCalendar_data()
{
    QTest::addColumn<QString>("window");
    QTest::addColumn<int>("windows");
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<QString>("now");
    QTest::addColumn<QString>("end");
    QTest::newRow("minute") << u"minute"_s << 1 << QByteArray("UTC") << u"2026-11-27T12:00:30Z"_s
                            << u"2026-11-27T12:01:00.000Z"_s;
    QTest::newRow("the month ends") << u"month"_s << 2 << QByteArray("Asia/Shanghai")
                                    << u"2026-12-31T15:59:59Z"_s << u"2027-01-31T16:00:00.000Z"_s;
    QTest::newRow("the clock goes back") << u"day"_s << 2 << QByteArray("Europe/Berlin")
                                         << u"2026-10-24T10:00:00Z"_s << u"2026-10-25T23:00:00.000Z"_s;
    QTest::newRow("weeks") << u"week"_s << 3 << QByteArray("Asia/Kathmandu") << u"2026-11-27T12:00:00Z"_s
                           << u"2026-12-13T18:15:00.000Z"_s;
}

void LimitModesTest::windowsEndByTheCalendar()
{
    QFETCH(QString, window);
    QFETCH(int, windows);
    QFETCH(QByteArray, zone);
    QFETCH(QString, now);
    QFETCH(QString, end);
    QCOMPARE(
        toIso(endOfWindows(*limitWindowFromString(window), windows, *timestampFromIso(now), QTimeZone(zone))),
        end);
}

void LimitModesTest::keysFollowTheirTemplate()
{
    FakeUpstream upstream;
    RunningService service(settingsFor(upstream));
    QStringList names;
    const QJsonArray delivered = service.admin("GET", "/admin/templates")[u"templates"_s].toArray();
    for (const QJsonValue &one : delivered)
        names.append(one[u"name"_s].toString());
    QCOMPARE(names, (QStringList{u"standard"_s, u"trial"_s}));
    service.admin("POST", "/admin/templates",
                  {{u"name"_s, u"class-7b"_s},
                   {u"limits"_s, QJsonArray{limit(u"requests"_s, u"day"_s, 1)}},
                   {u"concurrency"_s, 2},
                   {u"models"_s, QJsonArray{u"m"_s}},
                   {u"days"_s, 10}},
                  201);
    const QByteArray follower =
        service.createKey({{u"template"_s, u"class-7b"_s}, {u"label"_s, u"follows"_s}});
    const QByteArray copy = service.createKey(
        {{u"template"_s, u"class-7b"_s}, {u"follow_template"_s, false}, {u"label"_s, u"copied"_s}});
    const auto keyOf = [&](const QString &label) {
        return service.admin("GET", "/admin/keys?search=" + label.toLatin1())[u"keys"_s][0].toObject();
    };
    const QJsonObject key = keyOf(u"follows"_s);
    QCOMPARE(key[u"template"_s].toString(), u"class-7b"_s);
    QCOMPARE(key[u"inherits_limits"_s].toBool(), true);
    QCOMPARE(key[u"concurrency_in_force"_s].toInt(), 2);
    QVERIFY(key[u"concurrency"_s].isNull());
    QCOMPARE(key[u"models"_s], (QJsonArray{u"m"_s}));
    QVERIFY(!key[u"expires_at"_s].isNull());
    QVERIFY(keyOf(u"copied"_s)[u"template"_s].isNull());
    QCOMPARE(keyOf(u"copied"_s)[u"concurrency"_s].toInt(), 2);
    QCOMPARE(ask(service, follower).status, 200);
    QCOMPARE(ask(service, follower).status, 429);
    QCOMPARE(ask(service, copy).status, 200);

    // A change of the template is a change of who follows, at once and after a restart, and of nobody else.
    service.admin("PATCH", "/admin/templates/class-7b",
                  {{u"version"_s, 1}, {u"limits"_s, QJsonArray{limit(u"requests"_s, u"day"_s, 2)}}});
    QCOMPARE(ask(service, follower).status, 200);
    QCOMPARE(ask(service, follower).status, 429);
    QCOMPARE(ask(service, copy).status, 429);
    service.stop();
    service.start();
    QCOMPARE(keyOf(u"follows"_s)[u"limits"_s][0][u"amount"_s].toInt(), 2);

    // Another template, limits of its own, the default again.
    const QByteArray path = "/admin/keys/" + key[u"id"_s].toString().toLatin1();
    QJsonObject changed = service.admin("PATCH", path, {{u"template"_s, u"standard"_s}});
    QCOMPARE(changed[u"limits"_s].toArray().size(), 3);
    QCOMPARE(changed[u"concurrency_in_force"_s].toInt(), 10);
    changed = service.admin("PATCH", path, {{u"limits"_s, QJsonArray{limit(u"requests"_s, u"day"_s, 9)}}});
    QVERIFY(changed[u"template"_s].isNull());
    QCOMPARE(changed[u"inherits_limits"_s].toBool(true), false);
    service.admin("PATCH", path, {{u"template"_s, u"trial"_s}, {u"follow_template"_s, false}});
    changed = service.admin("PATCH", path, {{u"template"_s, QJsonValue()}});
    QVERIFY(changed[u"template"_s].isNull());
    QCOMPARE(changed[u"inherits_limits"_s].toBool(), true);
    QCOMPARE(changed[u"limits"_s][0][u"amount"_s].toInt(), 200);
}

void LimitModesTest::templatesGoWhenNobodyFollows()
{
    RunningService service;
    service.createKey({{u"template"_s, u"trial"_s}});
    QCOMPARE(service.admin("GET", "/admin/templates/trial")[u"keys"_s].toInt(), 1);
    const QJsonObject kept = service.admin("DELETE", "/admin/templates/trial", {}, 400);
    QVERIFY(kept[u"error"_s][u"message"_s].toString().contains(u"1 keys follow"_s));
    QCOMPARE(service.admin("DELETE", "/admin/templates/trial?keys=copy")[u"deleted"_s].toBool(), true);
    service.admin("GET", "/admin/templates/trial", {}, 404);
    service.admin("DELETE", "/admin/templates/trial", {}, 404);
    const QJsonObject key = service.admin("GET", "/admin/keys")[u"keys"_s][0].toObject();
    QVERIFY(key[u"template"_s].isNull());
    QCOMPARE(key[u"limits"_s].toArray().size(), 2);
    QCOMPARE(key[u"concurrency"_s].toInt(), 2);
    QCOMPARE(key[u"inherits_limits"_s].toBool(true), false);
    service.stop();
    service.start();
    QCOMPARE(service.admin("GET", "/admin/keys")[u"keys"_s][0][u"limits"_s], key[u"limits"_s]);
}

void LimitModesTest::templatesThatAreNoneAreRefused_data()
{
    QTest::addColumn<QJsonObject>("body");
    QTest::addColumn<QString>("field");
    const auto named = [](QJsonObject rest) {
        rest[u"name"_s] = u"a"_s;
        return rest;
    };
    QTest::newRow("no name") << QJsonObject{} << u"name"_s;
    QTest::newRow("letters") << QJsonObject{{u"name"_s, u"Trial 7"_s}} << u"name"_s;
    QTest::newRow("long") << QJsonObject{{u"name"_s, QString(41, u'a')}} << u"name"_s;
    QTest::newRow("taken") << QJsonObject{{u"name"_s, u"trial"_s}} << u"name"_s;
    QTest::newRow("days") << named({{u"days"_s, 0}}) << u"days"_s;
    QTest::newRow("many days") << named({{u"days"_s, 36'501}}) << u"days"_s;
    QTest::newRow("mode") << named(
                                 {{u"limits"_s, QJsonArray{limit(u"requests"_s, u"day"_s, 1, u"softly"_s)}}})
                          << u"limits[0].mode"_s;
    QTest::newRow("twice") << named({{u"limits"_s, QJsonArray{limit(u"requests"_s, u"day"_s, 1),
                                                              limit(u"requests"_s, u"day"_s, 2)}}})
                           << u"limits[1]"_s;
    QTest::newRow("unknown") << named({{u"colour"_s, u"red"_s}}) << u"colour"_s;
    QTest::newRow("concurrency") << named({{u"concurrency"_s, maximumConcurrency + 1}}) << u"concurrency"_s;
}

void LimitModesTest::templatesThatAreNoneAreRefused()
{
    QFETCH(QJsonObject, body);
    QFETCH(QString, field);
    RunningService service;
    const QJsonObject answer = service.admin("POST", "/admin/templates", body, 400);
    QCOMPARE(answer[u"error"_s][u"param"_s].toString(), field);
    QCOMPARE(service.admin("GET", "/admin/templates")[u"count"_s].toInt(), 2);
    const QJsonObject unknown = service.admin("POST", "/admin/keys", {{u"template"_s, u"nothing"_s}}, 400);
    QCOMPARE(unknown[u"error"_s][u"param"_s].toString(), u"template"_s);
    QVERIFY(unknown[u"error"_s][u"message"_s].toString().contains(u"standard, trial"_s));
}

void LimitModesTest::changesOfTemplatesClash()
{
    RunningService service;
    service.admin("PATCH", "/admin/templates/trial", {{u"version"_s, 1}, {u"days"_s, 5}});
    const QJsonObject clash =
        service.admin("PATCH", "/admin/templates/trial", {{u"version"_s, 1}, {u"days"_s, 6}}, 409);
    QCOMPARE(clash[u"current"_s][u"days"_s].toInt(), 5);
    QCOMPARE(
        service.admin("PATCH", "/admin/templates/trial", {{u"days"_s, QJsonValue()}})[u"version"_s].toInt(),
        3);
    service.admin("PATCH", "/admin/templates/nothing", {{u"days"_s, 6}}, 404);
    service.admin("PATCH", "/admin/templates/trial", {{u"name"_s, u"other"_s}}, 400);
}

QTEST_GUILESS_MAIN(LimitModesTest)
#include "tst_limitmodes.moc"
