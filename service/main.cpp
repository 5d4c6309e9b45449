// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/commandline.h"
#include "shared/version.h"

#include <QCoreApplication>

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("quota-proxy"));
    QCoreApplication::setApplicationVersion(quota::productVersion);
    return quota::service::runCommand(QCoreApplication::arguments().sliced(1));
}
