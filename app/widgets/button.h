// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QAction>
#include <QMenu>
#include <QPushButton>
#include <QString>
#include <QToolButton>

// Buttons are ordinary QPushButtons and QToolButtons that carry their kind and icon as dynamic properties; the
// style paints them. At most one primary in a page head, card or dialog. Set the objectName yourself.
namespace quota::console
{

enum class ButtonKind
{
    Primary,   // filled
    Secondary, // outlined
    Quiet,     // bare until hover
    Danger,    // filled red; only in the dialog that confirms
    Link,      // blue text
    Icon       // square
};

QPushButton *makeButton(ButtonKind kind, const QString &text, QWidget *parent);
QPushButton *makeButton(ButtonKind kind, const QString &text, const QString &glyph, QWidget *parent);
// The words are tooltip and accessible name; set them again in retranslate() with setIconWords.
QToolButton *makeIconButton(const QString &glyph, const QString &words, QWidget *parent);
void setIconWords(QAbstractButton *button, const QString &words);

void setKind(QAbstractButton *button, ButtonKind kind); // without it the style takes Secondary
ButtonKind kindOf(const QWidget *button);
void setGlyph(QAbstractButton *button, const QString &glyph); // a Lucide name; empty: none
QString glyphOf(const QWidget *button);
void setSmall(QAbstractButton *button, bool small); // 28 high: in banners, cards and table feet
// While a call is under way: a turning ring instead of the icon; the button does nothing.
void setBusy(QAbstractButton *button, bool busy);
// Text and icon in another role: «Delete» in bad.
void setInk(QAbstractButton *button, Role role);
// An entry of a menu with its icon; dangerous ones stand in red.
QAction *addMenuAction(QMenu *menu, const QString &glyph, const QString &text, bool dangerous = false);

}
