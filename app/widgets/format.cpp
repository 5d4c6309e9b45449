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
