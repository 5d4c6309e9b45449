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

namespace
{

template <class Option>
const Option &as(const QStyleOption *option)
{
    const auto *cast = qstyleoption_cast<const Option *>(option);
    Q_ASSERT(cast);
    return *cast;
}

bool isTextArea(const QWidget *widget)
{
    return qobject_cast<const QPlainTextEdit *>(widget) || qobject_cast<const QTextEdit *>(widget);
}

}

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
        if (isTextArea(widget))
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
        paint::buttonBevel(*painter, m_theme, as<QStyleOptionButton>(option), widget);
        paint::buttonLabel(*painter, m_theme, as<QStyleOptionButton>(option), widget);
        return;
    case CE_PushButtonBevel:
        paint::buttonBevel(*painter, m_theme, as<QStyleOptionButton>(option), widget);
        return;
    case CE_PushButtonLabel:
        paint::buttonLabel(*painter, m_theme, as<QStyleOptionButton>(option), widget);
        return;
    case CE_CheckBox:
    case CE_RadioButton: {
        const bool check = element == CE_CheckBox;
        QStyleOptionButton part = as<QStyleOptionButton>(option);
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
        paint::checkLabel(*painter, m_theme, as<QStyleOptionButton>(option));
        return;
    case CE_ComboBoxLabel:
        paint::comboBoxLabel(*painter, m_theme, as<QStyleOptionComboBox>(option), widget);
        return;
    case CE_MenuItem:
        paint::menuItem(*painter, m_theme, as<QStyleOptionMenuItem>(option), widget);
        return;
    case CE_MenuEmptyArea:
        painter->fillRect(option->rect, m_theme.color(Role::Raised));
        return;
    case CE_ItemViewItem:
        paint::listItem(*painter, m_theme, as<QStyleOptionViewItem>(option));
        return;
    case CE_TabBarTab:
        paint::tab(*painter, m_theme, as<QStyleOptionTab>(option));
        return;
    case CE_ProgressBar:
        paint::progress(*painter, m_theme, as<QStyleOptionProgressBar>(option));
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
        paint::comboBox(*painter, m_theme, as<QStyleOptionComboBox>(option), widget);
        return;
    case CC_SpinBox:
        paint::spinBox(*painter, m_theme, as<QStyleOptionSpinBox>(option), widget);
        return;
    case CC_ScrollBar:
        paint::scrollBar(*painter, m_theme, as<QStyleOptionSlider>(option));
        return;
    case CC_ToolButton:
        paint::toolButton(*painter, m_theme, as<QStyleOptionToolButton>(option), widget);
        return;
    default:
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

QSize ConsoleStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                     const QWidget *widget) const
{
    const QFontMetrics metrics = widget ? widget->fontMetrics() : option->fontMetrics;
    switch (type) {
    case CT_PushButton:
        return paint::buttonSize(as<QStyleOptionButton>(option), widget);
    case CT_ToolButton:
        return paint::toolButtonSize(as<QStyleOptionToolButton>(option), widget);
    case CT_LineEdit: {
        const bool framed = as<QStyleOptionFrame>(option).lineWidth > 0;
        return {size.width() + 24, framed ? space::control(metrics) : size.height()};
    }
    case CT_ComboBox:
        return {size.width() + 44, space::control(metrics)};
    case CT_SpinBox:
        return {size.width() + 24, space::control(metrics)};
    case CT_CheckBox:
    case CT_RadioButton:
        return {metrics.horizontalAdvance(as<QStyleOptionButton>(option).text) + 16 + 10 + 4,
                std::max(24, metrics.height() + 6)};
    case CT_MenuItem:
        return paint::menuItemSize(as<QStyleOptionMenuItem>(option), size, widget);
    case CT_ItemViewItem:
        return {size.width() + 2 * space::inControl, space::control(metrics)};
    case CT_TabBarTab:
        return {metrics.horizontalAdvance(as<QStyleOptionTab>(option).text) +
                    (paint::isFirstTab(as<QStyleOptionTab>(option)) ? 12 : 24),
                metrics.height() + 18};
    default:
        return QProxyStyle::sizeFromContents(type, option, size, widget);
    }
}

QRect ConsoleStyle::subElementRect(SubElement element, const QStyleOption *option,
                                   const QWidget *widget) const
{
    switch (element) {
    case SE_LineEditContents:
        return as<QStyleOptionFrame>(option).lineWidth > 0 ? option->rect.adjusted(9, 1, -9, -1)
                                                           : option->rect;
    case SE_PushButtonContents:
    case SE_PushButtonFocusRect:
        return option->rect;
    case SE_TabBarTabText:
        return option->rect;
    case SE_CheckBoxIndicator:
    case SE_RadioButtonIndicator: {
        QRect mark(0, 0, 16, 16);
        mark.moveCenter(option->rect.center());
        mark.moveLeft(option->rect.left() + 3);
        return visualRect(option->direction, option->rect, mark);
    }
    case SE_CheckBoxContents:
    case SE_RadioButtonContents:
        return visualRect(option->direction, option->rect, option->rect.adjusted(29, 0, 0, 0));
    case SE_CheckBoxFocusRect:
    case SE_RadioButtonFocusRect:
        return option->rect.adjusted(3, 1, -3, -1);
    default:
        return QProxyStyle::subElementRect(element, option, widget);
    }
}

QRect ConsoleStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                                   SubControl subControl, const QWidget *widget) const
{
    if (control == CC_ScrollBar)
        return paint::scrollBarPart(as<QStyleOptionSlider>(option), subControl);
    if (control == CC_ComboBox) {
        if (subControl == SC_ComboBoxEditField)
            return option->rect.adjusted(10, 1, -30, -1);
        if (subControl == SC_ComboBoxArrow)
            return option->rect.adjusted(option->rect.width() - 30, 0, 0, 0);
        return option->rect;
    }
    if (control == CC_SpinBox) {
        const int half = option->rect.height() / 2;
        const QRect steps = option->rect.adjusted(option->rect.width() - 24, 1, -1, -1);
        const bool bare = as<QStyleOptionSpinBox>(option).buttonSymbols == QAbstractSpinBox::NoButtons;
        if (subControl == SC_SpinBoxEditField)
            return option->rect.adjusted(10, 1, bare ? -10 : -26, -1);
        if (subControl == SC_SpinBoxUp)
            return bare ? QRect() : steps.adjusted(0, 0, 0, -half + 1);
        if (subControl == SC_SpinBoxDown)
            return bare ? QRect() : steps.adjusted(0, half - 1, 0, 0);
        return option->rect;
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

int ConsoleStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return 11;
    case PM_ScrollBarSliderMin:
        return 32;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return 10;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return space::betweenControls;
    case PM_MenuPanelWidth:
        return 1;
    case PM_MenuVMargin:
    case PM_MenuHMargin:
        return 5;
    case PM_DefaultFrameWidth:
        return isTextArea(widget) ? 2 : 1;
    case PM_ToolTipLabelFrameWidth:
        return 7;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
        return 16;
    case PM_TabBarTabHSpace:
        return 24;
    case PM_TabBarBaseHeight:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabShiftVertical:
        return 0;
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin:
        return 2;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ConsoleStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                            QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_ComboBox_Popup:
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ScrollBar_Transient:
    case SH_Menu_Scrollable:
        return 0;
    case SH_ComboBox_ListMouseTracking:
    case SH_ScrollBar_LeftClickAbsolutePosition:
    case SH_Menu_SubMenuSloppyCloseTimeout:
        return hint == SH_Menu_SubMenuSloppyCloseTimeout ? 200 : 1;
    case SH_ToolTip_WakeUpDelay:
        return 500;
    case SH_ToolTipLabel_Opacity:
        return 255;
    case SH_DialogButtonBox_ButtonsHaveIcons:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    case SH_Table_GridLineColor:
        return int(m_theme.color(Role::Grid).rgb());
    case SH_LineEdit_PasswordCharacter:
        return 0x2022;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

}
