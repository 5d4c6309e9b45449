// SPDX-License-Identifier: GPL-3.0-or-later
#include "importfixtures.h"
#include "program.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace quota::test;

// What the real program prints for other programs: every key, none joined with others, and which time is meant.
class ExportProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exportsEveryKey();
};

static constexpr int keyCount = 130; // more than a report names
static const QHash<QString, QString> environment{{u"QUOTA_TIMEZONE"_s, u"Asia/Shanghai"_s}};

static bool makeKeys(const QString &path, const QDate &today)
{
    const QString count =
        u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %1) "_s.arg(keyCount);
    const QString uses =
        count + u"INSERT INTO daily_usage SELECT '%1', 'trial_0123456789abcdef' || i, %2 + i, 0 FROM n"_s;
    return makeSqlite(
        path,
        {u"CREATE TABLE trial_keys (key TEXT PRIMARY KEY, label TEXT, created_at INTEGER)"_s,
         u"CREATE TABLE daily_usage (day TEXT, trial_key TEXT, requests INTEGER, updated_at INTEGER)"_s,
         count +
             u"INSERT INTO trial_keys SELECT 'trial_0123456789abcdef' || i, '=密钥' || i, 1700000000000 FROM n"_s,
         uses.arg(today.toString(Qt::ISODate)).arg(0),
         uses.arg(today.addDays(-1).toString(Qt::ISODate)).arg(1000)});
}

void ExportProgramTest::exportsEveryKey()
{
    const QTimeZone zone("Asia/Shanghai");
    const QDate today = QDateTime::currentDateTimeUtc().toTimeZone(zone).date();
    Program program;
    const QStringList data{u"--data-dir"_s, program.data()};
    QVERIFY(makeKeys(program.path(u"old"_s), today));
    const auto imported = program.run(
        QStringList{u"database"_s, u"import"_s, program.path(u"old"_s), u"--yes"_s} + data, environment);
    QVERIFY2(imported.code == 0, imported.error.constData());
    QVERIFY2(program.serve(environment), program.log().constData());

    const auto json = program.run(QStringList{u"keys"_s, u"list"_s, u"--json"_s} + data);
    const QJsonObject listed = QJsonDocument::fromJson(json.out).object();
    QCOMPARE(listed[u"count"_s].toInt(), keyCount);
    QCOMPARE(listed[u"time_zone"_s].toString(), u"Asia/Shanghai"_s);
    // One is deleted, and its usage stays its own.
    const QString gone = listed[u"keys"_s][0][u"id"_s].toString();
    QCOMPARE(program.run(QStringList{u"keys"_s, u"delete"_s, gone, u"--yes"_s} + data).code, 0);

    const auto keys = program.run(QStringList{u"keys"_s, u"list"_s, u"--csv"_s, u"--bom"_s} + data);
    QVERIFY2(keys.code == 0, keys.error.constData());
    QVERIFY2(keys.out.startsWith("\xEF\xBB\xBFid,label,preview,state,limits,"),
             keys.out.left(200).constData());
    QCOMPARE(keys.out.count("\r\n"), keyCount);
    QCOMPARE(keys.out.count(",Asia/Shanghai\r\n"), keyCount - 1);
    QVERIFY(keys.out.contains(QByteArray(",'=密钥")));
    QVERIFY(!keys.out.contains(QByteArray(",=")));

    const auto usage = program.run(QStringList{u"usage"_s, u"--csv"_s} + data);
    QVERIFY2(usage.code == 0, usage.error.constData());
    if (QDateTime::currentDateTimeUtc().toTimeZone(zone).date() != today)
        QSKIP("The day ended meanwhile.");
    QCOMPARE(usage.out.count("\r\n"), 1 + 2 * keyCount);
    QVERIFY(usage.out.startsWith("day,key,label,requests,"));
    QVERIFY(!usage.out.contains(",other,"));
    QCOMPARE(usage.out.count("\n" + today.toString(Qt::ISODate).toLatin1() + ','), keyCount);
    QCOMPARE(usage.out.count(gone.toLatin1()), 2);
    qint64 sum = 0;
    const auto lines = usage.out.split('\n');
    for (const QByteArray &line : lines.mid(1))
        sum += line.split(',').value(3).toLongLong();
    QCOMPARE(sum, keyCount * (keyCount + 1) + 1000 * keyCount);

    const auto report = program.run(QStringList{u"usage"_s, u"--json"_s} + data);
    const QJsonObject object = QJsonDocument::fromJson(report.out).object();
    QCOMPARE(object[u"time_zone"_s].toString(), u"Asia/Shanghai"_s);
    QCOMPARE(object[u"series"_s].toArray().size(), keyCount);
    QCOMPARE(program.end(), 0);
}

QTEST_GUILESS_MAIN(ExportProgramTest)
#include "tst_exportprogram.moc"
