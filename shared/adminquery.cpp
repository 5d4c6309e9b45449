// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminquery.h"

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr int maximumPage = 1000;

// QUrlQuery leaves «+» alone, which form decoders of other peers read as a space.
static void add(QUrlQuery &query, const QString &name, const QString &value)
{
    query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

QUrlQuery toUrlQuery(const KeyQuery &query)
{
    QUrlQuery result;
    if (!query.search.isEmpty())
        add(result, u"search"_s, query.search);
    if (query.state)
        add(result, u"state"_s, toString(*query.state));
    add(result, u"sort"_s, (query.descending ? u"-"_s : QString()) + toString(query.sort));
    add(result, u"limit"_s, QString::number(query.limit));
    if (!query.after.isEmpty())
        add(result, u"after"_s, query.after);
    return result;
}

Result<KeyQuery> keyQueryFromUrlQuery(const QUrlQuery &query)
{
    const auto value = [&query](const QString &name) {
        return query.queryItemValue(name, QUrl::FullyDecoded);
    };
    KeyQuery result;
    result.search = value(u"search"_s);
    result.after = value(u"after"_s);
    if (const QString word = value(u"state"_s); !word.isEmpty()) {
        result.state = keyStateFromString(word);
        if (!result.state)
            return invalidField(
                u"state"_s, u"state: “%1” is not a state; use active, disabled, expired or deleted."_s.arg(
                                word.left(40)));
    }
    if (QString word = value(u"sort"_s); !word.isEmpty()) {
        const QString given = word;
        result.descending = word.startsWith(u'-');
        const auto sort = keySortFromString(result.descending ? word.mid(1) : word);
        if (!sort)
            return invalidField(u"sort"_s, u"sort: “%1” is not an order; use created, label, requests_today, "
                                           "tokens_today, last_used or expires, with - before it for "
                                           "descending."_s.arg(given.left(40)));
        result.sort = *sort;
    }
    if (const QString text = value(u"limit"_s); !text.isEmpty()) {
        bool isNumber = false;
        result.limit = text.toInt(&isNumber);
        if (!isNumber || result.limit < 1 || result.limit > maximumPage)
            return invalidField(
                u"limit"_s,
                u"limit: “%1” is not a number of rows; give 1 to %2."_s.arg(text.left(40)).arg(maximumPage));
    }
    return result;
}

QUrlQuery toUrlQuery(const UsageQuery &query)
{
    QUrlQuery result;
    add(result, u"from"_s, toIso(query.from));
    add(result, u"to"_s, toIso(query.to));
    add(result, u"bucket"_s, toString(query.bucket));
    if (query.group != UsageGroup::None)
        add(result, u"group"_s, toString(query.group));
    if (query.top != UsageQuery().top)
        add(result, u"top"_s, QString::number(query.top));
    if (!query.timeZone.isEmpty())
        add(result, u"tz"_s, QString::fromLatin1(query.timeZone));
    if (!query.key.isEmpty())
        add(result, u"key"_s, query.key.value);
    if (!query.model.isEmpty())
        add(result, u"model"_s, query.model);
    return result;
}

}
