// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/format.h"

#include <QLocale>

#include <array>
#include <cmath>

// Times, days and zones of Format; numbers are in format.cpp.
namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

constexpr QChar minus(0x2212);

const QLocale &localeOf(Language language)
{
    static const QLocale english(QLocale::English, QLocale::UnitedKingdom);
    static const QLocale chinese(QLocale::Chinese, QLocale::China);
    return language == Language::Chinese ? chinese : english;
}

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

}
