// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QList>
#include <QStringList>

// From the words of the command line to the verb that does them: the table of verbs, --help, --version, and the
// nearest right verb for one that is not there. main calls runCommand and returns what it returns.
namespace quota::service
{

struct Verb
{
    QString name; // «keys», or «create» within keys
    const char *summary = "";
    std::function<int(const Console &, const QStringList &)> run; // the words after the verb; the exit code
};

// Runs the first argument's verb with the rest. parent: the verb whose verbs these are, empty at the top.
int runVerb(const QList<Verb> &verbs, const QString &parent, const Console &console,
            const QStringList &arguments);

// The program: arguments without the program's name. A QCoreApplication must exist.
int runCommand(QStringList arguments);

}
