// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/backup.h"
#include "service/commands/commandline.h"
#include "service/commands/configcommand.h"
#include "service/commands/database.h"
#include "service/commands/keys.h"
#include "service/commands/serve.h"
#include "service/commands/templates.h"
#include "service/commands/usage.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

int runCommand(QStringList arguments)
{
    const QList<Verb> verbs{
        {u"serve"_s, QT_TRANSLATE_NOOP("service", "Runs the service until it is told to stop."), runServe},
        {u"keys"_s, QT_TRANSLATE_NOOP("service", "Makes, lists and changes keys of a running service."),
         runKeys},
        {u"templates"_s,
         QT_TRANSLATE_NOOP("service", "Makes, lists and changes the templates that keys of a running service "
                                      "follow."),
         runTemplates},
        {u"usage"_s, QT_TRANSLATE_NOOP("service", "Shows what keys of a running service have used."),
         runUsage},
        {u"backup"_s, QT_TRANSLATE_NOOP("service", "Makes, lists, proves and restores backups."), runBackup},
        {u"database"_s,
         QT_TRANSLATE_NOOP("service",
                           "Makes, shows, proves, repairs, moves and fills the database on this host."),
         runDatabase},
        {u"config"_s, QT_TRANSLATE_NOOP("service", "Checks or shows the settings."), runConfig},
    };
    return runVerb(verbs, {}, processConsole(), arguments);
}

}
