// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

// The doors of ARCHITECTURE.md, as include rules that are read out of the sources: who may know whom, and which
// few files may know a library. A rule here and a wish there must not drift apart.

struct Door
{
    QString name;
    QString where; // files that the rule binds, as a pattern of the path under the root
    QString never; // what an include of theirs must not match; or with inText, any line of code
    bool inText = false;
};

static QList<Door> doors()
{
    // What only one or two places may know. A name in the angle brackets may carry its module («QtSql/QSqlQuery»).
    const QString sql = u"^(QtSql\\b.*|(QtSql/)?QSql\\w*|sqlite3\\.h)$"_s;
    const QString httpServer =
        u"^(QtHttpServer\\b.*|(QtHttpServer/)?(QAbstractHttpServer|QHttpServer\\w*|qhttp\\w*\\.h))$"_s;
    const QString charts =
        u"^(QtCharts\\b.*|(QtCharts/)?(QChart\\w*|Q\\w+Series|Q\\w*BarSet|Q\\w+Axis|QPieSlice|QLegend\\w*))$"_s;
    const QString widgets =
        u"^(QtWidgets\\b.*|QtGui\\b.*|Q\\w*Widget|Q\\w+Layout|Q\\w*Label|Q\\w*Button|"
        u"Q\\w*Dialog|QApplication|"
        "QGuiApplication|QPainter|QIcon|QPixmap|QMenu|Q(Table|Tree|List|Header|Graphics|AbstractItem)View|"
        "Q\\w+Delegate)$"_s;
    const QString impure =
        u"^((Qt\\w+/"
        u")?(QObject|QTcp\\w*|QSsl\\w*|QSql\\w*|QNetwork\\w*|QTimer|QThread|QFile|QSaveFile|QProcess|"
        "QSocketNotifier|QAbstractSocket)|QtSql\\b.*|QtNetwork)$"_s;
    const QString engines =
        u"^service/(access/(window|ledger|ticket|lease|leaseline|keyring)|"
        "proxy/(chatrequest|multipartform|partfields|usagemeter|contentcoding|contentdecoder|demoprovider)|"
        "backup/import/(importedkey|oldstore|oneapi|litellm|sourcetext|sourcevalues|csvreader)|"
        "http/(parser|router))\\.(h|cpp)$"_s;
    return {
        {u"the service never sees the console"_s, u"^service/"_s, u"^app/"_s},
        {u"the console never sees the service"_s, u"^app/"_s, u"^service/"_s},
        {u"shared sees neither program"_s, u"^shared/"_s, u"^(app|service)/"_s},
        {u"shared has no GUI"_s, u"^shared/"_s, widgets},
        {u"the service has no GUI"_s, u"^service/"_s, widgets},
        {u"Qt's HTTP server only in service/http/server"_s,
         u"^(?!service/http/server\\.(h|cpp)$)(app|service|shared)/"_s, httpServer},
        {u"Qt versions only in service/http/server"_s,
         u"^(?!service/http/server\\.(h|cpp)$)(app|service|shared)/"_s, u"\\bQT_VERSION(_CHECK)?\\b"_s, true},
        {u"SQL only in service/store and service/backup"_s,
         u"^(?!service/(store|backup)/)(app|service|shared)/"_s, sql},
        {u"charts only in app/usage"_s, u"^(?!app/usage/)(app|service|shared)/"_s, charts},
        {u"one network client: shared/adminclient"_s,
         u"^(?!shared/adminclient\\.(h|cpp)$)(app|service|shared)/"_s,
         u"^(QtNetwork/)?QNetworkAccessManager$"_s},
        {u"the engines are pure"_s, engines, impure},
        {u"the engines are no objects with signals"_s, engines, u"\\bQ_OBJECT\\b"_s, true},
        {u"the engines know no disk"_s, engines, u"^service/store/"_s},
        {u"lower rooms never look up"_s, u"^service/(access|store|http|backup|telemetry)/"_s,
         u"^service/(admin|proxy|commands)/|^service/(service|lane)\\.h$"_s},
        {u"the store knows no HTTP"_s, u"^service/store/"_s, u"^service/http/"_s},
        {u"the widgets know no page"_s, u"^app/widgets/"_s, u"^app/(?!widgets/).*|^app/.*page\\.h$"_s},
        {u"models have no widgets"_s, u"^app/.*model\\.(h|cpp)$"_s,
         u"^app/.*page\\.h$|^(QtWidgets\\b.*|Q\\w*Widget|Q\\w+Layout|Q\\w*Button|Q\\w*Dialog|QApplication)$"_s},
    };
}

static QString withoutComment(QString line)
{
    const qsizetype comment = line.indexOf("//"_L1);
    return comment < 0 ? line : line.left(comment);
}

// «door: file:line: text», one for each violation.
static QStringList violations(const QString &root, const QList<Door> &rules)
{
    static const QRegularExpression include(u"^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"_s);
    QStringList found;
    for (const QString &part : {u"app"_s, u"service"_s, u"shared"_s}) {
        QDirIterator files(root + u'/' + part, {u"*.h"_s, u"*.cpp"_s}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            const QString path = QDir(root).relativeFilePath(file.fileName());
            if (!file.open(QIODevice::ReadOnly))
                return {u"cannot read "_s + path};
            QList<std::pair<const Door *, QRegularExpression>> bound;
            for (const Door &door : rules) {
                if (QRegularExpression(door.where).match(path).hasMatch())
                    bound.append({&door, QRegularExpression(door.never)});
            }
            for (int number = 1; !file.atEnd(); ++number) {
                const QString line = withoutComment(QString::fromUtf8(file.readLine()).trimmed());
                const QString included = include.match(line).captured(1);
                for (const auto &[door, never] : bound) {
                    const QString &text = door->inText ? line : included;
                    if (!text.isEmpty() && never.match(text).hasMatch())
                        found.append(u"%1: %2:%3: %4"_s.arg(door->name, path).arg(number).arg(line));
                }
            }
        }
    }
    return found;
}

class DoorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void patternsAreValid()
    {
        for (const Door &door : doors()) {
            QVERIFY2(QRegularExpression(door.where).isValid(), qPrintable(door.name));
            QVERIFY2(QRegularExpression(door.never).isValid(), qPrintable(door.name));
        }
    }

    void theSourcesAreThere()
    {
        const QDir root(QStringLiteral(QUOTA_SOURCE_DIR));
        for (const QString &file : {u"shared/adminclient.cpp"_s, u"service/access/ledger.h"_s})
            QVERIFY2(root.exists(file), qPrintable(file));
    }

    void theHouseKeepsItsDoors()
    {
        const QStringList found = violations(QStringLiteral(QUOTA_SOURCE_DIR), doors());
        QVERIFY2(found.isEmpty(), qPrintable(u'\n' + found.join(u'\n')));
    }

    void theCheckerFinds_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("door"); // empty: nothing to find
        const auto row = [](const char *name, const char *path, const char *text, const char *door) {
            QTest::newRow(name) << QString::fromLatin1(path) << QByteArray(text) << QString::fromLatin1(door);
        };
        row("service includes app", "service/x.cpp", "#include \"app/x.h\"\n",
            "the service never sees the console");
        row("app includes service", "app/deep/er/x.h", "#include \"service/config.h\"",
            "the console never sees the service");
        row("shared includes service", "shared/x.h", "  #  include \"service/config.h\"",
            "shared sees neither program");
        row("shared includes a widget", "shared/x.h", "#include <QWidget>", "shared has no GUI");
        row("service includes a GUI module", "service/x.h", "#include <QtGui>", "the service has no GUI");
        row("HTTP server elsewhere", "service/http/connection.cpp", "#include <QAbstractHttpServer>",
            "Qt's HTTP server only in service/http/server");
        row("HTTP server by module", "service/lane.cpp", "#include <QtHttpServer/QHttpServerRequest>",
            "Qt's HTTP server only in service/http/server");
        row("HTTP server at its place", "service/http/server.cpp", "#include <QAbstractHttpServer>", "");
        row("a file that only begins alike", "service/http/serverfoo.cpp", "#include <QHttpServerResponder>",
            "Qt's HTTP server only in service/http/server");
        row("version check elsewhere", "app/x.cpp", "#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)",
            "Qt versions only in service/http/server");
        row("version at its place", "service/http/server.h", "#if QT_VERSION >= 0x060800", "");
        row("version in a comment", "app/x.cpp", "// QT_VERSION is not asked for here", "");
        row("SQL in access", "service/admin/x.cpp", "#include <QSqlQuery>",
            "SQL only in service/store and service/backup");
        row("SQLite itself outside of the store", "service/admin/x.cpp", "#include <sqlite3.h>",
            "SQL only in service/store and service/backup");
        row("SQL module in the console", "app/x.cpp", "#include <QtSql>",
            "SQL only in service/store and service/backup");
        row("SQL in the store", "service/store/x.cpp", "#include <QSqlQuery>", "");
        row("SQL in the backup", "service/backup/x.cpp", "#include <QSqlDatabase>", "");
        row("charts in the overview", "app/overview/x.cpp", "#include <QStackedBarSeries>",
            "charts only in app/usage");
        row("charts in usage", "app/usage/x.cpp", "#include <QChartView>", "");
        row("another network client", "service/proxy/x.cpp", "#include <QNetworkAccessManager>",
            "one network client: shared/adminclient");
        row("the network client", "shared/adminclient.h", "#include <QNetworkAccessManager>", "");
        row("an engine with a timer", "service/access/ledger.cpp", "#include <QTimer>",
            "the engines are pure");
        row("an engine with SQL by module", "service/store/x.cpp", "#include <QtSql/QSqlQuery>", "");
        row("an engine with a socket", "service/http/parser.h", "#include <QTcpSocket>",
            "the engines are pure");
        row("an engine with signals", "service/http/router.h", "class A { Q_OBJECT };",
            "the engines are no objects with signals");
        row("an engine that reads the store", "service/access/keyring.h",
            "#include \"service/store/keystore.h\"", "the engines know no disk");
        row("store looks up", "service/store/x.h", "#include \"service/admin/context.h\"",
            "lower rooms never look up");
        row("backup looks up", "service/backup/x.h", "#include \"service/service.h\"",
            "lower rooms never look up");
        row("http looks at the lane", "service/http/x.h", "#include \"service/lane.h\"",
            "lower rooms never look up");
        row("admin looks down", "service/admin/x.h", "#include \"service/store/keystore.h\"", "");
        row("store knows HTTP", "service/store/x.h", "#include \"service/http/message.h\"",
            "the store knows no HTTP");
        row("widget knows a page", "app/widgets/x.h", "#include \"app/keys/keyspage.h\"",
            "the widgets know no page");
        row("widget knows a widget", "app/widgets/x.h", "#include \"app/widgets/theme.h\"", "");
        row("model has a dialog", "app/keys/keymodel.cpp", "#include <QDialog>", "models have no widgets");
        row("page has a dialog", "app/keys/keyspage.cpp", "#include <QDialog>", "");
        row("other folders are free", "tests/x.cpp", "#include <QSqlQuery>", "");
    }
    void theCheckerFinds()
    {
        QFETCH(QString, path);
        QFETCH(QByteArray, text);
        QFETCH(QString, door);
        QTemporaryDir root;
        QVERIFY(root.isValid());
        QFile file(root.filePath(path));
        QVERIFY(QDir().mkpath(QFileInfo(file).path()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("// a line before\n" + text);
        file.close();
        const QStringList found = violations(root.path(), doors());
        if (door.isEmpty()) {
            QVERIFY2(found.isEmpty(), qPrintable(found.join(u'\n')));
        } else {
            const QString expected = door + u": "_s + path + u":2: "_s;
            const bool named = std::any_of(found.begin(), found.end(), [&expected](const QString &line) {
                return line.startsWith(expected);
            });
            QVERIFY2(named, qPrintable(found.join(u'\n')));
        }
    }
};

QTEST_GUILESS_MAIN(DoorsTest)
#include "tst_doors.moc"
