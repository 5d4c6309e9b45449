// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keysummary.h"

#include "app/keys/keytext.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace quota::console
{

QString shellQuoted(const QString &text)
{
    static const QRegularExpression plain(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (plain.match(text).hasMatch())
        return text;
    QString quoted = text;
    quoted.replace(u'\'', u"'\\''"_s);
    return u'\'' + quoted + u'\'';
}

QString KeySummary::renewal(LimitWindow window, const Format &format)
{
    const QString zone = QString::fromLatin1(format.zone().id());
    switch (window) {
    case LimitWindow::Minute:
    case LimitWindow::Hour:
    case LimitWindow::Total:
        return {};
    case LimitWindow::Day:
        return tr("new at 00:00 %1").arg(zone);
    case LimitWindow::Week:
        return tr("new on Monday");
    case LimitWindow::Month:
        return tr("new on the 1st");
    }
    Q_UNREACHABLE();
}

QString KeySummary::limitLine(const Limit &limit, const Format &format)
{
    const QString words = KeyText(format, Timestamp()).limit(limit);
    if (limit.amount == 0)
        return tr("%1: blocked").arg(words);
    const QString again = renewal(limit.window, format);
    //: limit, when it is new: «200 requests a day, new at 00:00 Asia/Shanghai»
    return again.isEmpty() ? words : tr("%1, %2").arg(words, again);
}

QList<SummaryLine> KeySummary::lines(const NewKey &key, const KeyTemplate *followed, const Format &format,
                                     Timestamp now)
{
    QList<SummaryLine> lines;
    if (key.count > 1)
        lines.append({u"copy-plus"_s, tr("%n key(s), each with a secret of its own", nullptr, key.count)});
    const bool follows = followed && key.templateName == followed->name;
    if (follows)
        lines.append({u"link"_s, tr("Follows the template “%1”, whatever it becomes").arg(followed->name)});
    else if (!key.limits)
        lines.append({u"gauge"_s, tr("The default limits of the service")});
    const QList<Limit> limits = follows ? followed->limits : key.limits.value_or(QList<Limit>());
    const std::optional<qint64> concurrency =
        follows && !key.concurrency ? followed->concurrency : key.concurrency;
    for (const Limit &limit : limits) {
        if (limit.amount == unlimitedAmount)
            lines.append({u"gauge"_s, tr("As many requests and tokens as wanted")});
        else
            lines.append(
                {limit.unit == LimitUnit::Requests ? u"gauge"_s : u"binary"_s, limitLine(limit, format)});
    }
    if (concurrency)
        lines.append({u"layers"_s, tr("At most %n request(s) at once", nullptr,
                                      int(qMin<qint64>(*concurrency, maximumConcurrency)))});
    lines.append({u"box"_s, key.models.isEmpty()
                                ? tr("All models")
                                : tr("Only %1").arg(key.models.join(tr(", ", "between models")))});
    lines.append({u"calendar"_s, key.expiresAt ? tr("Ends %1").arg(format.dayTime(*key.expiresAt, now))
                                               : tr("Does not end")});
    return lines;
}

QString KeySummary::command(const NewKey &key, const QString &expires)
{
    QStringList lines{u"quota-proxy keys create"_s};
    if (!key.label.isEmpty())
        lines.append(u"--label "_s + shellQuoted(key.label));
    if (key.prefix)
        lines.append(u"--prefix "_s + shellQuoted(*key.prefix));
    if (key.count > 1)
        lines.append(u"--count %1"_s.arg(key.count));
    if (!key.templateName.isEmpty())
        lines.append(u"--template "_s + shellQuoted(key.templateName));
    const QList<Limit> limits = key.limits.value_or(QList<Limit>());
    for (const Limit &limit : limits)
        lines.append(u"--limit "_s + toText(limit));
    if (key.concurrency)
        lines.append(u"--limit concurrency=%1"_s.arg(*key.concurrency));
    if (!expires.isEmpty())
        lines.append(u"--expires "_s + expires);
    if (!key.models.isEmpty())
        lines.append(u"--models "_s + shellQuoted(key.models.join(u',')));
    return lines.join(u" \\\n  "_s);
}

}
