// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/keyoutput.h"

#include "service/commands/commandparser.h"
#include "service/commands/texttable.h"

#include <QDateTime>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString timeText(const std::optional<Timestamp> &time)
{
    if (!time)
        return u"-"_s;
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(*time)).toString(u"yyyy-MM-dd HH:mm"_s);
}

static QString limitsText(const KeyOverview &key)
{
    QStringList parts;
    for (const LimitStatus &status : key.limits) {
        QString unit = toString(status.limit.unit) + u'/' + toString(status.limit.window);
        if (status.limit.mode != LimitMode::Enforce)
            unit += u':' + toString(status.limit.mode);
        if (status.limit.amount == unlimitedAmount)
            parts.append(unit + u" -"_s);
        else
            parts.append(
                u"%1 %2 of %3"_s.arg(unit).arg(status.used + status.reserved).arg(status.limit.amount));
    }
    if (key.concurrency)
        parts.append(u"concurrency %1 of %2"_s.arg(key.active).arg(*key.concurrency));
    return parts.isEmpty() ? u"-"_s : parts.join(u"; "_s);
}

static QString stateText(const Console &console, KeyState state)
{
    switch (state) {
    case KeyState::Active:
        return console.text(QT_TRANSLATE_NOOP("service", "active"));
    case KeyState::Disabled:
        return console.text(QT_TRANSLATE_NOOP("service", "disabled"));
    case KeyState::Expired:
        return console.text(QT_TRANSLATE_NOOP("service", "expired"));
    case KeyState::Deleted:
        break;
    }
    return console.text(QT_TRANSLATE_NOOP("service", "deleted"));
}

void printKeys(const Console &console, const QList<KeyOverview> &keys)
{
    TextTable table{{u"ID"_s, console.text(QT_TRANSLATE_NOOP("service", "LABEL")),
                     console.text(QT_TRANSLATE_NOOP("service", "KEY")),
                     console.text(QT_TRANSLATE_NOOP("service", "STATE")),
                     console.text(QT_TRANSLATE_NOOP("service", "TODAY")),
                     console.text(QT_TRANSLATE_NOOP("service", "EXPIRES")),
                     console.text(QT_TRANSLATE_NOOP("service", "LIMITS"))},
                    {},
                    {false, false, false, false, true}};
    for (const KeyOverview &key : keys) {
        table.rows.append({key.key.id.value, key.key.label, key.key.preview(), stateText(console, key.state),
                           QString::number(key.requestsToday), timeText(key.key.expiresAt), limitsText(key)});
    }
    console.write(table.aligned());
}

static QString raisesText(const Console &console, const KeyOverview &key)
{
    QStringList parts;
    for (const LimitRaise &raise : key.key.raises)
        parts.append(console.text(QT_TRANSLATE_NOOP("service", "%1 to %2 until %3"),
                                  {toString(raise.unit) + u'/' + toString(raise.window),
                                   QString::number(raise.amount), timeText(raise.until)}));
    return parts.isEmpty() ? u"-"_s : parts.join(u"; "_s);
}

QString keyLines(const Console &console, const KeyOverview &key)
{
    const QString all = console.text(QT_TRANSLATE_NOOP("service", "all"));
    TextTable table;
    table.head = {u"ID"_s, key.key.id.value};
    table.rows = {
        {console.text(QT_TRANSLATE_NOOP("service", "Label")), key.key.label},
        {console.text(QT_TRANSLATE_NOOP("service", "Key")), key.key.preview()},
        {console.text(QT_TRANSLATE_NOOP("service", "State")), stateText(console, key.state)},
        {console.text(QT_TRANSLATE_NOOP("service", "Limits")), limitsText(key)},
        {console.text(QT_TRANSLATE_NOOP("service", "Template")),
         key.key.templateName.isEmpty() ? u"-"_s : key.key.templateName},
        {console.text(QT_TRANSLATE_NOOP("service", "Raised")), raisesText(console, key)},
        {console.text(QT_TRANSLATE_NOOP("service", "Models")),
         key.key.models.isEmpty() ? all : key.key.models.join(u", "_s)},
        {console.text(QT_TRANSLATE_NOOP("service", "Requests today")), QString::number(key.requestsToday)},
        {console.text(QT_TRANSLATE_NOOP("service", "Tokens today")), QString::number(key.tokensToday)},
        {console.text(QT_TRANSLATE_NOOP("service", "Last used")), timeText(key.lastUsedAt)},
        {console.text(QT_TRANSLATE_NOOP("service", "Created")), timeText(key.key.createdAt)},
        {console.text(QT_TRANSLATE_NOOP("service", "Expires")), timeText(key.key.expiresAt)},
        {console.text(QT_TRANSLATE_NOOP("service", "Version")), QString::number(key.key.version)},
    };
    return table.aligned();
}

QString toJsonText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson());
}

void addCsvMark(CommandParser &parser)
{
    parser.flag(u"bom"_s, QT_TRANSLATE_NOOP("service", "Begins the CSV with a byte order mark, by which "
                                                       "spreadsheets know UTF-8."));
}

std::optional<int> checkFormat(const CommandParser &parser)
{
    const Console &console = parser.console();
    if (parser.isSet(u"csv"_s) && parser.isSet(u"json"_s))
        return parser.wrongUse(console.text(QT_TRANSLATE_NOOP("service", "give --csv or --json, not both.")));
    if (parser.isSet(u"bom"_s) && !parser.isSet(u"csv"_s))
        return parser.wrongUse(console.text(QT_TRANSLATE_NOOP("service", "--bom goes with --csv.")));
    return std::nullopt;
}

}
