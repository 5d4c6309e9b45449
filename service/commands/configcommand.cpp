// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/configcommand.h"

#include "service/commands/commandline.h"
#include "service/commands/settingoptions.h"
#include "service/commands/texttable.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace quota::service
{

static int check(const Console &console, const QStringList &arguments)
{
    const auto loaded = loadConfigFor(
        console, u"config check"_s,
        QT_TRANSLATE_NOOP("service", "Says whether the settings can be used, with all faults at once."),
        arguments);
    if (!loaded)
        return loaded.error();
    for (const QString &notice : loaded->config.notices)
        console.tell(notice);
    console.say(console.text(QT_TRANSLATE_NOOP("service", "good")));
    return ExitGood;
}

static QString asJson(const QList<SettingReport> &report)
{
    QJsonArray settings;
    for (const SettingReport &one : report) {
        settings.append(QJsonObject{{u"name"_s, one.name},
                                    {u"value"_s, one.value},
                                    {u"source"_s, one.source},
                                    {u"help"_s, one.help}});
    }
    return QString::fromUtf8(QJsonDocument(QJsonObject{{u"settings"_s, settings}}).toJson());
}

static int show(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"config show"_s,
                         QT_TRANSLATE_NOOP("service",
                                           "Shows every setting, its value and where that comes from; "
                                           "secrets are masked."));
    parser.flag(u"json"_s, QT_TRANSLATE_NOOP("service", "Prints JSON."));
    addSettingOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    const auto loaded = loadConfig(settingSources(parser), console.language);
    if (!loaded) {
        printFaults(console, loaded.error());
        return ExitRefused;
    }
    if (parser.isSet(u"json"_s)) {
        console.write(asJson(loaded->report));
        return ExitGood;
    }
    TextTable table{{console.text(QT_TRANSLATE_NOOP("service", "NAME")),
                     console.text(QT_TRANSLATE_NOOP("service", "VALUE")),
                     console.text(QT_TRANSLATE_NOOP("service", "FROM"))},
                    {},
                    {}};
    for (const SettingReport &one : loaded->report)
        table.rows.append({one.name, one.value, one.source});
    console.write(table.aligned());
    return ExitGood;
}

int runConfig(const Console &console, const QStringList &arguments)
{
    return runVerb(
        {{u"check"_s, QT_TRANSLATE_NOOP("service", "Says whether the settings can be used."), check},
         {u"show"_s, QT_TRANSLATE_NOOP("service", "Shows every setting and where it comes from."), show}},
        u"config"_s, console, arguments);
}

}
