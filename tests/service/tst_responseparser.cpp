// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/parser.h"

#include <QTest>

using namespace quota::service;

// Responses: what the parser refuses, what it accepts, and that it does not matter where the bytes are cut. Every
// row is read whole, byte by byte, and cut in two at every place.
class TestResponseParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void accepts_data();
    void accepts();
    void readsWhatAnswersHead_data();
    void readsWhatAnswersHead();
    void keepsLimits_data();
    void keepsLimits();
    void passesOnWhatCameBeforeAFault();
};

namespace
{

constexpr qsizetype maximumHead = 1024;

struct Outcome
{
    ResponseParser::State state;
    QByteArray reason; // of a fault
    int status;
    QByteArray body;
    QByteArray rest;
    bool keepAlive;
    qint64 contentLength;
    QByteArray fields;
    bool operator==(const Outcome &) const = default;
};

Outcome parsed(const QList<QByteArray> &pieces, bool close, bool toHead)
{
    ResponseParser parser(toHead, maximumHead);
    Outcome outcome{};
    for (const QByteArray &piece : pieces) {
        QByteArrayView input(piece);
        outcome.body += parser.feed(input);
        if (parser.state() != ResponseParser::State::Failed)
            outcome.rest += input;
    }
    if (close)
        parser.close();
    outcome.state = parser.state();
    outcome.reason = parser.fault().reason;
    outcome.status = parser.status();
    outcome.keepAlive = parser.keepAlive();
    outcome.contentLength = parser.contentLength();
    for (const HeaderField field : parser.headers())
        outcome.fields += field.name.toByteArray() + ':' + field.value.toByteArray() + '\n';
    return outcome;
}

void parseEveryWay(const QByteArray &bytes, Outcome &outcome, bool close = false, bool toHead = false)
{
    outcome = parsed({bytes}, close, toHead);
    QList<QByteArray> single;
    for (const char byte : bytes)
        single.append(QByteArray(1, byte));
    QVERIFY2(parsed(single, close, toHead) == outcome, "byte by byte");
    for (qsizetype cut = 1; cut < bytes.size(); ++cut)
        QVERIFY2(parsed({bytes.first(cut), bytes.sliced(cut)}, close, toHead) == outcome,
                 ("cut after byte " + QByteArray::number(cut)).constData());
}

const QByteArray ok = "HTTP/1.1 200 OK\r\n";
const QByteArray chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";

}

void TestResponseParser::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const QByteArray &bytes) { QTest::newRow(name) << bytes; };
    row("nothing", "");
    row("another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n");
    row("shoutcast", "ICY 200 OK\r\n\r\n");
    row("version 2", "HTTP/2 200\r\n\r\n");
    row("version 2.0", "HTTP/2.0 200 OK\r\n\r\n");
    row("version in lower case", "http/1.1 200 OK\r\n\r\n");
    row("version of two digits", "HTTP/1.10 200 OK\r\n\r\n");
    row("space before", " HTTP/1.1 200 OK\r\n\r\n");
    row("empty line before", "\r\nHTTP/1.1 200 OK\r\n\r\n");
    row("two spaces", "HTTP/1.1  200 OK\r\n\r\n");
    row("tab", "HTTP/1.1\t200 OK\r\n\r\n");
    row("short status", "HTTP/1.1 20\r\n\r\n");
    row("long status", "HTTP/1.1 2000 OK\r\n\r\n");
    row("signed status", "HTTP/1.1 +20 OK\r\n\r\n");
    row("status word", "HTTP/1.1 abc OK\r\n\r\n");
    row("no status", "HTTP/1.1\r\n\r\n");
    row("status and reason in one", "HTTP/1.1 200OK\r\n\r\n");
    row("status 000", "HTTP/1.1 000 No\r\n\r\n");
    row("status 099", "HTTP/1.1 099 No\r\n\r\n");
    row("status 600", "HTTP/1.1 600 No\r\nContent-Length: 0\r\n\r\n");
    row("carriage return in the reason", "HTTP/1.1 200 O\rK\r\n\r\n");
    row("NUL in the reason", QByteArray("HTTP/1.1 200 O\0K\r\n\r\n", 20));
    row("status line ends in a line feed", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n");
    row("switching", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n");
    row("field without a colon", ok + "X y\r\n\r\n");
    row("field without a name", ok + ": y\r\n\r\n");
    row("space before the colon", ok + "X : y\r\n\r\n");
    row("folded", ok + "X: y\r\n z\r\n\r\n");
    row("space before the first field", ok + " X: y\r\n\r\n");
    row("bare line feed", ok + "X: y\nContent-Length: 0\r\n\r\n");
    row("bare carriage return", ok + "X: y\rZ: 1\r\n\r\n");
    row("NUL in a value", ok + QByteArray("X: \0\r\n\r\n", 8));
    row("bad field of an interim answer",
        "HTTP/1.1 100 Continue\r\nX\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n");
    row("length and coding", ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
    row("coding and length", ok + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n");
    row("two lengths", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n");
    row("two equal lengths", ok + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na");
    row("list of equal lengths", ok + "Content-Length: 1, 1\r\n\r\na");
    row("length word", ok + "Content-Length: one\r\n\r\n");
    row("empty length", ok + "Content-Length:\r\n\r\n");
    row("signed length", ok + "Content-Length: +1\r\n\r\na");
    row("negative length", ok + "Content-Length: -1\r\n\r\n");
    row("length 2^64", ok + "Content-Length: 18446744073709551616\r\n\r\n");
    row("other coding", ok + "Transfer-Encoding: gzip\r\n\r\n");
    row("identity", ok + "Transfer-Encoding: identity\r\n\r\n");
    row("empty coding", ok + "Transfer-Encoding:\r\n\r\n");
    row("chunked not last", ok + "Transfer-Encoding: chunked, gzip\r\n\r\n");
    row("another before chunked", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n");
    row("chunked twice", ok + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n");
    row("chunked in two fields",
        ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("coding in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("chunk size of letters", chunked + "xyz\r\n");
    row("negative chunk size", chunked + "-1\r\n");
    row("chunk size with 0x", chunked + "0x1\r\na\r\n0\r\n\r\n");
    row("chunk size with a space", chunked + "1 \r\na\r\n0\r\n\r\n");
    row("chunk size 2^64", chunked + "10000000000000000\r\n");
    row("chunk size beyond any body", chunked + "4000000000001\r\n");
    row("chunk longer than its size", chunked + "1\r\nab\r\n");
    row("chunk lines end in line feeds", chunked + "1\na\n0\n\n");
    row("trailer without a colon", chunked + "0\r\nX\r\n\r\n");
    row("cut in the status line", "HTTP/1.1 20");
    row("cut in the head", ok);
    row("cut in the body", ok + "Content-Length: 3\r\n\r\nab");
    row("cut in a chunk", chunked + "3\r\nab");
    row("cut between chunks", chunked + "3\r\nabc\r\n");
    row("cut before the end of the trailers", chunked + "0\r\n");
    row("cut after an interim answer", "HTTP/1.1 100 Continue\r\n\r\n");
}

void TestResponseParser::refuses()
{
    QFETCH(QByteArray, bytes);
    Outcome outcome;
    parseEveryWay(bytes, outcome, true);
    QCOMPARE(outcome.state, ResponseParser::State::Failed);
    QVERIFY(!outcome.reason.isEmpty());
}

void TestResponseParser::accepts_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("close");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("keepAlive");
    const auto row = [](const char *name, const QByteArray &bytes, int status, const QByteArray &body,
                        bool keepAlive = true) {
        QTest::newRow(name) << bytes << false << status << body << keepAlive;
    };
    row("length", ok + "Content-Length: 3\r\n\r\nabc", 200, "abc");
    row("length 0", ok + "Content-Length: 0\r\n\r\n", 200, "");
    row("no reason", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404, "");
    row("empty reason", "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", 404, "");
    row("reason of many words",
        "HTTP/1.1 529 Site  is \xfc"
        "berlastet\r\nContent-Length: 0\r\n\r\n",
        529, "");
    row("a later minor version", "HTTP/1.3 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "");
    row("chunks", chunked + "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", 200, "abc");
    row("chunks with extensions and trailers",
        chunked + "1;x=y\r\na\r\n0\r\nContent-Length: 9\r\nX: y\r\n\r\n", 200, "a");
    row("length in 1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", 200, "a", false);
    row("1.0 that keeps", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", 200,
        "a");
    row("closing", "HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", 500, "a", false);
    row("closing and keeping",
        ok + "Connection: close\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", 200, "a", false);
    row("interim",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\nContent-Length: 5\r\n\r\n" + ok +
            "Content-Length: 2\r\n\r\nok",
        200, "ok");
    row("no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, "");
    row("no content with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n", 204, "");
    row("not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "");
    row("not modified, chunked", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", 304, "");
    QTest::newRow("until close") << QByteArray(ok + "\r\nabc") << true << 200 << QByteArray("abc") << false;
    QTest::newRow("nothing until close") << QByteArray(ok + "\r\n") << true << 200 << QByteArray() << false;
    QTest::newRow("1.0 until close, though it would keep")
        << QByteArray("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nabc") << true << 200
        << QByteArray("abc") << false;
}

void TestResponseParser::accepts()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, close);
    Outcome outcome;
    // What follows an answer is left alone: it is nobody's.
    for (const QByteArray &next : {QByteArray(), QByteArray("HTTP/1.1 200 OK\r\n\r\nforged")}) {
        if (close && !next.isEmpty())
            continue;
        parseEveryWay(bytes + next, outcome, close);
        QVERIFY2(outcome.state == ResponseParser::State::Complete, outcome.reason.constData());
        QTEST(outcome.status, "status");
        QTEST(outcome.body, "body");
        QTEST(outcome.keepAlive, "keepAlive");
        QCOMPARE(outcome.rest, next);
    }
}

void TestResponseParser::readsWhatAnswersHead_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<qint64>("length");
    QTest::newRow("length") << QByteArray(ok + "Content-Length: 2\r\n\r\n") << qint64(2);
    QTest::newRow("chunked") << chunked << qint64(-1);
    QTest::newRow("neither") << QByteArray(ok + "\r\n") << qint64(-1);
}

void TestResponseParser::readsWhatAnswersHead()
{
    QFETCH(QByteArray, bytes);
    Outcome outcome;
    parseEveryWay(bytes, outcome, false, true);
    QCOMPARE(outcome.state, ResponseParser::State::Complete);
    QVERIFY(outcome.keepAlive);
    QTEST(outcome.contentLength, "length");
}

void TestResponseParser::keepsLimits_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("taken");
    const auto head = [](qsizetype size) {
        const QByteArray start = ok + "Content-Length: 0\r\nX: ";
        return QByteArray(start + QByteArray(size - start.size() - 4, 'a') + "\r\n\r\n");
    };
    QTest::newRow("head at the limit") << head(maximumHead) << true;
    for (int beyond = 1; beyond < 5; ++beyond)
        QTest::addRow("head beyond by %d", beyond) << head(maximumHead + beyond) << false;
    QTest::newRow("endless status line")
        << QByteArray("HTTP/1.1 200 " + QByteArray(maximumHead, 'O')) << false;
    const QByteArray interim = "HTTP/1.1 102 P\r\n\r\n";
    const QByteArray last = ok + "Content-Length: 0\r\n\r\n";
    QTest::newRow("interim answers at the limit")
        << QByteArray(interim.repeated(ResponseParser::maximumInterim) + last) << true;
    QTest::newRow("interim answers beyond")
        << QByteArray(interim.repeated(ResponseParser::maximumInterim + 1) + last) << false;
    const QByteArray hints = "HTTP/1.1 103 E\r\nLink: " + QByteArray(480, 'l') + "\r\n\r\n";
    QTest::newRow("interim answers that are large together") << QByteArray(hints.repeated(3) + last) << false;
}

void TestResponseParser::keepsLimits()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, taken);
    Outcome outcome;
    parseEveryWay(bytes, outcome);
    QCOMPARE(outcome.state, taken ? ResponseParser::State::Complete : ResponseParser::State::Failed);
}

void TestResponseParser::passesOnWhatCameBeforeAFault()
{
    Outcome outcome;
    parseEveryWay(chunked + "3\r\nabc\r\nzz\r\n", outcome);
    QCOMPARE(outcome.state, ResponseParser::State::Failed);
    QCOMPARE(outcome.body, QByteArray("abc"));
}

QTEST_APPLESS_MAIN(TestResponseParser)
#include "tst_responseparser.moc"
