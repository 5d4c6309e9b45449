// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/csv.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace quota
{

// A leading =, +, -, @ (wide ones, too), tab or line end starts a formula in spreadsheets; an apostrophe before it makes
// it text. Numbers keep their sign.
static QString harmless(const QString &field)
{
    static const QRegularExpression number(u"^[+-]?[0-9]+([.][0-9]+)?$"_s);
    static const QString starters = u"=+-@＝＋－＠\t\r\n"_s;
    if (field.isEmpty() || !starters.contains(field.front()) || number.match(field).hasMatch())
        return field;
    return u'\'' + field;
}

static QString quoted(const QString &field)
{
    static const QRegularExpression special(u"[\",\r\n]"_s);
    if (!field.contains(special) && field == field.trimmed())
        return field;
    QString doubled = field;
    doubled.replace(u'"', u"\"\""_s);
    return u'"' + doubled + u'"';
}

QString csvText(const QList<QStringList> &rows, bool byteOrderMark)
{
    QString text;
    if (byteOrderMark)
        text += QChar(QChar::ByteOrderMark);
    for (const QStringList &row : rows) {
        QStringList fields;
        for (const QString &field : row)
            fields.append(quoted(harmless(field)));
        text += fields.join(u',') + "\r\n"_L1;
    }
    return text;
}

QByteArray toCsv(const QList<QStringList> &rows, bool byteOrderMark)
{
    return csvText(rows, byteOrderMark).toUtf8();
}

QStringList keyCsvHeading()
{
    return {u"id"_s,           u"label"_s,        u"preview"_s,    u"state"_s,
            u"limits"_s,       u"concurrency"_s,  u"models"_s,     u"requests_today"_s,
            u"tokens_today"_s, u"last_used_at"_s, u"expires_at"_s, u"created_at"_s,
            u"used"_s};
}

QStringList keyCsvRow(const KeyOverview &key)
{
    const auto instant = [](const std::optional<Timestamp> &time) { return time ? toIso(*time) : QString(); };
    QStringList limits;
    QStringList used;
    for (const LimitStatus &status : key.limits) {
        limits.append(toText(status.limit));
        used.append(toText({status.limit.unit, status.limit.window, status.used}));
    }
    return {key.key.id.value,
            key.key.label,
            key.key.preview(),
            toString(key.state),
            limits.join(u' '),
            key.key.concurrency ? QString::number(*key.key.concurrency) : QString(),
            key.key.models.join(u' '),
            QString::number(key.requestsToday),
            QString::number(key.tokensToday),
            instant(key.lastUsedAt),
            instant(key.key.expiresAt),
            toIso(key.key.createdAt),
            used.join(u' ')};
}

}
