// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "program.h"
#include "rawclient.h"
#include "runningservice.h"
#include "service/backup/sqlitefile.h"
#include "service/store/bookscheck.h"
#include "shared/adminclient.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QTcpSocket>
#include <QTemporaryFile>
#include <QTest>

#include <random>
#include <vector>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

namespace
{

constexpr auto chatBody = R"({"model":"m","max_tokens":20,"messages":[{"role":"user","content":"hi"}]})";

// A holder that asks again as soon as it is answered, until it is told to end.
class Asker : public QObject
{
public:
    Asker(quint16 port, const QByteArray &secret)
        : m_request("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                    "Content-Length: " + QByteArray::number(qstrlen(chatBody)) + "\r\n\r\n" + chatBody)
    {
        connect(&m_socket, &QTcpSocket::connected, this, [this] { m_socket.write(m_request); });
        connect(&m_socket, &QTcpSocket::readyRead, this, &Asker::read);
        connect(&m_socket, &QTcpSocket::disconnected, this, [this] { m_over = true; });
        m_socket.connectToHost(u"127.0.0.1"_s, port);
    }
    void end() { m_ends = true; }
    bool isOver() const { return m_over; }
    int passed() const { return m_passed; }
    const QByteArray &surprise() const { return m_surprise; }

private:
    void read()
    {
        m_input += m_socket.readAll();
        const qsizetype head = m_input.indexOf("\r\n\r\n");
        static const QRegularExpression lengthField(u"content-length: *(\\d+)"_s,
                                                    QRegularExpression::CaseInsensitiveOption);
        const qsizetype length =
            lengthField.match(QString::fromLatin1(m_input.left(head + 2))).captured(1).toLongLong();
        if (head < 0 || m_input.size() < head + 4 + length)
            return;
        if (m_input.mid(9, 3) != "200")
            m_surprise = m_input;
        else
            ++m_passed;
        m_input.remove(0, head + 4 + length);
        m_over = m_ends || !m_surprise.isEmpty();
        if (!m_over)
            m_socket.write(m_request);
    }

    QTcpSocket m_socket;
    const QByteArray m_request;
    QByteArray m_input;
    QByteArray m_surprise;
    bool m_ends = false;
    bool m_over = false;
    int m_passed = 0;
};

}

// A whole store put back while the service runs: what holders, limits and books see of it, and what stays when it
// fails, is cancelled or killed. QUOTA_KILLS=50 kills as often; QUOTA_SEED repeats a run.
class RestoreRunningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsAllBack();
    void limitsAreThoseOfTheRestoredStore();
    void templatesComeAlong_data();
    void templatesComeAlong();
    void bringsProvidersAndTheSealKey();
    void holdersGoOnMeanwhile();
    void whoIsUnderWayCountsInTheRestoredStore();
    void aFailedProofChangesNothing();
    void refusesInMemory();
    void cancels();
    void uploads_data();
    void uploads();
    void uploadsAreBounded_data();
    void uploadsAreBounded();
    void refusesUploads_data();
    void refusesUploads();
    void whoLeavesAnUploadLeavesNothing();
    void aFullDiskLeavesNothing();
    void theClientUploads();
    void survivesKills();
};

static int chat(quint16 port, const QByteArray &secret)
{
    return fetch(port, "POST", "/v1/chat/completions", bearer(secret), chatBody).status;
}

static QString make(RunningService &service, const QJsonObject &body = {})
{
    return service.admin("POST", "/admin/backups", body, 201).value(u"id"_s).toString();
}

static QJsonObject restore(RunningService &service, const QString &id, const QJsonObject &body = {},
                           int status = 200)
{
    return service.admin("POST", "/admin/backups/" + id.toLatin1() + "/restore", body, status);
}

static QString onlyKeyId(RunningService &service)
{
    return service.admin("GET", "/admin/keys")[u"keys"_s][0][u"id"_s].toString();
}

static QJsonObject usage(RunningService &service)
{
    return service.admin("GET", "/admin/usage?days=2")[u"sums"_s].toObject();
}

static QJsonObject limitOf(RunningService &service, const QString &keyId)
{
    return service.admin("GET", "/admin/keys/" + keyId.toLatin1())[u"limits"_s][0].toObject();
}

static BooksFindings checkBooks(RunningService &service)
{
    service.stop();
    const auto database = Database::open({.path = service.directory() + u"/quota.db"_s});
    const auto found =
        database ? bookscheck::check(**database) : Result<BooksFindings>(BooksFindings{{}, -1});
    service.start();
    return found.value_or(BooksFindings{{}, -1});
}

static QHash<QString, QString> upstreamAt(const FakeUpstream &upstream)
{
    return {{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())},
            {u"DEEPSEEK_API_KEY"_s, u"x"_s}};
}

void RestoreRunningTest::putsAllBack()
{
    RunningService service;
    const QByteArray kept = service.createKey({{u"label"_s, u"kept"_s}});
    const QByteArray lost = service.createKey({{u"label"_s, u"lost"_s}});
    for (int request = 0; request < 5; ++request)
        QCOMPARE(chat(service.port(), kept), 200);
    const QJsonObject before = usage(service);
    const QString id = make(service);

    const QByteArray newer = service.createKey({{u"label"_s, u"newer"_s}});
    const QString lostId = service.admin("GET", "/admin/keys?search=lost")[u"keys"_s][0][u"id"_s].toString();
    service.admin("DELETE", "/admin/keys/" + lostId.toLatin1());
    QCOMPARE(chat(service.port(), newer), 200);
    QCOMPARE(chat(service.port(), lost), 401);
    // One connection from before to after: nobody is cut off.
    const auto client = service.connectTo(service.port());
    QCOMPARE(ask(*client, "POST", "/v1/chat/completions", bearer(newer), chatBody).status, 200);
    const quint16 port = service.port();

    const QJsonObject outcome = restore(service, id);
    QCOMPARE(outcome[u"restored"_s].toBool(), true);
    QCOMPARE(outcome[u"scope"_s].toString(), u"all"_s);
    QCOMPARE(outcome[u"keys"_s].toInt(), 2);
    QCOMPARE(outcome[u"differences"_s][u"keys"_s][u"removed"_s].toInt(), 1);
    const QString safety = outcome[u"safety_backup"_s].toString();
    QVERIFY(safety.contains(u"-safety."_s));
    QCOMPARE(service.port(), port);
    QCOMPARE(ask(*client, "POST", "/v1/chat/completions", bearer(newer), chatBody).status, 401);
    QCOMPARE(ask(*client, "GET", "/v1/usage", bearer(kept)).status, 200);
    QCOMPARE(chat(service.port(), newer), 401);
    QCOMPARE(usage(service), before);
    QCOMPARE(service.admin("GET", "/admin/keys")[u"total"_s].toInt(), 2);
    QCOMPARE(chat(service.port(), lost), 200);
    QCOMPARE(chat(service.port(), kept), 200);
    QCOMPARE(usage(service)[u"requests"_s].toInt(), 7);
    QCOMPARE(fetch(service.port(), "GET", "/healthz").status, 200);
    QVERIFY(checkBooks(service).addUp());
    QCOMPARE(QDir(service.directory()).entryList({u"*restor*"_s}, QDir::Files), QStringList());

    // And there again, where the newer key was.
    restore(service, safety);
    QCOMPARE(chat(service.port(), newer), 200);
    QCOMPARE(chat(service.port(), lost), 401);
    QVERIFY(checkBooks(service).addUp());
}

void RestoreRunningTest::limitsAreThoseOfTheRestoredStore()
{
    RunningService service;
    const QByteArray secret = service.createKey(
        {{u"limits"_s, QJsonArray{QJsonObject{
                           {u"unit"_s, u"requests"_s}, {u"window"_s, u"total"_s}, {u"amount"_s, 10}}}}});
    const QString keyId = onlyKeyId(service);
    for (int request = 0; request < 3; ++request)
        QCOMPARE(chat(service.port(), secret), 200);
    // A clean stop gives unspent leases back, so that the backup knows exactly what was used.
    service.stop();
    service.start();
    const QString early = make(service);
    for (int request = 0; request < 7; ++request)
        QCOMPARE(chat(service.port(), secret), 200);
    QCOMPARE(chat(service.port(), secret), 429);
    restore(service, early);
    QCOMPARE(limitOf(service, keyId)[u"used"_s].toInt(), 3);
    int passed = 0;
    while (chat(service.port(), secret) == 200)
        ++passed;
    QCOMPARE(passed, 7);
    QCOMPARE(limitOf(service, keyId)[u"used"_s].toInt(), 10);
    QCOMPARE(service.countedRequests(keyId), 10);
}

void RestoreRunningTest::templatesComeAlong_data()
{
    QTest::addColumn<QString>("scope");
    QTest::newRow("all") << u"all"_s;
    QTest::newRow("keys") << u"keys"_s;
}

void RestoreRunningTest::templatesComeAlong()
{
    QFETCH(QString, scope);
    RunningService service;
    const auto perDay = [](int amount) {
        return QJsonArray{
            QJsonObject{{u"unit"_s, u"requests"_s}, {u"window"_s, u"day"_s}, {u"amount"_s, amount}}};
    };
    service.admin("POST", "/admin/templates", {{u"name"_s, u"class-7b"_s}, {u"limits"_s, perDay(2)}}, 201);
    const QByteArray secret = service.createKey({{u"template"_s, u"class-7b"_s}});
    const QString keyId = onlyKeyId(service);
    const QString id = make(service);
    service.admin("PATCH", "/admin/templates/class-7b", {{u"version"_s, 1}, {u"limits"_s, perDay(50)}});
    service.admin("POST", "/admin/templates", {{u"name"_s, u"class-8a"_s}, {u"limits"_s, perDay(3)}}, 201);
    QCOMPARE(limitOf(service, keyId)[u"amount"_s].toInt(), 50);
    restore(service, id, {{u"scope"_s, scope}});
    QCOMPARE(limitOf(service, keyId)[u"amount"_s].toInt(), 2);
    service.admin("GET", "/admin/templates/class-8a", {}, 404);
    QCOMPARE(chat(service.port(), secret), 200);
}

void RestoreRunningTest::bringsProvidersAndTheSealKey()
{
    FakeUpstream upstream;
    RunningService other;
    const QByteArray secret = other.createKey();
    other.admin("POST", "/admin/providers",
                {{u"name"_s, u"one"_s},
                 {u"base_url"_s, QString::fromLatin1(upstream.baseUrl())},
                 {u"secret"_s, u"upstream-secret-1"_s}});
    const QJsonObject passphrase{{u"passphrase"_s, u"correct horse battery"_s}};
    const QString id = make(other, passphrase);

    RunningService service;
    service.createKey();
    QDir().mkpath(service.directory() + u"/backups"_s);
    QVERIFY(QFile::copy(other.directory() + u"/backups/"_s + id, service.directory() + u"/backups/"_s + id));
    const QString instance = service.admin("GET", "/admin/health")[u"instance"_s].toString();
    restore(service, id, passphrase);
    QVERIFY(service.admin("GET", "/admin/health")[u"instance"_s].toString() != instance ||
            instance.isEmpty());
    QCOMPARE(chat(service.port(), secret), 200);
    QCOMPARE(upstream.requestCount(), 1);
    QCOMPARE(upstream.requests().constLast().headers.value("Authorization").toByteArray(),
             QByteArray("Bearer upstream-secret-1"));
    // What is sealed from now on opens after a start, too.
    service.admin("POST", "/admin/providers",
                  {{u"name"_s, u"two"_s},
                   {u"base_url"_s, QString::fromLatin1(upstream.baseUrl())},
                   {u"secret"_s, u"upstream-secret-2"_s}});
    service.stop();
    service.start();
    const QJsonArray providers = service.admin("GET", "/admin/providers")[u"providers"_s].toArray();
    QCOMPARE(providers.size(), 2);
    for (const QJsonValue &provider : providers)
        QVERIFY2(provider[u"fault"_s].toString().isEmpty(),
                 QJsonDocument(provider.toObject()).toJson().constData());
    QCOMPARE(chat(service.port(), secret), 200);
}

void RestoreRunningTest::holdersGoOnMeanwhile()
{
    FakeUpstream upstream;
    RunningService service(upstreamAt(upstream));
    const QByteArray secret =
        service.createKey({{u"limits"_s, QJsonArray{QJsonObject{{u"unit"_s, u"requests"_s},
                                                                {u"window"_s, u"total"_s},
                                                                {u"amount"_s, 1'000'000}}}}});
    const QString keyId = onlyKeyId(service);
    QCOMPARE(chat(service.port(), secret), 200);
    const QString early = make(service);
    std::vector<std::unique_ptr<Asker>> askers;
    for (int asker = 0; asker < 30; ++asker)
        askers.push_back(std::make_unique<Asker>(service.port(), secret));
    const auto passed = [&askers] {
        int sum = 0;
        for (const auto &asker : askers)
            sum += asker->passed();
        return sum;
    };
    for (int round = 0; round < 4; ++round) {
        const int enough = passed() + 100;
        QTRY_VERIFY(passed() >= enough);
        const QJsonObject outcome = restore(service, early);
        QCOMPARE(outcome[u"restored"_s].toBool(), true);
    }
    const int enough = passed() + 100;
    QTRY_VERIFY(passed() >= enough);
    for (const auto &asker : askers)
        asker->end();
    QTRY_VERIFY(std::all_of(askers.begin(), askers.end(), [](const auto &asker) { return asker->isOver(); }));
    for (const auto &asker : askers)
        QVERIFY2(asker->surprise().isEmpty(), asker->surprise().constData());
    // What the limit knows is what the books know, to the last request.
    const QJsonObject report = service.admin("GET", "/admin/usage?days=2");
    const qint64 counted = report[u"sums"_s][u"requests"_s].toInteger();
    QVERIFY2(counted < passed(), qPrintable(u"%1 of %2"_s.arg(counted).arg(passed())));
    QCOMPARE(limitOf(service, keyId)[u"used"_s].toInteger(),
             counted + report[u"unknown"_s][u"requests"_s].toInteger());
    QCOMPARE(limitOf(service, keyId)[u"reserved"_s].toInteger(), 0);
    QVERIFY(checkBooks(service).addUp());
    // A stop gave back what is left of leases: nothing more counts as spent.
    QCOMPARE(service.admin("GET", "/admin/usage?days=2")[u"unknown"_s][u"requests"_s].toInteger(),
             report[u"unknown"_s][u"requests"_s].toInteger());
}

void RestoreRunningTest::whoIsUnderWayCountsInTheRestoredStore()
{
    FakeUpstream upstream;
    RunningService service(upstreamAt(upstream));
    const QByteArray kept = service.createKey();
    const QString keyId = onlyKeyId(service);
    const QString early = make(service);
    const QByteArray newer = service.createKey();
    upstream.setAnswer([](const HttpRequest &) {
        Script script = Script::stream(FakeUpstream::chatEvents(2, true));
        script.paced = true;
        return script;
    });
    const QByteArray body = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]})";
    const auto begin = [&](const QByteArray &secret) {
        auto client = service.connectTo(service.port());
        client->send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                     "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        return client;
    };
    const auto first = begin(kept);
    const auto second = begin(newer); // of a key that is gone in between
    QTRY_COMPARE(upstream.answering(), 2);
    restore(service, early);
    QCOMPARE(limitOf(service, keyId)[u"reserved"_s].toInt(), 1);
    upstream.release(100);
    QVERIFY(first->answer().whole);
    QVERIFY(second->answer().whole);
    QTRY_COMPARE(usage(service)[u"requests"_s].toInt(), 2);
    QCOMPARE(service.countedRequests(keyId), 1);
    QCOMPARE(limitOf(service, keyId)[u"used"_s].toInt(), 1);
    QCOMPARE(limitOf(service, keyId)[u"reserved"_s].toInt(), 0);
    QCOMPARE(chat(service.port(), newer), 401);
    QVERIFY(checkBooks(service).addUp());
    QCOMPARE(service.admin("GET", "/admin/usage?days=2")[u"unknown"_s][u"requests"_s].toInt(), 0);
}

static QByteArray sh(const QString &command, const QString &where)
{
    QProcess shell;
    shell.setWorkingDirectory(where);
    shell.start(u"sh"_s, {u"-c"_s, command});
    shell.waitForFinished();
    return shell.readAllStandardOutput() + shell.readAllStandardError();
}

void RestoreRunningTest::aFailedProofChangesNothing()
{
    RunningService service;
    const QByteArray secret = service.createKey();
    const QString good = make(service);
    // A sound database in which the last step before the proof fails.
    const QString work = service.directory() + u"/work"_s;
    QDir().mkpath(work);
    sh(u"tar -xzf ../backups/%1"_s.arg(good), work);
    {
        const auto file = SqliteFile::open(work + u"/quota.db"_s, true);
        QVERIFY(file);
        QVERIFY((*file)->execute(u"INSERT INTO leases VALUES ('key_x', 1, 0, 0)"_s));
        QVERIFY((*file)->execute(u"CREATE TRIGGER trap BEFORE DELETE ON leases BEGIN "
                                 "SELECT RAISE(ABORT, 'trapped'); END"_s));
    }
    sh(u"tar -czf ../backups/trap.tar.gz quota.db"_s, work);
    const QByteArray newer = service.createKey();
    QCOMPARE(chat(service.port(), newer), 200);
    const QJsonObject before = usage(service);
    const QJsonObject refused = restore(service, u"trap.tar.gz"_s, {}, 500);
    const QString text = refused[u"error"_s][u"message"_s].toString();
    QVERIFY2(text.contains(u"as it was before"_s), qPrintable(text));
    QCOMPARE(usage(service), before);
    QCOMPARE(chat(service.port(), secret), 200);
    QCOMPARE(chat(service.port(), newer), 200);
    QCOMPARE(service.admin("GET", "/admin/keys")[u"total"_s].toInt(), 2);
    QCOMPARE(fetch(service.port(), "GET", "/healthz").status, 200);
    QVERIFY(!QFile::exists(service.directory() + u"/restore.journal"_s));
    QCOMPARE(QDir(service.directory()).entryList({u"*restor*"_s}, QDir::Files), QStringList());
    QVERIFY(checkBooks(service).addUp());
    restore(service, good);
    QCOMPARE(chat(service.port(), newer), 401);
}

void RestoreRunningTest::refusesInMemory()
{
    RunningService service({{u"DATABASE_URL"_s, u"memory:"_s}});
    const QByteArray secret = service.createKey();
    const QString id = make(service);
    const QJsonObject refused = restore(service, id, {}, 400);
    QVERIFY(refused[u"error"_s][u"message"_s].toString().contains(u"in memory"_s));
    QCOMPARE(chat(service.port(), secret), 200);
}

void RestoreRunningTest::cancels()
{
    RunningService service;
    service.createKey();
    QCOMPARE(service.admin("POST", "/admin/backups/cancel")[u"cancelled"_s].toBool(true), false);
    // To derive a key from a passphrase takes long enough to be met.
    const QByteArray body = R"({"passphrase":"correct horse battery"})";
    const auto client = service.connectTo(service.port());
    client->send("POST /admin/backups HTTP/1.1\r\nHost: h\r\n" + bearer(service.adminToken()) +
                 "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QTRY_VERIFY(service.admin("GET", "/admin/backups")[u"activity"_s].isObject());
    QCOMPARE(service.admin("GET", "/admin/backups")[u"activity"_s][u"action"_s].toString(), u"create"_s);
    QCOMPARE(service.admin("POST", "/admin/backups/cancel")[u"cancelled"_s].toBool(), true);
    const RawAnswer answer = client->answer();
    QCOMPARE(answer.status, 409);
    QVERIFY2(answer.body.contains("nothing was changed"), answer.body.constData());
    QCOMPARE(service.admin("GET", "/admin/backups")[u"total"_s].toInt(), 0);
    QCOMPARE(QDir(service.directory() + u"/backups"_s).entryList(QDir::Files | QDir::Hidden), QStringList());
    QCOMPARE(service.admin("POST", "/admin/backups/cancel")[u"cancelled"_s].toBool(true), false);
    make(service);
}

static QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

static QStringList filesOf(const RunningService &service)
{
    return QDir(service.directory() + u"/backups"_s).entryList(QDir::Files | QDir::Hidden);
}

static QByteArray uploadHead(const RunningService &service, const QByteArray &framing,
                             const QByteArray &type = "application/octet-stream")
{
    return "POST /admin/backups/upload HTTP/1.1\r\nHost: h\r\n" + bearer(service.adminToken()) +
           "Content-Type: " + type + "\r\n" + framing + "\r\n\r\n";
}

static QByteArray chunkedBody(const QByteArray &bytes, qsizetype piece)
{
    QByteArray body;
    for (qsizetype at = 0; at < bytes.size(); at += piece) {
        const QByteArray one = bytes.mid(at, piece);
        body += QByteArray::number(one.size(), 16) + "\r\n" + one + "\r\n";
    }
    return body + "0\r\n\r\n";
}

void RestoreRunningTest::uploads_data()
{
    QTest::addColumn<bool>("encrypted");
    QTest::addColumn<bool>("chunked");
    QTest::addColumn<bool>("ownListener");
    QTest::newRow("plain") << false << false << false;
    QTest::newRow("plain, to the admin listener") << false << false << true;
    QTest::newRow("plain, chunked") << false << true << false;
    QTest::newRow("encrypted") << true << false << false;
}

void RestoreRunningTest::uploads()
{
    QFETCH(bool, encrypted);
    QFETCH(bool, chunked);
    QFETCH(bool, ownListener);
    const QJsonObject passphrase =
        encrypted ? QJsonObject{{u"passphrase"_s, u"correct horse battery"_s}} : QJsonObject();
    RunningService other;
    const QByteArray secret = other.createKey();
    const QByteArray archive = contentOf(other.directory() + u"/backups/"_s + make(other, passphrase));
    QVERIFY(!archive.isEmpty());

    QHash<QString, QString> settings;
    if (ownListener)
        settings.insert(u"ADMIN_LISTEN"_s, u"127.0.0.1:0"_s);
    RunningService service(settings);
    const auto client = service.connectTo(service.adminPort());
    client->send(uploadHead(service,
                            chunked ? QByteArray("Transfer-Encoding: chunked")
                                    : "Content-Length: " + QByteArray::number(archive.size()),
                            "application/gzip") +
                 (chunked ? chunkedBody(archive, 1'000) : archive));
    const RawAnswer answer = client->answer();
    QVERIFY2(answer.status == 201, answer.body.constData());
    const QJsonObject taken = QJsonDocument::fromJson(answer.body).object();
    const QString id = taken[u"id"_s].toString();
    QVERIFY2(id.endsWith(encrypted ? u"-foreign.tar.gz.sealed"_s : u"-foreign.tar.gz"_s), qPrintable(id));
    QCOMPARE(taken[u"kind"_s].toString(), u"foreign"_s);
    QCOMPARE(taken[u"state"_s].toString(), encrypted ? u"unverified"_s : u"good"_s);
    QCOMPARE(contentOf(service.directory() + u"/backups/"_s + id) == archive, true);
    const QFile file(service.directory() + u"/backups/"_s + id);
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup),
             QFile::Permissions());
    QCOMPARE(filesOf(service).size(), 2); // and its note
    QCOMPARE(service.admin("GET", "/admin/backups")[u"backups"_s][0][u"id"_s].toString(), id);
    restore(service, id, passphrase);
    QCOMPARE(chat(service.port(), secret), 200);
}

void RestoreRunningTest::uploadsAreBounded_data()
{
    QTest::addColumn<qint64>("size");
    QTest::addColumn<bool>("chunked");
    QTest::addColumn<int>("status");
    constexpr qint64 most = 1024 * 1024;
    // What is not too large is looked at, and found to be no backup.
    QTest::newRow("as large as may be") << most << false << 400;
    QTest::newRow("a byte more") << most + 1 << false << 413;
    QTest::newRow("as large as may be, chunked") << most << true << 400;
    QTest::newRow("a byte more, chunked") << most + 1 << true << 413;
    QTest::newRow("larger than any request") << 100 * most << false << 413;
}

void RestoreRunningTest::uploadsAreBounded()
{
    QFETCH(qint64, size);
    QFETCH(bool, chunked);
    QFETCH(int, status);
    RunningService service({{u"BACKUP_MAX_SIZE"_s, u"1mb"_s}, {u"MAX_REQUEST_SIZE"_s, u"64kb"_s}});
    const auto client = service.connectTo(service.adminPort());
    client->send(uploadHead(service, chunked ? QByteArray("Transfer-Encoding: chunked")
                                             : "Content-Length: " + QByteArray::number(size)));
    if (size < 10'000'000) {
        const QByteArray bytes(size, 'x');
        client->send(chunked ? chunkedBody(bytes, 10'000) : bytes);
    }
    const RawAnswer answer = client->answer();
    QCOMPARE(answer.status, status);
    QVERIFY2(answer.body.contains(status == 413 ? "BACKUP_MAX_SIZE" : "no backup"), answer.body.constData());
    QTRY_COMPARE(filesOf(service), QStringList());
}

void RestoreRunningTest::refusesUploads_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("words");
    const QByteArray path = "/admin/backups/upload";
    const QByteArray stream = "application/octet-stream";
    QTest::newRow("no token") << QByteArray("none") << stream << path << QByteArray("x") << 401
                              << QByteArray();
    QTest::newRow("a wrong token") << QByteArray("not-the-admin-token") << stream << path << QByteArray("x")
                                   << 403 << QByteArray();
    QTest::newRow("a form") << QByteArray() << QByteArray("multipart/form-data; boundary=x") << path
                            << QByteArray("x") << 400 << QByteArray("octet-stream");
    QTest::newRow("a passphrase in the address")
        << QByteArray() << stream << path + "?passphrase=secret-words" << QByteArray("x") << 400
        << QByteArray("not a parameter");
    QTest::newRow("nothing") << QByteArray() << stream << path << QByteArray() << 400
                             << QByteArray("no archive");
    QTest::newRow("noise") << QByteArray() << stream << path << QByteArray(5'000, 'x') << 400
                           << QByteArray("no backup");
    QTest::newRow("another method") << QByteArray() << stream << path << QByteArray("GET") << 404
                                    << QByteArray();
}

void RestoreRunningTest::refusesUploads()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, words);
    RunningService service;
    QByteArray headers = "Content-Type: " + type + "\r\n";
    if (token != "none")
        headers += bearer(token.isEmpty() ? service.adminToken() : token);
    const bool gets = body == "GET";
    const RawAnswer answer = fetch(service.port(), gets ? "GET" : "POST", target, headers, gets ? "" : body);
    QVERIFY2(answer.status == status, (answer.head + answer.body).constData());
    QVERIFY2(answer.body.contains(words) && !answer.body.contains("secret-words"), answer.body.constData());
    QTRY_COMPARE(filesOf(service), QStringList());
}

void RestoreRunningTest::whoLeavesAnUploadLeavesNothing()
{
    RunningService service;
    const auto client = service.connectTo(service.adminPort());
    client->send(uploadHead(service, "Content-Length: 1000000") + QByteArray(400'000, 'x'));
    QTRY_COMPARE(filesOf(service).size(), 1);
    QVERIFY(filesOf(service).constFirst().endsWith(u".part"_s));
    QCOMPARE(service.admin("GET", "/admin/backups")[u"total"_s].toInt(), 0);
    client->leave();
    QTRY_COMPARE(filesOf(service), QStringList());
    // A second one is not disturbed by one that is not over.
    const auto slow = service.connectTo(service.adminPort());
    slow->send(uploadHead(service, "Content-Length: 1000000") + QByteArray(400'000, 'x'));
    QTRY_COMPARE(filesOf(service).size(), 1);
    make(service);
    QCOMPARE(filesOf(service).filter(u".part"_s).size(), 1);
    slow->leave();
    QTRY_COMPARE(filesOf(service).filter(u".part"_s), QStringList());
}

void RestoreRunningTest::aFullDiskLeavesNothing()
{
    QTemporaryDir place;
    QVERIFY(QDir(place.path()).mkpath(u"small"_s));
    if (!sh(u"mount -t tmpfs -o size=2m,mode=700 none small && echo mounted"_s, place.path())
             .contains("mounted"))
        QSKIP("This needs root, to mount a small file system.");
    const auto unmount = qScopeGuard([&place] { sh(u"umount -l small"_s, place.path()); });
    RunningService service({{u"BACKUP_DIR"_s, place.filePath(u"small"_s)}});
    const auto left = [&place] {
        return QDir(place.filePath(u"small"_s)).entryList(QDir::Files | QDir::Hidden);
    };
    const QByteArray bytes(4'000'000, 'x');
    // Known before, or only when it is full.
    for (const bool chunked : {false, true}) {
        const auto client = service.connectTo(service.adminPort());
        client->send(uploadHead(service, chunked ? QByteArray("Transfer-Encoding: chunked")
                                                 : "Content-Length: " + QByteArray::number(bytes.size())));
        if (chunked)
            client->send(chunkedBody(bytes, 50'000));
        const RawAnswer answer = client->answer();
        QCOMPARE(answer.status, 500);
        QVERIFY2(answer.body.contains("Free some space"), answer.body.constData());
        QTRY_COMPARE(left(), QStringList());
    }
    service.createKey();
    QVERIFY(make(service).endsWith(u".tar.gz"_s));
}

template <class T>
static Result<T> wait(const QFuture<Result<T>> &future)
{
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 15'000))
        return failure(ErrorCode::Internal, u"the future did not finish"_s);
    return future.result();
}

void RestoreRunningTest::theClientUploads()
{
    RunningService other;
    const QByteArray secret = other.createKey();
    QFile archive(other.directory() + u"/backups/"_s + make(other));
    QVERIFY(archive.open(QIODevice::ReadOnly));
    RunningService service({{u"BACKUP_MAX_SIZE"_s, u"8mb"_s}});
    AdminClient client(service.service().adminUrl(), QString::fromLatin1(service.adminToken()));
    const auto taken = wait(client.uploadBackup(archive));
    QVERIFY2(taken, taken ? "" : qPrintable(taken.error().message));
    QVERIFY(taken->kind == BackupKind::Foreign && taken->state == BackupState::Good);
    const auto outcome = wait(client.restoreBackup(taken->id, RestoreScope::All, false));
    QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
    QVERIFY(outcome->done);
    QCOMPARE(chat(service.port(), secret), 200);
    const auto cancelled = wait(client.cancelBackup());
    QVERIFY(cancelled && !*cancelled);
    // Larger than all buffers on the way, so that the refusal comes while it is still sent.
    QTemporaryFile large;
    QVERIFY(large.open() && large.resize(64 << 20));
    const auto refused = wait(client.uploadBackup(large));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(u"BACKUP_MAX_SIZE"_s), qPrintable(refused.error().message));
    QTRY_COMPARE(filesOf(service).filter(u".part"_s), QStringList());
}

static const QByteArray programToken = "an-admin-token-for-this-test-only";

static quint16 serve(Program &program)
{
    const qsizetype before = program.log().size();
    if (!program.serve(
            {{u"ADMIN_TOKEN"_s, QString::fromLatin1(programToken)}, {u"DAILY_REQ_LIMIT"_s, u"1000000"_s}}))
        return 0;
    static const QRegularExpression url(u"http://127\\.0\\.0\\.1:(\\d+)"_s);
    return url.match(QString::fromUtf8(program.log().mid(before))).captured(1).toUShort();
}

static QJsonObject operate(quint16 port, const QByteArray &method, const QByteArray &target,
                           const QByteArray &body = {})
{
    return QJsonDocument::fromJson(fetch(port, method, target, bearer(programToken), body).body).object();
}

void RestoreRunningTest::survivesKills()
{
    const int asked = qEnvironmentVariableIntValue("QUOTA_KILLS");
    const int kills = asked > 0 ? asked : 4;
    const uint seed = qEnvironmentVariableIsSet("QUOTA_SEED") ? qEnvironmentVariableIntValue("QUOTA_SEED")
                                                              : std::random_device()();
    qInfo("QUOTA_SEED=%u", seed);
    std::mt19937 random(seed);
    Program program;
    quint16 port = serve(program);
    QVERIFY2(port != 0, program.log().constData());
    const auto createKey = [&port] {
        return operate(port, "POST", "/admin/keys", "{}")[u"key"_s].toString().toLatin1();
    };
    const QByteArray kept = createKey();
    const QByteArray id = operate(port, "POST", "/admin/backups", "{}")[u"id"_s].toString().toLatin1();
    QByteArray newer = createKey();
    int restored = 0;
    for (int kill = 0; kill < kills; ++kill) {
        RawClient client(port);
        client.send("POST /admin/backups/" + id + "/restore HTTP/1.1\r\nHost: h\r\n" + bearer(programToken) +
                    "Content-Length: 2\r\n\r\n{}");
        // So many answers later, which is by chance before, within or after the exchange.
        const int answers = std::uniform_int_distribution<int>(0, 500)(random);
        for (int answer = 0; answer < answers; ++answer)
            QCOMPARE(chat(port, kept), 200);
        program.signal(SIGKILL);
        QVERIFY(program.end() == -1);
        port = serve(program);
        QVERIFY2(port != 0, program.log().constData());
        const int keys = operate(port, "GET", "/admin/keys")[u"total"_s].toInt();
        QCOMPARE(chat(port, kept), 200);
        QVERIFY2(chat(port, newer) == (keys == 2 ? 200 : 401), qPrintable(u"seed %1"_s.arg(seed)));
        QVERIFY(keys == 1 || keys == 2);
        QVERIFY(!QFile::exists(program.data() + u"/restore.journal"_s));
        QCOMPARE(QDir(program.data()).entryList({u"*.before-restore"_s, u"*.restoring"_s}, QDir::Files),
                 QStringList());
        if (keys == 1) {
            ++restored;
            newer = createKey();
        }
    }
    qInfo("%d of %d were restored", restored, kills);
    QCOMPARE(program.end(), 0);
    const auto checked = program.run({u"database"_s, u"check"_s, u"--data-dir"_s, program.data()});
    QVERIFY2(checked.code == 0, (checked.out + checked.error).constData());
}

QTEST_GUILESS_MAIN(RestoreRunningTest)
#include "tst_restorerunning.moc"
