// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/assembly.h"
#include "shared/version.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>

using namespace Qt::StringLiterals;
using namespace quota::console;

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"quota-console"_s);
    QApplication::setApplicationDisplayName(u"Quota Console"_s);
    QApplication::setOrganizationName(u"quota-proxy"_s);
    QApplication::setDesktopFileName(u"quota-console"_s);
    QApplication::setApplicationVersion(quota::productVersion);

    QSettings settings;
    Theme theme(application);
    Translation translation;
    LookSettings look(settings, theme, translation);
    QApplication::setWindowIcon(windowIcon());

    KeychainVault vault;
    DialogPrompts prompts;
    // Profiles have a file of their own beside the settings, so that it can be copied to another computer.
    const QString profiles = QFileInfo(settings.fileName()).path() + u"/profiles.ini"_s;
    Assembly console({profiles, vault, prompts, look, translation, *QApplication::clipboard()});
    console.window().show();
    console.start();
    return QApplication::exec();
}
