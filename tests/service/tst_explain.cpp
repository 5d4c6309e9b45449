// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "rawclient.h"
#include "runningservice.h"
#include "service/store/requestshelf.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace Qt::StringLiterals;

// Why a request passed or was refused, through the front door, and the shelf that it comes from.
class ExplainTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shelfKeepsTheLast();
    void judgementSaysWhatWouldDo_data();
    void judgementSaysWhatWouldDo();
    void explainsThroughTheFrontDoor();
    void fallsBackToTheBooks();
};

static ShelvedRequest requestOf(int number)
{
    ShelvedRequest request;
    request.row.requestId = "req_" + QByteArray::number(number);
    request.row.status = number;
    return request;
}

void ExplainTest::shelfKeepsTheLast()
{
    RequestShelf shelf(3);
    for (int number = 0; number < 8; ++number) {
        shelf.keep(requestOf(number));
        QCOMPARE(shelf.find("req_" + QByteArray::number(number))->row.status, number);
        QCOMPARE(shelf.find("req_" + QByteArray::number(number - 2)).has_value(), number >= 2);
        QVERIFY(!shelf.find("req_" + QByteArray::number(number - 3)));
    }
}

void ExplainTest::judgementSaysWhatWouldDo_data()
{
    QTest::addColumn<QList<Limit>>("limits");
    QTest::addColumn<int>("before"); // requests that passed
    QTest::addColumn<qint64>("tokens");
    QTest::addColumn<QString>("passes"); // for each limit, y or n
    QTest::addColumn<qint64>("enough");  // for the first that does not
    QTest::addColumn<QString>("until");  // empty: never
    const Limit day{LimitUnit::Requests, LimitWindow::Day, 2};
    const Limit month{LimitUnit::Requests, LimitWindow::Month, 2};
    const Limit total{LimitUnit::Requests, LimitWindow::Total, 2};
    const Limit tokens{LimitUnit::Tokens, LimitWindow::Day, 100};
    const Limit free{LimitUnit::Requests, LimitWindow::Day, unlimitedAmount};
    QTest::newRow("passes") << QList{day, free} << 1 << qint64(5) << u"yy"_s << qint64(0) << QString();
    QTest::newRow("until tomorrow") << QList{day} << 2 << qint64(0) << u"n"_s << qint64(3)
                                    << u"2026-11-28T00:00:00.000Z"_s;
    QTest::newRow("until the later") << QList{day, month} << 2 << qint64(0) << u"nn"_s << qint64(3)
                                     << u"2026-12-01T00:00:00.000Z"_s;
    QTest::newRow("never by itself") << QList{day, total} << 2 << qint64(0) << u"nn"_s << qint64(3)
                                     << QString();
    QTest::newRow("larger than the limit")
        << QList{tokens} << 0 << qint64(101) << u"n"_s << qint64(101) << QString();
    QTest::newRow("tokens until tomorrow")
        << QList{free, tokens} << 1 << qint64(60) << u"yn"_s << qint64(120) << u"2026-11-28T00:00:00.000Z"_s;
}

void ExplainTest::judgementSaysWhatWouldDo()
{
    QFETCH(QList<Limit>, limits);
    QFETCH(int, before);
    QFETCH(qint64, tokens);
    QFETCH(QString, passes);
    QFETCH(qint64, enough);
    QFETCH(QString, until);
    const Timestamp now = *timestampFromIso(u"2026-11-27T12:00:00Z"_s);
    const auto account = std::make_shared<Account>(QTimeZone::utc());
    std::vector<Ticket> open;
    for (int request = 0; request < before; ++request)
        open.push_back(std::move(*account->reserve({}, {}, tokens, now)));
    Judgement judgement;
    const bool passed = account->reserve(limits, {}, tokens, now, &judgement).has_value();
    QCOMPARE(passed, !passes.contains(u'n'));
    QCOMPARE(judgement.limits.size(), size_t(limits.size()));
    qint64 first = 0;
    for (size_t index = 0; index < judgement.limits.size(); ++index) {
        const LimitStatus &status = judgement.limits[index];
        QCOMPARE(judgement.passes(status), passes.at(qsizetype(index)) == u'y');
        if (first == 0 && !judgement.passes(status))
            first = judgement.enoughFor(status);
    }
    QCOMPARE(first, enough);
    QCOMPARE(judgement.waitUntil() ? toIso(*judgement.waitUntil()) : QString(), until);
    // And it would have.
    for (Limit &limit : limits) {
        for (const LimitStatus &status : judgement.limits) {
            if (status.limit == limit && !judgement.passes(status))
                limit.amount = judgement.enoughFor(status);
        }
    }
    QVERIFY(account->reserve(limits, {}, tokens, now));
}

static QJsonObject json(const QByteArray &body)
{
    return QJsonDocument::fromJson(body).object();
}

static QByteArray idOf(const RawAnswer &answer)
{
    return answer.header("x-request-id");
}

static const QByteArray question =
    R"({"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";

static QHash<QString, QString> settingsFor(const FakeUpstream &upstream)
{
    return {{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())},
            {u"QUOTA_TIMEZONE"_s, u"UTC"_s}};
}

void ExplainTest::explainsThroughTheFrontDoor()
{
    FakeUpstream upstream;
    RunningService service(settingsFor(upstream));
    const QByteArray secret = service.createKey(
        {{u"limits"_s,
          QJsonArray{
              QJsonObject{{u"unit"_s, u"requests"_s}, {u"window"_s, u"day"_s}, {u"amount"_s, 1}},
              QJsonObject{{u"unit"_s, u"tokens"_s}, {u"window"_s, u"total"_s}, {u"amount"_s, 1'000}}}}});
    const QByteArray other = service.createKey();
    const auto post = [&](const QByteArray &key) {
        return fetch(service.port(), "POST", "/v1/chat/completions", bearer(key), question);
    };
    const auto ask = [&](const QByteArray &key, const QByteArray &id) {
        return fetch(service.port(), "GET", "/v1/usage/explain/" + id, bearer(key));
    };
    const RawAnswer passed = post(secret);
    QCOMPARE(passed.status, 200);
    const RawAnswer refused = post(secret);
    QCOMPARE(refused.status, 429);

    const QJsonObject good = json(ask(secret, idOf(passed)).body);
    QCOMPARE(good[u"outcome"_s].toString(), u"answered"_s);
    QCOMPARE(good[u"judged"_s].toBool(), true);
    QCOMPARE(good[u"limits"_s][0][u"passed"_s].toBool(), true);
    QCOMPARE(good[u"limits"_s][0][u"used"_s].toInt(-1), 0);
    QVERIFY(good[u"limits"_s][0][u"raise_to"_s].isNull());
    QVERIFY(good[u"wait_until"_s].isNull());
    QVERIFY(good[u"explanation"_s].toString().isEmpty());
    QVERIFY(good[u"times"_s][u"total_ms"_s].toDouble() > 0);

    const RawAnswer answer = ask(secret, idOf(refused));
    QCOMPARE(answer.status, 200);
    const QJsonObject bad = json(answer.body);
    QCOMPARE(bad[u"status"_s].toInt(), 429);
    QCOMPARE(bad[u"outcome"_s].toString(), u"refused"_s);
    const QJsonValue limit = bad[u"limits"_s][0];
    QCOMPARE(limit[u"passed"_s].toBool(true), false);
    QCOMPARE(limit[u"used"_s].toInt(), 1);
    QCOMPARE(limit[u"requested"_s].toInt(), 1);
    QCOMPARE(limit[u"raise_to"_s].toInt(), 2);
    QCOMPARE(bad[u"limits"_s][1][u"passed"_s].toBool(), true);
    QCOMPARE(bad[u"wait_until"_s], limit[u"resets_at"_s]);
    QVERIFY(bad[u"explanation"_s].toString().contains(u"requests/day 2"_s));
    QVERIFY(!answer.body.contains(secret));

    // Another key sees nothing of it, an operator sees it all.
    QCOMPARE(ask(other, idOf(refused)).status, 404);
    QCOMPARE(ask(secret, "req_000000000000000000000000").status, 404);
    QCOMPARE(ask(secret, "nonsense").status, 404);
    QCOMPARE(ask("sk-nobody", idOf(refused)).status, 401);
    const QJsonObject seen = service.admin("GET", "/admin/requests/" + idOf(refused));
    QCOMPARE(seen[u"limits"_s], bad[u"limits"_s]);
    service.admin("GET", "/admin/requests/nonsense", {}, 404);
    QCOMPARE(fetch(service.port(), "GET", "/admin/requests/" + idOf(refused), bearer(secret)).status, 403);
}

void ExplainTest::fallsBackToTheBooks()
{
    FakeUpstream upstream;
    RunningService service(settingsFor(upstream));
    const QByteArray secret = service.createKey();
    const RawAnswer passed = fetch(service.port(), "POST", "/v1/chat/completions", bearer(secret), question);
    QCOMPARE(passed.status, 200);
    service.stop();
    service.start();
    const RawAnswer answer =
        fetch(service.port(), "GET", "/v1/usage/explain/" + idOf(passed), bearer(secret));
    QCOMPARE(answer.status, 200);
    const QJsonObject booked = json(answer.body);
    QCOMPARE(booked[u"id"_s].toString().toLatin1(), idOf(passed));
    QCOMPARE(booked[u"judged"_s].toBool(true), false);
    QCOMPARE(booked[u"status"_s].toInt(), 200);
    QCOMPARE(booked[u"outcome"_s].toString(), u"answered"_s);
    QVERIFY(booked[u"explanation"_s].toString().contains(u"EXPLAIN_REQUESTS"_s));
    QVERIFY(booked[u"times"_s][u"total_ms"_s].toDouble() > 0);
}

QTEST_GUILESS_MAIN(ExplainTest)
#include "tst_explain.moc"
