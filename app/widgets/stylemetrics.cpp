// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/spacing.h"
#include "app/widgets/style.h"
#include "app/widgets/styleparts.h"

#include <QAbstractSpinBox>
#include <QPlainTextEdit>
#include <QTextEdit>

// Sizes, places and hints of ConsoleStyle; what it paints is in style.cpp.
namespace quota::console
{

QSize ConsoleStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                     const QWidget *widget) const
{
    const QFontMetrics metrics = widget ? widget->fontMetrics() : option->fontMetrics;
    switch (type) {
    case CT_PushButton:
        return paint::buttonSize(paint::as<QStyleOptionButton>(option), widget);
    case CT_ToolButton:
        return paint::toolButtonSize(paint::as<QStyleOptionToolButton>(option), widget);
    case CT_LineEdit: {
        const bool framed = paint::as<QStyleOptionFrame>(option).lineWidth > 0;
        return {size.width() + 24, framed ? space::control(metrics) : size.height()};
    }
    case CT_ComboBox:
        return {size.width() + 44, space::control(metrics)};
    case CT_SpinBox:
        return {size.width() + 24, space::control(metrics)};
    case CT_CheckBox:
    case CT_RadioButton:
        return {metrics.horizontalAdvance(paint::as<QStyleOptionButton>(option).text) + 16 + 10 + 4,
                std::max(24, metrics.height() + 6)};
    case CT_MenuItem:
        return paint::menuItemSize(paint::as<QStyleOptionMenuItem>(option), size, widget);
    case CT_ItemViewItem:
        return {size.width() + 2 * space::inControl, space::control(metrics)};
    case CT_TabBarTab:
        return {metrics.horizontalAdvance(paint::as<QStyleOptionTab>(option).text) +
                    (paint::isFirstTab(paint::as<QStyleOptionTab>(option)) ? 12 : 24),
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
        return paint::as<QStyleOptionFrame>(option).lineWidth > 0 ? option->rect.adjusted(9, 1, -9, -1)
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
        return paint::scrollBarPart(paint::as<QStyleOptionSlider>(option), subControl);
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
        const bool bare = paint::as<QStyleOptionSpinBox>(option).buttonSymbols == QAbstractSpinBox::NoButtons;
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
        return paint::isTextArea(widget) ? 2 : 1;
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
