// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QComboBox>
#include <QPlainTextEdit>
#include <QTextEdit>

namespace quota::console::paint
{
using namespace Qt::StringLiterals;

namespace
{

// Ground and edge that every input shares; an error wins over focus so that it stays seen while one types.
void inputBox(QPainter &painter, const Theme &theme, const QRectF &rect, QStyle::State state,
              const QWidget *widget)
{
    const bool enabled = state & QStyle::State_Enabled;
    const bool wrong = widget && widget->property("error").toBool();
    const bool focused = state & QStyle::State_HasFocus;
    Role edge = enabled ? Role::Control : Role::ButtonEdge;
    if (wrong)
        edge = Role::Bad;
    else if (focused)
        edge = Role::Accent;
    const qreal line = focused ? (theme.isHighContrast() ? 3 : 2) : 1;
    box(painter, theme, rect, space::radiusControl, enabled ? Role::Input : Role::Sunken, edge, line);
}

}

bool isTextArea(const QWidget *widget)
{
    return qobject_cast<const QPlainTextEdit *>(widget) || qobject_cast<const QTextEdit *>(widget);
}

void lineEdit(QPainter &painter, const Theme &theme, const QStyleOption &option, const QWidget *widget)
{
    const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(&option);
    if (frame && frame->lineWidth <= 0)
        return;
    inputBox(painter, theme, option.rect, option.state, widget);
}

void checkMark(QPainter &painter, const Theme &theme, const QStyleOption &option)
{
    QRectF square(0, 0, 16, 16);
    square.moveCenter(QRectF(option.rect).center());
    square.moveTopLeft(QPointF(std::round(square.left()), std::round(square.top())));
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool partly = option.state & QStyle::State_NoChange;
    if (!(option.state & QStyle::State_On) && !partly) {
        const bool hover = enabled && (option.state & QStyle::State_MouseOver);
        box(painter, theme, square, 4, Role::Input, hover ? Role::Accent : Role::Control);
        return;
    }
    box(painter, theme, square, 4, enabled ? Role::AccentFill : Role::Disabled, Role::RoleCount);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.color(Role::OnAccent), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF at = square.topLeft();
    if (partly) {
        painter.drawLine(at + QPointF(4.5, 8), at + QPointF(11.5, 8));
    } else {
        const QPointF tick[] = {at + QPointF(4.2, 8.3), at + QPointF(6.9, 11), at + QPointF(11.9, 5.3)};
        painter.drawPolyline(tick, 3);
    }
    painter.restore();
}

void radioMark(QPainter &painter, const Theme &theme, const QStyleOption &option)
{
    QRectF circle(0, 0, 16, 16);
    circle.moveCenter(QRectF(option.rect).center());
    const bool on = option.state & QStyle::State_On;
    const bool enabled = option.state & QStyle::State_Enabled;
    const Role fill = on ? (enabled ? Role::AccentFill : Role::Disabled) : Role::Input;
    box(painter, theme, circle, 8, fill, on ? Role::RoleCount : Role::Control);
    if (on)
        box(painter, theme, circle.adjusted(5, 5, -5, -5), 3, Role::OnAccent, Role::RoleCount);
}

void checkLabel(QPainter &painter, const Theme &theme, const QStyleOptionButton &option)
{
    painter.setPen(theme.color(option.state & QStyle::State_Enabled ? Role::Text : Role::Disabled));
    drawText(painter, option.rect, Qt::AlignLeft, QString(option.text).remove(u'&'));
}

void comboBox(QPainter &painter, const Theme &theme, const QStyleOptionComboBox &option,
              const QWidget *widget)
{
    QStyle::State state = option.state;
    // An open list keeps the ring: the focus is in its popup.
    if (state & QStyle::State_On)
        state |= QStyle::State_HasFocus;
    inputBox(painter, theme, option.rect, state, widget);
    const bool enabled = option.state & QStyle::State_Enabled;
    const QRectF arrow(option.rect.right() - 29, option.rect.top(), 24, option.rect.height());
    drawIcon(painter, widget, arrow, u"chevron-down"_s, enabled ? Role::Muted : Role::Disabled, 14);
}

void comboBoxLabel(QPainter &painter, const Theme &theme, const QStyleOptionComboBox &option, const QWidget *)
{
    if (option.editable)
        return;
    const bool enabled = option.state & QStyle::State_Enabled;
    painter.setPen(theme.color(enabled ? Role::Text : Role::Disabled));
    drawText(painter, QRectF(option.rect).adjusted(11, 0, -30, 0), Qt::AlignLeft, option.currentText);
}

void spinBox(QPainter &painter, const Theme &theme, const QStyleOptionSpinBox &option, const QWidget *widget)
{
    inputBox(painter, theme, option.rect, option.state, widget);
    if (option.buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    const qreal half = option.rect.height() / 2.0;
    const QRectF steps(option.rect.right() - 24, option.rect.top(), 20, half);
    const auto role = [&](QStyle::SubControl part, QAbstractSpinBox::StepEnabledFlag flag) {
        if (!(option.state & QStyle::State_Enabled) || !(option.stepEnabled & flag))
            return Role::Disabled;
        return option.activeSubControls & part ? Role::Text : Role::Muted;
    };
    drawIcon(painter, widget, steps.adjusted(0, 3, 0, 1), u"chevron-up"_s,
             role(QStyle::SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled), 12);
    drawIcon(painter, widget, steps.translated(0, half).adjusted(0, -2, 0, -3), u"chevron-down"_s,
             role(QStyle::SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled), 12);
}

}
