// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/limit.h"

#include <QtTest>

using namespace quota;
using namespace Qt::StringLiterals;

class LimitTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyUnitAndWindowRoundTrips()
    {
        for (const LimitUnit unit : {LimitUnit::Requests, LimitUnit::Tokens}) {
            QVERIFY(limitUnitFromString(toString(unit)) == unit);
            for (const LimitWindow window : {LimitWindow::Minute, LimitWindow::Hour, LimitWindow::Day,
                                             LimitWindow::Week, LimitWindow::Month, LimitWindow::Total}) {
                QVERIFY(limitWindowFromString(toString(window)) == window);
                for (const qint64 amount : {unlimitedAmount, qint64(0), qint64(1), maximumAmount}) {
                    const Limit limit{unit, window, amount};
                    const auto fromText = limitFromText(toText(limit));
                    QVERIFY(fromText);
                    QCOMPARE(*fromText, limit);
                    JsonReader reader(toJson(limit));
                    QCOMPARE(limitFromJson(reader), limit);
                    QVERIFY(reader.finish(true));
                }
            }
        }
        QVERIFY(!limitUnitFromString(u"Requests"_s));
        QVERIFY(!limitWindowFromString(u"year"_s));
    }

    void unlimitedIsAWordForMinusOne()
    {
        QCOMPARE(limitFromText(u"tokens/month=unlimited"_s).value().amount, unlimitedAmount);
        JsonReader reader(
            {{u"unit"_s, u"tokens"_s}, {u"window"_s, u"month"_s}, {u"amount"_s, u"unlimited"_s}});
        QCOMPARE(limitFromJson(reader).amount, unlimitedAmount);
        QVERIFY(reader.finish(true));
    }

    void refusesOtherTexts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("number alone") << u"200"_s;
        QTest::newRow("no window") << u"requests=200"_s;
        QTest::newRow("no amount") << u"requests/day"_s;
        QTest::newRow("empty amount") << u"requests/day="_s;
        QTest::newRow("unit unknown") << u"calls/day=200"_s;
        QTest::newRow("window unknown") << u"requests/year=200"_s;
        QTest::newRow("below -1") << u"requests/day=-2"_s;
        QTest::newRow("above the most") << u"requests/day=1000000000000001"_s;
        QTest::newRow("fraction") << u"requests/day=1.5"_s;
        QTest::newRow("order turned round") << u"day/requests=1"_s;
        QTest::newRow("equals first") << u"requests=1/day"_s;
    }
    void refusesOtherTexts()
    {
        QFETCH(QString, text);
        const auto limit = limitFromText(text);
        QVERIFY(!limit);
        QCOMPARE(limit.error().field, u"limit"_s);
        QVERIFY(limit.error().message.contains(u"requests/day=200"));
    }

    void refusesOtherJson_data()
    {
        QTest::addColumn<QJsonObject>("json");
        QTest::addColumn<QString>("field");
        const QJsonObject good{{u"unit"_s, u"requests"_s}, {u"window"_s, u"day"_s}, {u"amount"_s, 1}};
        const auto with = [&good](const QString &name, const QJsonValue &value) {
            QJsonObject object = good;
            if (value.isUndefined())
                object.remove(name);
            else
                object[name] = value;
            return object;
        };
        for (const char *name : {"unit", "window", "amount"}) {
            const QString field = QString::fromLatin1(name);
            QTest::addRow("%s absent", name) << with(field, QJsonValue::Undefined) << field;
            QTest::addRow("%s null", name) << with(field, QJsonValue::Null) << field;
            QTest::addRow("%s unknown", name) << with(field, u"moon"_s) << field;
        }
        QTest::newRow("amount below") << with(u"amount"_s, -2) << u"amount"_s;
        QTest::newRow("amount above") << with(u"amount"_s, 1'000'000'000'000'001LL) << u"amount"_s;
        QTest::newRow("unknown field") << with(u"used"_s, 1) << u"used"_s;
    }
    void refusesOtherJson()
    {
        QFETCH(QJsonObject, json);
        QFETCH(QString, field);
        JsonReader reader(json);
        limitFromJson(reader);
        const Done done = reader.finish(true);
        QVERIFY(!done);
        QCOMPARE(done.error().field, field);
    }

    void statusRoundTrips()
    {
        const LimitStatus status{{LimitUnit::Tokens, LimitWindow::Day, 100}, 60, 15, fromMilliseconds(1'000)};
        const QJsonObject json = toJson(status);
        QCOMPARE(json[u"remaining"_s].toInteger(), 25);
        QCOMPARE(json[u"resets_at"_s].toString(), u"1970-01-01T00:00:01.000Z"_s);
        JsonReader reader(json);
        QCOMPARE(limitStatusFromJson(reader), status);
    }

    void remainingIsNeverNegativeNorOfNoLimit()
    {
        QCOMPARE((LimitStatus{{LimitUnit::Tokens, LimitWindow::Day, 10}, 60, 1, {}}.remaining()), 0);
        const QJsonObject json = toJson(LimitStatus{{LimitUnit::Tokens, LimitWindow::Total, -1}, 60, 1, {}});
        QVERIFY(json[u"remaining"_s].isNull());
        QVERIFY(json[u"resets_at"_s].isNull());
    }
};

QTEST_GUILESS_MAIN(LimitTest)
#include "tst_limit.moc"
