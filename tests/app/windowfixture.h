// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "consoletools.h"

#include "app/assembly.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>

// The whole console before any service: real window, real client, settings and profiles in a temporary directory.
// A test works it as a person would: widgets are found by their object names, pressed and typed into.
namespace quota::console
{

class WindowFixture
{
public:
    explicit WindowFixture(bool keychain = true)
        : vault(keychain)
        , settings(directory.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat)
        , theme(*qApp)
        , look(settings, theme, translation)
        , console({directory.filePath(QStringLiteral("profiles.ini")), vault, prompts, look, translation,
                   *QApplication::clipboard()})
    {
        look.setTheme(ThemeChoice::Light);
        look.setLanguage(Language::English);
        console.window().resize(1366, 768);
    }

    template <class T = QWidget>
    T *find(const char *name) const
    {
        for (QWidget *window : QApplication::topLevelWidgets()) {
            const QString wanted = QString::fromLatin1(name);
            if (auto *same = qobject_cast<T *>(window);
                same && window->objectName() == wanted && window->isVisible())
                return same;
            if (!window->isVisible())
                continue;
            const auto found = window->findChildren<T *>(wanted);
            for (T *child : found) {
                const auto *widget = qobject_cast<QWidget *>(child);
                if (!widget || widget->isVisible())
                    return child;
            }
        }
        return nullptr;
    }
    // Waits for a button that can be pressed, and presses it.
    bool click(const char *name) const
    {
        if (!QTest::qWaitFor([&] {
                const auto *button = find<QAbstractButton>(name);
                return button && button->isEnabled();
            }))
            return false;
        auto *button = find<QAbstractButton>(name);
        // A check box is pressed at its box: the words beside it may be shorter than the widget.
        const QPoint place = qobject_cast<QCheckBox *>(button) ? QPoint(8, button->height() / 2) : QPoint();
        QTest::mouseClick(button, Qt::LeftButton, {}, place);
        return true;
    }
    bool type(const char *name, const QString &text) const
    {
        auto *edit = find<QLineEdit>(name);
        if (!edit || !edit->isEnabled())
            return false;
        edit->setFocus();
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        // Key by key for plain text; what has no keys comes as an input method would bring it.
        for (const QChar character : text) {
            if (character.unicode() < 128)
                QTest::keyClick(edit, character.toLatin1());
            else
                edit->insert(character);
        }
        return edit->text() == text || edit->maxLength() < text.size();
    }
    void choosePage(const char *id) const
    {
        QTest::mouseClick(find<QAbstractButton>((QByteArray("navigation-") + id).constData()),
                          Qt::LeftButton);
    }

    // What a person sees, a dialog over the window included.
    QPixmap seen(QWidget *over = nullptr)
    {
        QPixmap picture = console.window().grab();
        if (over) {
            QPainter painter(&picture);
            painter.drawPixmap((picture.width() - over->width()) / 2, (picture.height() - over->height()) / 2,
                               over->grab());
        }
        return picture;
    }

    QTemporaryDir directory;
    FakeVault vault;
    FakePrompts prompts;
    QSettings settings;
    Theme theme;
    Translation translation;
    LookSettings look;
    Assembly console;
};

}
