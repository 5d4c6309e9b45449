// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/commandline.h"
#include "service/commands/configcommand.h"
#include "service/commands/database.h"
#include "service/commands/keyarguments.h"
#include "service/commands/keys.h"
#include "service/commands/templates.h"
#include "service/commands/texttable.h"
#include "service/commands/usage.h"
#include "shared/version.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace std::chrono_literals;

// A console whose streams are strings.
struct Recorded
{
    QString out;
    QString err;
    QString input;
    Console console;

    Recorded()
    {
        console.write = [this](const QString &text) { out += text; };
        console.writeError = [this](const QString &text) { err += text; };
        console.readLine = [this] { return input; };
        console.environment = {{u"HOME"_s, QDir::currentPath()}};
    }
};

class CommandLineTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;

    static QList<Verb> verbs()
    {
        return {{u"serve"_s, "Serves.",
                 [](const Console &, const QStringList &rest) { return int(40 + rest.size()); }},
                {u"keys"_s, "Keys.", runKeys},
                {u"usage"_s, "Usage.", runUsage},
                {u"database"_s, "", runDatabase},
                {u"templates"_s, "", runTemplates},
                {u"config"_s, "Config.", runConfig}};
    }

    static int run(Recorded &recorded, const QString &line)
    {
        return runVerb(verbs(), {}, recorded.console, line.split(u' ', Qt::SkipEmptyParts));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_directory.isValid());
        QVERIFY(QDir::setCurrent(m_directory.path()));
    }

    void exitCodes_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("out");
        QTest::addColumn<QString>("err");
        const auto good = [](const QString &line, const QString &out) {
            QTest::addRow("%s", qPrintable(line)) << line << 0 << out << u""_s;
        };
        const auto wrong = [](const QString &line, const QString &err) {
            QTest::addRow("%s", qPrintable(line)) << line << 2 << u""_s << err;
        };
        good(u"--help"_s, u"usage"_s);
        good(u"help"_s, u"usage"_s);
        good(u"help keys"_s, u"rotate"_s);
        good(u"help keys create"_s, u"--quota"_s);
        good(u"--version"_s, QString(productVersion));
        good(u"keys --help"_s, u"rotate"_s);
        for (const QString &verb : {u"create"_s, u"list"_s, u"show"_s, u"update"_s, u"disable"_s, u"enable"_s,
                                    u"rotate"_s, u"delete"_s, u"restore"_s})
            good(u"keys %1 --help"_s.arg(verb), u"--admin-token-file"_s);
        good(u"keys create --nonsense --help"_s, u"--label"_s);
        good(u"usage --help"_s, u"--csv"_s);
        good(u"config check --help"_s, u"DAILY_REQ_LIMIT"_s);
        good(u"config show --help"_s, u"--json"_s);

        wrong(u""_s, u"serve"_s);
        wrong(u"kesy list"_s, u"did you mean keys?"_s);
        wrong(u"dance"_s, u"there are serve, keys"_s);
        wrong(u"doctor"_s, u"not a verb"_s);
        wrong(u"--port 3 serve"_s, u"a verb comes first"_s);
        wrong(u"keys"_s, u"create"_s);
        wrong(u"keys creat"_s, u"did you mean create?"_s);
        wrong(u"keys show"_s, u"ID is missing"_s);
        wrong(u"keys show a b"_s, u"“b” is one word too many"_s);
        wrong(u"keys list --stat active"_s, u"did you mean --state?"_s);
        wrong(u"keys list --state sleepy"_s, u"“sleepy”"_s);
        wrong(u"keys list --sort colour"_s, u"“colour”"_s);
        wrong(u"keys list --rows 0"_s, u"--rows"_s);
        wrong(u"keys list -x"_s, u"two dashes"_s);
        wrong(u"keys list --json=yes"_s, u"takes no value"_s);
        wrong(u"keys create --count"_s, u"needs a value"_s);
        wrong(u"keys create --count 0"_s, u"1 to 100"_s);
        wrong(u"keys create --count 2 --count 3"_s, u"more than once"_s);
        wrong(u"keys create --quota many"_s, u"“many”"_s);
        wrong(u"keys create --limit requests/fortnight=2"_s, u"requests/day=200"_s);
        wrong(u"keys create --limit concurrency=0"_s, u"1 to"_s);
        wrong(u"keys create --limit requests/total=1 --quota 2"_s, u"same unit, window and mode"_s);
        wrong(u"keys create --limit requests/day=2:softly"_s, u":observe"_s);
        wrong(u"keys create --copy"_s, u"--template"_s);
        wrong(u"keys create --template trial --limit requests/day=2"_s, u"not both"_s);
        wrong(u"keys update k --template none --inherit-limits"_s, u"not both"_s);
        wrong(u"keys raise k"_s, u"--end"_s);
        wrong(u"keys raise k --limit requests/day=5 --end"_s, u"--end"_s);
        wrong(u"keys raise k --limit requests/day=5:warn"_s, u"enforced"_s);
        wrong(u"keys raise k --limit concurrency=5"_s, u"enforced"_s);
        wrong(u"keys raise k --limit requests/day=5 --windows 0"_s, u"1 to 1000"_s);
        wrong(u"keys raise k --limit requests/day=5 --windows 1001"_s, u"1 to 1000"_s);
        wrong(u"templates"_s, u"create"_s);
        wrong(u"templates create"_s, u"NAME is missing"_s);
        wrong(u"templates create t --days 0"_s, u"1 to 36500"_s);
        wrong(u"templates update t"_s, u"nothing is to be changed"_s);
        wrong(u"templates update t --no-limits --limit requests/day=5"_s, u"at once"_s);
        wrong(u"templates delete t"_s, u"--yes"_s);
        wrong(u"usage --request req_1 --days 3"_s, u"--days"_s);
        wrong(u"keys create --expires yesterday"_s, u"7d"_s);
        wrong(u"keys create --expires 2001-01-01"_s, u"in the past"_s);
        wrong(u"keys create --prefix a.b"_s, u"prefix"_s);
        wrong(u"keys update key_a"_s, u"nothing is to be changed"_s);
        wrong(u"keys update key_a --limit requests/day=1 --inherit-limits"_s, u"keep one"_s);
        wrong(u"keys delete key_a"_s, u"--yes"_s);
        wrong(u"keys list --url ftp://h"_s, u"--url"_s);
        wrong(u"usage --days 0"_s, u"--days"_s);
        wrong(u"usage --csv --json"_s, u"not both"_s);
        wrong(u"usage --bom"_s, u"--bom goes with --csv"_s);
        wrong(u"keys list --csv --json"_s, u"not both"_s);
        wrong(u"keys list --json --bom"_s, u"--bom goes with --csv"_s);
        good(u"database import --help"_s, u"--dry-run"_s);
        wrong(u"database import"_s, u"FILE is missing"_s);
        wrong(u"database import a"_s, u"--yes"_s);
        wrong(u"config"_s, u"check"_s);
        wrong(u"config check --prot 3"_s, u"did you mean --port?"_s);
    }
    void exitCodes()
    {
        QFETCH(QString, line);
        QFETCH(int, code);
        QFETCH(QString, out);
        QFETCH(QString, err);
        Recorded recorded;
        QCOMPARE(run(recorded, line), code);
        QVERIFY2(recorded.out.contains(out), qPrintable(recorded.out + recorded.err));
        QVERIFY2(recorded.err.contains(err), qPrintable(recorded.err));
        QCOMPARE(recorded.out.isEmpty(), code != 0);
        QCOMPARE(recorded.err.isEmpty(), code == 0);
    }

    void verbGetsTheRest()
    {
        Recorded recorded;
        QCOMPARE(run(recorded, u"serve --port 1"_s), 42);
    }

    void configCheckSaysGoodOrAllFaults()
    {
        Recorded good;
        QCOMPARE(run(good, u"config check --port 8080"_s), 0);
        QCOMPARE(good.out, u"good\n"_s);

        Recorded bad;
        bad.console.environment.insert(u"LANES"_s, u"none"_s);
        QCOMPARE(run(bad, u"config check --port 99999 --host nowhere"_s), 1);
        QVERIFY(bad.out.isEmpty());
        for (const QString &part : {u"PORT (option)"_s, u"HOST (option)"_s, u"LANES (environment"_s})
            QVERIFY2(bad.err.contains(part), qPrintable(bad.err));
    }

    void configShowMasksSecrets()
    {
        Recorded recorded;
        recorded.console.environment.insert(u"ADMIN_TOKEN"_s, u"hidden"_s);
        QCOMPARE(run(recorded, u"config show --json --database memory:"_s), 0);
        QVERIFY(!recorded.out.contains("hidden"_L1));
        const auto settings =
            QJsonDocument::fromJson(recorded.out.toUtf8()).object().value(u"settings"_s).toArray();
        bool found = false;
        for (const QJsonValue &setting : settings) {
            if (setting[u"name"_s] == "DATABASE_URL"_L1) {
                found = true;
                QCOMPARE(setting[u"value"_s].toString(), u"memory:"_s);
                QCOMPARE(setting[u"source"_s].toString(), u"option"_s);
            }
        }
        QVERIFY(found);
        Recorded table;
        QCOMPARE(run(table, u"config show"_s), 0);
        QVERIFY(table.out.contains(QRegularExpression(u"(?m)^PORT +8787 +default$"_s)));
    }

    void missingTokenSaysWhere()
    {
        Recorded recorded;
        QCOMPARE(run(recorded, u"keys list --data-dir /nowhere"_s), 1);
        QVERIFY2(recorded.err.contains("/nowhere/admin-token"_L1), qPrintable(recorded.err));
        Recorded file;
        QCOMPARE(run(file, u"keys list --admin-token-file /nowhere/token"_s), 1);
        QVERIFY2(file.err.contains("/nowhere/token"_L1), qPrintable(file.err));
    }

    void unreachableServiceSaysTheCure()
    {
        QTcpServer taken; // a port that is bound and then free again
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        const QString url = u"http://127.0.0.1:%1"_s.arg(taken.serverPort());
        taken.close();
        Recorded recorded;
        recorded.console.environment.insert(u"ADMIN_TOKEN"_s, u"hidden"_s);
        QCOMPARE(run(recorded, u"keys list --url "_s + url), 1);
        QVERIFY2(recorded.err.contains("quota-proxy serve"_L1), qPrintable(recorded.err));
        QVERIFY(!recorded.err.contains("hidden"_L1));
    }

    void deleteAsksAPerson()
    {
        Recorded recorded;
        recorded.console.interactive = true;
        recorded.input = u"no"_s;
        QCOMPARE(run(recorded, u"keys delete key_a"_s), 1);
        QVERIFY(recorded.err.contains("Delete the key key_a?"_L1));
        QVERIFY(recorded.err.contains("Nothing was deleted"_L1));
    }

    void speaksChinese()
    {
        Recorded recorded;
        recorded.console.language = Language::Chinese;
        QCOMPARE(run(recorded, u"kesy"_s), 2);
        QVERIFY2(recorded.err.contains(u"是否想写 keys"_s), qPrintable(recorded.err));
    }

    void limits()
    {
        const auto given =
            readLimits({u"requests/day=200"_s, u"concurrency=4"_s, u"tokens/month=-1"_s}, u"1000"_s);
        QVERIFY(given);
        QCOMPARE(*given->limits, (QList<Limit>{{LimitUnit::Requests, LimitWindow::Day, 200},
                                               {LimitUnit::Tokens, LimitWindow::Month, -1},
                                               {LimitUnit::Requests, LimitWindow::Total, 1000}}));
        QCOMPARE(given->concurrency, 4);
        QVERIFY(!readLimits({}, {})->limits);
        QCOMPARE(readModels(u" a, b,,c "_s), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    }

    void expiry()
    {
        const Timestamp now = *timestampFromIso(u"2026-03-04T10:00:00Z"_s);
        const QTimeZone zone("Asia/Shanghai");
        QCOMPARE(readExpiry(u"7d"_s, now, zone), now + 168h);
        QCOMPARE(readExpiry(u"12h"_s, now, zone), now + 12h);
        QCOMPARE(readExpiry(u"2w"_s, now, zone), now + 336h);
        QCOMPARE(readExpiry(u"2026-03-05"_s, now, zone), *timestampFromIso(u"2026-03-05T16:00:00Z"_s));
        QCOMPARE(readExpiry(u"2026-03-05T00:00:00+08:00"_s, now, zone),
                 *timestampFromIso(u"2026-03-04T16:00:00Z"_s));
        for (const QString &text :
             {u"0d"_s, u"7"_s, u"2026-03-05T00:00:00"_s, u"2026-02-30"_s, u"2026-03-03"_s})
            QVERIFY2(!readExpiry(text, now, zone), qPrintable(text));
    }

    void tableIsAligned()
    {
        const TextTable table{{u"A"_s, u"N"_s}, {{u"x"_s, u"5"_s}, {u"密钥"_s, u"100"_s}}, {false, true}};
        QCOMPARE(table.aligned(), u"A       N\nx       5\n密钥  100\n"_s);
    }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "tst_commandline.moc"
