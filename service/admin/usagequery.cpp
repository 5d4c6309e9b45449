// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/usagequery.h"

#include "service/settings/values.h"

#include <QDate>
#include <QDateTime>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::service
{

Timestamp startOfDay(const QDate &date, const QTimeZone &zone)
{
    return fromMilliseconds(date.startOfDay(zone).toMSecsSinceEpoch());
}

QDate dateAt(Timestamp time, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), zone).date();
}

namespace
{

class Reader
{
public:
    Reader(const AdminCall &call, const QTimeZone &instanceZone, Timestamp now)
        : m_call(call)
        , m_now(now)
    {
        m_request.zone = instanceZone;
    }

    Result<UsageRequest> read();

private:
    void readZone();
    void readRange();
    void readWords();
    void checkRange();
    Timestamp instant(const QString &name, bool endOfDay);
    QDate date(const QString &name, const QString &text);
    qint64 number(const QString &name, qint64 fallback, qint64 maximum);
    void fail(const QString &name, const char *english, const QStringList &arguments = {});
    bool has(const QString &name) const { return m_call.query.hasQueryItem(name); }

    const AdminCall &m_call;
    const Timestamp m_now;
    UsageRequest m_request;
    std::optional<Error> m_error;
};

Result<UsageRequest> Reader::read()
{
    readZone();
    readWords();
    readRange();
    if (!m_error)
        checkRange();
    if (m_error)
        return tl::unexpected<Error>(*m_error);
    return m_request;
}

void Reader::fail(const QString &name, const char *english, const QStringList &arguments)
{
    if (!m_error)
        m_error = Error{
            ErrorCode::InvalidField, name + u": "_s + message(m_call.language, english, arguments), {}, name};
}

void Reader::readZone()
{
    if (const QString text = parameterOf(m_call, u"tz"_s); !text.isEmpty()) {
        const auto zone = readTimeZone(text);
        if (zone)
            m_request.zone = *zone;
        else
            fail(u"tz"_s, zone.error().english, zone.error().arguments);
    }
    m_request.query.timeZone = m_request.zone.id();
}

QDate Reader::date(const QString &name, const QString &text)
{
    const QDate date = QDate::fromString(text, u"yyyy-MM-dd"_s);
    if (!date.isValid())
        fail(name, QT_TRANSLATE_NOOP("service", "“%1” is not a date; write it like 2026-12-31."),
             {text.left(40)});
    return date;
}

Timestamp Reader::instant(const QString &name, bool endOfDay)
{
    const QString text = parameterOf(m_call, name);
    if (const auto time = timestampFromIso(text))
        return *time;
    const QDate date = QDate::fromString(text, u"yyyy-MM-dd"_s);
    if (!date.isValid()) {
        fail(name,
             QT_TRANSLATE_NOOP("service",
                               "“%1” is neither an instant nor a date; write it like 2026-12-31T23:59:59Z "
                               "or 2026-12-31."),
             {text.left(40)});
        return m_now;
    }
    return startOfDay(endOfDay ? date.addDays(1) : date, m_request.zone);
}

qint64 Reader::number(const QString &name, qint64 fallback, qint64 maximum)
{
    if (!has(name))
        return fallback;
    const auto number = readInteger(parameterOf(m_call, name), 1, maximum);
    if (!number)
        fail(name, number.error().english, number.error().arguments);
    return number.value_or(fallback);
}

void Reader::readWords()
{
    UsageQuery &query = m_request.query;
    query.model = parameterOf(m_call, u"model"_s);
    if (const QString word = parameterOf(m_call, u"bucket"_s); !word.isEmpty()) {
        const auto bucket = usageBucketFromString(word == "quarter"_L1 ? u"quarter_hour"_s : word);
        if (!bucket)
            fail(u"bucket"_s, QT_TRANSLATE_NOOP("service", "“%1” does not do; write one of %2."),
                 {word.left(40), u"month, day, hour, quarter_hour"_s});
        query.bucket = bucket.value_or(UsageBucket::Day);
    }
    if (const QString word = parameterOf(m_call, u"group"_s); !word.isEmpty()) {
        const auto group = usageGroupFromString(word);
        if (!group)
            fail(u"group"_s, QT_TRANSLATE_NOOP("service", "“%1” does not do; write one of %2."),
                 {word.left(40), u"none, key, model, provider, status"_s});
        query.group = group.value_or(UsageGroup::None);
    }
    query.top = int(number(u"top"_s, query.top, maximumUsageSeries));
    m_request.itemLimit = int(number(u"limit"_s, 50, 1000));
}

void Reader::readRange()
{
    UsageQuery &query = m_request.query;
    const bool range = has(u"from"_s) || has(u"to"_s);
    if (int(range) + int(has(u"day"_s)) + int(has(u"days"_s)) > 1) {
        fail(has(u"day"_s) ? u"day"_s : u"days"_s,
             QT_TRANSLATE_NOOP("service",
                               "from and to, day, and days are three ways to give a range; keep one."));
        return;
    }
    if (has(u"day"_s)) {
        const QString text = parameterOf(m_call, u"day"_s);
        const QDate day = text == "today"_L1 ? dateAt(m_now, m_request.zone) : date(u"day"_s, text);
        query.from = startOfDay(day, m_request.zone);
        query.to = startOfDay(day.addDays(1), m_request.zone);
        return;
    }
    const QDate today = dateAt(m_now, m_request.zone);
    const qint64 days = number(u"days"_s, 7, maximumUsageBuckets);
    query.to = has(u"to"_s) ? instant(u"to"_s, true) : startOfDay(today.addDays(1), m_request.zone);
    const QDate last = dateAt(query.to - 1ms, m_request.zone);
    query.from =
        has(u"from"_s) ? instant(u"from"_s, false) : startOfDay(last.addDays(1 - days), m_request.zone);
}

void Reader::checkRange()
{
    const UsageQuery &query = m_request.query;
    static const Timestamp earliest = fromMilliseconds(0);
    static constexpr Timestamp latest = std::chrono::sys_days(2200y / 1 / 1);
    if (query.from >= query.to || query.from < earliest || query.to > latest) {
        fail(u"from"_s,
             QT_TRANSLATE_NOOP("service", "the range from %1 to %2 is empty or out of reach; give an "
                                          "earlier start and a later end."),
             {toIso(query.from), toIso(query.to)});
        return;
    }
    const auto length = query.bucket == UsageBucket::Month  ? std::chrono::minutes(28 * 24h)
                        : query.bucket == UsageBucket::Day  ? std::chrono::minutes(24h)
                        : query.bucket == UsageBucket::Hour ? std::chrono::minutes(1h)
                                                            : std::chrono::minutes(15);
    // One more for the parts at both ends.
    if (const qint64 buckets = (query.to - query.from) / length + 1; buckets > maximumUsageBuckets + 1) {
        fail(u"bucket"_s,
             QT_TRANSLATE_NOOP("service", "the range would have %1 buckets, and %2 is the most; take a "
                                          "coarser bucket or a shorter range."),
             {QString::number(buckets), QString::number(maximumUsageBuckets)});
    }
}

}

Result<UsageRequest> usageRequestOf(const AdminCall &call, const QTimeZone &instanceZone, Timestamp now)
{
    return Reader(call, instanceZone, now).read();
}

}
