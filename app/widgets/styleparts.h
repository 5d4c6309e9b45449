// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QPainter>
#include <QStyleOption>

// What ConsoleStyle calls to paint: one function a control, pure painting from theme and option. Not for pages.
namespace quota::console::paint
{

// The option as what it must be.
template <class Option>
const Option &as(const QStyleOption *option)
{
    const auto *cast = qstyleoption_cast<const Option *>(option);
    Q_ASSERT(cast);
    return *cast;
}
bool isTextArea(const QWidget *widget); // an editor of many lines: framed like an input

// A rounded rectangle with its line inside the bounds; a role of RoleCount leaves fill or line out.
void box(QPainter &painter, const Theme &theme, const QRectF &rect, qreal radius, Role fill, Role edge,
         qreal line = 1);
// The 2 px (3 px in high contrast) accent ring just inside the bounds.
void focusRing(QPainter &painter, const Theme &theme, const QRectF &rect, qreal radius);
bool showsFocus(const QStyleOption &option); // focus that came from the keyboard

// stylebuttons
void buttonBevel(QPainter &painter, const Theme &theme, const QStyleOptionButton &option,
                 const QWidget *widget);
void buttonLabel(QPainter &painter, const Theme &theme, const QStyleOptionButton &option,
                 const QWidget *widget);
QSize buttonSize(const QStyleOptionButton &option, const QWidget *widget);
void toolButton(QPainter &painter, const Theme &theme, const QStyleOptionToolButton &option,
                const QWidget *widget);
QSize toolButtonSize(const QStyleOptionToolButton &option, const QWidget *widget);

// styleinputs
void lineEdit(QPainter &painter, const Theme &theme, const QStyleOption &option, const QWidget *widget);
void checkMark(QPainter &painter, const Theme &theme, const QStyleOption &option);
void radioMark(QPainter &painter, const Theme &theme, const QStyleOption &option);
void comboBox(QPainter &painter, const Theme &theme, const QStyleOptionComboBox &option,
              const QWidget *widget);
void comboBoxLabel(QPainter &painter, const Theme &theme, const QStyleOptionComboBox &option,
                   const QWidget *widget);
void spinBox(QPainter &painter, const Theme &theme, const QStyleOptionSpinBox &option, const QWidget *widget);
void checkLabel(QPainter &painter, const Theme &theme, const QStyleOptionButton &option);

// stylemenus
void menuItem(QPainter &painter, const Theme &theme, const QStyleOptionMenuItem &option,
              const QWidget *widget);
QSize menuItemSize(const QStyleOptionMenuItem &option, const QSize &contents, const QWidget *widget);
void listItem(QPainter &painter, const Theme &theme, const QStyleOptionViewItem &option);
bool isFirstTab(const QStyleOptionTab &option); // stands flush left, without padding
void tab(QPainter &painter, const Theme &theme, const QStyleOptionTab &option);
void progress(QPainter &painter, const Theme &theme, const QStyleOptionProgressBar &option);

// stylescroll
void scrollBar(QPainter &painter, const Theme &theme, const QStyleOptionSlider &option);
QRect scrollBarPart(const QStyleOptionSlider &option, QStyle::SubControl part);

}
