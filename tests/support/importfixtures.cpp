// SPDX-License-Identifier: GPL-3.0-or-later
#include "importfixtures.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>
#include <QSqlQuery>

using namespace Qt::StringLiterals;

namespace quota::test
{

QStringList importVariants()
{
    return {u"v0"_s, u"v1"_s, u"v2"_s,  u"v3"_s,      u"v4"_s,          u"v5"_s,          u"v6"_s,
            u"v7"_s, u"v8"_s, u"faq"_s, u"one-api"_s, u"litellm-csv"_s, u"litellm-json"_s};
}

// As each variant makes its own: prefix and so many hexadecimal digits.
QByteArray secretOf(const QString &variant, const QString &holder)
{
    const QByteArray hex =
        QCryptographicHash::hash((variant + holder).toUtf8(), QCryptographicHash::Sha256).toHex();
    if (variant == "v2"_L1 || variant == "v3"_L1 || variant == "one-api"_L1)
        return "sk-" + hex.left(48);
    if (variant == "v4"_L1 || variant == "v6"_L1)
        return "roc_" + hex.left(32);
    if (variant == "v8"_L1)
        return "clawd-" + hex.left(32);
    if (variant.startsWith("litellm"_L1))
        return "sk-" + hex.left(22);
    return "trial_" + hex.left(variant == "v7"_L1 ? 32 : 36);
}

bool makeSqlite(const QString &path, const QStringList &statements, bool leaveLog)
{
    const QString connection = u"fixture "_s + path;
    const QString made = leaveLog ? path + u".live"_s : path;
    bool good = false;
    {
        auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, connection);
        database.setDatabaseName(made);
        good = database.open();
        QSqlQuery query(database);
        for (const QString &statement : statements)
            good = good && query.exec(statement);
        query.clear();
        if (leaveLog)
            good = good && QFile::copy(made, path) && QFile::copy(made + u"-wal"_s, path + u"-wal"_s);
    }
    QSqlDatabase::removeDatabase(connection);
    if (leaveLog)
        QFile::remove(made);
    return good;
}

static QString day(int back)
{
    return QDateTime::currentDateTimeUtc().date().addDays(-back).toString(Qt::ISODate);
}

static QString milliseconds(int daysBack)
{
    return QString::number(QDateTime::currentDateTimeUtc().addDays(-daysBack).toMSecsSinceEpoch());
}

static QString insert(const QString &table, const QStringList &values)
{
    return u"INSERT INTO %1 VALUES (%2)"_s.arg(table, values.join(u", "_s));
}

static QString text(const QString &value)
{
    return u'\'' + value + u'\'';
}

static bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

static bool makeJson(const QString &path, const QString &alice, const QString &bob)
{
    const auto use = [](int requests) {
        return QJsonObject{{u"requests"_s, requests}, {u"updated_at"_s, milliseconds(0).toLongLong()}};
    };
    const QJsonObject object{
        {u"keys"_s, QJsonObject{{alice, QJsonObject{{u"label"_s, u"Alice"_s},
                                                    {u"created_at"_s, milliseconds(9).toLongLong()}}},
                                {bob, QJsonObject{{u"label"_s, u"forum:鲍勃"_s},
                                                  {u"created_at"_s, milliseconds(8).toLongLong()}}}}},
        {u"usage"_s, QJsonObject{{day(0), QJsonObject{{alice, use(12)}}},
                                 {day(1), QJsonObject{{alice, use(5)}, {u"trial_gone"_s, use(3)}}}}}};
    return write(path, QJsonDocument(object).toJson());
}

// V1, V2, V3, V5, V6, V7: keys, and counts by day.
static QStringList dailyStatements(const QString &variant, const QString &alice, const QString &bob)
{
    const bool hasLimit = variant == "v6"_L1 || variant == "v7"_L1;
    const bool expires = variant == "v5"_L1;
    QStringList statements{
        u"CREATE TABLE trial_keys (key TEXT PRIMARY KEY, label TEXT, created_at INTEGER NOT NULL%1)"_s.arg(
            hasLimit  ? u", daily_limit INTEGER DEFAULT 200, is_active INTEGER DEFAULT 1"_s
            : expires ? u", expires_at INTEGER"_s
                      : u""_s)};
    QStringList aliceRow{text(alice), text(u"Alice"_s), milliseconds(9)};
    QStringList bobRow{text(bob), u"NULL"_s, milliseconds(8)};
    if (hasLimit) {
        aliceRow += {u"50"_s, u"1"_s};
        bobRow += {u"0"_s, u"0"_s};
    } else if (expires) {
        aliceRow += u"NULL"_s;
        bobRow += milliseconds(1);
    }
    statements += {insert(u"trial_keys"_s, aliceRow), insert(u"trial_keys"_s, bobRow)};
    const QString number =
        u"id INTEGER PRIMARY KEY AUTOINCREMENT, trial_key TEXT, day TEXT, requests INTEGER DEFAULT 0, "
        "updated_at INTEGER"_s;
    const QString table = hasLimit ? u"usage_stats"_s : expires ? u"usage_logs"_s : u"daily_usage"_s;
    const bool numbered = hasLimit || expires;
    statements += u"CREATE TABLE %1 (%2)"_s.arg(
        table, numbered
                   ? number
                   : u"day TEXT, trial_key TEXT, requests INTEGER, updated_at INTEGER, PRIMARY KEY (day, "
                     "trial_key)"_s);
    for (const auto &[back, requests] : {std::pair(0, 12), std::pair(1, 5)}) {
        const QString count = QString::number(requests);
        statements += insert(
            table, numbered ? QStringList{u"NULL"_s, text(alice), text(day(back)), count, milliseconds(back)}
                            : QStringList{text(day(back)), text(alice), count, milliseconds(back)});
    }
    if (variant == "v3"_L1)
        statements +=
            {u"CREATE TABLE applications (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT, purpose "
             "TEXT, expected_usage TEXT, status TEXT DEFAULT 'pending', notes TEXT, created_at INTEGER, "
             "reviewed_at INTEGER, reviewed_by TEXT, trial_key TEXT)"_s,
             u"INSERT INTO applications (email) VALUES ('a@example.org'), ('b@example.org')"_s};
    if (variant == "v7"_L1)
        statements += {
            u"CREATE TABLE request_logs (id INTEGER PRIMARY KEY, trial_key TEXT, timestamp INTEGER, endpoint "
            "TEXT, status_code INTEGER, response_time_ms INTEGER)"_s,
            insert(u"request_logs"_s, {u"1"_s, text(alice), milliseconds(0), u"'/v1'"_s, u"200"_s, u"9"_s})};
    return statements;
}

static QStringList lifetimeStatements(const QString &alice, const QString &bob)
{
    return {
        u"CREATE TABLE api_keys (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE NOT NULL, label TEXT, "
        "total_quota INTEGER DEFAULT 1000, used_quota INTEGER DEFAULT 0, created_at DATETIME DEFAULT "
        "CURRENT_TIMESTAMP, expires_at DATETIME)"_s,
        u"CREATE TABLE usage_log (id INTEGER PRIMARY KEY AUTOINCREMENT, api_key TEXT NOT NULL, endpoint "
        u"TEXT, "
        "timestamp DATETIME DEFAULT CURRENT_TIMESTAMP, response_time INTEGER, status_code INTEGER)"_s,
        u"CREATE TABLE audit_log (id INTEGER PRIMARY KEY, timestamp TEXT, ip TEXT, method TEXT, path TEXT, "
        u"action "
        "TEXT, key_affected TEXT, admin_token_hash TEXT, details TEXT)"_s,
        insert(u"api_keys"_s, {u"1"_s, text(alice), u"'Alice'"_s, u"1000"_s, u"17"_s,
                               u"'2026-01-02 03:04:05'"_s, u"'2199-12-31T23:59:59.000Z'"_s}),
        insert(u"api_keys"_s,
               {u"2"_s, text(bob), u"'Bob'"_s, u"10"_s, u"10"_s, u"'2026-01-02 03:04:05'"_s, u"NULL"_s}),
        u"INSERT INTO usage_log (api_key, endpoint) VALUES (%1, '/gateway'), (%1, '/gateway')"_s.arg(
            text(alice)),
        u"INSERT INTO audit_log (timestamp, ip, method, path, action, key_affected) VALUES "
        "('2026-01-02 03:04:05', '10.0.0.1', 'POST', %1, 'CREATE_KEY', %1), "
        "('2026-01-02 03:04:06', '::1', 'GET', '/admin/keys', 'LIST_KEYS', NULL), "
        "(NULL, '::1', 'GET', '/admin/keys', 'LIST_KEYS', NULL)"_s.arg(text(alice))};
}

static QStringList simpleStatements(const QString &alice, const QString &bob)
{
    return {
        u"PRAGMA journal_mode = WAL"_s,
        u"PRAGMA wal_autocheckpoint = 0"_s,
        u"CREATE TABLE api_keys (key TEXT PRIMARY KEY, label TEXT, quota INTEGER DEFAULT 1000, used INTEGER "
        u"DEFAULT "
        "0, created_at INTEGER, expires_at INTEGER)"_s,
        u"CREATE TABLE usage_logs (id INTEGER PRIMARY KEY, api_key TEXT, endpoint TEXT, timestamp INTEGER)"_s,
        insert(u"api_keys"_s, {text(alice), u"'Alice'"_s, u"1000"_s, u"17"_s, milliseconds(9), u"NULL"_s}),
        insert(u"api_keys"_s, {text(bob), u"'Bob'"_s, u"1000"_s, u"2"_s, milliseconds(9), milliseconds(1)}),
        insert(u"usage_logs"_s, {u"1"_s, text(alice), u"'/v1/chat/completions'"_s, milliseconds(0)})};
}

static QStringList faqStatements(const QString &alice, const QString &bob)
{
    return {
        u"CREATE TABLE api_keys (key_id INTEGER PRIMARY KEY, api_key TEXT UNIQUE, name TEXT, description "
        u"TEXT, "
        "rate_limit INTEGER DEFAULT 100, quota_daily INTEGER DEFAULT 1000, quota_monthly INTEGER DEFAULT "
        "30000, "
        "is_active INTEGER DEFAULT 1, is_trial INTEGER, trial_days INTEGER, expires_at TEXT, metadata TEXT)"_s,
        u"CREATE TABLE usage_stats (id INTEGER PRIMARY KEY, api_key TEXT, day TEXT, requests INTEGER, "
        u"updated_at "
        "TEXT)"_s,
        u"CREATE INDEX idx_api_keys_key ON api_keys(api_key)"_s,
        u"INSERT INTO api_keys (api_key, name) VALUES (%1, 'Alice')"_s.arg(text(alice)),
        u"INSERT INTO api_keys (api_key, name, is_active) VALUES (%1, 'Bob', 0)"_s.arg(text(bob)),
        u"INSERT INTO usage_stats (api_key, day, requests) VALUES (%1, '%2', 12), (%1, '%3', 5)"_s.arg(
            text(alice), day(0), day(1))};
}

static QStringList oneApiStatements(const QString &alice, const QString &bob)
{
    return {
        u"CREATE TABLE tokens (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, key CHAR(48), status "
        u"INTEGER "
        "DEFAULT 1, name TEXT, created_time BIGINT, accessed_time BIGINT, expired_time BIGINT DEFAULT -1, "
        "remain_quota BIGINT DEFAULT 0, unlimited_quota NUMERIC DEFAULT 0, used_quota BIGINT DEFAULT 0, "
        "models "
        "TEXT, subnet TEXT DEFAULT '')"_s,
        u"CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password TEXT, status INTEGER, quota INTEGER)"_s,
        u"CREATE TABLE channels (id INTEGER PRIMARY KEY, key TEXT)"_s,
        u"INSERT INTO users VALUES (1, 'root', 'x', 1, 100), (2, 'gone', 'x', 2, 100)"_s,
        u"INSERT INTO channels VALUES (1, 'sk-upstream-secret')"_s,
        u"INSERT INTO tokens (user_id, key, name, created_time, accessed_time, remain_quota, used_quota, "
        u"models) "
        "VALUES (1, %1, 'Alice', 1700000000, 1700000500, 5000, 1500, 'demo-chat,gpt-4')"_s.arg(
            text(alice.mid(3))),
        u"INSERT INTO tokens (user_id, key, name, unlimited_quota, subnet) VALUES (1, %1, 'Bob', 1, '10.0.0.0/8')"_s
            .arg(text(bob.mid(3)))};
}

static QString hashOf(const QString &secret)
{
    return QString::fromLatin1(QCryptographicHash::hash(secret.toUtf8(), QCryptographicHash::Sha256).toHex());
}

static bool makeLiteLlmCsv(const QString &path, const QString &alice, const QString &bob)
{
    const QString csv = u"\uFEFFtoken,key_name,key_alias,spend,expires,models,aliases,team_id,max_parallel_"
                        u"requests,tpm_limit,rpm_limit,"
                        "max_budget,blocked,created_at\r\n"
                        "%1,sk-...%2,\"Alice, \"\"A\"\"\",0,2199-12-31 "
                        "23:59:59+00,\"{demo-chat,\"\"gpt-4\"\"}\",{},,3,,30,,f,2026-01-02 "
                        "03:04:05.123\r\n"
                        "%3,sk-...%4,Bob,1.5,,{},{},,,,,10,t,2026-01-02 03:04:05\r\n"_s.arg(
                            hashOf(alice), alice.right(4), hashOf(bob), bob.right(4));
    return write(path, csv.toUtf8());
}

static bool makeLiteLlmJson(const QString &path, const QString &alice, const QString &bob)
{
    const QJsonArray rows{QJsonObject{{u"token"_s, hashOf(alice)},
                                      {u"key_name"_s, u"sk-..."_s + alice.right(4)},
                                      {u"key_alias"_s, u"Alice"_s},
                                      {u"spend"_s, 0.0},
                                      {u"models"_s, QJsonArray{u"demo-chat"_s}},
                                      {u"rpm_limit"_s, 30},
                                      {u"expires"_s, u"2199-12-31T23:59:59Z"_s},
                                      {u"blocked"_s, QJsonValue::Null}},
                          QJsonObject{{u"token"_s, hashOf(bob)},
                                      {u"key_alias"_s, u"Bob"_s},
                                      {u"spend"_s, 12.5},
                                      {u"models"_s, QJsonArray()},
                                      {u"max_budget"_s, 10.0}}};
    return write(path, QJsonDocument(rows).toJson());
}

bool makeImportFixture(const QString &variant, const QString &path)
{
    const QString alice = QString::fromLatin1(secretOf(variant, u"Alice"_s));
    const QString bob = QString::fromLatin1(secretOf(variant, u"Bob"_s));
    if (variant == "v0"_L1)
        return makeJson(path, alice, bob);
    if (variant == "v4"_L1)
        return makeSqlite(path, lifetimeStatements(alice, bob));
    if (variant == "v8"_L1)
        return makeSqlite(path, simpleStatements(alice, bob), true);
    if (variant == "faq"_L1)
        return makeSqlite(path, faqStatements(alice, bob));
    if (variant == "one-api"_L1)
        return makeSqlite(path, oneApiStatements(alice, bob));
    if (variant == "litellm-csv"_L1)
        return makeLiteLlmCsv(path, alice, bob);
    if (variant == "litellm-json"_L1)
        return makeLiteLlmJson(path, alice, bob);
    return makeSqlite(path, dailyStatements(variant, alice, bob));
}

}
