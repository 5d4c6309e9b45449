// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/settingoptions.h"

#include "service/settings/table.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static const QList<std::pair<QString, QString>> &optionSettings()
{
    static const QList<std::pair<QString, QString>> pairs{{u"host"_s, u"HOST"_s},
                                                          {u"port"_s, u"PORT"_s},
                                                          {u"data-dir"_s, u"DATA_DIR"_s},
                                                          {u"database"_s, u"DATABASE_URL"_s},
                                                          {u"lanes"_s, u"LANES"_s}};
    return pairs;
}

static QString settingsHelp(const Console &console)
{
    QString text =
        console.text(QT_TRANSLATE_NOOP("service", "Settings, from the environment or the env file:")) + u'\n';
    for (const Setting &setting : settingTable()) {
        if (setting.kind != SettingKind::Used)
            continue;
        QString line = u"  "_s + QString(setting.name).leftJustified(29) + console.text(setting.help);
        if (!setting.fallback.isEmpty())
            line += u" ["_s + setting.fallback + u']';
        text += line + u'\n';
    }
    return text;
}

void addSettingOptions(CommandParser &parser)
{
    parser.option(
        u"env-file"_s, u"FILE"_s,
        QT_TRANSLATE_NOOP("service", "File of NAME=VALUE lines; without it, .env here if there is one."));
    for (const auto &[option, name] : optionSettings()) {
        const QString valueName = option == "port"_L1 || option == "lanes"_L1 ? u"N"_s
                                  : option == "database"_L1                   ? u"URL"_s
                                  : option == "data-dir"_L1                   ? u"DIRECTORY"_s
                                                                              : u"ADDRESS"_s;
        parser.option(option, valueName, findSetting(name)->help);
    }
    parser.epilogue(settingsHelp(parser.console()));
}

SettingSources settingSources(const CommandParser &parser)
{
    SettingSources sources;
    sources.environment = parser.console().environment;
    sources.envFile = parser.value(u"env-file"_s);
    for (const auto &[option, name] : optionSettings()) {
        if (parser.isSet(option))
            sources.options.insert(name, parser.value(option));
    }
    return sources;
}

void printFaults(const Console &console, const QList<Error> &faults)
{
    console.tell(console.text(QT_TRANSLATE_NOOP("service", "The settings cannot be used:")));
    for (const Error &fault : faults)
        console.tell(u"  "_s + fault.message);
}

tl::expected<LoadedConfig, int> loadConfigFor(const Console &console, const QString &verb,
                                              const char *summary, const QStringList &arguments)
{
    CommandParser parser(console, verb, summary);
    addSettingOptions(parser);
    if (const auto code = parser.parse(arguments))
        return tl::unexpected<int>(*code);
    if (parser.isSet(u"env-file"_s) && parser.value(u"env-file"_s).isEmpty())
        return tl::unexpected<int>(parser.wrongUse(
            console.text(QT_TRANSLATE_NOOP("service", "the option %1 is empty."), {u"--env-file"_s})));
    auto loaded = loadConfig(settingSources(parser), console.language);
    if (!loaded) {
        printFaults(console, loaded.error());
        return tl::unexpected<int>(ExitRefused);
    }
    return *loaded;
}

}
