// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/parser.h"
#include "wholerequest.h"

#include <QTest>

using namespace quota::service;
using namespace quota::test;

// What the parser refuses, what it accepts, and that it does not matter where the bytes are cut.
class TestParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesRequests_data();
    void refusesRequests();
    void acceptsRequests_data();
    void acceptsRequests();
    void keepsLimits_data();
    void keepsLimits();
    void takesPipelinedRequests();
    void knowsWhenToKeepTheConnection_data();
    void knowsWhenToKeepTheConnection();
    void refusesResponses_data();
    void refusesResponses();
    void acceptsResponses_data();
    void acceptsResponses();
    void leavesWhatFollowsAResponse();
};

static WholeRequest parsed(const QByteArray &bytes, qsizetype step, const ParserLimits &limits = {})
{
    WholeRequest parser(limits);
    QByteArray input;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        input.append(bytes.mid(at, step));
        const auto state = parser.feed(input);
        if (state == RequestParser::State::Failed || state == RequestParser::State::Complete)
            break;
    }
    return parser;
}

void TestParser::refusesRequests_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray post = "POST /v1/x HTTP/1.1\r\nHost: h\r\n";
    QTest::newRow("garbage") << QByteArray("\x16\x03\x01 hello\r\n\r\n") << 400;
    QTest::newRow("two words") << QByteArray("GET /\r\nHost: h\r\n\r\n") << 400;
    QTest::newRow("two spaces") << QByteArray("GET  / HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
    QTest::newRow("space in target") << QByteArray("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
    QTest::newRow("control in target") << QByteArray("GET /a\x01 HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
    QTest::newRow("no slash") << QByteArray("GET x HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
    QTest::newRow("bad authority") << QByteArray("GET http://[[ / HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
    QTest::newRow("version word") << QByteArray("GET / HTTPXaYb\r\nHost: h\r\n\r\n") << 400;
    QTest::newRow("version 9.9") << QByteArray("GET / HTTP/9.9\r\nHost: h\r\n\r\n") << 505;
    QTest::newRow("version 2.0") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << 505;
    QTest::newRow("unknown method") << QByteArray("BREW / HTTP/1.1\r\nHost: h\r\n\r\n") << 501;
    QTest::newRow("connect") << QByteArray("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n") << 501;
    QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("two hosts") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") << 400;
    QTest::newRow("empty host") << QByteArray("GET / HTTP/1.1\r\nHost:\r\n\r\n") << 400;
    QTest::newRow("bad host") << QByteArray("GET / HTTP/1.1\r\nHost: a b\r\n\r\n") << 400;
    QTest::newRow("no colon") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\nX-A\r\n\r\n") << 400;
    QTest::newRow("space before colon") << QByteArray("GET / HTTP/1.1\r\nHost : h\r\n\r\n") << 400;
    QTest::newRow("folded") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n") << 400;
    QTest::newRow("bare line feed") << QByteArray("GET / HTTP/1.1\r\nHost: h\nX: a\r\n\r\n") << 400;
    QTest::newRow("null in value") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", 35) << 400;
    QTest::newRow("length and coding") << post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                                       << 400;
    QTest::newRow("other coding") << post + "Transfer-Encoding: gzip\r\n\r\n" << 501;
    QTest::newRow("odd coding") << post + "Transfer-Encoding: xchunkedx\r\n\r\n" << 501;
    QTest::newRow("two codings") << post + "Transfer-Encoding: gzip, chunked\r\n\r\n" << 501;
    QTest::newRow("coding twice") << post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  << 501;
    QTest::newRow("coding in 1.0") << QByteArray(
                                          "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
                                   << 400;
    QTest::newRow("two lengths") << post + "Content-Length: 3\r\nContent-Length: 5\r\n\r\n" << 400;
    QTest::newRow("length list") << post + "Content-Length: 3, 3\r\n\r\n" << 400;
    QTest::newRow("negative length") << post + "Content-Length: -1\r\n\r\n" << 400;
    QTest::newRow("signed length") << post + "Content-Length: +5\r\n\r\n" << 400;
    QTest::newRow("length 2^63") << post + "Content-Length: 9223372036854775808\r\n\r\n" << 400;
    QTest::newRow("empty length") << post + "Content-Length:\r\n\r\n" << 400;
    const QByteArray chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    QTest::newRow("chunk size word") << chunked + "zz\r\n" << 400;
    QTest::newRow("chunk size negative") << chunked + "-5\r\n" << 400;
    QTest::newRow("chunk size 2^64") << chunked + "ffffffffffffffff\r\n" << 400;
    QTest::newRow("chunk size large") << chunked + "fffffffffffffff\r\n" << 413;
    QTest::newRow("chunk longer than its size") << chunked + "1\r\nab\r\n" << 400;
    QTest::newRow("chunk line feed") << chunked + "1\na\r\n" << 400;
    QTest::newRow("bad trailer") << chunked + "0\r\nno colon\r\n\r\n" << 400;
    QTest::newRow("websocket")
        << QByteArray("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        << 501;
    QTest::newRow("expectation") << post + "Expect: coffee\r\nContent-Length: 1\r\n\r\n" << 417;
}

void TestParser::refusesRequests()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    for (const qsizetype step : {qsizetype(1), qsizetype(3), bytes.size()}) {
        const WholeRequest parser = parsed(bytes, step);
        QCOMPARE(parser.parser().state(), RequestParser::State::Failed);
        QCOMPARE(parser.parser().fault().status, status);
        QVERIFY(qstrlen(parser.parser().fault().reason) > 0);
    }
}

void TestParser::acceptsRequests_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    const QByteArray post = "POST /v1/x HTTP/1.1\r\nHost: h\r\n";
    QTest::newRow("plain") << QByteArray("GET /a?b=c HTTP/1.1\r\nHost: h:8787\r\n\r\n")
                           << QByteArray("/a?b=c") << QByteArray();
    QTest::newRow("1.0 without host")
        << QByteArray("GET / HTTP/1.0\r\n\r\n") << QByteArray("/") << QByteArray();
    QTest::newRow("empty lines before")
        << QByteArray("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n") << QByteArray("/") << QByteArray();
    QTest::newRow("absolute form") << QByteArray("GET http://h:1/x?y HTTP/1.1\r\nHost: h\r\n\r\n")
                                   << QByteArray("/x?y") << QByteArray();
    QTest::newRow("absolute form without path")
        << QByteArray("GET HTTP://h HTTP/1.1\r\nHost: h\r\n\r\n") << QByteArray("/") << QByteArray();
    QTest::newRow("asterisk") << QByteArray("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n") << QByteArray("*")
                              << QByteArray();
    QTest::newRow("length") << post + "content-length: 5\r\n\r\nhello" << QByteArray("/v1/x")
                            << QByteArray("hello");
    QTest::newRow("no body") << post + "Content-Length: 0\r\n\r\n" << QByteArray("/v1/x") << QByteArray();
    QTest::newRow("chunks")
        << post + "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n"
        << QByteArray("/v1/x") << QByteArray("abc0123456789");
    QTest::newRow("trailers") << post + "Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n000\r\nX-T: 1\r\n\r\n"
                              << QByteArray("/v1/x") << QByteArray("a");
    QTest::newRow("h2c offer is ignored")
        << QByteArray("GET /h HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        << QByteArray("/h") << QByteArray();
}

void TestParser::acceptsRequests()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    for (qsizetype step = 1; step <= bytes.size(); ++step) {
        WholeRequest parser = parsed(bytes, step);
        QVERIFY2(parser.parser().state() == RequestParser::State::Complete, parser.parser().fault().reason);
        const HttpRequest request = parser.take();
        QCOMPARE(request.target, target);
        QCOMPARE(request.body, body);
        QCOMPARE(parser.parser().state(), RequestParser::State::Head);
    }
}

void TestParser::keepsLimits_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status"); // 0: accepted
    ParserLimits limits;
    const auto line = [&](qsizetype length) {
        return QByteArray("GET /" + QByteArray(length - 14, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n");
    };
    QTest::newRow("request line at the limit") << line(limits.requestLine) << 0;
    QTest::newRow("request line beyond") << line(limits.requestLine + 1) << 414;
    QTest::newRow("endless request line") << QByteArray(limits.requestLine + 1, 'G') << 414;
    const auto head = [&](qsizetype size) {
        const QByteArray start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
        return QByteArray(start + QByteArray(size - start.size() - 4, 'a') + "\r\n\r\n");
    };
    QTest::newRow("head at the limit") << head(limits.head) << 0;
    QTest::newRow("head beyond") << head(limits.head + 1) << 431;
    const auto fields = [&](int count) {
        QByteArray bytes = "GET / HTTP/1.1\r\nHost: h\r\n";
        for (int i = 1; i < count; ++i)
            bytes += "X" + QByteArray::number(i) + ": y\r\n";
        return QByteArray(bytes + "\r\n");
    };
    QTest::newRow("fields at the limit") << fields(limits.fields) << 0;
    QTest::newRow("fields beyond") << fields(limits.fields + 1) << 431;
    const QByteArray post = "POST / HTTP/1.1\r\nHost: h\r\n";
    QTest::newRow("body at the limit") << post + "Content-Length: 1000\r\n\r\n" + QByteArray(1000, 'b') << 0;
    QTest::newRow("body beyond") << post + "Content-Length: 1001\r\n\r\n" << 413;
    QTest::newRow("chunks at the limit")
        << post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + QByteArray(1000, 'b') + "\r\n0\r\n\r\n"
        << 0;
    QTest::newRow("chunks beyond") << post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" +
                                          QByteArray(1000, 'b') + "\r\n1\r\n"
                                   << 413;
}

void TestParser::keepsLimits()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    ParserLimits limits;
    limits.body = 1000;
    for (const qsizetype step : {qsizetype(7), bytes.size()}) {
        const WholeRequest parser = parsed(bytes, step, limits);
        QCOMPARE(parser.parser().state(),
                 status == 0 ? RequestParser::State::Complete : RequestParser::State::Failed);
        if (status != 0)
            QCOMPARE(parser.parser().fault().status, status);
    }
}

void TestParser::takesPipelinedRequests()
{
    QByteArray input =
        "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nabGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3";
    WholeRequest parser({});
    QCOMPARE(parser.feed(input), RequestParser::State::Complete);
    QCOMPARE(parser.take().body, QByteArray("ab"));
    QCOMPARE(parser.feed(input), RequestParser::State::Complete);
    QCOMPARE(parser.take().target, QByteArray("/2"));
    QCOMPARE(parser.feed(input), RequestParser::State::Head);
    QVERIFY(parser.parser().begun());
}

void TestParser::knowsWhenToKeepTheConnection_data()
{
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<bool>("keep");
    QTest::newRow("1.1") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\n") << true;
    QTest::newRow("1.1 close") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n")
                               << false;
    QTest::newRow("1.0") << QByteArray("GET / HTTP/1.0\r\n") << false;
    QTest::newRow("1.0 keep-alive") << QByteArray("GET / HTTP/1.0\r\nConnection: keep-alive\r\n") << true;
}

void TestParser::knowsWhenToKeepTheConnection()
{
    QFETCH(QByteArray, start);
    QFETCH(bool, keep);
    QCOMPARE(parsed(start + "\r\n", 1000).parser().keepAlive(), keep);
}

struct Answer
{
    ResponseParser::State state;
    int status;
    QByteArray body;
    bool keepAlive;
};

static Answer answered(const QByteArray &bytes, qsizetype step, bool close, bool toHead = false)
{
    ResponseParser parser(toHead, 1024);
    QByteArray body;
    for (qsizetype at = 0; at < bytes.size() && parser.state() != ResponseParser::State::Failed; at += step) {
        const QByteArray part = bytes.mid(at, step);
        QByteArrayView input(part);
        body += parser.feed(input);
    }
    if (close)
        parser.close();
    return {parser.state(), parser.status(), body, parser.keepAlive()};
}

void TestParser::refusesResponses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray ok = "HTTP/1.1 200 OK\r\n";
    QTest::newRow("garbage") << QByteArray("SSH-2.0-OpenSSH\r\n\r\n");
    QTest::newRow("version 2") << QByteArray("HTTP/2 200\r\n\r\n");
    QTest::newRow("short status") << QByteArray("HTTP/1.1 20\r\n\r\n");
    QTest::newRow("status word") << QByteArray("HTTP/1.1 abc OK\r\n\r\n");
    QTest::newRow("status 600") << QByteArray("HTTP/1.1 600 No\r\nContent-Length: 0\r\n\r\n");
    QTest::newRow("status 099") << QByteArray("HTTP/1.1 099 No\r\n\r\n");
    QTest::newRow("switching") << QByteArray("HTTP/1.1 101 Switching\r\n\r\n");
    QTest::newRow("bad field") << ok + "X y\r\n\r\n";
    QTest::newRow("length and coding") << ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
    QTest::newRow("two lengths") << ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n";
    QTest::newRow("bad length") << ok + "Content-Length: one\r\n\r\n";
    QTest::newRow("other coding") << ok + "Transfer-Encoding: gzip\r\n\r\n";
    QTest::newRow("bad chunk") << ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n";
    QTest::newRow("large head") << ok + "X: " + QByteArray(1024, 'a') + "\r\n\r\n";
    QTest::newRow("cut in the head") << ok;
    QTest::newRow("cut in the body") << ok + "Content-Length: 3\r\n\r\nab";
    QTest::newRow("cut in the chunks") << ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
    QTest::newRow("nothing") << QByteArray();
}

void TestParser::refusesResponses()
{
    QFETCH(QByteArray, bytes);
    for (const qsizetype step : {qsizetype(1), qMax<qsizetype>(1, bytes.size())})
        QCOMPARE(answered(bytes, step, true).state, ResponseParser::State::Failed);
}

void TestParser::acceptsResponses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("close");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("keepAlive");
    QTest::newRow("length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc") << false << 200
                            << QByteArray("abc") << true;
    QTest::newRow("no reason") << QByteArray("HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n") << false << 404
                               << QByteArray() << true;
    QTest::newRow("chunks")
        << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n")
        << false << 200 << QByteArray("abc") << true;
    QTest::newRow("until close") << QByteArray("HTTP/1.1 200 OK\r\n\r\nabc") << true << 200
                                 << QByteArray("abc") << false;
    QTest::newRow("1.0") << QByteArray("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na") << false << 200
                         << QByteArray("a") << false;
    QTest::newRow("closing") << QByteArray(
                                    "HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 1\r\n\r\na")
                             << false << 500 << QByteArray("a") << false;
    QTest::newRow("interim") << QByteArray(
                                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n"
                                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                             << false << 200 << QByteArray("ok") << true;
    QTest::newRow("no content") << QByteArray("HTTP/1.1 204 No Content\r\n\r\n") << false << 204
                                << QByteArray() << true;
    QTest::newRow("not modified") << QByteArray("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")
                                  << false << 304 << QByteArray() << true;
}

void TestParser::acceptsResponses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, close);
    for (qsizetype step = 1; step <= bytes.size(); ++step) {
        const Answer answer = answered(bytes, step, close);
        QCOMPARE(answer.state, ResponseParser::State::Complete);
        QTEST(answer.status, "status");
        QTEST(answer.body, "body");
        QTEST(answer.keepAlive, "keepAlive");
    }
}

void TestParser::leavesWhatFollowsAResponse()
{
    ResponseParser parser(false, 1024);
    const QByteArray bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokEVIL";
    QByteArrayView input(bytes);
    QCOMPARE(parser.feed(input), QByteArray("ok"));
    QCOMPARE(parser.state(), ResponseParser::State::Complete);
    QCOMPARE(input.toByteArray(), QByteArray("EVIL"));

    ResponseParser head(true, 1024);
    const QByteArray toHead = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    QByteArrayView rest(toHead);
    head.feed(rest);
    QCOMPARE(head.state(), ResponseParser::State::Complete);
    QCOMPARE(head.contentLength(), 2);
}

QTEST_APPLESS_MAIN(TestParser)
#include "tst_parser.moc"
