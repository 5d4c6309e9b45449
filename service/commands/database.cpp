// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/database.h"

#include "service/commands/commandline.h"
#include "service/commands/databaseimport.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

int runDatabase(const Console &console, const QStringList &arguments)
{
    const QList<Verb> verbs{
        {u"import"_s, QT_TRANSLATE_NOOP("service", "Takes over the keys of another system."), importDatabase},
    };
    return runVerb(verbs, u"database"_s, console, arguments);
}

}
