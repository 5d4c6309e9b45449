// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/bookscheck.h"
#include "service/store/usagestore.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTimeZone>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Prints what the reports of usage cost over very many rows. Usage: bench_reports DIRECTORY [ROWS] [KEYS]: makes
// DIRECTORY/quota.db (a year of 10 million requests of 3000 keys) unless it is there, then asks it as the service does, each
// question a few times through one read-only connection. Figures for a person, no pass or fail.

namespace
{

constexpr qint64 year = 365LL * 24 * 3600 * 1000;
const Timestamp begin = *timestampFromIso(u"2025-11-01T00:00:00.000Z"_s);
constexpr int models = 12;
constexpr int providers = 4;

void must(const Done &done)
{
    if (done)
        return;
    std::fprintf(stderr, "%s %s\n", qPrintable(done.error().message), qPrintable(done.error().detail));
    std::exit(1);
}

void change(Database &database, const QString &statement, const QVariantList &values = {})
{
    must(database.change(statement, values).map([](qint64) {}));
}

// Names first: 1 to KEYS are the keys, then models, then providers.
void writeNames(Database &database, qint64 keys)
{
    change(database,
           u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO names "
           u"(id, word) "
           "SELECT i, printf('key_%08d', i) FROM n"_s,
           {keys});
    change(database,
           u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO keys "
           "SELECT printf('key_%08d', i), randomblob(32), printf('Key %d', i), 'sk-', 'abcd', 0, 1, NULL, "
           "'[]', NULL, "
           "NULL, NULL, ?, ?, 1, NULL, NULL FROM n"_s,
           {keys, toMilliseconds(begin), toMilliseconds(begin)});
    for (int model = 1; model <= models; ++model)
        change(database, u"INSERT INTO names (id, word) VALUES (?, ?)"_s,
               {keys + model, u"model-%1"_s.arg(model)});
    for (int provider = 1; provider <= providers; ++provider)
        change(database, u"INSERT INTO names (id, word) VALUES (?, ?)"_s,
               {keys + models + provider, u"provider-%1"_s.arg(provider)});
}

// A few keys have most of the requests; a key has up to three models; one request in ten does not end well.
void writeRows(Database &database, qint64 rows, qint64 keys)
{
    static const char *text =
        "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const auto insert = database.statement(text);
    must(insert.map([](Statement *) {}));
    std::mt19937_64 random(1);
    const auto below = [&random](qint64 end) { return qint64(random() % quint64(end)); };
    static constexpr int failures[] = {429, 502, 400, 504, 500};
    for (qint64 id = 1; id <= rows; ++id) {
        const double share = std::pow(double(below(1'000'000)) / 1e6, 3);
        const qint64 key = 1 + qMin(keys - 1, qint64(share * double(keys)));
        const qint64 model = 1 + (key * 7 + below(3) * below(2)) % models;
        const bool fails = below(10) == 0;
        const int status = fails ? failures[below(5)] : 200;
        const qint64 outcome = status == 429 ? 3 : status > 500 ? 1 : 0;
        const bool counts = outcome != 3;
        const qint64 time = toMilliseconds(begin) + year / rows * (id - 1) + below(year / rows + 1);
        (*insert)->bindAll(id, QByteArrayView("req_0000000000000000000000"), time, key, keys + model,
                           keys + models + 1 + model % providers, qint64(status), outcome, qint64(counts),
                           counts ? 200 + below(2'000) : 0, counts && !fails ? below(900) : 0, qint64(0),
                           qint64(0), qint64(below(20) == 0), below(2), qint64(300), qint64(400'000),
                           qint64(900'000), qint64(901'000));
        must((*insert)->run());
    }
}

// The same sums as the service writes, in one go.
void writeSums(Database &database, qint64 rows)
{
    change(database, u"INSERT INTO rollups SELECT 0, reserved_at / 900000, key, model, provider, status, "
                     u"sum(outcome <> 3), "
                     "sum(iif(outcome = 3, 0, requests)), sum(outcome = 3), sum(outcome = 1 OR (outcome <> 3 "
                     "AND status >= 500)), "
                     "sum(outcome <> 3 AND measure <> 0), sum(prompt_tokens), sum(completion_tokens), 0, 0 "
                     "FROM requests GROUP BY 2, key, model, provider, status"_s);
    const auto coarser = [&](int fine, int coarse, const QString &start, bool byKey) {
        const bool keysAlone = coarse == 4 || coarse > 20;
        const QString ofPlace = keysAlone ? u"0, 0, 0"_s : u"model, provider, status"_s;
        change(
            database,
            u"INSERT INTO rollups SELECT %1, %2 AS start, %3, %4, sum(requests), sum(counted), sum(refused), "
            "sum(failed), sum(estimated), sum(prompt_tokens), sum(completion_tokens), 0, 0 FROM rollups "
            "WHERE grain = %5 GROUP BY start, %6"_s.arg(
                QString::number(coarse), start, byKey ? u"key"_s : u"0"_s, ofPlace, QString::number(fine),
                keysAlone ? u"key"_s
                : byKey   ? u"key, model, provider, status"_s
                          : u"model, provider, status"_s));
    };
    coarser(0, 1, u"quarter / 4 * 4"_s, true);
    coarser(1, 2, u"quarter / 96 * 96"_s, true);
    coarser(2, 3, u"strftime('%s', quarter * 900, 'unixepoch', 'start of month') / 900"_s, true);
    coarser(3, 4, u"0"_s, true);
    for (int grain = 0; grain < 4; ++grain)
        coarser(grain, grain + 10, u"quarter"_s, false);
    for (int grain = 1; grain < 4; ++grain)
        coarser(grain, grain + 20, u"quarter"_s, true);
    change(database,
           u"INSERT INTO counters SELECT word, 'total', 0, counted, prompt_tokens + completion_tokens "
           "FROM rollups JOIN names ON names.id = key WHERE grain = 4"_s);
    change(database, u"UPDATE books SET summed_through = ?, time_zone = 'UTC'"_s, {rows});
}

void make(const QString &path, qint64 rows, qint64 keys)
{
    QElapsedTimer timer;
    timer.start();
    auto opened = Database::open({.path = path});
    must(opened.map([](const auto &) {}));
    Database &database = **opened;
    change(database, u"PRAGMA synchronous = OFF"_s);
    change(database, u"PRAGMA cache_size = -400000"_s);
    change(database, u"DROP INDEX requests_by_time"_s);
    change(database, u"DROP INDEX rollups_by_key"_s);
    Transaction transaction(database);
    must(transaction.begin());
    writeNames(database, keys);
    writeRows(database, rows, keys);
    std::printf("%lld rows: %.1f s\n", qlonglong(rows), double(timer.elapsed()) / 1000);
    writeSums(database, rows);
    change(database, u"CREATE INDEX requests_by_time ON requests (reserved_at)"_s);
    change(database, u"CREATE INDEX rollups_by_key ON rollups (key, grain, quarter)"_s);
    must(transaction.commit());
    std::printf("with sums: %.1f s, %lld MB\n", double(timer.elapsed()) / 1000,
                qlonglong(QFileInfo(path).size() >> 20));
}

template <class Work>
void measure(const char *name, int times, Work work)
{
    QList<double> milliseconds;
    for (int time = 0; time < times; ++time) {
        QElapsedTimer timer;
        timer.start();
        work();
        milliseconds.append(double(timer.nsecsElapsed()) / 1e6);
    }
    const double first = milliseconds.first();
    std::sort(milliseconds.begin(), milliseconds.end());
    std::printf("%-46s first %8.1f ms, median %8.1f ms\n", name, first, milliseconds.at(times / 2));
    std::fflush(stdout);
}

struct Question
{
    const char *name;
    const char *from;
    const char *to;
    UsageBucket bucket;
    const char *zone;
    UsageGroup group = UsageGroup::None;
    int top = 9;
    const char *key = "";
};

constexpr Question questions[] = {
    {"a year by month", "2025-11-01T00:00:00Z", "2026-11-01T00:00:00Z", UsageBucket::Month, "UTC"},
    {"a year by month, Kathmandu", "2025-10-31T18:15:00Z", "2026-10-31T18:15:00Z", UsageBucket::Month,
     "Asia/Kathmandu"},
    {"a year by month and model, Shanghai", "2025-10-31T16:00:00Z", "2026-10-31T16:00:00Z",
     UsageBucket::Month, "Asia/Shanghai", UsageGroup::Model},
    {"a year by day, Berlin", "2025-10-31T23:00:00Z", "2026-10-31T23:00:00Z", UsageBucket::Day,
     "Europe/Berlin"},
    {"a month by day", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", UsageBucket::Day, "UTC"},
    {"a month by day and status, Kolkata", "2026-02-28T18:30:00Z", "2026-03-31T18:30:00Z", UsageBucket::Day,
     "Asia/Kolkata", UsageGroup::Status},
    {"a day by hour", "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z", UsageBucket::Hour, "UTC"},
    {"a day by hour, Los Angeles", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z", UsageBucket::Hour,
     "America/Los_Angeles"},
    {"top 20 keys of a day", "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z", UsageBucket::Hour,
     "Asia/Shanghai", UsageGroup::Key, 20},
    {"top 20 keys of a month by day", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z", UsageBucket::Day,
     "Asia/Shanghai", UsageGroup::Key, 20},
    {"top 20 keys of a month", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z", UsageBucket::Month,
     "Asia/Shanghai", UsageGroup::Key, 20},
    {"top 20 keys of a year by month", "2025-11-01T00:00:00Z", "2026-11-01T00:00:00Z", UsageBucket::Month,
     "UTC", UsageGroup::Key, 20},
    {"top 20 keys of a year by month, Kathmandu", "2025-10-31T18:15:00Z", "2026-10-31T18:15:00Z",
     UsageBucket::Month, "Asia/Kathmandu", UsageGroup::Key, 20},
    {"a key's year by month and model, Shanghai", "2025-10-31T16:00:00Z", "2026-10-31T16:00:00Z",
     UsageBucket::Month, "Asia/Shanghai", UsageGroup::Model, 9, "key_00000001"},
};

void ask(Database &database)
{
    for (const Question &question : questions) {
        UsageQuery query;
        query.from = *timestampFromIso(QString::fromLatin1(question.from));
        query.to = *timestampFromIso(QString::fromLatin1(question.to));
        query.bucket = question.bucket;
        query.timeZone = question.zone;
        query.group = question.group;
        query.top = question.top;
        query.key = KeyId{QString::fromLatin1(question.key)};
        measure(question.name, 5, [&] {
            must(usagestore::report(database, query).map([](const auto &) {}));
            database.release();
        });
    }
    const qint64 day = toMilliseconds(begin) / quarterMilliseconds + 96 * 30;
    measure("the check of a day", 3, [&] {
        BooksFindings findings;
        must(bookscheck::checkHours(database, {day, day + 96}, findings));
        must(bookscheck::checkDays(database, {day, day + 96}, findings));
    });
    measure("the check of the counters", 3, [&] {
        BooksFindings findings;
        must(bookscheck::checkCounters(database, findings));
    });
    qint64 discrepancies = 0;
    measure("the check of all books", 1, [&] {
        const auto found = bookscheck::check(database);
        must(found.map([](const auto &) {}));
        discrepancies = found->total;
    });
    std::printf("%lld discrepancies\n", qlonglong(discrepancies));
}

}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "Usage: bench_reports DIRECTORY [ROWS] [KEYS] [--only-make]\n");
        return 2;
    }
    const QString directory = QString::fromLocal8Bit(argv[1]);
    const qint64 rows = argc > 2 ? std::atoll(argv[2]) : 10'000'000;
    const qint64 keys = argc > 3 ? std::atoll(argv[3]) : 3'000;
    if (rows < 1 || keys < 1 || rows > year || !QDir().mkpath(directory)) {
        std::fprintf(stderr, "ROWS and KEYS are numbers from 1 on, and DIRECTORY must be writable.\n");
        return 2;
    }
    const QString path = directory + u"/quota.db"_s;
    if (!QFile::exists(path))
        make(path, rows, keys);
    if (QByteArrayView(argv[argc - 1]) == "--only-make")
        return 0;
    auto database = Database::open({.path = path, .readOnly = true});
    must(database.map([](const auto &) {}));
    ask(**database);
    return 0;
}
