// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/style.h"

#include "app/widgets/button.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QStyleFactory>
#include <QTabBar>
#include <QTextEdit>
#include <QToolButton>

namespace quota::console
{
using namespace Qt::StringLiterals;

ConsoleStyle::ConsoleStyle(const Theme &theme)
    : QProxyStyle(QStyleFactory::create(u"Fusion"_s))
    , m_theme(theme)
{}

void ConsoleStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget) ||
        qobject_cast<QTabBar *>(widget) || qobject_cast<QScrollBar *>(widget) ||
        qobject_cast<QLineEdit *>(widget))
        widget->setAttribute(Qt::WA_Hover);
    if (qobject_cast<QPushButton *>(widget) && !widget->property("textStep").isValid())
        setStep(widget, TextStep::Body, Weight::Medium);
    if (qobject_cast<QTabBar *>(widget) && !widget->property("textStep").isValid())
        setStep(widget, TextStep::Body, Weight::Medium);
}

void ConsoleStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                 const QWidget *widget) const
{
    switch (element) {
    case PE_PanelLineEdit:
        paint::lineEdit(*painter, m_theme, *option, widget);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        paint::checkMark(*painter, m_theme, *option);
        return;
    case PE_IndicatorRadioButton:
        paint::radioMark(*painter, m_theme, *option);
        return;
    case PE_FrameFocusRect: // every control draws its ring in its own shape
        return;
    case PE_PanelTipLabel:
    case PE_PanelMenu:
        painter->fillRect(option->rect, m_theme.color(Role::Raised));
        paint::box(*painter, m_theme, option->rect, 0, Role::RoleCount, Role::Border);
        return;
    case PE_FrameMenu:
        return;
    case PE_Frame:
        if (paint::isTextArea(widget))
            paint::lineEdit(*painter, m_theme, *option, widget);
        else if (qobject_cast<const QAbstractScrollArea *>(widget))
            paint::box(*painter, m_theme, option->rect, space::radiusControl, Role::RoleCount, Role::Border);
        else
            paint::box(*painter, m_theme, option->rect, 0, Role::RoleCount, Role::Border);
        return;
    case PE_FrameTabBarBase:
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                          m_theme.color(Role::Border));
        return;
    case PE_PanelItemViewRow:
    case PE_PanelScrollAreaCorner:
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ConsoleStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                               const QWidget *widget) const
{
    switch (element) {
    case CE_PushButton: // whole: Qt asks for its contents rectangle past the proxy
        paint::buttonBevel(*painter, m_theme, paint::as<QStyleOptionButton>(option), widget);
        paint::buttonLabel(*painter, m_theme, paint::as<QStyleOptionButton>(option), widget);
        return;
    case CE_PushButtonBevel:
        paint::buttonBevel(*painter, m_theme, paint::as<QStyleOptionButton>(option), widget);
        return;
    case CE_PushButtonLabel:
        paint::buttonLabel(*painter, m_theme, paint::as<QStyleOptionButton>(option), widget);
        return;
    case CE_CheckBox:
    case CE_RadioButton: {
        const bool check = element == CE_CheckBox;
        QStyleOptionButton part = paint::as<QStyleOptionButton>(option);
        part.rect = subElementRect(check ? SE_CheckBoxIndicator : SE_RadioButtonIndicator, option, widget);
        check ? paint::checkMark(*painter, m_theme, part) : paint::radioMark(*painter, m_theme, part);
        part.rect = subElementRect(check ? SE_CheckBoxContents : SE_RadioButtonContents, option, widget);
        paint::checkLabel(*painter, m_theme, part);
        if (paint::showsFocus(*option))
            paint::focusRing(*painter, m_theme, option->rect, space::radiusTag);
        return;
    }
    case CE_CheckBoxLabel:
    case CE_RadioButtonLabel:
        paint::checkLabel(*painter, m_theme, paint::as<QStyleOptionButton>(option));
        return;
    case CE_ComboBoxLabel:
        paint::comboBoxLabel(*painter, m_theme, paint::as<QStyleOptionComboBox>(option), widget);
        return;
    case CE_MenuItem:
        paint::menuItem(*painter, m_theme, paint::as<QStyleOptionMenuItem>(option), widget);
        return;
    case CE_MenuEmptyArea:
        painter->fillRect(option->rect, m_theme.color(Role::Raised));
        return;
    case CE_ItemViewItem:
        paint::listItem(*painter, m_theme, paint::as<QStyleOptionViewItem>(option));
        return;
    case CE_TabBarTab:
        paint::tab(*painter, m_theme, paint::as<QStyleOptionTab>(option));
        return;
    case CE_ProgressBar:
        paint::progress(*painter, m_theme, paint::as<QStyleOptionProgressBar>(option));
        return;
    default:
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void ConsoleStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                      QPainter *painter, const QWidget *widget) const
{
    switch (control) {
    case CC_ComboBox:
        paint::comboBox(*painter, m_theme, paint::as<QStyleOptionComboBox>(option), widget);
        return;
    case CC_SpinBox:
        paint::spinBox(*painter, m_theme, paint::as<QStyleOptionSpinBox>(option), widget);
        return;
    case CC_ScrollBar:
        paint::scrollBar(*painter, m_theme, paint::as<QStyleOptionSlider>(option));
        return;
    case CC_ToolButton:
        paint::toolButton(*painter, m_theme, paint::as<QStyleOptionToolButton>(option), widget);
        return;
    default:
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

}
