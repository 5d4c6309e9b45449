// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/format.h"

#include <QLocale>

#include <array>
#include <cmath>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

constexpr QChar minus(0x2212);

// Half up at the given decimals, without a trailing «.0» when trim says so.
QString decimal(double value, int decimals, bool trim)
{
    QString text = QString::number(std::abs(value), 'f', decimals);
    if (trim && text.contains(u'.')) {
        while (text.endsWith(u'0'))
            text.chop(1);
        if (text.endsWith(u'.'))
            text.chop(1);
    }
    const bool zero = text.toDouble() == 0;
    return value < 0 && !zero ? minus + text : text;
}

QString grouped(const QString &digits)
{
    QString text = digits;
    qsizetype at = text.indexOf(u'.');
    at = at < 0 ? text.size() : at;
    const qsizetype first = text.startsWith(minus) ? 1 : 0;
    for (at -= 3; at > first; at -= 3)
        text.insert(at, u',');
    return text;
}

struct Scale
{
    double factor;
    QLatin1StringView unit;
};

// Three digits that matter: 9.82, 98.2, 982.
int decimalsFor(double value)
{
    const double size = std::abs(value);
    return size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
}

const QLocale &localeOf(Language language)
{
    static const QLocale english(QLocale::English, QLocale::UnitedKingdom);
    static const QLocale chinese(QLocale::Chinese, QLocale::China);
    return language == Language::Chinese ? chinese : english;
}

}

Format::Format(Language language, QTimeZone zone)
    : m_language(language)
    , m_zone(zone.isValid() ? std::move(zone) : QTimeZone::utc())
{}

QString Format::number(qint64 value) const
{
    const QString digits = QString::number(value);
    return grouped(value < 0 ? minus + digits.mid(1) : digits);
}

FigureText Format::figure(qint64 value) const
{
    const double size = std::abs(double(value));
    if (chinese()) {
        if (size < 100'000)
            return {number(value), {}};
        const bool large = size >= 99'995'000;
        const double scaled = double(value) / (large ? 1e8 : 1e4);
        const int decimals = std::abs(scaled) < 9.995 ? 2 : std::abs(scaled) < 99.95 ? 1 : 0;
        return {grouped(decimal(scaled, decimals, true)), large ? u"亿"_s : u"万"_s};
    }
    if (size < 100'000)
        return {number(value), {}};
    static constexpr std::array<Scale, 4> scales{
        {{1e3, "k"_L1}, {1e6, "M"_L1}, {1e9, "B"_L1}, {1e12, "T"_L1}}};
    for (const Scale &scale : scales) {
        const double scaled = double(value) / scale.factor;
        if (std::abs(scaled) < 999.5 || scale.factor == 1e12)
            return {grouped(decimal(scaled, decimalsFor(scaled), false)), QString(scale.unit)};
    }
    Q_UNREACHABLE();
}

QString Format::compact(qint64 value) const
{
    const FigureText text = figure(value);
    return text.unit.isEmpty() ? text.figure : text.figure + u' ' + text.unit;
}

QString Format::percent(double share) const
{
    const double value = share * 100;
    return decimal(value, std::abs(value) < 99.95 ? 1 : 0, true) + u" %"_s;
}

QString Format::wholePercent(double share) const
{
    // 99.7 is not yet full, and a little is not nothing.
    double value = std::floor(share * 100 + 1e-9);
    if (share > 0 && value < 1)
        value = 1;
    return QString::number(qint64(value)) + u'%';
}

QString Format::change(double share) const
{
    const double value = std::round(share * 100);
    if (value == 0)
        return u"0 %"_s;
    return (value > 0 ? u"+"_s : QString(minus)) + grouped(QString::number(qint64(std::abs(value)))) +
           u" %"_s;
}

QString Format::bytes(qint64 count) const
{
    static constexpr std::array units{"B"_L1, "kB"_L1, "MB"_L1, "GB"_L1, "TB"_L1};
    double value = double(count);
    size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 || std::abs(value) >= 9.95 ? 0 : 1;
    return decimal(value, decimals, true) + u' ' + units[unit];
}

QString Format::duration(std::chrono::seconds length) const
{
    const qint64 seconds = std::abs(length.count());
    const qint64 minutes = seconds / 60;
    const qint64 hours = minutes / 60;
    const qint64 days = hours / 24;
    const auto join = [&](qint64 first, QStringView firstUnit, qint64 second, QStringView secondUnit) {
        QString text = QString::number(first) + u' ' + firstUnit.toString();
        if (second > 0)
            text += u' ' + QString::number(second) + u' ' + secondUnit.toString();
        return text;
    };
    if (days > 0)
        return chinese() ? join(days, u"天", hours % 24, u"小时") : join(days, u"d", hours % 24, u"h");
    if (hours > 0)
        return chinese() ? join(hours, u"小时", minutes % 60, u"分")
                         : join(hours, u"h", minutes % 60, u"min");
    if (minutes > 0)
        return chinese() ? join(minutes, u"分钟", 0, {}) : join(minutes, u"min", 0, {});
    return chinese() ? join(seconds, u"秒", 0, {}) : join(seconds, u"s", 0, {});
}

QString Format::latency(std::chrono::milliseconds length) const
{
    const qint64 milliseconds = length.count();
    if (milliseconds < 500)
        return QString::number(milliseconds) + (chinese() ? u" 毫秒"_s : u" ms"_s);
    const double seconds = double(milliseconds) / 1000;
    if (seconds < 59.95)
        return decimal(seconds, seconds < 9.995 ? 2 : 1, true) + (chinese() ? u" 秒"_s : u" s"_s);
    return duration(std::chrono::duration_cast<std::chrono::seconds>(length));
}

QString Format::relative(Timestamp then, Timestamp now) const
{
    const qint64 seconds = std::chrono::duration_cast<std::chrono::seconds>(now - then).count();
    const qint64 size = std::abs(seconds);
    if (size < 60)
        return chinese() ? (seconds >= 0 ? u"刚刚"_s : u"即将"_s) : (seconds >= 0 ? u"now"_s : u"soon"_s);
    struct Step
    {
        qint64 seconds;
        QStringView english;
        QStringView chinese;
    };
    static constexpr std::array<Step, 3> steps{
        {{86400, u"d", u"天"}, {3600, u"h", u"小时"}, {60, u"min", u"分钟"}}};
    for (const Step &step : steps) {
        if (size < step.seconds)
            continue;
        const QString count = QString::number(size / step.seconds);
        if (chinese())
            return count + u' ' + step.chinese.toString() + (seconds > 0 ? u"前"_s : u"后"_s);
        return seconds > 0 ? count + u' ' + step.english.toString() + u" ago"_s
                           : u"in "_s + count + u' ' + step.english.toString();
    }
    Q_UNREACHABLE();
}

QDateTime Format::local(Timestamp time) const
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), m_zone);
}

QString Format::clock(Timestamp time, bool seconds) const
{
    return local(time).toString(seconds ? u"HH:mm:ss"_s : u"HH:mm"_s);
}

QString Format::shortDay(const QDate &date, const QDate &today) const
{
    const QLocale &locale = localeOf(m_language);
    const qint64 distance = std::abs(today.daysTo(date));
    if (chinese()) {
        if (date.year() != today.year())
            return date.toString(u"yyyy-MM-dd"_s);
        const QString day = date.toString(u"MM-dd"_s);
        return distance < 7 ? day + u' ' + locale.dayName(date.dayOfWeek(), QLocale::ShortFormat) : day;
    }
    if (date.year() != today.year())
        return locale.toString(date, u"d MMM yyyy"_s);
    return locale.toString(date, distance < 7 ? u"ddd d MMM"_s : u"d MMM"_s);
}

QString Format::day(Timestamp time, Timestamp now) const
{
    const QDate date = local(time).date();
    const QDate today = local(now).date();
    const qint64 distance = today.daysTo(date);
    if (distance == 0)
        return chinese() ? u"今天"_s : u"today"_s;
    if (distance == 1)
        return chinese() ? u"明天"_s : u"tomorrow"_s;
    if (distance == -1)
        return chinese() ? u"昨天"_s : u"yesterday"_s;
    return shortDay(date, today);
}

QString Format::longDay(Timestamp time) const
{
    const QDate date = local(time).date();
    const QLocale &locale = localeOf(m_language);
    if (chinese())
        return date.toString(u"yyyy年M月d日"_s) + u' ' + locale.dayName(date.dayOfWeek());
    return locale.toString(date, u"dddd d MMMM yyyy"_s);
}

QString Format::dayTime(Timestamp time, Timestamp now) const
{
    const QDate date = local(time).date();
    const QDate today = local(now).date();
    if (std::abs(today.daysTo(date)) <= 1)
        return day(time, now) + u' ' + clock(time);
    return shortDay(date, today) + (chinese() ? u" "_s : u", "_s) + clock(time);
}

QString Format::range(Timestamp from, Timestamp to) const
{
    const QLocale &locale = localeOf(m_language);
    const auto moment = [&](Timestamp time) {
        const QDateTime at = local(time);
        if (chinese())
            return at.toString(u"MM-dd "_s) + locale.dayName(at.date().dayOfWeek(), QLocale::ShortFormat) +
                   at.toString(u" HH:mm"_s);
        return locale.toString(at, u"ddd d MMM HH:mm"_s);
    };
    return moment(from) + u" – "_s + moment(to);
}

QString Format::zoneName(Timestamp at) const
{
    const int offset = m_zone.offsetFromUtc(local(at));
    QString shift = u"UTC"_s;
    if (offset != 0) {
        const int minutes = std::abs(offset) / 60;
        shift += offset < 0 ? QString(minus) : u"+"_s;
        shift += QString::number(minutes / 60);
        if (minutes % 60 != 0)
            shift += u':' + QString::number(minutes % 60).rightJustified(2, u'0');
    }
    const QString id = QString::fromLatin1(m_zone.id());
    return id == "UTC"_L1 ? id : id + u" ("_s + shift + u')';
}

QString Format::unitWord(LimitUnit unit, qint64 count) const
{
    if (unit == LimitUnit::Tokens) {
        if (chinese())
            return u"token"_s;
        return count == 1 ? u"token"_s : u"tokens"_s;
    }
    if (chinese())
        return u"次请求"_s;
    return count == 1 ? u"request"_s : u"requests"_s;
}

QString Format::windowWords(LimitWindow window) const
{
    switch (window) {
    case LimitWindow::Minute:
        return chinese() ? u"每分钟"_s : u"a minute"_s;
    case LimitWindow::Hour:
        return chinese() ? u"每小时"_s : u"an hour"_s;
    case LimitWindow::Day:
        return chinese() ? u"每日"_s : u"a day"_s;
    case LimitWindow::Week:
        return chinese() ? u"每周"_s : u"a week"_s;
    case LimitWindow::Month:
        return chinese() ? u"每月"_s : u"a month"_s;
    case LimitWindow::Total:
        break;
    }
    return chinese() ? u"总计"_s : u"in all"_s;
}

QString Format::ofLimit(const Limit &limit) const
{
    if (limit.amount == unlimitedAmount)
        return chinese() ? u"不限"_s : u"No limit"_s;
    const QString amount = compact(limit.amount) + u' ' + windowWords(limit.window);
    return chinese() ? u"/ "_s + amount : u"of "_s + amount;
}

std::optional<qint64> Format::parseAmount(const QString &text)
{
    struct Suffix
    {
        QStringView word;
        double factor;
    };
    static constexpr std::array<Suffix, 6> suffixes{
        {{u"万亿", 1e12}, {u"亿", 1e8}, {u"万", 1e4}, {u"k", 1e3}, {u"m", 1e6}, {u"b", 1e9}}};
    QString words = text.trimmed().toLower();
    words.remove(u',').remove(u'，').remove(u' ').remove(QChar(0x00A0)).remove(u'_');
    double factor = 1;
    for (const Suffix &suffix : suffixes) {
        if (words.endsWith(suffix.word)) {
            words.chop(suffix.word.size());
            factor = suffix.factor;
            break;
        }
    }
    bool good = false;
    const double value = QLocale::c().toDouble(words, &good) * factor;
    const double whole = std::round(value);
    // Half a request is a slip of the hand, not an amount.
    if (!good || !std::isfinite(value) || value < 0 || std::abs(value - whole) > 1e-6 ||
        whole > double(maximumAmount))
        return std::nullopt;
    return qint64(whole);
}

}
