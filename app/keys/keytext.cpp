// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keytext.h"

#include "app/keys/keyview.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr qint64 compactFrom = 1'000'000;

QString KeyText::name(const ApiKey &key) const
{
    return key.label.isEmpty() ? key.id.value : key.label;
}

StateValue KeyText::state(const KeyOverview &key) const
{
    switch (key.state) {
    case KeyState::Deleted:
        return {Tone::Neutral, tr("Deleted"), u"trash-2"_s};
    case KeyState::Expired:
        return {Tone::Neutral, tr("Expired"), u"hourglass"_s};
    case KeyState::Disabled:
        return {Tone::Neutral, tr("Disabled"), u"circle-pause"_s};
    case KeyState::Active:
        break;
    }
    const auto tightest = tightestLimit(key);
    const double share = tightest ? shareOf(*tightest) : 0;
    const bool passesSoon = tightest && (tightest->limit.window == LimitWindow::Minute ||
                                         tightest->limit.window == LimitWindow::Hour);
    if (share >= 1 && passesSoon && tightest->limit.amount > 0)
        return {Tone::Warn, tr("Slowed"), u"gauge"_s};
    if (share >= 1)
        return {Tone::Bad, tr("Used up"), {}};
    if (share >= 0.8 && !passesSoon)
        return {Tone::Warn, tr("Nearly used"), {}};
    if (!key.lastUsedAt)
        return {Tone::Info, tr("Not used yet"), u"circle-dashed"_s};
    return {Tone::Ok, tr("Active"), {}};
}

QString KeyText::amount(qint64 value) const
{
    if (value < compactFrom)
        return m_format.number(value);
    // «2 M», not «2.00 M»: an amount that a person set is round.
    static const QRegularExpression zeros(u"[.]?0+(?= )"_s);
    const QString text = m_format.compact(value);
    return text.contains(u'.') ? QString(text).remove(zeros) : text;
}

QuotaValue KeyText::quota(const LimitStatus &status) const
{
    QuotaValue value;
    value.used = status.used;
    value.reserved = status.reserved;
    value.amount = status.limit.amount;
    if (status.limit.amount == unlimitedAmount) {
        value.ofText = tr("No limit");
        return value;
    }
    value.usedText = amount(status.used + status.reserved);
    value.ofText = m_format.ofLimit(status.limit);
    return value;
}

QuotaValue KeyText::tightest(const KeyOverview &key) const
{
    return quota(tightestLimit(key).value_or(LimitStatus{{{}, {}, unlimitedAmount}, 0, 0, {}}));
}

QString KeyText::quotaWords(const LimitStatus &status) const
{
    if (status.limit.amount == unlimitedAmount)
        return tr("No limit");
    return tr("%1 of %2").arg(m_format.wholePercent(shareOf(status)), limit(status.limit));
}

QString KeyText::limit(const Limit &limit) const
{
    if (limit.amount == unlimitedAmount)
        return tr("No limit on %1 %2")
            .arg(m_format.unitWord(limit.unit, 2), m_format.windowWords(limit.window));
    //: amount, unit, window: «200 requests a day»
    const QString words = tr("%1 %2 %3")
                              .arg(amount(limit.amount), m_format.unitWord(limit.unit, limit.amount),
                                   m_format.windowWords(limit.window));
    switch (limit.mode) {
    case LimitMode::Enforce:
        break;
    case LimitMode::Warn:
        //: a limit: «200 requests a day, warns only»
        return tr("%1, warns only").arg(words);
    case LimitMode::Observe:
        //: a limit: «200 requests a day, observes only»
        return tr("%1, observes only").arg(words);
    }
    return words;
}

QString KeyText::limitLine(const LimitStatus &status) const
{
    if (status.limit.amount == unlimitedAmount)
        return limit(status.limit);
    const QString used = amount(status.used + status.reserved);
    if (!status.resetsAt)
        //: used, limit: «64 used of 200 requests in all»
        return tr("%1 used of %2").arg(used, limit(status.limit));
    return tr("%1 used of %2 · new %3")
        .arg(used, limit(status.limit), m_format.dayTime(*status.resetsAt, m_now));
}

QString KeyText::limitLines(const KeyOverview &key) const
{
    QStringList lines;
    for (const LimitStatus &status : key.limits)
        lines.append(limitLine(status));
    return lines.isEmpty() ? tr("No limit") : lines.join(u'\n');
}

QString KeyText::lastUsed(const KeyOverview &key) const
{
    return key.lastUsedAt ? m_format.relative(*key.lastUsedAt, m_now) : tr("never", "last used");
}

QString KeyText::expires(const ApiKey &key) const
{
    if (!key.expiresAt)
        return tr("never", "expires");
    return *key.expiresAt <= m_now ? tr("expired") : m_format.day(*key.expiresAt, m_now);
}

}
