// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/uploadform.h"

#include <QTest>

using namespace quota::service;

// What goes on of a form, and when.
class TestUploadForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheEndWhereverItIsCut();
    void knowsTheBoundaryOfOneType_data();
    void knowsTheBoundaryOfOneType();
};

static const QByteArray form =
    "--xy\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
    "--xy\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n" +
    QByteArray(100, 'f') + "\r\n--xy--\r\n";

void TestUploadForm::keepsTheEndWhereverItIsCut()
{
    const qsizetype closing = form.lastIndexOf("\r\n--xy--");
    for (qsizetype cut = 0; cut <= form.size(); ++cut) {
        UploadForm upload("xy");
        QByteArray passed;
        for (const QByteArray &piece : {form.first(cut), form.sliced(cut)}) {
            QVERIFY(upload.feed(piece) != UploadForm::State::Malformed);
            passed += upload.takePassable();
            QVERIFY(passed.size() <= closing);
            QVERIFY(form.startsWith(passed));
        }
        QVERIFY(passed.size() + 10 >= closing); // and no more than the end
        QCOMPARE(upload.model().value_or(QByteArray()), QByteArray("m"));
        QVERIFY(upload.finish() == UploadForm::State::Whole);
        QCOMPARE(passed + upload.takeRest(), form);
    }
    // A byte at a time, as a slow client gives it.
    UploadForm upload("xy");
    QByteArray passed;
    for (const char byte : form) {
        upload.feed(QByteArrayView(&byte, 1));
        passed += upload.takePassable();
    }
    QVERIFY(passed.size() <= closing);
    QCOMPARE(passed + upload.takeRest(), form);
}

void TestUploadForm::knowsTheBoundaryOfOneType_data()
{
    QTest::addColumn<QByteArrayList>("types");
    QTest::addColumn<QByteArray>("boundary");
    QTest::newRow("one") << QByteArrayList{"multipart/form-data; boundary=xy"} << QByteArray("xy");
    QTest::newRow("none") << QByteArrayList{} << QByteArray();
    QTest::newRow("two") << QByteArrayList{"multipart/form-data; boundary=xy",
                                           "multipart/form-data; boundary=xy"}
                         << QByteArray();
    QTest::newRow("mixed") << QByteArrayList{"multipart/mixed; boundary=xy"} << QByteArray();
}

void TestUploadForm::knowsTheBoundaryOfOneType()
{
    QFETCH(QByteArrayList, types);
    HeaderList headers;
    for (const QByteArray &type : types)
        headers.append("content-TYPE", type);
    QTEST(UploadForm::boundaryOf(headers).value_or(QByteArray()), "boundary");
}

QTEST_GUILESS_MAIN(TestUploadForm)
#include "tst_uploadform.moc"
