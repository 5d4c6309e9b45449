// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

// The keys of the main window: pages, refresh, new, filter, undo, regions, text size. They act on the page that
// is open and do nothing at the gate, but for the text size.
namespace quota::console
{

class LookSettings;
class MainWindow;

void addWindowKeys(MainWindow &window, LookSettings &look);
// F6: moves the focus to the first control of the next region (navigation, header, page head, content).
void focusNextRegion(MainWindow &window, bool forward);

}
