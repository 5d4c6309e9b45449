// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeclock.h"
#include "rawclient.h"
#include "runningservice.h"
#include "service/backup/verification.h"

#include <QDir>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// Backups of a running service, over its admin API.
class BackupApiTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makesListsProvesAndDeletes();
    void theDownloadIsTheFile();
    void holdsWhatWasJustCounted();
    void refuses_data();
    void refuses();
    void worksInMemoryMode();
    void aDamagedOneIsTold();
    void takesBackOnlyKeys();
    void showsWhatARestoreWouldChange();
    void madeByTheSchedule();
    void aMissedOneIsMadeUpFor();
    void tellsAgeInMetricsAndHealth();
};

static QString make(RunningService &service, const QJsonObject &body = {})
{
    return service.admin("POST", "/admin/backups", body, 201).value(u"id"_s).toString();
}

static QJsonObject partOf(const QJsonObject &health, const QString &name)
{
    const QJsonArray parts = health.value(u"parts"_s).toArray();
    for (const QJsonValue &part : parts) {
        if (part[u"name"_s].toString() == name)
            return part.toObject();
    }
    return {};
}

static int chat(RunningService &service, const QByteArray &secret)
{
    return fetch(service.port(), "POST", "/v1/chat/completions", bearer(secret),
                 R"({"model":"m","messages":[{"role":"user","content":"hi"}]})")
        .status;
}

void BackupApiTest::makesListsProvesAndDeletes()
{
    RunningService service;
    service.createKey();
    service.createKey();
    const QJsonObject made = service.admin("POST", "/admin/backups", {}, 201);
    QCOMPARE(made[u"state"_s].toString(), u"good"_s);
    QCOMPARE(made[u"rows"_s][u"keys"_s].toInt(), 2);
    QVERIFY(!made[u"verified_at"_s].toString().isEmpty());
    const QByteArray id = made[u"id"_s].toString().toLatin1();
    QVERIFY(QFile::exists(service.directory() + u"/backups/"_s + QString::fromLatin1(id)));
    const QJsonObject list = service.admin("GET", "/admin/backups");
    QCOMPARE(list[u"total"_s].toInt(), 1);
    QCOMPARE(list[u"schedule"_s].toString(), u"daily 03:30"_s);
    QVERIFY(!list[u"next_at"_s].toString().isEmpty());
    const QJsonObject verified = service.admin("POST", "/admin/backups/" + id + "/verify");
    QCOMPARE(verified[u"state"_s].toString(), u"good"_s);
    QCOMPARE(service.admin("POST", "/admin/backups/prune")[u"deleted"_s].toArray().size(), 0);
    service.admin("DELETE", "/admin/backups/" + id);
    QCOMPARE(service.admin("GET", "/admin/backups")[u"total"_s].toInt(), 0);
    service.admin("DELETE", "/admin/backups/" + id, {}, 404);
}

void BackupApiTest::theDownloadIsTheFile()
{
    RunningService service;
    const QString id = make(service);
    // Larger than what a connection buffers, so that it is sent in pieces as the client takes them.
    QFile file(service.directory() + u"/backups/"_s + id);
    QVERIFY(file.open(QIODevice::Append));
    file.write(QByteArray(3'000'000, 'x'));
    file.close();
    QVERIFY(file.open(QIODevice::ReadOnly));
    const RawAnswer answer = ask(*service.connectTo(service.adminPort()), "GET",
                                 "/admin/backups/" + id.toLatin1(), bearer(service.adminToken()));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body == file.readAll(), true);
}

void BackupApiTest::holdsWhatWasJustCounted()
{
    RunningService service;
    const QByteArray secret = service.createKey();
    for (int i = 0; i < 5; ++i)
        QCOMPARE(chat(service, secret), 200);
    const QJsonObject made = service.admin("POST", "/admin/backups", {}, 201);
    QCOMPARE(made[u"rows"_s][u"requests"_s].toInt(), 5);
}

void BackupApiTest::refuses_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QJsonObject>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const char *method, const char *target, const QJsonObject &body,
                        int status, const QString &words) {
        QTest::newRow(name) << QByteArray(method) << QByteArray(target) << body << status << words;
    };
    row("unknown field", "POST", "/admin/backups", {{u"password"_s, u"x"_s}}, 400, u"password"_s);
    row("short passphrase", "POST", "/admin/backups", {{u"passphrase"_s, u"short"_s}}, 400, u"passphrase"_s);
    row("no such backup", "GET", "/admin/backups/x.tar.gz", {}, 404, u"no backup"_s);
    row("leads elsewhere", "GET", "/admin/backups/..%2Fquota.db", {}, 404, u"no backup"_s);
    row("the database itself", "DELETE", "/admin/backups/..%2F..%2Fquota.tar.gz", {}, 404, u"no backup"_s);
    row("verify what is not there", "POST", "/admin/backups/x.tar.gz/verify", {}, 404, u"no backup"_s);
    row("scope", "POST", "/admin/backups/x.tar.gz/restore", {{u"scope"_s, u"some"_s}}, 400,
        u"keys or settings"_s);
    row("nothing to put back", "POST", "/admin/backups/x.tar.gz/restore", {{u"scope"_s, u"all"_s}}, 404,
        u"no backup"_s);
    row("restore what is not there", "POST", "/admin/backups/x.tar.gz/restore", {{u"dry_run"_s, true}}, 404,
        u"no backup"_s);
}

void BackupApiTest::refuses()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QJsonObject, body);
    QFETCH(int, status);
    QFETCH(QString, words);
    RunningService service;
    const QJsonObject answer = service.admin(method, target, body, status);
    const QString text = answer[u"error"_s][u"message"_s].toString();
    QVERIFY2(text.contains(words), qPrintable(text));
}

void BackupApiTest::worksInMemoryMode()
{
    RunningService service({{u"DATABASE_URL"_s, u"memory:"_s}});
    service.createKey();
    const QString id = make(service, {{u"passphrase"_s, u"correct horse battery"_s}});
    QVERIFY(id.endsWith(u".sealed"_s));
    BackupProgress progress;
    const auto verified =
        verifyBackup({service.directory() + u"/backups/"_s + id, service.directory() + u"/scratch"_s,
                      "correct horse battery", 1 << 30},
                     progress);
    QVERIFY2(verified, verified ? "" : qPrintable(verified.error().message));
    QCOMPARE(verified->contents.rows.value(u"keys"_s), 1);
}

void BackupApiTest::aDamagedOneIsTold()
{
    RunningService service;
    const QString id = make(service);
    QFile file(service.directory() + u"/backups/"_s + id);
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.seek(1000);
    file.write("noise");
    file.close();
    const QJsonObject verified = service.admin("POST", "/admin/backups/" + id.toLatin1() + "/verify");
    QCOMPARE(verified[u"state"_s].toString(), u"damaged"_s);
    QVERIFY(!verified[u"fault"_s].toString().isEmpty());
    const QJsonObject list = service.admin("GET", "/admin/backups");
    QCOMPARE(list[u"backups"_s][0][u"state"_s].toString(), u"damaged"_s);
}

void BackupApiTest::takesBackOnlyKeys()
{
    RunningService service;
    const QByteArray kept = service.createKey({{u"label"_s, u"kept"_s}});
    const QByteArray lost = service.createKey({{u"label"_s, u"lost"_s}});
    const QString id = make(service);
    const QByteArray newer = service.createKey({{u"label"_s, u"newer"_s}});
    const QJsonArray keys = service.admin("GET", "/admin/keys?search=lost")[u"keys"_s].toArray();
    service.admin("DELETE", "/admin/keys/" + keys[0][u"id"_s].toString().toLatin1());
    QCOMPARE(chat(service, lost), 401);
    QCOMPARE(chat(service, newer), 200);
    const QJsonObject outcome =
        service.admin("POST", "/admin/backups/" + id.toLatin1() + "/restore", {{u"scope"_s, u"keys"_s}});
    QCOMPARE(outcome[u"restored"_s].toBool(), true);
    QCOMPARE(outcome[u"keys"_s].toInt(), 2);
    QVERIFY(outcome[u"safety_backup"_s].toString().contains(u"-safety."_s));
    QCOMPARE(chat(service, kept), 200);
    QCOMPARE(chat(service, lost), 200);
    QCOMPARE(chat(service, newer), 401);
    service.stop();
    service.start();
    QCOMPARE(chat(service, lost), 200);
    QCOMPARE(chat(service, newer), 401);
}

void BackupApiTest::showsWhatARestoreWouldChange()
{
    RunningService service;
    service.createKey({{u"label"_s, u"one"_s}});
    const QString id = make(service);
    const QByteArray newer = service.createKey({{u"label"_s, u"two"_s}});
    const QJsonObject outcome =
        service.admin("POST", "/admin/backups/" + id.toLatin1() + "/restore", {{u"dry_run"_s, true}});
    QCOMPARE(outcome[u"restored"_s].toBool(), false);
    QCOMPARE(outcome[u"differences"_s][u"keys"_s][u"removed"_s].toInt(), 1);
    QCOMPARE(outcome[u"differences"_s][u"keys_removed"_s][0][u"label"_s].toString(), u"two"_s);
    QCOMPARE(chat(service, newer), 200);
    QCOMPARE(service.admin("GET", "/admin/backups")[u"total"_s].toInt(), 1);
}

void BackupApiTest::madeByTheSchedule()
{
    FakeClock clock(*timestampFromIso(u"2026-11-27T03:29:59.900Z"_s));
    RunningService service({{u"QUOTA_TIMEZONE"_s, u"UTC"_s}, {u"BACKUP_KEEP_DAILY"_s, u"1"_s}}, &clock);
    clock.advance(std::chrono::milliseconds(200));
    QTRY_COMPARE(service.admin("GET", "/admin/backups")[u"total"_s].toInt(), 1);
    const QJsonObject list = service.admin("GET", "/admin/backups");
    QCOMPARE(list[u"backups"_s][0][u"kind"_s].toString(), u"scheduled"_s);
    QCOMPARE(list[u"next_at"_s].toString(), u"2026-11-28T03:30:00.000Z"_s);
}

void BackupApiTest::aMissedOneIsMadeUpFor()
{
    FakeClock clock(*timestampFromIso(u"2026-11-27T03:00:00Z"_s));
    RunningService service({{u"QUOTA_TIMEZONE"_s, u"UTC"_s}}, &clock);
    const auto backups = [&service] { return service.admin("GET", "/admin/backups"); };
    const auto restart = [&service, &clock](std::chrono::minutes away) {
        service.stop();
        clock.advance(away);
        service.start();
    };
    // Nothing was due.
    restart(std::chrono::minutes(20));
    QCOMPARE(backups()[u"next_at"_s].toString(), u"2026-11-27T03:30:00.000Z"_s);
    QCOMPARE(backups()[u"total"_s].toInt(), 0);
    // Three were, of which one is enough.
    restart(std::chrono::days(3));
    QTRY_COMPARE(backups()[u"total"_s].toInt(), 1);
    QCOMPARE(backups()[u"backups"_s][0][u"kind"_s].toString(), u"scheduled"_s);
    QTRY_COMPARE(backups()[u"next_at"_s].toString(), u"2026-11-30T03:30:00.000Z"_s);
    QVERIFY(!backups()[u"activity"_s].isObject());
    restart(std::chrono::minutes(1));
    QCOMPARE(backups()[u"next_at"_s].toString(), u"2026-11-30T03:30:00.000Z"_s);
    QCOMPARE(backups()[u"total"_s].toInt(), 1);
}

void BackupApiTest::tellsAgeInMetricsAndHealth()
{
    FakeClock clock(*timestampFromIso(u"2026-11-27T12:00:00Z"_s));
    RunningService service({{u"QUOTA_TIMEZONE"_s, u"UTC"_s}}, &clock);
    const auto state = [&service] {
        return partOf(service.admin("GET", "/admin/health"), u"backup"_s).value(u"state"_s).toString();
    };
    const auto metrics = [&service] {
        return ask(*service.connectTo(service.adminPort()), "GET", "/metrics", bearer(service.adminToken()))
            .body;
    };
    QCOMPARE(state(), u"unknown"_s);
    QVERIFY(!metrics().contains("quota_proxy_backup_age_seconds"));
    make(service);
    QCOMPARE(state(), u"ok"_s);
    clock.advance(std::chrono::seconds(90));
    QVERIFY(metrics().contains("quota_proxy_backup_age_seconds 90\n"));
    QVERIFY(metrics().contains("quota_proxy_backup_count 1\n"));
    clock.advance(std::chrono::hours(51));
    QCOMPARE(state(), u"warning"_s);
}

QTEST_GUILESS_MAIN(BackupApiTest)
#include "tst_backupapi.moc"
