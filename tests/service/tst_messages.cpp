// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/messages.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include <thread>

using namespace Qt::StringLiterals;
using namespace quota::service;

class TestMessages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAcceptLanguage_data();
    void readsAcceptLanguage();
    void readsTheEnvironment_data();
    void readsTheEnvironment();
    void translates();
    void fillsPlaces_data();
    void fillsPlaces();
    void speaksInEveryThread();
    void catalogueIsFinished_data();
    void catalogueIsFinished();
    void catalogueHoldsEveryText();
};

struct Entry
{
    QString source;
    QString translation;
    bool isFinished = false;
};

static QList<Entry> catalogue()
{
    QList<Entry> entries;
    QFile file(QStringLiteral(QUOTA_SOURCE_DIR "/translations/quota-proxy_zh.ts"));
    if (!file.open(QIODevice::ReadOnly))
        return entries;
    QXmlStreamReader xml(&file);
    while (!xml.atEnd()) {
        xml.readNext();
        if (!xml.isStartElement())
            continue;
        if (xml.name() == "message"_L1) {
            entries.append(Entry());
        } else if (xml.name() == "source"_L1) {
            entries.last().source = xml.readElementText();
        } else if (xml.name() == "translation"_L1) {
            entries.last().isFinished = !xml.attributes().hasAttribute("type"_L1);
            entries.last().translation = xml.readElementText();
        }
    }
    return xml.hasError() ? QList<Entry>() : entries;
}

void TestMessages::readsAcceptLanguage_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("isChinese");
    const auto row = [](const char *header, bool isChinese) {
        QTest::newRow(header) << QByteArray(header) << isChinese;
    };
    row("", false);
    row("zh", true);
    row("zh-CN", true);
    row("ZH-hans-cn", true);
    row("en", false);
    row("en-US,en;q=0.9,zh;q=0.8", false);
    row("zh-CN,zh;q=0.9,en;q=0.8", true);
    row("en;q=0.5, zh;q=0.6", true);
    row("en;q=0,zh;q=0.1", true);
    row("zh;q=0", false);
    row("zh;q=0.000, en;q=0.001", false);
    row("fr, de", false);
    row("fr, zh;q=0.1", true);
    row("zh, en", true);
    row("en, zh", false);
    row("*", false);
    row("*, zh;q=0.5", false);
    row("en;q=0.2, *", true);
    row("zh;q=0.4, *;q=0.3", true);
    row("zh ; q=0.4 , en ; q=0.3", true);
    row("zh;q=1.000", true);
    row("zh;q=1.001", false);
    row("zh;q=2", false);
    row("zh;q=", false);
    row("zh;q=-1", false);
    row("zh;q=0.5x", false);
    row("zh;q=0.5555", false);
    row("zh;level=1", false);
    row("zhx, znen", false);
    row(",,;;q,=zh;*;", false);
    row(";q=1", false);
    row("zh,,", true);
}

void TestMessages::readsAcceptLanguage()
{
    QFETCH(QByteArray, header);
    QTEST(languageFromHeader(header) == Language::Chinese, "isChinese");
}

void TestMessages::readsTheEnvironment_data()
{
    QTest::addColumn<QByteArray>("all");
    QTest::addColumn<QByteArray>("messages");
    QTest::addColumn<QByteArray>("lang");
    QTest::addColumn<bool>("isChinese");
    QTest::newRow("nothing") << QByteArray() << QByteArray() << QByteArray() << false;
    QTest::newRow("lang") << QByteArray() << QByteArray() << QByteArray("zh_CN.UTF-8") << true;
    QTest::newRow("messages first") << QByteArray() << QByteArray("en_US") << QByteArray("zh_CN") << false;
    QTest::newRow("all first") << QByteArray("zh_TW") << QByteArray("en_US") << QByteArray("C") << true;
}

void TestMessages::readsTheEnvironment()
{
    const QByteArrayList names{"LC_ALL", "LC_MESSAGES", "LANG"};
    const QByteArrayList columns{"all", "messages", "lang"};
    QByteArrayList before;
    for (qsizetype i = 0; i < names.size(); ++i) {
        before += qgetenv(names.at(i).constData());
        qputenv(names.at(i).constData(), *static_cast<QByteArray *>(QTest::qData(columns.at(i).constData(),
                                                                                 qMetaTypeId<QByteArray>())));
    }
    const bool isChinese = languageFromEnvironment() == Language::Chinese;
    for (qsizetype i = 0; i < names.size(); ++i)
        qputenv(names.at(i).constData(), before.at(i));
    QTEST(isChinese, "isChinese");
}

void TestMessages::translates()
{
    const char *text = "“%1” must be a string.";
    QCOMPARE(message(Language::English, text, {u"model"_s}), u"“model” must be a string."_s);
    QCOMPARE(message(Language::Chinese, text, {u"model"_s}), u"“model”必须是字符串。"_s);
    QCOMPARE(message(Language::Chinese, "nobody translated “%1”", {u"this"_s}),
             u"nobody translated “this”"_s);
}

void TestMessages::fillsPlaces_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("expected");
    QTest::newRow("order") << QByteArray("%2 before %1") << QStringList{u"a"_s, u"b"_s} << u"b before a"_s;
    QTest::newRow("twice") << QByteArray("%1%1") << QStringList{u"a"_s} << u"aa"_s;
    QTest::newRow("a place in an argument")
        << QByteArray("%1 %2") << QStringList{u"%2"_s, u"x"_s} << u"%2 x"_s;
    QTest::newRow("nothing for it") << QByteArray("100% %1 %2") << QStringList{u"a"_s} << u"100% a %2"_s;
    QTest::newRow("percent last") << QByteArray("%0 5%") << QStringList{u"a"_s} << u"%0 5%"_s;
    QTest::newRow("utf-8") << QByteArray("“%1”") << QStringList{u"é"_s} << u"“é”"_s;
}

void TestMessages::fillsPlaces()
{
    QFETCH(QByteArray, text);
    QFETCH(QStringList, arguments);
    QTEST(message(Language::English, text.constData(), arguments), "expected");
}

void TestMessages::speaksInEveryThread()
{
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&right] {
            for (int k = 0; k < 200; ++k)
                right += message(Language::Chinese, "a value is missing") == u"缺少值"_s;
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(right.load(), 1600);
}

void TestMessages::catalogueIsFinished_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("translation");
    QTest::addColumn<bool>("isFinished");
    const QList<Entry> entries = catalogue();
    QVERIFY(!entries.isEmpty());
    for (const Entry &entry : entries)
        QTest::newRow(entry.source.toUtf8().constData())
            << entry.source << entry.translation << entry.isFinished;
}

void TestMessages::catalogueIsFinished()
{
    QFETCH(QString, source);
    QFETCH(QString, translation);
    QFETCH(bool, isFinished);
    QVERIFY(isFinished);
    QVERIFY(!translation.isEmpty());
    static const QRegularExpression place(u"%[1-9]"_s);
    const auto placesOf = [](const QString &text) {
        QStringList places;
        auto matches = place.globalMatch(text);
        while (matches.hasNext())
            places += matches.next().captured();
        places.sort();
        return places;
    };
    QCOMPARE(placesOf(translation), placesOf(source));
    // What the program shows is what the catalogue says: the compiled one is up to date.
    QCOMPARE(message(Language::Chinese, source.toUtf8().constData()), translation);
}

// The text of adjacent string literals; empty when there is another thing than literals.
static QString joinedLiterals(const QString &code)
{
    static const QRegularExpression literal(uR"re("((?:[^"\\]|\\.)*)")re"_s);
    QString text;
    auto matches = literal.globalMatch(code);
    while (matches.hasNext())
        text += matches.next().captured(1);
    return text.replace("\\\""_L1, "\""_L1).replace("\\n"_L1, "\n"_L1).replace("\\\\"_L1, "\\"_L1);
}

void TestMessages::catalogueHoldsEveryText()
{
    QSet<QString> known;
    const QList<Entry> entries = catalogue();
    for (const Entry &entry : entries)
        known.insert(entry.source);
    static const QRegularExpression marked(
        uR"re(QT_TRANSLATE_NOOP\(\s*"service"\s*,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\))re"_s);
    static const QRegularExpression mark(uR"re(QT_TRANSLATE_NOOP\(\s*"service")re"_s);
    int found = 0;
    QStringList missing;
    for (const QString &folder : {u"/service"_s, u"/shared"_s}) {
        QDirIterator files(QStringLiteral(QUOTA_SOURCE_DIR) + folder, {u"*.cpp"_s, u"*.h"_s}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QString code = QString::fromUtf8(file.readAll());
            static const QRegularExpression comment(u"(?m)^\\s*//.*$"_s);
            code.remove(comment);
            qsizetype readable = 0;
            auto matches = marked.globalMatch(code);
            while (matches.hasNext()) {
                ++readable;
                const QString text = joinedLiterals(matches.next().captured(1));
                if (!known.contains(text))
                    missing += file.fileName() + ": "_L1 + text;
            }
            QCOMPARE(readable, code.count(mark));
            found += int(readable);
        }
    }
    QVERIFY(found > 10);
    QVERIFY2(missing.isEmpty(),
             qPrintable("run translations/update.sh and translate:\n"_L1 + missing.join(u'\n')));
}

QTEST_GUILESS_MAIN(TestMessages)
#include "tst_messages.moc"
