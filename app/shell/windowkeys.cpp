// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/windowkeys.h"

#include "app/mainwindow.h"

#include <QShortcut>

#include <functional>

namespace quota::console
{

namespace
{

QWidget *firstControl(const QWidget *region, const QWidget *without)
{
    for (QWidget *candidate : region->findChildren<QWidget *>()) {
        const bool reachable =
            (candidate->focusPolicy() & Qt::TabFocus) && candidate->isVisible() && candidate->isEnabled();
        if (reachable && !(without && without->isAncestorOf(candidate)))
            return candidate;
    }
    return nullptr;
}

void addKey(MainWindow &window, const QKeySequence &keys, std::function<void()> deed)
{
    auto *shortcut = new QShortcut(keys, &window);
    QObject::connect(shortcut, &QShortcut::activated, &window, std::move(deed));
}

void addPageKeys(MainWindow &window)
{
    const auto add = [&window](const QKeySequence &keys, std::function<void(Page &)> deed) {
        addKey(window, keys, [&window, deed = std::move(deed)] {
            if (!window.atGate())
                deed(*window.current());
        });
    };
    for (int number = 1; number <= 9; ++number)
        add(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_0 + number)), [&window, number](Page &) {
            if (number <= window.pages().size())
                window.open(window.pages().at(number - 1));
        });
    add(Qt::Key_F5, [&window](Page &) { window.refresh(); });
    add(Qt::CTRL | Qt::Key_N, [](Page &page) {
        if (page.canCreate())
            page.createNew();
    });
    add(Qt::CTRL | Qt::Key_F, [](Page &page) { page.focusFilter(); });
    add(Qt::CTRL | Qt::Key_Z, [&window](Page &) { window.undoBar().undo(); });
    add(Qt::Key_F6, [&window](Page &) { focusNextRegion(window, true); });
    add(Qt::SHIFT | Qt::Key_F6, [&window](Page &) { focusNextRegion(window, false); });
}

}

void addWindowKeys(MainWindow &window, LookSettings &look)
{
    addPageKeys(window);
    const auto larger = [&look] { look.setTextPercent(look.textPercent() + 10); };
    addKey(window, Qt::CTRL | Qt::Key_Plus, larger);
    addKey(window, Qt::CTRL | Qt::Key_Equal, larger); // the same key without Shift
    addKey(window, Qt::CTRL | Qt::Key_Minus, [&look] { look.setTextPercent(look.textPercent() - 10); });
    addKey(window, Qt::CTRL | Qt::Key_0, [&look] { look.setTextPercent(100); });
}

void focusNextRegion(MainWindow &window, bool forward)
{
    const QWidget *head = window.current()->head();
    const QList<const QWidget *> regions{&window.sidebar(), &window.header(), head, window.current()};
    const QWidget *focused = window.focusWidget();
    qsizetype at = regions.size() - 1;
    for (qsizetype index = 0; focused && index < regions.size(); ++index) {
        if (regions.at(index)->isAncestorOf(focused)) {
            at = index;
            break;
        }
    }
    for (qsizetype step = 1; step <= regions.size(); ++step) {
        const qsizetype next = (at + (forward ? step : regions.size() - step)) % regions.size();
        // The head is inside the page, yet a region of its own.
        const QWidget *without = regions.at(next) == window.current() ? head : nullptr;
        if (QWidget *control = firstControl(regions.at(next), without)) {
            control->setFocus(Qt::TabFocusReason);
            return;
        }
    }
}

}
