// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/parser.h"
#include "wholerequest.h"

#include <QTest>

using namespace quota::service;
using namespace quota::test;

// Requests: what the parser refuses, what it accepts, and that it does not matter where the bytes are cut. Every
// row is read whole, byte by byte, and cut in two at every place.
class TestParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void refusesBytesInNamesAndTargets();
    void accepts_data();
    void accepts();
    void keepsLimits_data();
    void keepsLimits();
    void refusesAtOnce_data();
    void refusesAtOnce();
    void takesPipelinedRequests();
    void knowsWhenToKeepTheConnection_data();
    void knowsWhenToKeepTheConnection();
    void knowsWhenToContinue_data();
    void knowsWhenToContinue();
    void keepsFieldsAsTheyCame();
    void readsADripInLinearTime();
};

namespace
{

struct Outcome
{
    RequestParser::State state = RequestParser::State::Head;
    ParseFault fault;
    HttpRequest request;
    QByteArray rest;
    bool keepAlive = false;
    bool expectsContinue = false;
};

Outcome parsed(const QList<QByteArray> &pieces, const ParserLimits &limits = {})
{
    WholeRequest whole(limits);
    Outcome outcome;
    for (const QByteArray &piece : pieces) {
        outcome.rest.append(piece);
        if (outcome.state == RequestParser::State::Head || outcome.state == RequestParser::State::Body)
            outcome.state = whole.feed(outcome.rest);
    }
    outcome.fault = whole.parser().fault();
    outcome.keepAlive = whole.parser().keepAlive();
    outcome.expectsContinue = whole.parser().expectsContinue();
    outcome.request = whole.take();
    return outcome;
}

bool operator==(const Outcome &left, const Outcome &right)
{
    const auto fields = [](const HttpRequest &request) {
        QByteArray text;
        for (const HeaderField field : request.headers)
            text += field.name.toByteArray() + ':' + field.value.toByteArray() + '\n';
        return text;
    };
    if (left.state != right.state || left.fault.status != right.fault.status ||
        qstrcmp(left.fault.reason, right.fault.reason) != 0)
        return false;
    if (left.state == RequestParser::State::Failed)
        return true;
    return left.rest == right.rest && left.keepAlive == right.keepAlive &&
           left.expectsContinue == right.expectsContinue && left.request.method == right.request.method &&
           left.request.target == right.request.target &&
           left.request.minorVersion == right.request.minorVersion &&
           left.request.body == right.request.body && fields(left.request) == fields(right.request);
}

// The outcome of the bytes in one piece; fails the test when a cut changes it.
void parseEveryWay(const QByteArray &bytes, Outcome &outcome, const ParserLimits &limits = {})
{
    outcome = parsed({bytes}, limits);
    QList<QByteArray> single;
    for (const char byte : bytes)
        single.append(QByteArray(1, byte));
    QVERIFY2(parsed(single, limits) == outcome, "byte by byte");
    const qsizetype step = 1 + bytes.size() / 4096; // a few rows are long
    for (qsizetype cut = 1; cut < bytes.size(); cut += step)
        QVERIFY2(parsed({bytes.first(cut), bytes.sliced(cut)}, limits) == outcome,
                 ("cut after byte " + QByteArray::number(cut)).constData());
}

const QByteArray get = "GET / HTTP/1.1\r\nHost: h\r\n";
const QByteArray post = "POST /v1/x HTTP/1.1\r\nHost: h\r\n";
const QByteArray chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

void row(const char *name, const QByteArray &bytes, int status)
{
    QTest::newRow(name) << bytes << status;
}

}

static void requestLines()
{
    row("TLS hello", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400);
    row("garbage", "!?\r\n\r\n", 400);
    row("one word", "GET\r\n\r\n", 400);
    row("two words, as in HTTP/0.9", "GET /\r\nHost: h\r\n\r\n", 400);
    row("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("two spaces before the version", "GET /  HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("tab between words", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("space before the method", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400);
    row("tab at the end", "GET / HTTP/1.1\t\r\nHost: h\r\n\r\n", 400);
    row("carriage return at the end", "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n", 400);
    row("carriage return inside", "GET /\rX HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("ends in a line feed", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400);
    row("only line feeds", "GET / HTTP/1.1\nHost: h\n\n", 400);
    row("three empty lines before", "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("line feed before", "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("carriage return before", "\rGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("version word", "GET / HTTPXaYb\r\nHost: h\r\n\r\n", 400);
    row("version in lower case", "GET / http/1.1\r\nHost: h\r\n\r\n", 400);
    row("version of one number", "GET / HTTP/1\r\nHost: h\r\n\r\n", 400);
    row("version with two digits", "GET / HTTP/1.10\r\nHost: h\r\n\r\n", 400);
    row("version with a zero before", "GET / HTTP/01.1\r\nHost: h\r\n\r\n", 400);
    row("version with a comma", "GET / HTTP/1,1\r\nHost: h\r\n\r\n", 400);
    row("version 0.9", "GET / HTTP/0.9\r\nHost: h\r\n\r\n", 505);
    row("version 2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    row("version 9.9", "GET / HTTP/9.9\r\nHost: h\r\n\r\n", 505);
    row("method with a bad byte", "G\"T / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("method in lower case", "get / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("unknown method", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("trace", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("connect", "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n", 501);
}

static void targets()
{
    row("space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("control in the target", "GET /a\x01 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("byte above 127 in the target", "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("no slash", "GET x HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("fragment in the query", "GET /a?b#c HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("backslash", "GET /a\\..\\b HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("quote", "GET /a\"b HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("angle bracket", "GET /<a> HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("half an escape", "GET /a%2 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("escape of no number", "GET /a%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("escaped NUL", "GET /a%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("asterisk of another method", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("asterisk with more", "OPTIONS *x HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("authority form", "GET h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n", 400);
    row("other scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("scheme alone", "GET http:// HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("scheme with one slash", "GET http:/h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute without authority", "GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute with user information", "GET http://me:word@h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute with a bad authority", "GET http://[[ / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute with a bad port", "GET http://h:x/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute with a fragment", "GET http://h#x HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute without Host", "GET http://h/ HTTP/1.1\r\n\r\n", 400);
    row("absolute with another Host", "GET http://h/ HTTP/1.1\r\nHost: g\r\n\r\n", 400);
    row("absolute with another port", "GET http://h/ HTTP/1.1\r\nHost: h:81\r\n\r\n", 400);
    row("absolute with the other scheme's port", "GET http://h/ HTTP/1.1\r\nHost: h:443\r\n\r\n", 400);
}

static void fieldLines()
{
    row("no colon", get + "X-A\r\n\r\n", 400);
    row("no name", get + ": a\r\n\r\n", 400);
    row("space before the colon", get + "X : a\r\n\r\n", 400);
    row("tab before the colon", get + "X\t: a\r\n\r\n", 400);
    row("space in the name", get + "X Y: a\r\n\r\n", 400);
    row("byte above 127 in the name", get + "X\xe4: a\r\n\r\n", 400);
    row("folded", get + "X: a\r\n b\r\n\r\n", 400);
    row("folded with a tab", get + "X: a\r\n\tb\r\n\r\n", 400);
    row("space before the first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400);
    row("line of spaces", get + "  \r\n\r\n", 400);
    row("bare line feed", "GET / HTTP/1.1\r\nHost: h\nX: a\r\n\r\n", 400);
    row("bare line feed as the end", get + "\n", 400);
    row("line feed, carriage return", get + "X: a\n\r\n\r\n", 400);
    row("bare carriage return", get + "X: a\rb\r\n\r\n", 400);
    row("carriage return at the end", get + "X: a\r\r\n\r\n", 400);
    row("carriage return as a line", get + "\r\r\n", 400);
    row("NUL in the value", get + QByteArray("X: a\0b\r\n\r\n", 10), 400);
    row("control far in the value", get + "X: 0123456789abcdef\x1bz\r\n\r\n", 400);
    row("delete in the value", get + "X: 0123456\x7f\r\n\r\n", 400);
    row("vertical tab in the value", get + "X: a\x0b\r\n\r\n", 400);
    row("no Host", "GET / HTTP/1.1\r\n\r\n", 400);
    row("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
    row("two equal Hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", 400);
    row("two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400);
    row("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400);
    row("Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
    row("Host with user information", "GET / HTTP/1.1\r\nHost: me@h\r\n\r\n", 400);
    row("Host with a path", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", 400);
    row("Host of brackets", "GET / HTTP/1.1\r\nHost: [[:::\r\n\r\n", 400);
    row("Host with half an address", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400);
    row("Host of no address", "GET / HTTP/1.1\r\nHost: [x]\r\n\r\n", 400);
    row("Host with more after the address", "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400);
    row("Host with two ports", "GET / HTTP/1.1\r\nHost: h:1:2\r\n\r\n", 400);
    row("Host with a port of letters", "GET / HTTP/1.1\r\nHost: h:x\r\n\r\n", 400);
    row("Host with a port too large", "GET / HTTP/1.1\r\nHost: h:65536\r\n\r\n", 400);
    row("Host of a port", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400);
    row("Host with half an escape", "GET / HTTP/1.1\r\nHost: h%2\r\n\r\n", 400);
    row("Host above 127", "GET / HTTP/1.1\r\nHost: h\xe4\r\n\r\n", 400);
    row("websocket", get + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 501);
    row("websocket among others", get + "Upgrade: h2c, WebSocket\r\n\r\n", 501);
    row("expectation", post + "Expect: coffee\r\nContent-Length: 1\r\n\r\n", 417);
    row("empty expectation", post + "Expect:\r\nContent-Length: 1\r\n\r\n", 417);
    row("expectation twice", post + "Expect: 100-continue\r\nExpect: 100-continue\r\n\r\n", 417);
    row("list of expectations", post + "Expect: 100-continue, tea\r\n\r\n", 417);
}

static void framing()
{
    row("length and coding", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
    row("coding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400);
    row("coding and length 0", post + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", 400);
    row("other coding", post + "Transfer-Encoding: gzip\r\n\r\n", 400);
    row("identity", post + "Transfer-Encoding: identity\r\n\r\n", 400);
    row("empty coding", post + "Transfer-Encoding:\r\n\r\n", 400);
    row("odd coding", post + "Transfer-Encoding: xchunkedx\r\n\r\n", 400);
    row("quoted coding", post + "Transfer-Encoding: \"chunked\"\r\n\r\n", 400);
    row("coding with a parameter", post + "Transfer-Encoding: chunked;q=1\r\n\r\n", 400);
    row("chunked before another", post + "Transfer-Encoding: chunked, gzip\r\n\r\n", 400);
    row("chunked twice in one field", post + "Transfer-Encoding: chunked, chunked\r\n\r\n", 400);
    row("chunked in two fields", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        400);
    row("chunked, then identity", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        400);
    row("empty element before", post + "Transfer-Encoding: , chunked\r\n\r\n", 400);
    row("empty element after", post + "Transfer-Encoding: chunked,\r\n\r\n", 400);
    row("another before chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501);
    row("coding in 1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
    row("vertical tab in the coding",
        post + "Transfer-Encoding: \x0b"
               "chunked\r\n\r\n",
        400);
    row("two lengths", post + "Content-Length: 3\r\nContent-Length: 5\r\n\r\n", 400);
    row("two equal lengths", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400);
    row("list of lengths", post + "Content-Length: 3, 3\r\n\r\nabc", 400);
    row("empty length", post + "Content-Length:\r\n\r\n", 400);
    row("negative length", post + "Content-Length: -1\r\n\r\n", 400);
    row("signed length", post + "Content-Length: +5\r\n\r\n", 400);
    row("hexadecimal length", post + "Content-Length: 0x5\r\n\r\n", 400);
    row("length of two numbers", post + "Content-Length: 5 5\r\n\r\n", 400);
    row("length with a fraction", post + "Content-Length: 5.0\r\n\r\n", 400);
    row("length 2^63", post + "Content-Length: 9223372036854775808\r\n\r\n", 400);
    row("length 2^64 + 5", post + "Content-Length: 18446744073709551621\r\n\r\n", 400);
    row("length too large", post + "Content-Length: 999999999999999999\r\n\r\n", 413);
}

static void chunks()
{
    row("chunk size of letters", chunked + "zz\r\n", 400);
    row("no chunk size", chunked + "\r\n", 400);
    row("negative chunk size", chunked + "-5\r\n", 400);
    row("signed chunk size", chunked + "+5\r\n", 400);
    row("chunk size with 0x", chunked + "0x5\r\nabcde\r\n0\r\n\r\n", 400);
    row("space before the chunk size", chunked + " 5\r\nabcde\r\n0\r\n\r\n", 400);
    row("space after the chunk size", chunked + "5 \r\nabcde\r\n0\r\n\r\n", 400);
    row("tab after the chunk size", chunked + "5\t\r\nabcde\r\n0\r\n\r\n", 400);
    row("two chunk sizes", chunked + "5 5\r\nabcde\r\n0\r\n\r\n", 400);
    row("chunk size 2^64", chunked + "10000000000000000\r\n", 400);
    row("chunk size 2^64 - 1", chunked + "ffffffffffffffff\r\n", 400);
    row("chunk size of sixteen zeros", chunked + "0000000000000001\r\na\r\n0\r\n\r\n", 400);
    row("large chunk size", chunked + "fffffffffffffff\r\n", 413);
    row("chunk longer than its size", chunked + "1\r\nab\r\n", 400);
    row("chunk much longer than its size", chunked + "1\r\nabcdefgh", 400);
    row("chunk shorter than its size", chunked + "5\r\nabc\r\n0\r\n\r\n", 400);
    row("chunk size ends in a line feed", chunked + "1\na\r\n", 400);
    row("chunk size ends in a carriage return", chunked + "1\ra\r\n", 400);
    row("chunk size ends in two carriage returns", chunked + "1\r\r\na\r\n", 400);
    row("chunk ends in a line feed", chunked + "1\r\na\n0\r\n\r\n", 400);
    row("chunk ends in a carriage return", chunked + "1\r\na\r0\r\n\r\n", 400);
    row("last chunk ends in a line feed", chunked + "0\n\r\n", 400);
    row("body ends in a line feed", chunked + "0\r\n\n", 400);
    row("extension without a name", chunked + "1;\r\na\r\n", 400);
    row("extension of an equals sign", chunked + "1;=a\r\na\r\n", 400);
    row("extension without a value", chunked + "1;a=\r\na\r\n", 400);
    row("extension with a space inside", chunked + "1;a b\r\na\r\n", 400);
    row("extension of a quoted name", chunked + "1;\"a\"\r\na\r\n", 400);
    row("open quote", chunked + "1;a=\"b\r\n\"\r\na\r\n0\r\n\r\n", 400);
    row("open escape", chunked + "1;a=\"b\\\r\na\r\n", 400);
    row("quote with more behind", chunked + "1;a=\"b\"c\r\na\r\n", 400);
    row("control in an extension", chunked + "1;a=\"b\x01\"\r\na\r\n", 400);
    row("line feed in an extension", chunked + "1;a=\"b\n\"\r\na\r\n", 400);
    row("long extension", chunked + "1;a=" + QByteArray(4100, 'b') + "\r\na\r\n", 400);
    row("trailer without a colon", chunked + "0\r\nno colon\r\n\r\n", 400);
    row("folded trailer", chunked + "0\r\nX: a\r\n b\r\n\r\n", 400);
    row("trailer with a space before the colon", chunked + "0\r\nX : a\r\n\r\n", 400);
    row("trailer ends in a line feed", chunked + "0\r\nX: a\n\r\n", 400);
    row("NUL in a trailer", chunked + QByteArray("0\r\nX: \0\r\n\r\n", 11), 400);
}

void TestParser::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    requestLines();
    targets();
    fieldLines();
    framing();
    chunks();
}

void TestParser::refuses()
{
    QFETCH(QByteArray, bytes);
    Outcome outcome;
    parseEveryWay(bytes, outcome);
    QCOMPARE(outcome.state, RequestParser::State::Failed);
    QTEST(outcome.fault.status, "status");
    QVERIFY(qstrlen(outcome.fault.reason) > 0);
}

void TestParser::refusesBytesInNamesAndTargets()
{
    const QByteArray tokens = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (int byte = 0; byte < 256; ++byte) {
        const char character = char(byte);
        const auto isTaken = [&](const QByteArray &bytes) {
            return parsed({bytes}).state == RequestParser::State::Complete;
        };
        const QByteArray at = "byte " + QByteArray::number(byte);
        QVERIFY2(isTaken(get + "X" + character + ": a\r\n\r\n") ==
                     (tokens.contains(character) || byte == ':'),
                 at.constData());
        const bool isText = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
        QVERIFY2(isTaken(get + "X: a" + character + "b\r\n\r\n") == isText, at.constData());
        QVERIFY2(isTaken(get + "X: 012345678901234" + character + "b\r\n\r\n") == isText, at.constData());
        const bool isTarget = byte > 0x20 && byte < 0x7f && !QByteArray("#\\\"<>").contains(character);
        QVERIFY2(isTaken(QByteArray("GET /?a") + character + "b HTTP/1.1\r\nHost: h\r\n\r\n") == isTarget,
                 at.constData());
    }
}

void TestParser::accepts_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, const QByteArray &bytes, const QByteArray &target,
                        const QByteArray &body = {}) { QTest::newRow(name) << bytes << target << body; };
    row("plain", "GET /a?b=c HTTP/1.1\r\nHost: h:8787\r\n\r\n", "/a?b=c");
    row("1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "/");
    row("a later minor version", "GET /x HTTP/1.2\r\nHost: h\r\n\r\n", "/x");
    row("the last minor version", "GET /x HTTP/1.9\r\nHost: h\r\n\r\n", "/x");
    row("an empty line before", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "/");
    row("two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "/");
    row("what browsers leave unescaped", "GET /a|b?c={d}^`e`[f]&g=100% HTTP/1.1\r\nHost: h\r\n\r\n",
        "/a|b?c={d}^`e`[f]&g=100%");
    row("escapes", "GET /a%2Fb%7e HTTP/1.1\r\nHost: h\r\n\r\n", "/a%2Fb%7e");
    row("absolute form", "GET http://h:1/x?y HTTP/1.1\r\nHost: h:1\r\n\r\n", "/x?y");
    row("absolute form without a path", "GET HTTP://h HTTP/1.1\r\nHost: h\r\n\r\n", "/");
    row("absolute form with a query alone", "GET http://h?x=/y HTTP/1.1\r\nHost: h\r\n\r\n", "/?x=/y");
    row("absolute form, Host in capitals", "GET http://ab/ HTTP/1.1\r\nHost: AB\r\n\r\n", "/");
    row("absolute form, standard port", "GET https://h/ HTTP/1.1\r\nHost: h:443\r\n\r\n", "/");
    row("absolute form, empty port", "GET http://h:/ HTTP/1.1\r\nHost: h:80\r\n\r\n", "/");
    row("absolute form in 1.0", "GET http://h/ HTTP/1.0\r\n\r\n", "/");
    row("absolute form for the server", "OPTIONS http://h HTTP/1.1\r\nHost: h\r\n\r\n", "*");
    row("asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "*");
    row("IPv6 Host", "GET / HTTP/1.1\r\nHost: [::1]:8787\r\n\r\n", "/");
    row("IPv4 in IPv6 Host", "GET / HTTP/1.1\r\nHost: [::ffff:10.0.0.1]\r\n\r\n", "/");
    row("Host with an escape", "GET / HTTP/1.1\r\nHost: h%2D1.example\r\n\r\n", "/");
    row("Host with an empty port", "GET / HTTP/1.1\r\nHost: h:\r\n\r\n", "/");
    row("white space around a value", "GET / HTTP/1.1\r\nHost: \t h \t \r\n\r\n", "/");
    row("empty value", get + "X:\r\nY: \t\r\n\r\n", "/");
    row("bytes above 127 in a value", get + "X: gr\xc3\xbc\xdf\x80\xff\r\n\r\n", "/");
    row("length", post + "content-length: 5\r\n\r\nhello", "/v1/x", "hello");
    row("length with zeros before", post + "Content-Length: 005\r\n\r\nhello", "/v1/x", "hello");
    row("length 0", post + "Content-Length: 0\r\n\r\n", "/v1/x");
    row("no length", post + "\r\n", "/v1/x");
    row("body of a GET", get + "Content-Length: 2\r\n\r\nab", "/", "ab");
    row("length in 1.0", "POST /v1/x HTTP/1.0\r\nContent-Length: 2\r\n\r\nab", "/v1/x", "ab");
    row("body that looks like a request", post + "Content-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n", "/v1/x",
        "GET / HTTP/1.1\r\n\r\n");
    row("chunks", post + "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
        "/v1/x", "abc0123456789");
    row("no chunks", chunked + "0\r\n\r\n", "/v1/x");
    row("chunk sizes with zeros before", chunked + "000a\r\n0123456789\r\n000\r\n\r\n", "/v1/x",
        "0123456789");
    row("chunk with line ends in it", chunked + "6\r\n\r\n0\r\n\r\r\n0\r\n\r\n", "/v1/x", "\r\n0\r\n\r");
    row("extensions", chunked + "1;a\r\nx\r\n1 ; b = c;d=\"e;\\\"f\\\\ \"\r\ny\r\n0;last\r\n\r\n", "/v1/x",
        "xy");
    row("trailers", chunked + "1\r\na\r\n0\r\nX-T: 1\r\nX-U:\r\n\r\n", "/v1/x", "a");
    row("trailers that have no say",
        chunked + "1\r\na\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: gzip\r\n"
                  "Host: other\r\nAuthorization: x\r\n\r\n",
        "/v1/x", "a");
    row("h2c offer is ignored",
        "GET /h HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", "/h");
    row("other upgrade is ignored", get + "Upgrade: TLS/1.0\r\nConnection: upgrade\r\n\r\n", "/");
    row("fields twice", get + "Accept: a\r\nAccept: b\r\n\r\n", "/");
}

void TestParser::accepts()
{
    QFETCH(QByteArray, bytes);
    Outcome outcome;
    // What follows a request is left alone, whatever it is.
    for (const QByteArray &next : {QByteArray(), QByteArray("\x01garbage\r\n\r\n")}) {
        parseEveryWay(bytes + next, outcome);
        QVERIFY2(outcome.state == RequestParser::State::Complete, outcome.fault.reason);
        QTEST(outcome.request.target, "target");
        QTEST(outcome.request.body, "body");
        QCOMPARE(outcome.rest, next);
    }
}

void TestParser::keepsLimits_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status"); // 0: accepted
    const auto line = [](qsizetype length) {
        return QByteArray("GET /" + QByteArray(length - 14, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n");
    };
    row("request line at the limit", line(60), 0);
    row("request line beyond", line(61), 414);
    row("endless request line", QByteArray(63, 'G'), 414);
    const auto head = [](qsizetype size) {
        return QByteArray(get + "X: " + QByteArray(size - get.size() - 7, 'a') + "\r\n\r\n");
    };
    row("head at the limit", head(200), 0);
    row("head beyond by one", head(201), 431);
    row("head beyond by two", head(202), 431);
    row("head beyond by three", head(203), 431);
    row("endless field", get + "X: " + QByteArray(200, 'a'), 431);
    row("endless fields", get + QByteArray("Abc: defghij\r\n").repeated(12), 431);
    const auto fields = [](int count) {
        return QByteArray(get + QByteArray("X: y\r\n").repeated(count - 1));
    };
    row("fields at the limit", fields(10) + "\r\n", 0);
    row("fields beyond", fields(11) + "\r\n", 431);
    row("body at the limit", post + "Content-Length: 100\r\n\r\n" + QByteArray(100, 'b'), 0);
    row("body beyond", post + "Content-Length: 101\r\n\r\n", 413);
    const QByteArray full = chunked + "64\r\n" + QByteArray(100, 'b') + "\r\n";
    row("chunks at the limit", full + "0\r\n\r\n", 0);
    row("chunks beyond", full + "1\r\n", 413);
    row("extensions at the limit",
        chunked + QByteArray("1;" + QByteArray(1037, 'e') + "\r\nb\r\n").repeated(16) + "0\r\n\r\n", 0);
    row("extensions beyond", chunked + QByteArray("1;" + QByteArray(1037, 'e') + "\r\nb\r\n").repeated(17),
        400);
    row("trailers at the limit", chunked + "0\r\n" + QByteArray("X: y\r\n").repeated(100) + "\r\n", 0);
    row("trailers beyond", chunked + "0\r\n" + QByteArray("X: y\r\n").repeated(101) + "\r\n", 431);
    row("trailer bytes at the limit", chunked + "0\r\nX: " + QByteArray(16 * 1024 - 7, 'y') + "\r\n\r\n", 0);
    row("trailer bytes beyond", chunked + "0\r\nX: " + QByteArray(16 * 1024 - 6, 'y') + "\r\n\r\n", 431);
}

void TestParser::keepsLimits()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    const ParserLimits limits{60, 200, 10, 100};
    Outcome outcome;
    parseEveryWay(bytes, outcome, limits);
    QCOMPARE(outcome.state, status == 0 ? RequestParser::State::Complete : RequestParser::State::Failed);
    if (status != 0)
        QCOMPARE(outcome.fault.status, status);
}

void TestParser::refusesAtOnce_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("what is no method") << QByteArray("\x16");
    QTest::newRow("request line") << QByteArray("BREW / HTTP/1.1\r\n");
    QTest::newRow("field") << QByteArray(get + "X : y\r\n");
    QTest::newRow("chunk that goes on") << QByteArray(chunked + "1\r\nabc");
}

void TestParser::refusesAtOnce()
{
    // Nobody waits for the end of a head that is wrong already.
    QFETCH(QByteArray, bytes);
    QCOMPARE(parsed({bytes}).state, RequestParser::State::Failed);
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
    input += " HTTP/1.1\r\nHost: h\r\n\r\n";
    QCOMPARE(parser.feed(input), RequestParser::State::Complete);
    QCOMPARE(parser.take().target, QByteArray("/3"));
    QVERIFY(input.isEmpty());
}

void TestParser::knowsWhenToKeepTheConnection_data()
{
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<bool>("keep");
    const QByteArray old = "GET / HTTP/1.0\r\n";
    QTest::newRow("1.1") << get << true;
    QTest::newRow("1.2") << QByteArray("GET / HTTP/1.2\r\nHost: h\r\n") << true;
    QTest::newRow("1.1 close") << QByteArray(get + "Connection: x, Close\r\n") << false;
    QTest::newRow("1.1 close among empty elements")
        << QByteArray(get + "Connection: ,, close ,\r\n") << false;
    QTest::newRow("1.1 close and keep-alive")
        << QByteArray(get + "Connection: close\r\nConnection: keep-alive\r\n") << false;
    QTest::newRow("1.1 something that contains close") << QByteArray(get + "Connection: closed\r\n") << true;
    QTest::newRow("1.0") << old << false;
    QTest::newRow("1.0 keep-alive") << QByteArray(old + "Connection: Keep-Alive\r\n") << true;
    QTest::newRow("1.0 keep-alive and close")
        << QByteArray(old + "Connection: keep-alive\r\nConnection: close\r\n") << false;
    QTest::newRow("1.0 close and keep-alive")
        << QByteArray(old + "Connection: close\r\nConnection: keep-alive\r\n") << false;
    QTest::newRow("1.0 for a proxy") << QByteArray(old + "Proxy-Connection: keep-alive\r\n") << false;
}

void TestParser::knowsWhenToKeepTheConnection()
{
    QFETCH(QByteArray, start);
    QTEST(parsed({start + "\r\n"}).keepAlive, "keep");
}

void TestParser::knowsWhenToContinue_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<bool>("expects");
    const QByteArray expect = post + "Expect: 100-Continue\r\n";
    QTest::newRow("length") << QByteArray(expect + "Content-Length: 1\r\n") << true;
    QTest::newRow("chunked") << QByteArray(expect + "Transfer-Encoding: chunked\r\n") << true;
    QTest::newRow("without content") << expect << false;
    QTest::newRow("1.0") << QByteArray("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n")
                         << false;
    QTest::newRow("not asked") << QByteArray(post + "Content-Length: 1\r\n") << false;
}

void TestParser::knowsWhenToContinue()
{
    QFETCH(QByteArray, head);
    QTEST(parsed({head + "\r\n"}).expectsContinue, "expects");
}

void TestParser::keepsFieldsAsTheyCame()
{
    const HttpRequest request =
        parsed({"GET /p?q HTTP/1.1\r\nhOSt: h\r\nX-One:  1 \r\nx-two:\r\nX-One: 2\r\n\r\n"}).request;
    QCOMPARE(request.path().toByteArray(), QByteArray("/p"));
    QCOMPARE(request.query().toByteArray(), QByteArray("q"));
    QList<QPair<QByteArray, QByteArray>> fields;
    for (const HeaderField field : request.headers)
        fields.append({field.name.toByteArray(), field.value.toByteArray()});
    const QList<QPair<QByteArray, QByteArray>> sent{
        {"hOSt", "h"}, {"X-One", "1"}, {"x-two", ""}, {"X-One", "2"}};
    QCOMPARE(fields, sent);
    QCOMPARE(request.headers.value("x-one").toByteArray(), QByteArray("1"));
    QCOMPARE(request.headers.count("X-ONE"), 2);
    QVERIFY(!request.headers.contains("X-Three"));
}

void TestParser::readsADripInLinearTime()
{
    // A megabyte in steps of one byte: looking through it anew at each step would take hours.
    constexpr qsizetype size = 1024 * 1024;
    RequestParser parser({64, 2 * size, 100, 0});
    QByteArray input = get + "X: ";
    QCOMPARE(parser.feed(input), RequestParser::State::Head);
    for (qsizetype i = 0; i < size; ++i) {
        input.append('a');
        parser.feed(input);
    }
    input.append("\r\n\r\n");
    QCOMPARE(parser.feed(input), RequestParser::State::Complete);
    QCOMPARE(parser.request().headers.value("X").size(), size);
}

QTEST_APPLESS_MAIN(TestParser)
#include "tst_parser.moc"
