// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/button.h"

#include "app/widgets/spinner.h"

#include <QTimer>

namespace quota::console
{
using namespace Qt::StringLiterals;

QPushButton *makeButton(ButtonKind kind, const QString &text, QWidget *parent)
{
    return makeButton(kind, text, {}, parent);
}

QPushButton *makeButton(ButtonKind kind, const QString &text, const QString &glyph, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setAutoDefault(false);
    setKind(button, kind);
    setGlyph(button, glyph);
    if (kind == ButtonKind::Link)
        button->setCursor(Qt::PointingHandCursor);
    return button;
}

QToolButton *makeIconButton(const QString &glyph, const QString &words, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAutoRaise(true);
    setKind(button, ButtonKind::Icon);
    setGlyph(button, glyph);
    setIconWords(button, words);
    return button;
}

void setIconWords(QAbstractButton *button, const QString &words)
{
    button->setToolTip(words);
    button->setAccessibleName(words);
}

void setKind(QAbstractButton *button, ButtonKind kind)
{
    button->setProperty("kind", int(kind));
    // Enter must not destroy anything.
    if (auto *push = qobject_cast<QPushButton *>(button); push && kind == ButtonKind::Danger)
        push->setDefault(false);
    button->updateGeometry();
    button->update();
}

ButtonKind kindOf(const QWidget *button)
{
    const QVariant kind = button ? button->property("kind") : QVariant();
    return kind.isValid() ? ButtonKind(kind.toInt()) : ButtonKind::Secondary;
}

void setGlyph(QAbstractButton *button, const QString &glyph)
{
    Q_ASSERT(glyph.isEmpty() || iconExists(glyph));
    button->setProperty("glyph", glyph);
    button->updateGeometry();
    button->update();
}

QString glyphOf(const QWidget *button)
{
    return button ? button->property("glyph").toString() : QString();
}

void setSmall(QAbstractButton *button, bool small)
{
    button->setProperty("small", small);
    button->updateGeometry();
}

void setInk(QAbstractButton *button, Role role)
{
    button->setProperty("textRole", int(role));
    button->setProperty("glyphRole", int(role));
    button->update();
}

void setBusy(QAbstractButton *button, bool busy)
{
    if (button->property("busy").toBool() == busy)
        return;
    button->setProperty("busy", busy);
    // Blocked rather than disabled: the focus stays where it was.
    button->blockSignals(busy);
    button->updateGeometry();
    if (busy) {
        auto *turn = new QTimer(button);
        turn->setObjectName(u"turn"_s);
        turn->setInterval(wantsLessMotion(button) ? 1000 : 40);
        QObject::connect(turn, &QTimer::timeout, button, qOverload<>(&QWidget::update));
        turn->start();
    } else {
        delete button->findChild<QTimer *>(u"turn"_s, Qt::FindDirectChildrenOnly);
    }
    button->update();
}

QAction *addMenuAction(QMenu *menu, const QString &glyph, const QString &text, bool dangerous)
{
    QAction *action = menu->addAction(text);
    action->setProperty("glyph", glyph);
    action->setProperty("danger", dangerous);
    return action;
}

}
