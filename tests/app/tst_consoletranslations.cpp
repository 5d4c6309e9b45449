// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;

// The console is complete in Chinese: every text of the sources has a finished translation with the same
// placeholders, and English has its plural forms.
class TestConsoleTranslations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void isComplete_data();
    void isComplete();

private:
    QString freshCatalogue(const QString &language, QString *output);

    QTemporaryDir m_directory;
    QString m_lupdate;
};

void TestConsoleTranslations::initTestCase()
{
    m_lupdate = QStandardPaths::findExecutable(u"lupdate"_s, {u"/usr/lib/qt6/bin"_s});
    if (m_lupdate.isEmpty())
        QSKIP("lupdate of Qt 6 is not installed");
}

// A copy of the catalogue brought up to date with the sources, so that a new text shows as unfinished.
QString TestConsoleTranslations::freshCatalogue(const QString &language, QString *output)
{
    const QString name = u"quota-console_%1.ts"_s.arg(language);
    const QString copy = m_directory.filePath(name);
    if (!QFile::copy(QString::fromUtf8(QUOTA_SOURCE_DIR) + u"/translations/"_s + name, copy))
        return {};
    QStringList arguments{u"-I"_s, u"."_s, u"-locations"_s, u"none"_s, u"-no-obsolete"_s};
    if (language == "en"_L1)
        arguments << u"-pluralonly"_s;
    arguments << u"app"_s << u"-ts"_s << copy;
    QProcess process;
    process.setWorkingDirectory(QString::fromUtf8(QUOTA_SOURCE_DIR));
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(m_lupdate, arguments);
    process.waitForFinished(60'000);
    *output = QString::fromUtf8(process.readAll());
    return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0 ? copy : QString();
}

static QStringList placeholders(const QString &text)
{
    static const QRegularExpression pattern(u"%(?:[0-9]+|n)"_s);
    QStringList found;
    auto matches = pattern.globalMatch(text);
    while (matches.hasNext())
        found.append(matches.next().captured());
    found.sort();
    return found;
}

void TestConsoleTranslations::isComplete_data()
{
    QTest::addColumn<QString>("language");
    QTest::newRow("Chinese") << u"zh"_s;
    QTest::newRow("English plurals") << u"en"_s;
}

void TestConsoleTranslations::isComplete()
{
    QFETCH(QString, language);
    QString output;
    const QString path = freshCatalogue(language, &output);
    QVERIFY2(!path.isEmpty(), qPrintable(output));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&file);
    QStringList faults;
    QString context;
    QString source;
    int texts = 0;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == "name"_L1) {
            context = xml.readElementText();
            if (!context.startsWith(u"quota::console::"_s))
                faults.append(u"%1: a context that no class asks for"_s.arg(context));
        } else if (xml.name() == "source"_L1) {
            source = xml.readElementText();
        } else if (xml.name() == "translation"_L1) {
            ++texts;
            const bool unfinished = xml.attributes().hasAttribute(u"type"_s);
            const QString text = xml.readElementText(QXmlStreamReader::IncludeChildElements).simplified();
            const QString here = context + u": "_s + source;
            if (unfinished || text.isEmpty())
                faults.append(here + u": not translated"_s);
            else if (language == "zh"_L1 && placeholders(text) != placeholders(source))
                faults.append(here + u": other placeholders in “%1”"_s.arg(text));
        }
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QVERIFY(texts > 10);
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
}

QTEST_GUILESS_MAIN(TestConsoleTranslations)
#include "tst_consoletranslations.moc"
