// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/pendingsums.h"

#include <algorithm>

namespace quota::service
{

static constexpr qint64 quartersADay = 96;

static qint64 monthStart(qint64 quarter, int monthsLater)
{
    using namespace std::chrono;
    const year_month_day date(sys_days(days(quarter / quartersADay)));
    const auto month = date.year() / date.month() + months(monthsLater);
    return sys_days(month / day(1)).time_since_epoch().count() * quartersADay;
}

qint64 spanStart(Grain grain, qint64 quarter)
{
    switch (grain) {
    case Grain::Hour:
        return quarter / 4 * 4;
    case Grain::Day:
        return quarter / quartersADay * quartersADay;
    case Grain::Month:
        return monthStart(quarter, 0);
    case Grain::Ever:
        return 0;
    default:
        return quarter;
    }
}

qint64 spanEnd(Grain grain, qint64 start)
{
    switch (grain) {
    case Grain::Hour:
        return start + 4;
    case Grain::Day:
        return start + quartersADay;
    case Grain::Month:
        return monthStart(start, 1);
    default:
        return start + 1;
    }
}

BookedSums &BookedSums::operator+=(const BookedSums &other)
{
    requests += other.requests;
    counted += other.counted;
    refused += other.refused;
    failed += other.failed;
    estimated += other.estimated;
    promptTokens += other.promptTokens;
    completionTokens += other.completionTokens;
    cachedTokens += other.cachedTokens;
    reasoningTokens += other.reasoningTokens;
    return *this;
}

size_t PendingSums::Hash::operator()(const Rollup::Place &place) const
{
    // Small numbers each: shifted apart, then mixed once.
    const quint64 mixed = (quint64(place.key) << 40) ^ (quint64(place.model) << 24) ^
                          (quint64(place.provider) << 12) ^ quint64(place.status) ^
                          (quint64(place.quarter) << 50);
    return size_t((mixed ^ (mixed >> 29)) * 0x9E3779B97F4A7C15ULL);
}

void PendingSums::add(Rollup::Place place, Timestamp reservedAt, const BookedSums &sums)
{
    const qint64 time = toMilliseconds(reservedAt);
    place.grain = int(Grain::Quarter);
    place.quarter = time / quarterMilliseconds;
    m_quarters[place] += sums;
    OfKey &key = m_keys[place.key];
    if (sums.refused == 0)
        key.lastUse = std::max(key.lastUse, time);
    const qint64 tokens = sums.promptTokens + sums.completionTokens;
    if (sums.counted == 0 && tokens == 0)
        return;
    Minute &minute = key.minutes[time / minuteMilliseconds];
    minute.counted += sums.counted;
    minute.tokens += tokens;
}

void PendingSums::clear()
{
    m_quarters.clear();
    m_keys.clear();
}

std::vector<Rollup> PendingSums::rollups() const
{
    static constexpr Grain spans[] = {Grain::Quarter, Grain::Hour, Grain::Day, Grain::Month};
    std::vector<Rollup> all;
    all.reserve(m_quarters.size() * 12);
    for (const auto &[place, sums] : m_quarters) {
        for (const Grain grain : spans) {
            Rollup::Place wider = place;
            wider.grain = int(grain);
            wider.quarter = spanStart(grain, place.quarter);
            all.push_back({wider, sums});
            wider.grain += int(Grain::ForAllKeys);
            wider.key = 0;
            all.push_back({wider, sums});
            if (grain != Grain::Quarter)
                all.push_back(
                    {{int(grain) + int(Grain::OfKeysAlone), wider.quarter, place.key, 0, 0, 0}, sums});
        }
        all.push_back({{int(Grain::Ever), 0, place.key, 0, 0, 0}, sums});
    }
    std::sort(all.begin(), all.end(),
              [](const Rollup &left, const Rollup &right) { return left.place < right.place; });
    auto last = all.begin();
    for (auto next = all.begin(); next != all.end(); ++next) {
        if (next == last)
            continue;
        if (next->place == last->place)
            last->sums += next->sums;
        else
            *++last = *next;
    }
    if (!all.empty())
        all.erase(last + 1, all.end());
    return all;
}

std::vector<PendingSums::Minute> PendingSums::minutes() const
{
    std::vector<Minute> all;
    for (const auto &[key, ofKey] : m_keys) {
        for (const auto &[minute, sums] : ofKey.minutes)
            all.push_back({key, minute, sums.counted, sums.tokens});
    }
    std::sort(all.begin(), all.end(), [](const Minute &left, const Minute &right) {
        return std::pair(left.key, left.minute) < std::pair(right.key, right.minute);
    });
    return all;
}

std::vector<PendingSums::LastUse> PendingSums::lastUses() const
{
    std::vector<LastUse> all;
    for (const auto &[key, ofKey] : m_keys) {
        if (ofKey.lastUse >= 0)
            all.push_back({key, ofKey.lastUse});
    }
    std::sort(all.begin(), all.end(),
              [](const LastUse &left, const LastUse &right) { return left.key < right.key; });
    return all;
}

}
