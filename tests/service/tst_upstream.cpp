// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/upstream.h"

#include <QTest>

using namespace quota::service;

// Which fields cross, in either direction. Whole requests are in tst_proxy.
class TestUpstream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksForCodings_data();
    void asksForCodings();
    void knowsTheCodingOfAnAnswer_data();
    void knowsTheCodingOfAnAnswer();
};

void TestUpstream::asksForCodings_data()
{
    QTest::addColumn<QByteArrayList>("accepted");
    QTest::addColumn<AnswerCoding>("coding");
    QTest::addColumn<QByteArray>("asked");
    QTest::newRow("nothing") << QByteArrayList() << AnswerCoding::HoldersChoice << QByteArray("identity");
    QTest::newRow("holder's choice") << QByteArrayList{"gzip, br;q=0.5, compress"}
                                     << AnswerCoding::HoldersChoice << QByteArray("gzip, br;q=0.5");
    QTest::newRow("two lines") << QByteArrayList{"gzip", "zstd"} << AnswerCoding::HoldersChoice
                               << QByteArray("gzip, zstd");
    QTest::newRow("identity") << QByteArrayList{"gzip, identity;q=0"} << AnswerCoding::Identity
                              << QByteArray("identity");
}

void TestUpstream::asksForCodings()
{
    QFETCH(QByteArrayList, accepted);
    QFETCH(AnswerCoding, coding);
    HttpRequest request;
    for (const QByteArray &line : accepted)
        request.headers.append("accept-encoding", line);
    const HeaderList headers = upstreamHeaders(request, "secret", coding);
    QCOMPARE(headers.count("Accept-Encoding"), 1);
    QTEST(headers.value("Accept-Encoding").toByteArray(), "asked");
}

void TestUpstream::knowsTheCodingOfAnAnswer_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<ContentCoding>("coding");
    QTest::newRow("none") << QByteArrayList() << ContentCoding::Identity;
    QTest::newRow("one") << QByteArrayList{"br"} << ContentCoding::Brotli;
    QTest::newRow("two lines") << QByteArrayList{"gzip", "br"} << ContentCoding::Unreadable;
}

void TestUpstream::knowsTheCodingOfAnAnswer()
{
    QFETCH(QByteArrayList, lines);
    HeaderList headers;
    for (const QByteArray &line : lines)
        headers.append("content-encoding", line);
    QTEST(codingOf(headers), "coding");
    // The holder learns of it.
    QCOMPARE(holderHeaders(headers).count("Content-Encoding"), lines.size());
}

QTEST_GUILESS_MAIN(TestUpstream)
#include "tst_upstream.moc"
