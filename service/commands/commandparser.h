// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QList>
#include <QStringList>

#include <optional>

// The options of one verb: what it takes, its --help, and the refusal of what it does not know with the nearest
// right name. A verb declares its options, calls parse(), and returns at once when that gives an exit code.
namespace quota::service
{

class CommandParser
{
public:
    // verb: «keys create»; summary: one sentence.
    CommandParser(const Console &console, QString verb, const char *summary);

    void flag(const QString &name, const char *help);
    void option(const QString &name, const QString &valueName, const char *help, bool repeatable = false);
    // How many words without dashes the verb takes; name as in the usage line, «ID».
    void words(const QString &name, qsizetype minimum, qsizetype maximum);
    void epilogue(const QString &text) { m_epilogue = text; } // the end of --help

    // Nothing when the verb may go on; else --help was shown (0) or the use was wrong (2, said on standard error).
    std::optional<int> parse(const QStringList &arguments);

    bool isSet(const QString &name) const { return m_values.contains(name); }
    QString value(const QString &name) const { return m_values.value(name).value(0); }
    QStringList values(const QString &name) const { return m_values.value(name); }
    const QStringList &words() const { return m_given; }

    // Says what is wrong and where help is; returns ExitWrongUse.
    int wrongUse(const QString &text) const;
    QString help() const;
    const Console &console() const { return m_console; }
    const QString &verb() const { return m_verb; }

private:
    struct Option
    {
        QString name;
        QString valueName; // empty: a flag
        const char *help;
        bool repeatable = false;
    };
    const Option *find(const QString &name) const;
    std::optional<int> take(const QStringList &arguments, qsizetype &index);

    const Console &m_console;
    const QString m_verb;
    const char *m_summary;
    QString m_epilogue;
    QList<Option> m_options;
    QString m_wordName;
    qsizetype m_minimumWords = 0;
    qsizetype m_maximumWords = 0;
    QHash<QString, QStringList> m_values;
    QStringList m_given;
};

}
