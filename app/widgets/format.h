// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/language.h"
#include "shared/clock.h"
#include "shared/limit.h"

#include <QDateTime>
#include <QTimeZone>

// Numbers, times and sizes as a person reads them, by language and time zone; every page goes through it. Pure:
// «now» comes in as an argument. Minus is U+2212, ranges have an en dash; Chinese counts in 万 and 亿.
namespace quota::console
{

struct FigureText // «31.4» and «M»; the unit is empty below a hundred thousand
{
    QString figure;
    QString unit;
};

class Format
{
public:
    explicit Format(Language language, QTimeZone zone = QTimeZone::systemTimeZone());

    QString number(qint64 value) const;                        // 12,840
    FigureText figure(qint64 value) const;                     // 31.4 + M, 3,140 + 万
    QString compact(qint64 value) const;                       // 9.82 M, 982 万; below 100,000 every digit
    QString percent(double share) const;                       // 0.124 -> 12.4 %
    QString wholePercent(double share) const;                  // 64%
    QString change(double share) const;                        // −38 %, +14 %, 0 %
    QString bytes(qint64 count) const;                         // 96 MB
    QString duration(std::chrono::seconds length) const;       // 5 h 42 min
    QString latency(std::chrono::milliseconds length) const;   // 12 ms, 0.84 s
    QString relative(Timestamp then, Timestamp now) const;     // now, 3 min ago, in 2 h
    QString clock(Timestamp time, bool seconds = false) const; // 09:11
    QString day(Timestamp time, Timestamp now) const;          // today, Thu 26 Nov, 31 Jan 2027
    QString longDay(Timestamp time) const;                     // Tuesday 24 November 2026
    QString dayTime(Timestamp time, Timestamp now) const;      // today 10:40, 24 Nov 2026, 09:12
    QString range(Timestamp from, Timestamp to) const;         // Mon 23 Nov 09:00 – Tue 24 Nov 09:00
    QString zoneName(Timestamp at) const;                      // Asia/Shanghai (UTC+8)

    QString unitWord(LimitUnit unit, qint64 count) const; // request, requests, 次请求
    QString windowWords(LimitWindow window) const;        // a day, in all; 每日, 总计
    QString ofLimit(const Limit &limit) const;            // of 20,000 a day, / 20,000 每日; after «used»
    // «2 M», «200 万», «2e6», «2,000,000»; nothing for anything else.
    static std::optional<qint64> parseAmount(const QString &text);

    Language language() const { return m_language; }
    const QTimeZone &zone() const { return m_zone; }

private:
    bool chinese() const { return m_language == Language::Chinese; }
    QDateTime local(Timestamp time) const;
    QString shortDay(const QDate &date, const QDate &today) const;

    Language m_language;
    QTimeZone m_zone;
};

}
