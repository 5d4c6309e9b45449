// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/messages.h"

#include <QHash>
#include <QString>

#include <functional>

// Where a command reads and writes: standard output for what was asked, standard error for all else. Commands
// get it from main; tests bring their own.
namespace quota::service
{

enum ExitCode // of the program
{
    ExitGood = 0,
    ExitRefused = 1, // refused, or problems found
    ExitWrongUse = 2
};

struct Console
{
    std::function<void(const QString &)> write;      // to standard output, as it is
    std::function<void(const QString &)> writeError; // to standard error, as it is
    std::function<QString()> readLine;               // from standard input
    bool interactive = false;                        // a person can be asked
    Language language = Language::English;
    QHash<QString, QString> environment;

    // A line for each.
    void say(const QString &line) const { write(line + u'\n'); }
    void tell(const QString &line) const { writeError(line + u'\n'); }
    QString text(const char *english, const QStringList &arguments = {}) const
    {
        return message(language, english, arguments);
    }
};

// The process' own streams and environment.
Console processConsole();

}
