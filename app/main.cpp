// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mainwindow.h"
#include "app/settings/settingspage.h"
#include "shared/version.h"

#include <QApplication>

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

    MainWindow window(look);
    window.addFootPage(new SettingsPage(look, &window));
    window.showPages();
    window.show();
    return QApplication::exec();
}
