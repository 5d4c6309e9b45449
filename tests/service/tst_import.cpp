// SPDX-License-Identifier: GPL-3.0-or-later
#include "importfixtures.h"
#include "service/backup/import/csvreader.h"
#include "service/backup/import/importer.h"
#include "service/backup/import/litellm.h"
#include "service/backup/import/oneapi.h"
#include "service/backup/import/sourcefile.h"
#include "service/messages.h"
#include "service/store/bookscheck.h"
#include "service/store/database.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// The mappers of other systems' stores, and what they read with.
class ImportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsCsv_data();
    void readsCsv();
    void readsInstants_data();
    void readsInstants();
    void readsWords_data();
    void readsWords();
    void namesSecretsSafely();
    void followsLinks();
    void tellsDamageApart();
    void knowsItsOwnStore();
    void boundsText();
    void mapsTokensOfOneApi_data();
    void mapsTokensOfOneApi();
    void mapsKeysOfLiteLlm_data();
    void mapsKeysOfLiteLlm();
    void takesTheFirstOfTwo();
    void namesWhatItFound();
    void readsSchemasOfScripts_data();
    void readsSchemasOfScripts();
    void keepsTheAuditLog();
    void booksAddUp_data();
    void booksAddUp();
};

static const Timestamp now = *timestampFromIso(u"2026-11-27T12:00:00Z"_s);

static QString textOf(const ImportPlan &plan)
{
    QStringList lines;
    for (const ImportRemark &remark : plan.remarks)
        lines.append(remark.subject + u": "_s + message(Language::English, remark.text, remark.arguments));
    return lines.join(u'\n');
}

void ImportTest::readsCsv_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("fields"); // rows by «/», fields by «|»
    const auto row = [](const char *name, const char *text, const QString &fields) {
        QTest::newRow(name) << QByteArray(text) << fields;
    };
    row("plain", "a,b\n1,2\n", u"a|b/1|2"_s);
    row("without a last line end", "a,b\r\n1,2", u"a|b/1|2"_s);
    row("quotes", "a,b\n\"x,\"\"y\"\"\n\",z\n", u"a|b/x,\"y\"\n|z"_s);
    row("mark and Chinese", "\xef\xbb\xbf密钥,b\n1,\n", u"密钥|b/1|"_s);
    row("empty lines", "a,b\n\n1,2\n\n", u"a|b/1|2"_s);
    row("an empty quoted end", "a,b\n1,\"\"", u"a|b/1|"_s);
    row("a quote within a field", "a,b\n1,2\"3\n", u"a|b/1|2\"3"_s);
    row("nothing", "", u""_s);
}

void ImportTest::readsCsv()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, fields);
    const auto rows = readCsv(text);
    QVERIFY(rows);
    QStringList lines;
    for (const QStringList &row : *rows)
        lines.append(row.join(u'|'));
    QCOMPARE(lines.join(u'/'), fields);
}

void ImportTest::readsInstants_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("iso"); // empty: none
    const auto row = [](const char *text, const char *iso) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(iso);
    };
    row("1700000000", "2023-11-14T22:13:20.000Z");
    row("1700000000123", "2023-11-14T22:13:20.123Z");
    row("1700000000123.0", "2023-11-14T22:13:20.123Z");
    row("2026-01-02 03:04:05", "2026-01-02T03:04:05.000Z");
    row("2026-01-02 03:04:05.678+00", "2026-01-02T03:04:05.678Z");
    row("2026-01-02T03:04:05+08:00", "2026-01-01T19:04:05.000Z");
    row("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z");
    row("2026-01-02", "2026-01-02T00:00:00.000Z");
    row("-1", "");
    row("0", "");
    row("", "");
    row("never", "");
}

void ImportTest::readsInstants()
{
    QFETCH(QString, text);
    QFETCH(QString, iso);
    const auto time = instantFrom(text);
    QCOMPARE(time ? toIso(*time) : QString(), iso);
}

void ImportTest::readsWords_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QStringList>("words");
    const QStringList two{u"gpt-4"_s, u"b"_s};
    QTest::newRow("JSON") << QVariant(uR"(["gpt-4","b"])"_s) << two;
    QTest::newRow("PostgreSQL") << QVariant(uR"({"gpt-4",b})"_s) << two;
    QTest::newRow("commas") << QVariant(u" gpt-4, b,,b"_s) << two;
    QTest::newRow("a list") << QVariant(QVariantList{u"gpt-4"_s, u"b"_s}) << two;
    QTest::newRow("none") << QVariant(u"{}"_s) << QStringList();
    QTest::newRow("NULL") << QVariant() << QStringList();
}

void ImportTest::readsWords()
{
    QFETCH(QVariant, value);
    QFETCH(QStringList, words);
    QCOMPARE(wordsOf({{u"models"_s, value}}, {"models"_L1}), words);
}

void ImportTest::namesSecretsSafely()
{
    QCOMPARE(keyOfSecret(u"trial_0123456789abcdef"_s).key.preview(), u"trial_…cdef"_s);
    QCOMPARE(keyOfSecret(u"nothingthatdivides"_s).key.preview(), u"…ides"_s);
    QCOMPARE(keyOfSecret(u"short-secret"_s).key.preview(), u"…"_s);
    QCOMPARE(keyOfSecret(u"sk-x"_s).secretHash, hashSecret("sk-x"));
    QCOMPARE(labelFrom(u" a\nb\tc "_s), u"a b c"_s);
    QCOMPARE(labelFrom(QString(300, u'x')).size(), maximumLabelLength);
}

// What is only in the log beside the file counts, also when a link names the file.
void ImportTest::followsLinks()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(u"eight"_s);
    const QString link = directory.filePath(u"link"_s);
    QVERIFY(makeImportFixture(u"v8"_s, path));
    QVERIFY(QFile::link(path, link));
    const auto plan = readSource(link, now);
    QVERIFY(plan);
    QCOMPARE(plan->keys.size(), 2);
}

void ImportTest::tellsDamageApart()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(u"old"_s);
    QVERIFY(
        makeSqlite(path, {u"CREATE TABLE trial_keys (key TEXT, label TEXT)"_s,
                          u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
                          "INSERT INTO trial_keys SELECT 'trial_0123456789' || i, 'x' FROM n"_s}));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.size() > 40'000);
    QVERIFY(file.seek(20'000) && file.write(QByteArray(8'192, '\xa5')) == 8'192);
    file.close();
    const auto plan = readSource(path, now);
    QVERIFY(!plan);
    QVERIFY2(plan.error().message.contains(path + u" is damaged"_s), qPrintable(plan.error().message));
    QVERIFY2(plan.error().message.contains(".recover"_L1), qPrintable(plan.error().message));
}

void ImportTest::knowsItsOwnStore()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(u"quota.db"_s);
    QVERIFY(Database::open({path}));
    const auto plan = readSource(path, now);
    QVERIFY(!plan);
    QVERIFY2(plan.error().message.contains("is a store of this program"_L1),
             qPrintable(plan.error().message));
}

void ImportTest::boundsText()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(u"keys"_s);
    QVERIFY(makeImportFixture(u"litellm-json"_s, path));
    const qint64 size = QFile(path).size();
    QVERIFY(readSource(path, now, size));
    const auto beyond = readSource(path, now, size - 1);
    QVERIFY(!beyond);
    QVERIFY2(beyond.error().message.contains(QString::number(size - 1)), qPrintable(beyond.error().message));
}

void ImportTest::mapsTokensOfOneApi_data()
{
    QTest::addColumn<SourceRow>("row");
    QTest::addColumn<bool>("disabled");
    QTest::addColumn<QString>("limits");
    QTest::addColumn<QString>("says");
    const SourceRow base{{u"key"_s, u"0123456789abcdef"_s},
                         {u"status"_s, 1},
                         {u"remain_quota"_s, 60},
                         {u"used_quota"_s, 40},
                         {u"unlimited_quota"_s, 0}};
    const auto row = [&base](const char *name, const SourceRow &more, bool disabled, const QString &limits,
                             const QString &says) {
        SourceRow all = base;
        all.insert(more);
        QTest::newRow(name) << all << disabled << limits << says;
    };
    const QString hundred = u"tokens/total=100"_s;
    row("enabled", {}, false, hundred, u"weight tokens"_s);
    row("disabled", {{u"status"_s, 2}}, true, hundred, {});
    row("expired", {{u"status"_s, 3}, {u"expired_time"_s, 1'700'000'000}}, false, hundred, {});
    row("expired without a time", {{u"status"_s, 3}, {u"expired_time"_s, -1}}, true, hundred, u"status 3"_s);
    row("exhausted", {{u"status"_s, 4}, {u"remain_quota"_s, 0}}, false, u"tokens/total=40"_s, {});
    row("exhausted, with a rest", {{u"status"_s, 4}}, true, hundred, u"status 4"_s);
    row("unlimited", {{u"unlimited_quota"_s, 1}}, false, {}, {});
    row("below zero", {{u"remain_quota"_s, -5}}, false, u"tokens/total=40"_s, {});
    row("addresses", {{u"subnet"_s, u"10.0.0.0/8"_s}}, true, hundred, u"10.0.0.0/8"_s);
}

void ImportTest::mapsTokensOfOneApi()
{
    QFETCH(SourceRow, row);
    QFETCH(bool, disabled);
    QFETCH(QString, limits);
    QFETCH(QString, says);
    SourceTables tables;
    tables.rows.insert(u"tokens"_s, {row});
    const ImportPlan plan = planOneApi(tables, now);
    QCOMPARE(plan.keys.size(), 1);
    const ImportedKey &imported = plan.keys.constFirst();
    QCOMPARE(imported.secretHash, hashSecret("sk-0123456789abcdef"));
    QCOMPARE(imported.key.disabled, disabled);
    QCOMPARE(imported.key.inheritsLimits, false);
    QCOMPARE(imported.tokens, 40);
    QCOMPARE(imported.key.limits.isEmpty() ? QString() : toText(imported.key.limits.constFirst()), limits);
    QVERIFY2(textOf(plan).contains(says), qPrintable(textOf(plan)));
}

void ImportTest::mapsKeysOfLiteLlm_data()
{
    QTest::addColumn<SourceRow>("row");
    QTest::addColumn<bool>("disabled");
    QTest::addColumn<QString>("limits");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, SourceRow more, bool disabled, const QString &limits,
                        const QString &says) {
        more.insert(u"token"_s, u"sk-0123456789abcdef"_s);
        QTest::newRow(name) << more << disabled << limits << says;
    };
    row("plain", {}, false, u"default"_s, {});
    row("rates", {{u"rpm_limit"_s, 5}, {u"tpm_limit"_s, u"700"_s}}, false,
        u"requests/minute=5 tokens/minute=700"_s, {});
    row("blocked", {{u"blocked"_s, u"t"_s}}, true, u"default"_s, {});
    row("spent", {{u"spend"_s, 2.5}}, false, u"default"_s, u"2.5000 in money"_s);
    row("budget", {{u"spend"_s, 2.5}, {u"max_budget"_s, 10}}, false, u"default"_s,
        u"2.5000 of 10.0000 spent"_s);
    row("budget used up", {{u"spend"_s, 10}, {u"max_budget"_s, 10}}, true, u"default"_s, u"used up"_s);
    row("routes", {{u"allowed_routes"_s, QVariantList{u"/chat/completions"_s}}}, true, u"default"_s,
        u"allowed_routes"_s);
    row("no routes", {{u"allowed_routes"_s, u"{}"_s}, {u"permissions"_s, QVariantMap()}}, false, u"default"_s,
        {});
    row("models of its team", {{u"models"_s, u"{all-team-models}"_s}}, true, u"default"_s,
        u"those of its team"_s);
    row("team", {{u"team_id"_s, u"t1"_s}}, false, u"default"_s, u"belongs to a team"_s);
}

void ImportTest::mapsKeysOfLiteLlm()
{
    QFETCH(SourceRow, row);
    QFETCH(bool, disabled);
    QFETCH(QString, limits);
    QFETCH(QString, says);
    const ImportPlan plan = planLiteLlm({row}, u"CSV"_s, now);
    QCOMPARE(plan.keys.size(), 1);
    const ApiKey &key = plan.keys.constFirst().key;
    QCOMPARE(plan.keys.constFirst().secretHash, hashSecret("sk-0123456789abcdef"));
    QCOMPARE(key.disabled, disabled);
    QStringList words;
    for (const Limit &limit : key.limits)
        words.append(toText(limit));
    QCOMPARE(key.inheritsLimits ? u"default"_s : words.join(u' '), limits);
    QVERIFY2(textOf(plan).contains(says), qPrintable(textOf(plan)));
    QCOMPARE(plan.remarks.isEmpty(), says.isEmpty());
}

void ImportTest::takesTheFirstOfTwo()
{
    const SourceRow one{{u"token"_s, u"sk-0123456789abcdef"_s}, {u"key_alias"_s, u"One"_s}};
    SourceRow two = one;
    two.insert(u"key_alias"_s, u"Two"_s);
    const ImportPlan plan = planLiteLlm({one, two, {{u"token"_s, u"12345"_s}}}, u"CSV"_s, now);
    QCOMPARE(plan.keys.size(), 1);
    QCOMPARE(plan.keys.constFirst().key.label, u"One"_s);
    QVERIFY2(textOf(plan).contains(u"Two (sk-…cdef): It is there twice"_s), qPrintable(textOf(plan)));
    QVERIFY2(textOf(plan).contains("1 rows hold no key"_L1), qPrintable(textOf(plan)));
}

void ImportTest::namesWhatItFound()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(u"other"_s);
    QVERIFY(
        makeSqlite(path, {u"CREATE TABLE customers (id INTEGER)"_s, u"CREATE TABLE orders (id INTEGER)"_s}));
    const auto plan = readSource(path, now);
    QVERIFY(!plan);
    QVERIFY2(plan.error().message.contains("the tables customers, orders. What can be imported"_L1),
             qPrintable(plan.error().message));
    QVERIFY(!readSource(directory.path(), now));
    QVERIFY(readSource(directory.filePath(u"none"_s), now).error().code == ErrorCode::NotFound);
}

// What no server read, but the documents made.
void ImportTest::readsSchemasOfScripts_data()
{
    QTest::addColumn<SourceRow>("row");
    QTest::addColumn<QString>("limits");
    QTest::addColumn<qint64>("used");
    QTest::addColumn<bool>("disabled");
    const auto row = [](const char *name, SourceRow more, const QString &limits, qint64 used, bool disabled) {
        if (!more.contains(u"key_hash"_s))
            more.insert(u"api_key"_s, u"trial_0123456789abcdef"_s);
        QTest::newRow(name) << more << limits << used << disabled;
    };
    row("limit and used", {{u"quota_limit"_s, 100}, {u"quota_used"_s, 7}}, u"requests/total=100"_s, 7, false);
    row("what remains", {{u"remaining_quota"_s, 93}, {u"used_quota"_s, 7}}, u"requests/total=100"_s, 7,
        false);
    row("a day", {{u"max_requests_per_day"_s, 5}, {u"enabled"_s, 0}}, u"requests/day=5"_s, 0, true);
    row("revoked", {{u"status"_s, u"revoked"_s}}, u"default"_s, 0, true);
    row("activated", {{u"status"_s, u"activated"_s}}, u"default"_s, 0, false);
    row("no limit at all", {{u"total_quota"_s, -1}}, u"requests/total=-1"_s, 0, false);
    row("blocked", {{u"total_quota"_s, 0}}, u"requests/total=0"_s, 0, false);
    row("beyond ours", {{u"total_quota"_s, 1e17}}, u"requests/total=1000000000000000"_s, 0, false);
    row("hashed", {{u"key_hash"_s, QString::fromLatin1(hashSecret("trial_0123456789abcdef").toHex())}},
        u"default"_s, 0, false);
}

void ImportTest::readsSchemasOfScripts()
{
    QFETCH(SourceRow, row);
    QFETCH(QString, limits);
    QFETCH(qint64, used);
    QFETCH(bool, disabled);
    SourceTables tables;
    tables.columns.insert(u"api_keys"_s, row.keys());
    tables.rows.insert(u"api_keys"_s, {row, {{u"label"_s, u"without a key"_s}}});
    const ImportPlan plan = planOldTables(tables, now);
    QCOMPARE(plan.keys.size(), 1);
    QVERIFY2(textOf(plan).contains("1 rows hold no key"_L1), qPrintable(textOf(plan)));
    const ImportedKey &imported = plan.keys.constFirst();
    QCOMPARE(imported.secretHash, hashSecret("trial_0123456789abcdef"));
    QCOMPARE(imported.requests, used);
    QCOMPARE(imported.key.disabled, disabled);
    QCOMPARE(imported.key.inheritsLimits ? u"default"_s : toText(imported.key.limits.constFirst()), limits);
}

static BackupPlaces placesIn(const QTemporaryDir &directory)
{
    Config config;
    config.dataDirectory = directory.path();
    config.databasePath = directory.filePath(u"quota.db"_s);
    config.backupDirectory = directory.filePath(u"backups"_s);
    return BackupPlaces(config);
}

void ImportTest::booksAddUp_data()
{
    QTest::addColumn<QString>("variant");
    for (const QString &variant : importVariants())
        QTest::newRow(qPrintable(variant)) << variant;
}

// Sums of every grain, adjustments and counters tell of the same requests, in a zone that is ahead and one behind.
void ImportTest::booksAddUp()
{
    QFETCH(QString, variant);
    for (const char *zone : {"Asia/Shanghai", "America/New_York"}) {
        QTemporaryDir directory;
        const QString path = directory.filePath(u"old"_s);
        QVERIFY(makeImportFixture(variant, path));
        const BackupPlaces places = placesIn(directory);
        const Timestamp today = SystemClock().now();
        const auto prepared = prepareImport(places, path, today);
        QVERIFY(prepared);
        BackupProgress progress;
        QVERIFY(runImport(places, *prepared, QTimeZone(zone), u"test"_s, today, progress));
        const auto database = Database::open({places.database});
        QVERIFY(database);
        const auto findings = bookscheck::check(**database);
        QVERIFY(findings);
        const auto first = findings->named.value(0);
        QVERIFY2(
            findings->addUp(),
            qPrintable(
                u"%1 %2: %3 for %4"_s.arg(first.window, first.figure).arg(first.found).arg(first.expected)));
    }
}

void ImportTest::keepsTheAuditLog()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(u"four"_s);
    QVERIFY(makeImportFixture(u"v4"_s, path));
    const BackupPlaces places = placesIn(directory);
    const auto prepared = prepareImport(places, path, now);
    QVERIFY(prepared);
    QCOMPARE(prepared->plan.deeds.size(), 2);
    QVERIFY2(textOf(prepared->plan).contains("audit_log: 1 rows have no time"_L1),
             qPrintable(textOf(prepared->plan)));
    BackupProgress progress;
    QVERIFY(runImport(places, *prepared, QTimeZone::utc(), u"test"_s, now, progress));
    const auto database = Database::open({places.database});
    QVERIFY(database);
    auto rows = (*database)->run(
        u"SELECT time, action, subject, detail FROM audit WHERE actor = 'imported' ORDER BY time"_s);
    QVERIFY(rows && (*rows)->next());
    QCOMPARE(toIso(fromMilliseconds((*rows)->value(0).toLongLong())), u"2026-01-02T03:04:05.000Z"_s);
    QCOMPARE((*rows)->value(1).toString(), u"imported.create_key"_s);
    QCOMPARE((*rows)->value(2).toString(), prepared->plan.keys.constFirst().key.id.value);
    QCOMPARE((*rows)->value(3).toString(), u"POST 10.0.0.1"_s);
    QVERIFY((*rows)->next());
    QCOMPARE((*rows)->value(1).toString(), u"imported.list_keys"_s);
    QCOMPARE((*rows)->value(2).toString(), QString());
    QVERIFY(!(*rows)->next());
}

QTEST_GUILESS_MAIN(ImportTest)
#include "tst_import.moc"
