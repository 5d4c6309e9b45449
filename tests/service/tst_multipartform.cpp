// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/multipartform.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::service;
using State = MultipartForm::State;

// The model of an upload, and every way to show the upstream another one that we know of.
class TestMultipartForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsBoundaries_data();
    void knowsBoundaries();
    void readsForms_data();
    void readsForms();
    void refuses_data();
    void refuses();
    void tellsTheModelWhenItsPartEnds();
    void keepsLittleOfLargeFiles();
    void boundsTheHeadOfAPart();
    void refusesEveryCut();
};

struct Reading
{
    State state = State::Reading;
    std::optional<QByteArray> model;
    const char *fault = nullptr;
    bool operator==(const Reading &) const = default;
};

static Reading read(const QByteArray &body, qsizetype cut, const QByteArray &boundary = "b")
{
    MultipartForm form(boundary);
    if (cut < 0) {
        for (const char c : body)
            form.feed(QByteArrayView(&c, 1));
    } else {
        form.feed(QByteArrayView(body).first(cut));
        form.feed(QByteArrayView(body).sliced(cut));
    }
    form.finish();
    return {form.state(), form.model(), form.fault()};
}

static QByteArray part(const QByteArray &head, const QByteArray &content)
{
    return "--b\r\n" + head + "\r\n\r\n" + content + "\r\n";
}

static QByteArray field(const QByteArray &name, const QByteArray &value)
{
    return part("Content-Disposition: form-data; name=\"" + name + '"', value);
}

static const QByteArray file =
    part("Content-Disposition: form-data; name=\"file\"; filename=\"speech.mp3\"\r\nContent-Type: audio/mpeg",
         QByteArray("\x00\xff\r\n--\r\n-b\r\n\r\nmodel", 20));
static const QByteArray closing = "--b--\r\n";

void TestMultipartForm::knowsBoundaries_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("boundary"); // empty: none
    const auto row = [](const char *name, const QByteArray &type, const QByteArray &boundary = {}) {
        QTest::newRow(name) << type << boundary;
    };
    row("token", "multipart/form-data; boundary=----WebKitFormBoundaryAbC", "----WebKitFormBoundaryAbC");
    row("quoted", "multipart/form-data; boundary=\"a:b=c\"", "a:b=c");
    row("capitals", "Multipart/Form-Data;BOUNDARY=aB", "aB");
    row("charset", "multipart/form-data; charset=UTF-8; boundary=a", "a");
    row("70", "multipart/form-data; boundary=" + QByteArray(70, 'x'), QByteArray(70, 'x'));
    row("71", "multipart/form-data; boundary=" + QByteArray(71, 'x'));
    row("nothing", {});
    row("none", "multipart/form-data");
    row("empty", "multipart/form-data; boundary=");
    row("empty quotes", "multipart/form-data; boundary=\"\"");
    row("open quotes", "multipart/form-data; boundary=\"a");
    row("mixed", "multipart/mixed; boundary=a");
    row("json", "application/json; boundary=a");
    row("twice", "multipart/form-data; boundary=a; boundary=b");
    row("twice, one with a star", "multipart/form-data; boundary=a; boundary*=b");
    row("star", "multipart/form-data; boundary*=utf-8''a");
    row("the word in the value", "multipart/form-data; boundary=\"xboundary=a\"");
    row("the word elsewhere", "multipart/form-data; x=\"boundary=b\"; boundary=a");
    row("the word in capitals elsewhere", "multipart/form-data; BOUNDARYx=b; boundary=a");
    row("unknown parameter", "multipart/form-data; boundary=a; x=y");
    row("utf-7", "multipart/form-data; boundary=a; charset=utf-7");
    row("blank inside", "multipart/form-data; boundary=\"a b\"");
    row("blank at the end", "multipart/form-data; boundary=\"a \"");
    row("comma", "multipart/form-data; boundary=\"a,b\"");
    row("comma bare", "multipart/form-data; boundary=a,b");
    row("semicolon inside", "multipart/form-data; boundary=\"a;b\"");
    row("escape", "multipart/form-data; boundary=\"a\\b\"");
    row("not a token", "multipart/form-data; boundary=a:b");
    row("space before the sign", "multipart/form-data; boundary =a");
    row("space behind the sign", "multipart/form-data; boundary= a");
    row("trailing semicolon", "multipart/form-data; boundary=a;");
    row("behind the quotes", "multipart/form-data; boundary=\"a\"b");
    row("two types", "multipart/form-data, text/plain; boundary=a");
}

void TestMultipartForm::knowsBoundaries()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, boundary);
    QCOMPARE(MultipartForm::boundaryOf(type).value_or(QByteArray()), boundary);
}

void TestMultipartForm::readsForms_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("model"); // null: none
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &model) {
        QTest::newRow(name) << body << model;
    };
    const QByteArray model = field("model", "whisper-1");
    row("model alone", model + closing, "whisper-1");
    row("model first", model + file + closing, "whisper-1");
    row("model last", file + field("language", "en") + model + closing, "whisper-1");
    row("no model", file + closing, {});
    row("no part", closing, {});
    row("no line end at the end", model + "--b--", "whisper-1");
    row("the same twice", model + file + model + closing, "whisper-1");
    row("name bare", part("content-disposition:form-data;name=model", "m") + closing, "m");
    row("type of .NET",
        part("Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=model", "m") +
            closing,
        "m");
    row("length of OkHttp",
        part("Content-Disposition: form-data; name=\"model\"\r\nContent-Length: 3", "abc") + closing, "abc");
    row("binary",
        part("Content-Disposition: form-data; name=\"model\"\r\nContent-Transfer-Encoding: binary", "m") +
            closing,
        "m");
    row("letters beyond ASCII", field("model", "模型-1") + closing, "模型-1");
    row("256 bytes", field("model", QByteArray(256, 'm')) + closing, QByteArray(256, 'm'));
    row("names that are only like it",
        field("models", "a") + field("model_id", "b") + field("my model", "c") + closing, {});
    row("file with a name beyond ASCII",
        part("Content-Disposition: form-data; name=\"file\"; filename=\"录音.mp3\"; "
             "filename*=UTF-8''%E5%BD%95.mp3",
             "x") +
            model + closing,
        "whisper-1");
    row("file with a semicolon",
        part("Content-Disposition: form-data; name=\"file\"; filename=\"a;b.mp3\"", "x") + closing, {});
    row("empty file",
        part("Content-Disposition: form-data; name=\"file\"; filename=\"\"", "") + model + closing,
        "whisper-1");
    row("nearly a boundary", field("prompt", "--\r\n-b\r\n--a\r\n--") + model + closing, "whisper-1");
    row("other fields of a part",
        part("Content-Disposition: form-data; name=\"file\"; filename=\"x\"\r\nContent-ID: 7\r\nX-Y: z",
             "x") +
            closing,
        {});
}

void TestMultipartForm::readsForms()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, model);
    for (qsizetype cut = -1; cut <= body.size(); ++cut) {
        const Reading reading = read(body, cut);
        QVERIFY2(reading.state == State::Whole, reading.fault);
        QCOMPARE(reading.model.has_value(), !model.isNull());
        QCOMPARE(reading.model.value_or(QByteArray()), model);
    }
}

void TestMultipartForm::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("fault");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &fault) {
        QTest::newRow(name) << body << fault;
    };
    const auto head = [&](const char *name, const QByteArray &lines, const QByteArray &fault) {
        row(name, part(lines, "m") + closing, fault);
    };
    const QByteArray model = field("model", "good");
    const QByteArray disposition = "Content-Disposition: form-data; name=\"model\"";
    row("nothing", {}, "ends too early");
    row("another model", model + field("model", "bad") + closing, "two models");
    row("another model, then the same", model + field("model", "bad") + model + closing, "two models");
    row("no end", model, "ends too early");
    row("half an end", model + "--b-", "ends too early");
    row("half a line end", model + "--b--\r", "follows the end");
    row("preamble", "x\r\n" + model + closing, "start with its boundary");
    row("line end first", "\r\n" + model + closing, "start with its boundary");
    row("another boundary", "--c\r\n", "start with its boundary");
    row("epilogue", model + closing + "x", "follows the end");
    row("a part behind the end", model + closing + field("model", "bad") + closing, "follows the end");
    row("line feeds alone", QByteArray(model + closing).replace("\r\n", "\n"),
        "boundary does not stand alone");
    row("boundary behind a line feed", field("prompt", "x\n--b\r\n\r\n") + closing,
        "boundary does not stand alone");
    row("boundary behind a return", field("prompt", "x\r--b\r\n") + closing, "boundary does not stand alone");
    row("boundary inside a line", field("prompt", "x--b\r\n") + closing, "boundary does not stand alone");
    row("boundary goes on", model + "--bb\r\n", "boundary does not stand alone");
    row("boundary with a blank",
        field("prompt", "x") + "--b \r\n" + disposition + "\r\n\r\nbad\r\n" + closing,
        "boundary does not stand alone");
    row("boundary ended by a line feed",
        field("prompt", "x") + "--b\n" + disposition + "\r\n\r\nbad\r\n" + closing,
        "boundary does not stand alone");
    row("boundary at the start of a part", "--b\r\n" + disposition + "\r\n\r\n--b--\r\n",
        "boundary does not stand alone");
    row("boundary among the fields", part(disposition + "\r\nX: --b", "m") + closing,
        "boundary does not stand alone");
    row("no fields", "--b\r\n\r\nx\r\n" + closing, "fields above");
    head("no disposition", "Content-Type: text/plain", "Content-Disposition");
    head("two dispositions", disposition + "\r\nContent-Disposition: form-data; name=\"x\"",
         "Content-Disposition");
    head("attachment", "Content-Disposition: attachment; name=\"x\"", "Content-Disposition");
    head("no name", "Content-Disposition: form-data", "Content-Disposition");
    head("name twice", disposition + "; name=\"x\"", "Content-Disposition");
    head("name with a star", disposition + "; name*=utf-8''x", "Content-Disposition");
    head("name in pieces", "Content-Disposition: form-data; name*0=\"mo\"; name*1=\"del\"",
         "Content-Disposition");
    head("name behind the file", "Content-Disposition: form-data; filename=\"model\"; name=\"x\"",
         "Content-Disposition");
    head("name inside the file's", "Content-Disposition: form-data; name=\"x\"; filename=\"a; name=model\"",
         "Content-Disposition");
    head("quotes escaped", "Content-Disposition: form-data; name=\"x\"; filename=\"a\\\"; NAME=\\\"model\"",
         "Content-Disposition");
    head("backslash", "Content-Disposition: form-data; name=\"mo\\del\"", "Content-Disposition");
    head("words encoded", "Content-Disposition: form-data; name=\"=?utf-8?q?model?=\"",
         "Content-Disposition");
    head("space before the sign", "Content-Disposition: form-data; name =\"model\"", "Content-Disposition");
    head("no semicolon", "Content-Disposition: form-data name=\"model\"", "Content-Disposition");
    head("trailing semicolon", disposition + ";", "Content-Disposition");
    head("latin letters", "Content-Disposition: form-data; name=\"mod\xe9l\"", "Content-Disposition");
    head("folded", "Content-Disposition: form-data;\r\n name=\"model\"", "fields above");
    head("space before the colon", "Content-Disposition : form-data; name=\"model\"", "fields above");
    head("line feed inside", "X: y\nContent-Disposition: form-data; name=\"model\"", "fields above");
    head("return inside", "X: y\rContent-Disposition: form-data; name=\"model\"", "fields above");
    head("NUL", QByteArray("Content-Disposition: form-data; name=\"model\0\"", 45), "fields above");
    head("two types", disposition + "\r\nContent-Type: text/plain\r\ncontent-type: text/html",
         "fields above");
    head("capitals", "Content-Disposition: form-data; name=\"Model\"", "some read as");
    head("blank before", "Content-Disposition: form-data; name=\" model\"", "some read as");
    head("blank behind", "Content-Disposition: form-data; name=\"model \"", "some read as");
    head("a list", "Content-Disposition: form-data; name=\"model[]\"", "some read as");
    head("a map", "Content-Disposition: form-data; name=\"model.x\"", "some read as");
    head("in brackets", "Content-Disposition: form-data; name=\"[model]\"", "some read as");
    head("percents", "Content-Disposition: form-data; name=\"mod%65l\"", "some read as");
    head("percent NUL", "Content-Disposition: form-data; name=\"model%00x\"", "some read as");
    head("a file", disposition + "; filename=\"x\"", "not plain UTF-8");
    head("a file with a star", disposition + "; filename*=utf-8''x", "not plain UTF-8");
    head("json", disposition + "\r\nContent-Type: application/json", "not plain UTF-8");
    head("utf-7", disposition + "\r\nContent-Type: text/plain; charset=utf-7", "not plain UTF-8");
    head("other field", disposition + "\r\nX-Model: bad", "not plain UTF-8");
    head("base64", disposition + "\r\nContent-Transfer-Encoding: base64", "encoded");
    head("base64 elsewhere",
         "Content-Disposition: form-data; name=\"x\"\r\nContent-Transfer-Encoding: base64", "encoded");
    head("parts inside",
         "Content-Disposition: form-data; name=\"x\"\r\nContent-Type: multipart/mixed; boundary=c",
         "encoded");
    head("charset field", "Content-Disposition: form-data; name=\"_charset_\"", "encoded");
    head("longer than it says", disposition + "\r\nContent-Length: 0", "as long as");
    head("shorter than it says", "Content-Disposition: form-data; name=\"x\"\r\nContent-Length: 200",
         "as long as");
    head("length is no number", disposition + "\r\nContent-Length: +1", "fields above");
    row("empty model", field("model", "") + closing, "1 to 256 bytes");
    row("long model", field("model", QByteArray(257, 'm')) + closing, "1 to 256 bytes");
    row("long model that never ends", field("model", QByteArray(300, 'm') + "\n--b\n") + closing,
        "1 to 256 bytes");
    row("model with a blank", field("model", "good ") + closing, "1 to 256 bytes");
    row("model with a line end", field("model", "good\r\n") + closing, "1 to 256 bytes");
    row("model with a NUL", field("model", QByteArray("good\0bad", 8)) + closing, "1 to 256 bytes");
    row("model not in UTF-8", field("model", "g\xffg") + closing, "1 to 256 bytes");
}

void TestMultipartForm::refuses()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, fault);
    const Reading whole = read(body, body.size());
    QVERIFY(whole.state == State::Malformed);
    QVERIFY2(QByteArrayView(whole.fault).indexOf(fault) >= 0, whole.fault);
    for (qsizetype cut = -1; cut < body.size(); ++cut) {
        const Reading reading = read(body, cut);
        QVERIFY(reading.state == State::Malformed);
        QCOMPARE(reading.fault, whole.fault);
    }
}

void TestMultipartForm::tellsTheModelWhenItsPartEnds()
{
    MultipartForm form("b");
    QVERIFY(form.feed("--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm1\r\n--") ==
            State::Reading);
    QVERIFY(!form.model());
    form.feed("b");
    QCOMPARE(form.model().value_or(QByteArray()), "m1");
    QVERIFY(form.feed("--") == State::Whole);
    QVERIFY(form.feed("\r\n") == State::Whole);
    QVERIFY(form.finish() == State::Whole);
    QVERIFY(form.feed("\r\n") == State::Malformed);
    QVERIFY(form.feed(closing) == State::Malformed);
}

void TestMultipartForm::keepsLittleOfLargeFiles()
{
    MultipartForm form("b");
    form.feed("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n");
    const QByteArray megabyte(1024 * 1024, '-');
    for (int i = 0; i < 64; ++i)
        QVERIFY(form.feed(megabyte) == State::Reading);
    QVERIFY(form.feed("\r\n" + field("model", "m") + closing) == State::Whole);
    QCOMPARE(form.model().value_or(QByteArray()), "m");
}

void TestMultipartForm::boundsTheHeadOfAPart()
{
    const QByteArray disposition = "Content-Disposition: form-data; name=\"file\"\r\nX: ";
    const QByteArray most =
        disposition + QByteArray(MultipartForm::maximumPartHead - disposition.size(), 'x');
    for (const qsizetype cut : {qsizetype(-1), qsizetype(8200), qsizetype(8201), qsizetype(8202)}) {
        QVERIFY(read(part(most, "x") + closing, cut).state == State::Whole);
        QVERIFY(read(part(most + 'x', "x") + closing, cut).state == State::Malformed);
    }
    MultipartForm endless("b");
    endless.feed("--b\r\n");
    endless.feed(QByteArray(MultipartForm::maximumPartHead + 4, 'x'));
    QVERIFY(endless.state() == State::Malformed);
}

void TestMultipartForm::refusesEveryCut()
{
    const QByteArray body = file + field("model", "m") + "--b--";
    QVERIFY(read(body, body.size()).state == State::Whole);
    for (qsizetype size = 0; size < body.size(); ++size)
        QVERIFY(read(body.first(size), size).state == State::Malformed);
}

QTEST_GUILESS_MAIN(TestMultipartForm)
#include "tst_multipartform.moc"
