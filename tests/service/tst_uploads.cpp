// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "rawserver.h"
#include "runningservice.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// Uploads through the real service: forms are judged, routed and booked by the model they name, wherever it stands,
// and no upstream gets one whole before it is known to be.
class TestUploads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void routesByTheModel_data();
    void routesByTheModel();
    void refuses_data();
    void refuses();
    void holdsKeysWithoutModelsToNone();
    void keepsTheEndUntilTheFormIsWhole();
    void passesFilesOnAtOnce();
    void findsAModelAmongFiles();
    void boundsWhatIsHeldBack_data();
    void boundsWhatIsHeldBack();
    void keepsToTheBudget();
    void reservesTokens();
    void streamsTheAnswerDuringTheUpload();
    void stopsTheUploadThatIsRefused();

private:
    void addProvider(RunningService &service, const QByteArray &url, const QJsonArray &models);
};

static const QByteArray boundary = "----formboundary7d8a";
static const QByteArray formType = "Content-Type: multipart/form-data; boundary=" + boundary + "\r\n";
static const QByteArray closing = "--" + boundary + "--\r\n";
static const QByteArray transcriptions = "/v1/audio/transcriptions";

static QByteArray field(const QByteArray &name, const QByteArray &value)
{
    return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value +
           "\r\n";
}

static QByteArray file(qsizetype size)
{
    return "--" + boundary +
           "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
           "Content-Type: audio/wav\r\n\r\n" +
           QByteArray(size, 'f') + "\r\n";
}

static RawAnswer upload(quint16 port, const QByteArray &target, const QByteArray &fields,
                        const QByteArray &body)
{
    RawClient client(port);
    client.send("POST " + target + " HTTP/1.1\r\nHost: h\r\n" + fields +
                "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    return client.answer();
}

static QString codeOf(const RawAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body)[u"error"_s][u"code"_s].toString();
}

static QJsonObject onlyModel(const QString &model)
{
    return {{u"models"_s, QJsonArray{model}}};
}

static QHash<QString, QString> settingsFor(quint16 port)
{
    return {{u"DEEPSEEK_BASE_URL"_s, u"http://127.0.0.1:%1/v1"_s.arg(port)}, {u"LANES"_s, u"1"_s}};
}

static QJsonObject sumsOf(RunningService &service, const QByteArray &query = {})
{
    return service.admin("GET", "/admin/usage?" + query).value(u"sums"_s).toObject();
}

void TestUploads::addProvider(RunningService &service, const QByteArray &url, const QJsonArray &models)
{
    service.admin(
        "POST", "/admin/providers",
        {{u"name"_s, u"second"_s}, {u"base_url"_s, QString::fromLatin1(url)}, {u"models"_s, models}});
}

void TestUploads::routesByTheModel_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("restricted");
    QTest::addColumn<bool>("chunked");
    const QByteArray before = field("model", "whisper") + file(1000) + closing;
    const QByteArray after = file(300'000) + field("language", "de") + field("model", "whisper") + closing;
    for (const bool restricted : {false, true}) {
        const QByteArray key = restricted ? ", a key with models" : ", a key without";
        QTest::newRow(("model before the file" + key).constData())
            << transcriptions << before << restricted << false;
        QTest::newRow(("model behind the file" + key).constData())
            << transcriptions << after << restricted << false;
        QTest::newRow(("in chunks" + key).constData()) << transcriptions << after << restricted << true;
        QTest::newRow(("a picture" + key).constData())
            << QByteArray("/v1/images/edits") << after << restricted << false;
    }
    QTest::newRow("an unknown route") << QByteArray("/v1/other") << after << true << false;
}

void TestUploads::routesByTheModel()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(bool, restricted);
    QFETCH(bool, chunked);
    FakeUpstream usual;
    FakeUpstream second;
    second.setAnswer([](const HttpRequest &) { return Script::json(R"({"text":"hello"})"); });
    RunningService service(settingsFor(usual.port()));
    addProvider(service, second.baseUrl(), {u"whisper"_s});
    const QByteArray secret = service.createKey(restricted ? onlyModel(u"whisper"_s) : QJsonObject());
    RawClient client(service.port());
    client.send("POST " + path + " HTTP/1.1\r\nHost: h\r\n" + bearer(secret) + formType);
    if (chunked)
        client.send("Transfer-Encoding: chunked\r\n\r\n" + QByteArray::number(body.size(), 16) + "\r\n" +
                    body + "\r\n0\r\n\r\n");
    else
        client.send("Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(usual.requestCount(), 0);
    QCOMPARE(second.requests().constFirst().body, body);
    QCOMPARE(sumsOf(service, "model=whisper").value(u"requests"_s).toInt(), 1);
}

void TestUploads::refuses_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &target, const QByteArray &body, int status,
                        const QString &code, const QByteArray &type = formType) {
        QTest::newRow(name) << target << type << body << status << code;
    };
    const QString notAllowed = u"model_not_allowed"_s;
    const QString form = u"invalid_form"_s;
    row("another model", transcriptions, field("model", "b") + file(10) + closing, 403, notAllowed);
    row("another behind the file", transcriptions, file(100'000) + field("model", "b") + closing, 403,
        notAllowed);
    row("no model", transcriptions, file(10) + closing, 403, notAllowed);
    row("no model on an unknown route", "/v1/other", file(10) + closing, 403, notAllowed);
    row("two models", transcriptions, field("model", "a") + field("model", "b") + closing, 400, form);
    row("no end", transcriptions, field("model", "a") + file(10), 400, form);
    row("another among files", "/v1/files", file(10) + field("model", "b") + closing, 403, notAllowed);
    row("a boundary that is unclear", transcriptions, field("model", "a") + closing, 400, form,
        "Content-Type: multipart/form-data; boundary=x; boundary=" + boundary + "\r\n");
    row("bytes", transcriptions, "{\"model\":\"a\"}", 403, notAllowed,
        "Content-Type: application/octet-stream\r\n");
    row("another in the target", transcriptions + "?model=b", field("model", "a") + closing, 403, notAllowed);
    row("target beside the form", "/v1/files?model=a", field("model", "b") + closing, 400,
        u"ambiguous_model"_s);
}

void TestUploads::refuses()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    FakeUpstream upstream;
    RunningService service(settingsFor(upstream.port()));
    const QByteArray secret = service.createKey(onlyModel(u"a"_s));
    const RawAnswer answer = upload(service.port(), target, bearer(secret) + type, body);
    QTEST(answer.status, "status");
    QTEST(codeOf(answer), "code");
    QCOMPARE(upstream.requestCount(), 0); // at most a part of one
    QTRY_COMPARE(upstream.openConnections(), 0);
    QCOMPARE(sumsOf(service).value(u"requests"_s).toInt(), 0);
    QCOMPARE(upload(service.port(), transcriptions, bearer(secret) + formType,
                    field("model", "a") + file(10) + closing)
                 .status,
             200);
}

void TestUploads::holdsKeysWithoutModelsToNone()
{
    FakeUpstream upstream;
    RunningService service(settingsFor(upstream.port()));
    const QByteArray secret = service.createKey();
    const auto status = [&](const QByteArray &target, const QByteArray &type, const QByteArray &body) {
        return upload(service.port(), target, bearer(secret) + type, body).status;
    };
    QCOMPARE(status(transcriptions, formType, file(10) + closing), 200); // the upstream's own
    QCOMPARE(status("/v1/other", formType, "no form at all"), 200);      // nobody reads it
    QCOMPARE(status(transcriptions, "Content-Type: application/octet-stream\r\n", "abc"), 200);
    QCOMPARE(upstream.requestCount(), 3);
}

void TestUploads::keepsTheEndUntilTheFormIsWhole()
{
    for (const bool good : {true, false}) {
        RawServer upstream;
        RunningService service(settingsFor(upstream.serverPort()));
        const QByteArray secret = service.createKey(onlyModel(u"a"_s));
        const QByteArray start = field("model", "a") + file(1000);
        const QByteArray end = good ? closing : field("model", "b") + closing;
        RawClient client(service.port());
        client.send("POST " + transcriptions + " HTTP/1.1\r\nHost: h\r\n" + bearer(secret) + formType +
                    "Content-Length: " + QByteArray::number(start.size() + end.size()) + "\r\n\r\n" + start);
        QTRY_VERIFY(!upstream.peers().empty() && upstream.peers().front()->received.contains("ffff"));
        RawServer::Peer &peer = *upstream.peers().front();
        client.send(end.chopped(1));
        if (good) {
            QTRY_VERIFY(peer.received.contains(QByteArray(999, 'f')));
            QVERIFY(!peer.received.contains(closing.chopped(2)));
            client.send(end.last(1));
            QTRY_VERIFY(peer.received.endsWith(closing));
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
            QCOMPARE(client.answer().status, 200);
        } else {
            client.send(end.last(1));
            const RawAnswer answer = client.answer();
            QCOMPARE(answer.status, 400);
            QCOMPARE(codeOf(answer), u"invalid_form"_s);
            QTRY_VERIFY(peer.gone);
            QVERIFY(!peer.received.contains(closing.chopped(2)));
            QCOMPARE(sumsOf(service).value(u"requests"_s).toInt(), 0);
        }
    }
}

void TestUploads::passesFilesOnAtOnce()
{
    RawServer upstream;
    RunningService service(settingsFor(upstream.serverPort()));
    const QByteArray secret = service.createKey(onlyModel(u"a"_s));
    const QByteArray start = field("purpose", "assistants") + file(100'000);
    RawClient client(service.port());
    client.send("POST /v1/files HTTP/1.1\r\nHost: h\r\n" + bearer(secret) + formType +
                "Content-Length: " + QByteArray::number(start.size() + closing.size()) + "\r\n\r\n" + start);
    QTRY_VERIFY(!upstream.peers().empty() && upstream.peers().front()->received.size() > 99'000);
    client.send(closing);
    QTRY_VERIFY(upstream.peers().front()->received.endsWith(start + closing));
    upstream.peers().front()->send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    QCOMPARE(client.answer().status, 200);
}

void TestUploads::findsAModelAmongFiles()
{
    FakeUpstream upstream;
    RunningService service(settingsFor(upstream.port()));
    const QByteArray secret = service.createKey(onlyModel(u"a"_s));
    const QByteArray body = file(1000) + field("model", "a") + closing;
    QCOMPARE(upload(service.port(), "/v1/files", bearer(secret) + formType, body).status, 200);
    QCOMPARE(sumsOf(service, "model=a").value(u"requests"_s).toInt(), 1);
}

void TestUploads::boundsWhatIsHeldBack_data()
{
    QTest::addColumn<bool>("restricted");
    QTest::addColumn<int>("more"); // bytes in front of the model, beyond the bound
    QTest::addColumn<int>("status");
    QTest::newRow("within") << true << -3000 << 200;
    QTest::newRow("beyond") << true << 3000 << 413;
    QTest::newRow("beyond, a key that may use any") << false << 3000 << 200;
}

void TestUploads::boundsWhatIsHeldBack()
{
    QFETCH(bool, restricted);
    QFETCH(int, more);
    QFETCH(int, status);
    constexpr int bound = 128 * 1024;
    FakeUpstream upstream;
    auto settings = settingsFor(upstream.port());
    settings[u"MAX_HELD_UPLOAD"_s] = u"128kb"_s;
    RunningService service(settings);
    const QByteArray secret = service.createKey(restricted ? onlyModel(u"a"_s) : QJsonObject());
    const QByteArray body = file(bound + more) + field("model", "a") + file(500'000) + closing;
    RawClient client(service.port());
    // The form comes in pieces, so that what is held is what is in front of the model.
    client.send("POST " + transcriptions + " HTTP/1.1\r\nHost: h\r\n" + bearer(secret) + formType +
                "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n");
    const qsizetype start = body.indexOf("name=\"model\"");
    client.send(body.first(start));
    if (status == 200 && !restricted)
        QTRY_COMPARE(upstream.openConnections(), 1); // it goes without
    if (status == 200)
        client.send(body.sliced(start));
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, status);
    if (status == 413) {
        QCOMPARE(codeOf(answer), u"model_too_late"_s);
        QVERIFY(answer.body.contains("131072"));
    } else {
        QCOMPARE(upstream.requests().constFirst().body, body);
    }
    QTRY_COMPARE(sumsOf(service, "model=a").value(u"requests"_s).toInt(), status == 200 ? 1 : 0);
}

void TestUploads::keepsToTheBudget()
{
    FakeUpstream upstream;
    auto settings = settingsFor(upstream.port());
    settings[u"MAX_BUFFERED_BODIES"_s] = u"1mb"_s;
    RunningService service(settings);
    const QByteArray secret = service.createKey(onlyModel(u"a"_s));
    const auto send = [&](qsizetype size) {
        const QByteArray body = file(size) + field("model", "a") + closing;
        return upload(service.port(), transcriptions, bearer(secret) + formType, body);
    };
    for (int i = 0; i < 3; ++i) // none of them leaves its bytes behind
        QCOMPARE(send(900'000).status, 200);
    const RawAnswer refused = send(1'300'000);
    QCOMPARE(refused.status, 503);
    QCOMPARE(codeOf(refused), u"server_busy"_s);
    QVERIFY(!refused.header("Retry-After").isEmpty());
    QCOMPARE(send(900'000).status, 200);
}

void TestUploads::reservesTokens()
{
    FakeUpstream upstream;
    upstream.setAnswer([](const HttpRequest &) {
        return Script::json(
            R"({"text":"hello","usage":{"input_tokens":14,"output_tokens":6,"total_tokens":20}})");
    });
    auto settings = settingsFor(upstream.port());
    settings[u"DEFAULT_MAX_TOKENS"_s] = u"100"_s;
    RunningService service(settings);
    const auto limit = [](int amount) {
        return QJsonObject{
            {u"limits"_s, QJsonArray{QJsonObject{
                              {u"unit"_s, u"tokens"_s}, {u"window"_s, u"day"_s}, {u"amount"_s, amount}}}}};
    };
    const QByteArray body = file(10) + field("model", "a") + closing;
    const auto status = [&](const QByteArray &secret) {
        return upload(service.port(), transcriptions, bearer(secret) + formType, body).status;
    };
    QCOMPARE(status(service.createKey(limit(99))), 429);
    QCOMPARE(status(service.createKey(limit(100))), 200);
    const QJsonObject sums = sumsOf(service);
    QCOMPARE(sums.value(u"prompt_tokens"_s).toInt(), 14);
    QCOMPARE(sums.value(u"completion_tokens"_s).toInt(), 6);
    QCOMPARE(sums.value(u"estimated"_s).toInt(), 0);
}

void TestUploads::streamsTheAnswerDuringTheUpload()
{
    RawServer upstream;
    RunningService service(settingsFor(upstream.serverPort()));
    const QByteArray start = field("model", "a") + file(200'000);
    const QByteArray rest = file(3'000'000) + closing;
    RawClient client(service.port());
    client.send("POST " + transcriptions + " HTTP/1.1\r\nHost: h\r\n" + bearer(service.createKey()) +
                formType + "Content-Length: " + QByteArray::number(start.size() + rest.size()) + "\r\n\r\n" +
                start);
    QTRY_VERIFY(!upstream.peers().empty() && upstream.peers().front()->received.size() > 199'000);
    RawServer::Peer &peer = *upstream.peers().front();
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
              "10\r\ndata: {\"a\":1}\n\n \r\n");
    QVERIFY(client.until("{\"a\":1}").contains("200 OK"));
    client.send(rest);
    QTRY_VERIFY(peer.received.endsWith(start + rest));
    peer.send("10\r\ndata: {\"b\":2}\n\n \r\n0\r\n\r\n");
    QVERIFY(client.until("0\r\n\r\n").contains("{\"b\":2}"));
    // The upstream's connection serves again.
    RawClient next(service.port());
    next.send("GET /v1/files HTTP/1.1\r\nHost: h\r\n" + bearer(service.createKey()) + "\r\n");
    QTRY_VERIFY(peer.received.contains("GET /v1/files"));
    QCOMPARE(upstream.peers().size(), 1u);
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    QCOMPARE(next.answer().status, 200);
}

void TestUploads::stopsTheUploadThatIsRefused()
{
    RawServer upstream;
    RunningService service(settingsFor(upstream.serverPort()));
    const QByteArray start = field("model", "a") + file(10'000);
    const QByteArray rest = file(10'000) + closing;
    RawClient client(service.port());
    client.send("POST " + transcriptions + " HTTP/1.1\r\nHost: h\r\n" + bearer(service.createKey()) +
                formType + "Content-Length: " + QByteArray::number(start.size() + rest.size()) + "\r\n\r\n" +
                start);
    QTRY_VERIFY(!upstream.peers().empty() && upstream.peers().front()->received.size() > 9'000);
    RawServer::Peer &peer = *upstream.peers().front();
    peer.send("HTTP/1.1 415 Unsupported Media Type\r\nContent-Length: 2\r\n\r\n{}");
    QCOMPARE(client.answer().status, 415);
    QTRY_VERIFY(peer.gone); // nothing can follow half a request
    // The client's rest is read and dropped, and its next request answered.
    client.send(rest + "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(peer.received.count("name=\"file\""), 1);
}

QTEST_GUILESS_MAIN(TestUploads)
#include "tst_uploads.moc"
