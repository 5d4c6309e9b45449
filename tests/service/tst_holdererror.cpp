// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/holdererror.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace std::chrono_literals;

static QJsonObject errorOf(const HttpAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body).object().value(u"error"_s).toObject();
}

class HolderErrorTest : public QObject
{
    Q_OBJECT

    const Timestamp m_now = *timestampFromIso(u"2026-03-04T10:00:00Z"_s);

    static Refusal limitRefusal(LimitUnit unit, LimitWindow window, std::optional<Timestamp> reset)
    {
        Refusal refusal;
        refusal.status = {{unit, window, 10}, 8, 2, reset};
        refusal.retryAfter = 90s;
        return refusal;
    }

private Q_SLOTS:
    void table_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, HolderFault fault, int status, const QString &code) {
            QTest::newRow(name) << int(fault) << status << code;
        };
        row("no key", HolderFault::MissingKey, 401, u"missing_api_key"_s);
        row("unknown key", HolderFault::UnknownKey, 401, u"invalid_api_key"_s);
        row("expired", HolderFault::KeyExpired, 401, u"key_expired"_s);
        row("disabled", HolderFault::KeyDisabled, 403, u"key_disabled"_s);
        row("model", HolderFault::ModelNotAllowed, 403, u"model_not_allowed"_s);
        row("address", HolderFault::AddressNotAllowed, 403, u"address_not_allowed"_s);
        row("JSON", HolderFault::InvalidJson, 400, u"invalid_json"_s);
        row("form", HolderFault::InvalidForm, 400, u"invalid_form"_s);
        row("two models", HolderFault::ModelUnclear, 400, u"ambiguous_model"_s);
        row("late model", HolderFault::ModelTooLate, 413, u"model_too_late"_s);
        row("large", HolderFault::RequestTooLarge, 413, u"request_too_large"_s);
        row("route", HolderFault::RouteNotFound, 404, u"not_found"_s);
        row("no model", HolderFault::ModelNotFound, 404, u"model_not_found"_s);
        row("unreachable", HolderFault::UpstreamUnreachable, 502, u"upstream_unreachable"_s);
        row("timeout", HolderFault::UpstreamTimeout, 504, u"upstream_timeout"_s);
        row("no books", HolderFault::StoreUnavailable, 503, u"store_unavailable"_s);
        row("stopping", HolderFault::ShuttingDown, 503, u"shutting_down"_s);
        row("internal", HolderFault::Internal, 500, u"internal_error"_s);
    }
    void table()
    {
        QFETCH(int, fault);
        QFETCH(int, status);
        QFETCH(QString, code);
        QStringList messages;
        for (const Language language : {Language::English, Language::Chinese}) {
            for (const QString &subject : {u""_s, u"THE-SUBJECT"_s}) {
                const HttpAnswer answer = holderError(HolderFault(fault), language, subject);
                QCOMPARE(answer.status, status);
                QCOMPARE(answer.headers.contains("WWW-Authenticate"), status == 401);
                QVERIFY(answer.headers.value("Content-Type").startsWith("application/json"));
                const QJsonObject error = errorOf(answer);
                QCOMPARE(error.value(u"code"_s).toString(), code);
                QVERIFY(!error.value(u"type"_s).toString().isEmpty());
                QVERIFY(error.contains(u"param"_s));
                const QString text = error.value(u"message"_s).toString();
                QVERIFY(!text.isEmpty());
                QVERIFY2(!text.contains(u'%'), qPrintable(text));
                messages.append(text);
            }
        }
        QVERIFY2(messages[0] != messages[2], qPrintable(messages[0])); // translated
        QVERIFY2(messages[1] != messages[3], qPrintable(messages[1]));
        const bool takesSubject = messages[0] != messages[1];
        QCOMPARE(messages[1].contains("THE-SUBJECT"_L1), takesSubject);
        QCOMPARE(messages[3].contains("THE-SUBJECT"_L1), takesSubject);
    }

    void limits_data()
    {
        QTest::addColumn<LimitWindow>("window");
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("retryIsVain");
        QTest::newRow("minute") << LimitWindow::Minute << u"rate_limit_exceeded"_s << false;
        QTest::newRow("hour") << LimitWindow::Hour << u"rate_limit_exceeded"_s << false;
        QTest::newRow("day") << LimitWindow::Day << u"insufficient_quota"_s << true;
        QTest::newRow("week") << LimitWindow::Week << u"insufficient_quota"_s << true;
        QTest::newRow("month") << LimitWindow::Month << u"insufficient_quota"_s << true;
        QTest::newRow("total") << LimitWindow::Total << u"insufficient_quota"_s << true;
    }
    void limits()
    {
        QFETCH(LimitWindow, window);
        QFETCH(QString, code);
        QFETCH(bool, retryIsVain);
        const std::optional<Timestamp> reset =
            window == LimitWindow::Total ? std::nullopt : std::optional(m_now + 90s);
        const Refusal refusal = limitRefusal(LimitUnit::Requests, window, reset);
        const HttpAnswer answer = limitError(refusal, Language::English);
        QCOMPARE(answer.status, 429);
        QCOMPARE(answer.headers.value("Retry-After").toByteArray(), QByteArray("90"));
        QCOMPARE(answer.headers.value("x-should-retry").toByteArray(),
                 QByteArray(retryIsVain ? "false" : ""));
        const QJsonObject error = errorOf(answer);
        QCOMPARE(error.value(u"code"_s).toString(), code);
        QCOMPARE(error.value(u"type"_s).toString(),
                 retryIsVain ? u"insufficient_quota"_s : u"rate_limit_error"_s);
        QCOMPARE(error.value(u"window"_s).toString(), toString(window));
        QCOMPARE(error.value(u"unit"_s).toString(), u"requests"_s);
        QCOMPARE(error.value(u"limit"_s).toInteger(), 10);
        QCOMPARE(error.value(u"used"_s).toInteger(), 8);
        QCOMPARE(error.value(u"reserved"_s).toInteger(), 2);
        QCOMPARE(error.value(u"requested"_s).toInteger(), 1);
        QCOMPARE(error.value(u"remaining"_s).toInteger(), 0);
        QCOMPARE(error.value(u"resets_at"_s).toString(), reset ? toIso(*reset) : QString());
        const QString text = error.value(u"message"_s).toString();
        QVERIFY2(text.contains(u"requests/"_s + toString(window)), qPrintable(text));
        QVERIFY(text != errorOf(limitError(refusal, Language::Chinese)).value(u"message"_s).toString());
    }

    void tokensThatDoNotFit()
    {
        Refusal refusal = limitRefusal(LimitUnit::Tokens, LimitWindow::Day, m_now + 1h);
        refusal.status.reserved = 0;
        refusal.requested = 500;
        const QString text = errorOf(limitError(refusal, Language::English)).value(u"message"_s).toString();
        QVERIFY2(text.contains("500"_L1) && text.contains("2 of 10"_L1), qPrintable(text));
    }

    void blockedAndConcurrency()
    {
        Refusal blocked = limitRefusal(LimitUnit::Requests, LimitWindow::Day, m_now + 1h);
        blocked.status = {{LimitUnit::Requests, LimitWindow::Day, 0}, 0, 0, m_now + 1h};
        QVERIFY(errorOf(limitError(blocked, Language::English))
                    .value(u"message"_s)
                    .toString()
                    .contains("blocked"_L1));

        Refusal concurrency;
        concurrency.cause = RefusalCause::Concurrency;
        concurrency.status.limit.amount = 3;
        concurrency.status.used = 3;
        const HttpAnswer answer = limitError(concurrency, Language::English);
        const QJsonObject error = errorOf(answer);
        QCOMPARE(error.value(u"code"_s).toString(), u"rate_limit_exceeded"_s);
        QCOMPARE(error.value(u"window"_s).toString(), u"concurrency"_s);
        QCOMPARE(error.value(u"limit"_s).toInteger(), 3);
        QVERIFY(!answer.headers.contains("x-should-retry"));
        QCOMPARE(answer.headers.value("Retry-After").toByteArray(), QByteArray("1"));
    }

    void credentials_data()
    {
        QTest::addColumn<QByteArray>("authorization");
        QTest::addColumn<QByteArray>("apiKey");
        QTest::addColumn<QByteArray>("trialKey");
        QTest::addColumn<QByteArray>("secret");
        QTest::newRow("bearer") << QByteArray("Bearer a") << QByteArray() << QByteArray() << QByteArray("a");
        QTest::newRow("case") << QByteArray("bEARER  a ") << QByteArray() << QByteArray() << QByteArray("a");
        QTest::newRow("x-api-key") << QByteArray() << QByteArray(" b ") << QByteArray() << QByteArray("b");
        QTest::newRow("x-trial-key") << QByteArray() << QByteArray() << QByteArray("c") << QByteArray("c");
        QTest::newRow("bearer wins") << QByteArray("Bearer a") << QByteArray("b") << QByteArray("c")
                                     << QByteArray("a");
        QTest::newRow("api key next")
            << QByteArray() << QByteArray("b") << QByteArray("c") << QByteArray("b");
        QTest::newRow("empty bearer")
            << QByteArray("Bearer ") << QByteArray("b") << QByteArray() << QByteArray("b");
        QTest::newRow("basic") << QByteArray("Basic YTpi") << QByteArray() << QByteArray() << QByteArray();
        QTest::newRow("no blank") << QByteArray("Bearera") << QByteArray() << QByteArray() << QByteArray();
        QTest::newRow("none") << QByteArray() << QByteArray() << QByteArray() << QByteArray();
    }
    void credentials()
    {
        QFETCH(QByteArray, authorization);
        QFETCH(QByteArray, apiKey);
        QFETCH(QByteArray, trialKey);
        QFETCH(QByteArray, secret);
        HttpRequest request;
        const auto add = [&](const char *name, const QByteArray &value) {
            if (!value.isNull())
                request.headers.append(name, value);
        };
        add("X-Trial-Key", trialKey);
        add("X-Api-Key", apiKey);
        add("authorization", authorization);
        QCOMPARE(credentialOf(request), secret);
    }

    void keyFaults()
    {
        const auto faultWith = [this](const std::function<void(ApiKey &)> &change) {
            auto entry = std::make_shared<KeyEntry>();
            change(entry->key);
            return keyFault(entry, m_now);
        };
        QCOMPARE(keyFault(nullptr, m_now), HolderFault::UnknownKey);
        QVERIFY(!faultWith([](ApiKey &) {}));
        QCOMPARE(faultWith([](ApiKey &key) { key.disabled = true; }), HolderFault::KeyDisabled);
        QCOMPARE(faultWith([this](ApiKey &key) { key.expiresAt = m_now; }), HolderFault::KeyExpired);
        QVERIFY(!faultWith([this](ApiKey &key) { key.expiresAt = m_now + 1ms; }));
        QCOMPARE(faultWith([this](ApiKey &key) { key.deletedAt = m_now; }), HolderFault::UnknownKey);
    }

    void headersOfTheTightest()
    {
        const QList<LimitStatus> statuses{
            {{LimitUnit::Requests, LimitWindow::Day, 200}, 10, 0, m_now + 14h},
            {{LimitUnit::Requests, LimitWindow::Minute, 5}, 3, 1, m_now + 59'500ms},
            {{LimitUnit::Requests, LimitWindow::Total, unlimitedAmount}, 500, 0, std::nullopt},
            {{LimitUnit::Tokens, LimitWindow::Total, 1000}, 400, 100, std::nullopt},
        };
        const HeaderList headers = rateLimitHeaders(statuses, m_now);
        const auto value = [&](const char *name) { return headers.value(name).toByteArray(); };
        QCOMPARE(value("x-ratelimit-limit-requests"), QByteArray("5"));
        QCOMPARE(value("x-ratelimit-remaining-requests"), QByteArray("1"));
        QCOMPARE(value("x-ratelimit-reset-requests"), QByteArray("1m0s"));
        QCOMPARE(value("x-ratelimit-limit-tokens"), QByteArray("1000"));
        QCOMPARE(value("x-ratelimit-remaining-tokens"), QByteArray("500"));
        QVERIFY(!headers.contains("x-ratelimit-reset-tokens"));
        QCOMPARE(rateLimitHeaders({statuses[2]}, m_now).size(), 0);
        // With equally little left, the one that is waited for longer.
        QList<LimitStatus> spent{statuses[1], statuses[0]};
        spent[0].used = 5;
        spent[1].used = 200;
        QCOMPARE(rateLimitHeaders(spent, m_now).value("x-ratelimit-limit-requests").toByteArray(),
                 QByteArray("200"));
    }

    void limitsThatOnlyWarn()
    {
        const QList<LimitStatus> statuses{
            {{LimitUnit::Requests, LimitWindow::Day, 2, LimitMode::Warn}, 2, 1, m_now + 14h},
            {{LimitUnit::Tokens, LimitWindow::Total, 10, LimitMode::Warn}, 11, 0, std::nullopt},
            {{LimitUnit::Tokens, LimitWindow::Day, 10, LimitMode::Warn}, 10, 0, m_now + 14h},
            {{LimitUnit::Requests, LimitWindow::Hour, 1, LimitMode::Observe}, 9, 0, m_now + 14h},
        };
        const HeaderList headers = rateLimitHeaders(statuses, m_now);
        QCOMPARE(headers.size(), 2);
        QCOMPARE(headers.value("x-quota-warning").toByteArray(),
                 "requests/day; used=3; limit=2; resets=" + toIso(m_now + 14h).toLatin1());
        QCOMPARE(rateLimitHeaders({statuses[1]}, m_now).value("x-quota-warning").toByteArray(),
                 QByteArray("tokens/total; used=11; limit=10"));
    }

    void durations_data()
    {
        QTest::addColumn<qint64>("milliseconds");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("past") << qint64(-5) << QByteArray("0s");
        QTest::newRow("rounded up") << qint64(1) << QByteArray("1s");
        QTest::newRow("second") << qint64(1000) << QByteArray("1s");
        QTest::newRow("minutes") << qint64(360'000) << QByteArray("6m0s");
        QTest::newRow("hours") << qint64(86'399'000) << QByteArray("23h59m59s");
        QTest::newRow("days") << qint64(259'200'000) << QByteArray("72h0m0s");
    }
    void durations()
    {
        QFETCH(qint64, milliseconds);
        QFETCH(QByteArray, text);
        const LimitStatus status{{LimitUnit::Requests, LimitWindow::Day, 1},
                                 0,
                                 0,
                                 m_now + std::chrono::milliseconds(milliseconds)};
        QCOMPARE(rateLimitHeaders({status}, m_now).value("x-ratelimit-reset-requests").toByteArray(), text);
    }
};

QTEST_GUILESS_MAIN(HolderErrorTest)
#include "tst_holdererror.moc"
