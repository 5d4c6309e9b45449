// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/contentdecoder.h"

#include "compressed.h"

#include <QTest>

#include <array>

using namespace quota::service;
using namespace quota::test;
using Coding = ContentCoding;

// Compressed content, cut anywhere, whole, broken, and made to cost.
class TestContentDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsCodings_data();
    void knowsCodings();
    void filtersWhatIsAccepted_data();
    void filtersWhatIsAccepted();
    void decodesEveryCut_data();
    void decodesEveryCut();
    void decodesBareDeflate();
    void decodesMembers_data();
    void decodesMembers();
    void survivesEveryChange_data();
    void survivesEveryChange();
    void givesUpOnGarbage_data();
    void givesUpOnGarbage();
    void givesUpOnBombs_data();
    void givesUpOnBombs();
    void decodesWhatIsLarge_data();
    void decodesWhatIsLarge();
    void refusesHugeWindows();
};

struct Decoded
{
    QByteArray content;
    bool hasGivenUp = false;
};

static void decodePiece(ContentDecoder &decoder, QByteArrayView piece, Decoded &decoded)
{
    std::array<char, ContentDecoder::pieceSize> room;
    while (const qsizetype size = decoder.decode(piece, room)) {
        QVERIFY(size <= ContentDecoder::pieceSize);
        decoded.content.append(room.data(), size);
    }
    QVERIFY(piece.isEmpty());
    decoded.hasGivenUp = decoder.hasGivenUp();
}

static Decoded decode(Coding coding, QByteArrayView encoded, qsizetype piece)
{
    ContentDecoder decoder(coding);
    Decoded decoded;
    while (!encoded.isEmpty()) {
        decodePiece(decoder, encoded.first(qMin(piece, encoded.size())), decoded);
        encoded = encoded.sliced(qMin(piece, encoded.size()));
    }
    return decoded;
}

static void addCodings()
{
    QTest::addColumn<Coding>("coding");
    QTest::newRow("gzip") << Coding::Gzip;
    QTest::newRow("deflate") << Coding::Deflate;
    QTest::newRow("br") << Coding::Brotli;
    QTest::newRow("zstd") << Coding::Zstd;
}

static QByteArray sample()
{
    QByteArray text;
    for (int i = 0; i < 40; ++i)
        text += "{\"n\":" + QByteArray::number(i * i * 7919) + ",\"text\":\"hello hello\"}\n";
    return text;
}

void TestContentDecoder::knowsCodings_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<Coding>("coding");
    QTest::newRow("none") << QByteArray() << Coding::Identity;
    QTest::newRow("identity") << QByteArray("Identity") << Coding::Identity;
    QTest::newRow("gzip") << QByteArray("gzip") << Coding::Gzip;
    QTest::newRow("x-gzip") << QByteArray(" X-GZip ") << Coding::Gzip;
    QTest::newRow("deflate") << QByteArray("deflate") << Coding::Deflate;
    QTest::newRow("br") << QByteArray("br") << Coding::Brotli;
    QTest::newRow("zstd") << QByteArray("zstd") << Coding::Zstd;
    QTest::newRow("compress") << QByteArray("compress") << Coding::Unreadable;
    QTest::newRow("two") << QByteArray("gzip, br") << Coding::Unreadable;
    QTest::newRow("the same twice") << QByteArray("gzip,gzip") << Coding::Unreadable;
    QTest::newRow("identity beside") << QByteArray("identity, gzip") << Coding::Gzip;
    QTest::newRow("empty elements") << QByteArray(", gzip,") << Coding::Gzip;
    QTest::newRow("parameter") << QByteArray("gzip;q=1") << Coding::Unreadable;
}

void TestContentDecoder::knowsCodings()
{
    QFETCH(QByteArray, field);
    QTEST(codingOf(field), "coding");
}

void TestContentDecoder::filtersWhatIsAccepted_data()
{
    QTest::addColumn<QByteArray>("accepted");
    QTest::addColumn<QByteArray>("readable");
    const auto row = [](const char *name, const QByteArray &accepted, const QByteArray &readable) {
        QTest::newRow(name) << accepted << readable;
    };
    row("nothing", {}, "identity");
    row("SDK", "gzip, deflate", "gzip, deflate");
    row("browser", "gzip, deflate, br, zstd", "gzip, deflate, br, zstd");
    row("weights", "gzip;q=1.0 , br; q=0.5,zstd ;Q=0", "gzip;q=1.0, br;q=0.5, zstd;q=0");
    row("unknown", "dcb, gzip, compress;q=0.1", "gzip");
    row("only unknown", "compress", "identity");
    row("anything", "*", "identity");
    row("anything else not", "gzip, *;q=0", "gzip");
    row("identity refused", "gzip, identity;q=0", "gzip, identity;q=0");
    row("bad weights", "gzip;q=2, br;q=0.1234, zstd;q=, deflate;x=1", "identity");
    row("capitals", "GZIP", "GZIP");
    row("empty elements", ",, gzip,", "gzip");
}

void TestContentDecoder::filtersWhatIsAccepted()
{
    QFETCH(QByteArray, accepted);
    QTEST(readableCodings(accepted), "readable");
}

void TestContentDecoder::decodesEveryCut_data()
{
    addCodings();
}

void TestContentDecoder::decodesEveryCut()
{
    QFETCH(Coding, coding);
    const QByteArray content = sample();
    const QByteArray encoded = compressed(coding, content);
    for (qsizetype piece = 1; piece <= encoded.size(); ++piece) {
        const Decoded decoded = decode(coding, encoded, piece);
        QVERIFY(!decoded.hasGivenUp);
        QCOMPARE(decoded.content, content);
    }
    for (qsizetype size = 0; size < encoded.size(); ++size) {
        const Decoded cut = decode(coding, encoded.first(size), encoded.size());
        QVERIFY(!cut.hasGivenUp);
        QVERIFY(content.startsWith(cut.content));
    }
    QCOMPARE(decode(coding, compressed(coding, {}), 1).content, QByteArray());
}

void TestContentDecoder::decodesBareDeflate()
{
    const QByteArray encoded = deflatedBare(sample());
    for (const qsizetype piece : {qsizetype(1), encoded.size()})
        QCOMPARE(decode(Coding::Deflate, encoded, piece).content, sample());
}

void TestContentDecoder::decodesMembers_data()
{
    QTest::addColumn<Coding>("coding");
    QTest::addColumn<QByteArray>("encoded");
    QTest::addColumn<QByteArray>("content");
    const QByteArray gzip = compressed(Coding::Gzip, "one");
    QTest::newRow("gzip members") << Coding::Gzip
                                  << gzip + compressed(Coding::Gzip, {}) + compressed(Coding::Gzip, " two")
                                  << QByteArray("one two");
    QTest::newRow("gzip, padded") << Coding::Gzip << gzip + QByteArray(100, '\0') << QByteArray("one");
    QTest::newRow("zstd frames") << Coding::Zstd
                                 << compressed(Coding::Zstd, "one") + compressed(Coding::Zstd, " two")
                                 << QByteArray("one two");
    QTest::newRow("zlib, more behind")
        << Coding::Deflate << compressed(Coding::Deflate, "one") + "rest" << QByteArray("one");
    QTest::newRow("brotli, more behind")
        << Coding::Brotli << compressed(Coding::Brotli, "one") + "rest" << QByteArray("one");
}

void TestContentDecoder::decodesMembers()
{
    QFETCH(Coding, coding);
    QFETCH(QByteArray, encoded);
    for (const qsizetype piece : {qsizetype(1), qsizetype(7), encoded.size()}) {
        const Decoded decoded = decode(coding, encoded, piece);
        QVERIFY(!decoded.hasGivenUp);
        QTEST(decoded.content, "content");
    }
}

void TestContentDecoder::survivesEveryChange_data()
{
    addCodings();
}

void TestContentDecoder::survivesEveryChange()
{
    QFETCH(Coding, coding);
    const QByteArray encoded = compressed(coding, sample());
    int gaveUp = 0;
    for (qsizetype place = 0; place < encoded.size(); ++place) {
        for (const char change : {'\x01', '\x80', '\xff'}) {
            QByteArray changed = encoded;
            changed[place] = char(changed[place] ^ change);
            const Decoded whole = decode(coding, changed, changed.size());
            QCOMPARE(decode(coding, changed, 3).hasGivenUp, whole.hasGivenUp);
            gaveUp += whole.hasGivenUp;
        }
    }
    QVERIFY(gaveUp > encoded.size());
}

void TestContentDecoder::givesUpOnGarbage_data()
{
    addCodings();
}

void TestContentDecoder::givesUpOnGarbage()
{
    QFETCH(Coding, coding);
    const QByteArray garbage = QByteArray(100, '\xff');
    for (const qsizetype piece : {qsizetype(1), garbage.size()}) {
        const Decoded decoded = decode(coding, garbage, piece);
        QVERIFY(decoded.hasGivenUp);
        QCOMPARE(decoded.content, QByteArray());
    }
    // And stays so.
    ContentDecoder decoder(coding);
    Decoded decoded;
    decodePiece(decoder, garbage, decoded);
    decodePiece(decoder, compressed(coding, "x"), decoded);
    QVERIFY(decoded.hasGivenUp);
    QCOMPARE(decoded.content, QByteArray());
}

void TestContentDecoder::givesUpOnBombs_data()
{
    addCodings();
}

void TestContentDecoder::givesUpOnBombs()
{
    QFETCH(Coding, coding);
    const QByteArray bomb = compressed(coding, QByteArray(64 * 1024 * 1024, '\0'));
    QVERIFY(bomb.size() < 128 * 1024);
    for (const qsizetype piece : {qsizetype(100), bomb.size()}) {
        const Decoded decoded = decode(coding, bomb, piece);
        QVERIFY(decoded.hasGivenUp);
        QVERIFY(decoded.content.size() <=
                ContentDecoder::allowance + ContentDecoder::allowancePerByte * bomb.size());
    }
}

void TestContentDecoder::decodesWhatIsLarge_data()
{
    addCodings();
}

void TestContentDecoder::decodesWhatIsLarge()
{
    QFETCH(Coding, coding);
    QByteArray content;
    quint32 number = 1;
    while (content.size() < 6 * 1024 * 1024) {
        number = number * 1664525 + 1013904223;
        content += "{\"number\":" + QByteArray::number(number) + "}\n";
    }
    const QByteArray encoded = compressed(coding, content);
    const Decoded decoded = decode(coding, encoded, 1400);
    QVERIFY(!decoded.hasGivenUp);
    QVERIFY(decoded.content == content);
}

void TestContentDecoder::refusesHugeWindows()
{
    // A frame that asks for a window of 2 GB.
    const QByteArray frame("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9);
    QVERIFY(decode(Coding::Zstd, frame, 1).hasGivenUp);
}

QTEST_GUILESS_MAIN(TestContentDecoder)
#include "tst_contentdecoder.moc"
