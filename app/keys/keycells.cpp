// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keycells.h"

#include "app/keys/keyview.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::console
{

CellKind KeyCells::kind(int column)
{
    switch (column) {
    case CheckColumn:
        return CellKind::Check;
    case NameColumn:
        return CellKind::TwoLines;
    case StateColumn:
        return CellKind::State;
    case LimitColumn:
        return CellKind::Quota;
    case DaysColumn:
        return CellKind::Sparkline;
    case TodayColumn:
    case TokensColumn:
        return CellKind::Number;
    case MenuColumn:
        return CellKind::Menu;
    default:
        return CellKind::Text;
    }
}

QString KeyCells::heading(int column)
{
    switch (column) {
    case NameColumn:
        return tr("Key");
    case StateColumn:
        return tr("State");
    case LimitColumn:
        return tr("Tightest limit");
    case DaysColumn:
        return tr("7 days");
    case TodayColumn:
        return tr("Today");
    case TokensColumn:
        return tr("Tokens");
    case LastUsedColumn:
        return tr("Last used");
    case ExpiresColumn:
        return tr("Expires");
    default:
        return {};
    }
}

QVariant KeyCells::value(const KeyOverview &key, int column) const
{
    switch (column) {
    case NameColumn:
        return QVariant::fromValue(
            TwoLines{m_text.name(key.key), key.key.id.value + u" · "_s + key.key.preview()});
    case StateColumn:
        return QVariant::fromValue(m_text.state(key));
    case LimitColumn:
        return QVariant::fromValue(m_text.tightest(key));
    case DaysColumn:
        return QVariant::fromValue(SparklineValue{key.lastDays});
    case TodayColumn:
        return QVariant::fromValue(NumberValue{m_format.number(key.requestsToday), {}});
    case TokensColumn: {
        const FigureText figure = m_format.figure(key.tokensToday);
        return QVariant::fromValue(NumberValue{figure.figure, figure.unit});
    }
    default:
        return {};
    }
}

QString KeyCells::text(const KeyOverview &key, int column) const
{
    switch (column) {
    case NameColumn:
        return m_text.name(key.key);
    case StateColumn:
        return m_text.state(key).word;
    case LimitColumn: {
        const auto tightest = tightestLimit(key);
        return tightest ? m_text.limitLine(*tightest) : tr("No limit");
    }
    case DaysColumn:
        return daysWords(key);
    case TodayColumn:
        return QString::number(key.requestsToday);
    case TokensColumn:
        return QString::number(key.tokensToday);
    case LastUsedColumn:
        return m_text.lastUsed(key);
    case ExpiresColumn:
        return m_text.expires(key.key);
    default:
        return {};
    }
}

QString KeyCells::words(const KeyOverview &key, int column) const
{
    switch (column) {
    case CheckColumn:
        return tr("Select %1").arg(m_text.name(key.key));
    case LimitColumn: {
        const auto tightest = tightestLimit(key);
        return tightest ? m_text.quotaWords(*tightest) : tr("No limit");
    }
    case TodayColumn:
        return tr("%n request(s) today", nullptr, int(qMin<qint64>(key.requestsToday, INT_MAX)));
    case TokensColumn:
        return tr("%n token(s) today", nullptr, int(qMin<qint64>(key.tokensToday, INT_MAX)));
    case LastUsedColumn:
        return tr("Last used: %1").arg(m_text.lastUsed(key));
    case ExpiresColumn:
        return tr("Expires: %1").arg(m_text.expires(key.key));
    case MenuColumn:
        return tr("Actions for %1").arg(m_text.name(key.key));
    default:
        return text(key, column);
    }
}

QString KeyCells::tooltip(const KeyOverview &key, int column) const
{
    switch (column) {
    case NameColumn:
        return m_text.name(key.key);
    case LimitColumn:
        return m_text.limitLines(key);
    case DaysColumn:
        return daysWords(key);
    case LastUsedColumn:
        return key.lastUsedAt ? m_format.longDay(*key.lastUsedAt) + u' ' + m_format.clock(*key.lastUsedAt)
                              : QString();
    case ExpiresColumn:
        return key.key.expiresAt
                   ? m_format.longDay(*key.key.expiresAt) + u' ' + m_format.clock(*key.key.expiresAt)
                   : QString();
    default:
        return {};
    }
}

QString KeyCells::daysWords(const KeyOverview &key) const
{
    const auto peak = std::max_element(key.lastDays.begin(), key.lastDays.end());
    if (peak == key.lastDays.end() || *peak == 0)
        return tr("No requests in the last 7 days");
    return tr("Requests of the last 7 days, at most %1 a day").arg(m_format.number(*peak));
}

}
