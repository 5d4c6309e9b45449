// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/commandparser.h"

#include "service/settings/values.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

CommandParser::CommandParser(const Console &console, QString verb, const char *summary)
    : m_console(console)
    , m_verb(std::move(verb))
    , m_summary(summary)
{
    flag(u"help"_s, QT_TRANSLATE_NOOP("service", "Shows this and ends."));
}

void CommandParser::flag(const QString &name, const char *help)
{
    m_options.append({name, {}, help});
}

void CommandParser::option(const QString &name, const QString &valueName, const char *help, bool repeatable)
{
    m_options.append({name, valueName, help, repeatable});
}

void CommandParser::words(const QString &name, qsizetype minimum, qsizetype maximum)
{
    m_wordName = name;
    m_minimumWords = minimum;
    m_maximumWords = maximum;
}

const CommandParser::Option *CommandParser::find(const QString &name) const
{
    for (const Option &option : m_options) {
        if (option.name == name)
            return &option;
    }
    return nullptr;
}

int CommandParser::wrongUse(const QString &text) const
{
    m_console.tell(u"quota-proxy %1: %2"_s.arg(m_verb, text));
    m_console.tell(m_console.text(QT_TRANSLATE_NOOP("service", "See quota-proxy %1 --help."), {m_verb}));
    return ExitWrongUse;
}

// One option with its value, which may follow after «=» or as the next argument.
std::optional<int> CommandParser::take(const QStringList &arguments, qsizetype &index)
{
    const QString argument = arguments[index];
    const qsizetype equals = argument.indexOf(u'=');
    const QString name = argument.sliced(2, (equals < 0 ? argument.size() : equals) - 2);
    const Option *option = find(name);
    if (!option) {
        QStringList known;
        for (const Option &one : std::as_const(m_options))
            known.append(one.name);
        const QString nearest = nearestWord(name, known);
        const QString shown = u"--"_s + name.left(60);
        return wrongUse(
            nearest.isEmpty()
                ? m_console.text(QT_TRANSLATE_NOOP("service", "the option %1 is not known."), {shown})
                : m_console.text(QT_TRANSLATE_NOOP("service", "the option %1 is not known; did you mean %2?"),
                                 {shown, u"--"_s + nearest}));
    }
    if (option->valueName.isEmpty()) {
        if (equals >= 0)
            return wrongUse(m_console.text(QT_TRANSLATE_NOOP("service", "the option %1 takes no value."),
                                           {u"--"_s + name}));
        m_values.insert(name, {});
        return std::nullopt;
    }
    if (equals < 0 && index + 1 >= arguments.size())
        return wrongUse(m_console.text(QT_TRANSLATE_NOOP("service", "the option %1 needs a value: %2."),
                                       {u"--"_s + name, u"--%1 %2"_s.arg(name, option->valueName)}));
    if (m_values.contains(name) && !option->repeatable)
        return wrongUse(m_console.text(QT_TRANSLATE_NOOP("service", "the option %1 is given more than once."),
                                       {u"--"_s + name}));
    m_values[name].append(equals >= 0 ? argument.sliced(equals + 1) : arguments[++index]);
    return std::nullopt;
}

std::optional<int> CommandParser::parse(const QStringList &arguments)
{
    // Wherever it stands, and whatever else is wrong: who asks for help gets it.
    if (arguments.contains("--help"_L1) || arguments.contains("-h"_L1)) {
        m_console.write(help());
        return ExitGood;
    }
    bool onlyWords = false;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        if (!onlyWords && argument == "--"_L1) {
            onlyWords = true;
        } else if (!onlyWords && argument.startsWith("--"_L1)) {
            if (const auto code = take(arguments, i))
                return code;
        } else if (!onlyWords && argument.size() > 1 && argument.startsWith(u'-')) {
            return wrongUse(m_console.text(
                QT_TRANSLATE_NOOP("service",
                                  "the option %1 is not known; options have two dashes and a whole name."),
                {argument.left(60)}));
        } else {
            m_given.append(argument);
        }
    }
    if (m_given.size() > m_maximumWords)
        return wrongUse(m_console.text(QT_TRANSLATE_NOOP("service", "“%1” is one word too many."),
                                       {m_given[m_maximumWords].left(60)}));
    if (m_given.size() < m_minimumWords)
        return wrongUse(m_console.text(QT_TRANSLATE_NOOP("service", "%1 is missing."), {m_wordName}));
    return std::nullopt;
}

QString CommandParser::help() const
{
    QString usage = u"quota-proxy "_s + m_verb;
    if (m_maximumWords > 0)
        usage += m_maximumWords > 1 ? u" %1 [%1 ...]"_s.arg(m_wordName) : u' ' + m_wordName;
    QString text = m_console.text(QT_TRANSLATE_NOOP("service", "Usage: %1 [options]"), {usage}) + u"\n\n"_s +
                   m_console.text(m_summary) + u"\n\n"_s +
                   m_console.text(QT_TRANSLATE_NOOP("service", "Options:")) + u'\n';
    qsizetype width = 0;
    const auto left = [](const Option &option) {
        return u"  --"_s + option.name + (option.valueName.isEmpty() ? QString() : u' ' + option.valueName);
    };
    for (const Option &option : m_options)
        width = qMax(width, left(option).size());
    for (const Option &option : m_options)
        text += left(option).leftJustified(width + 2) + m_console.text(option.help) + u'\n';
    return m_epilogue.isEmpty() ? text : text + u'\n' + m_epilogue;
}

}
