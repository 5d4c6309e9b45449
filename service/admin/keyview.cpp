// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/keyview.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

DaySums todayOf(const KeyEntry &entry, Timestamp now)
{
    const auto counters = entry.account->counters(now);
    for (const WindowCounter &counter : counters) {
        if (counter.window == LimitWindow::Day)
            return {counter.requests, counter.tokens};
    }
    return {};
}

KeyOverview overviewOf(const KeyEntry &entry, Timestamp now, QList<qint64> lastDays)
{
    KeyOverview overview;
    overview.key = entry.key;
    overview.state = entry.key.stateAt(now);
    overview.limits = entry.statusAt(now);
    overview.concurrency = entry.concurrency;
    overview.active = entry.account->active();
    const DaySums today = todayOf(entry, now);
    overview.requestsToday = today.requests;
    overview.tokensToday = today.tokens;
    overview.lastDays = std::move(lastDays);
    overview.lastUsedAt = entry.account->lastUsedAt();
    return overview;
}

static const LimitStatus *requestLimit(const KeyOverview &overview, LimitWindow window)
{
    for (const LimitStatus &status : overview.limits) {
        if (status.limit.unit == LimitUnit::Requests && status.limit.window == window &&
            status.limit.isEnforced())
            return &status;
    }
    return nullptr;
}

QJsonObject keyJson(const KeyOverview &overview)
{
    QJsonObject object = toJson(overview);
    const QJsonValue none(QJsonValue::Null);
    const LimitStatus *daily = requestLimit(overview, LimitWindow::Day);
    const LimitStatus *total = requestLimit(overview, LimitWindow::Total);
    const QJsonValue dailyAmount = daily ? QJsonValue(daily->limit.amount) : none;
    const QJsonValue totalAmount = total ? QJsonValue(total->limit.amount) : none;
    for (const QString &name : {u"daily_limit"_s, u"dailyLimit"_s})
        object[name] = dailyAmount;
    for (const QString &name : {u"total_quota"_s, u"totalQuota"_s, u"quota"_s})
        object[name] = totalAmount;
    object[u"used_quota"_s] = total ? QJsonValue(total->used) : none;
    object[u"today_requests"_s] = overview.requestsToday;
    object[u"remaining"_s] = daily   ? QJsonValue(daily->remaining())
                             : total ? QJsonValue(total->remaining())
                                     : none;
    object[u"expiresAt"_s] = object.value(u"expires_at"_s);
    object[u"is_active"_s] = overview.state == KeyState::Active;
    object[u"status"_s] = toString(overview.state);
    return object;
}

}
