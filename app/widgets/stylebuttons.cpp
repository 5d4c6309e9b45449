// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"
#include "app/widgets/spinner.h"
#include "app/widgets/styleparts.h"

#include <QDateTime>

namespace quota::console::paint
{
using namespace Qt::StringLiterals;

namespace
{

constexpr int iconSide = 16;
constexpr int iconGap = 7;

bool isSmall(const QWidget *widget)
{
    return widget && widget->property("small").toBool();
}

bool isBusy(const QWidget *widget)
{
    return widget && widget->property("busy").toBool();
}

struct Face
{
    Role fill = Role::RoleCount;
    Role edge = Role::RoleCount;
    Role text = Role::Text;
};

Face faceOf(ButtonKind kind, QStyle::State state)
{
    const bool enabled = state & QStyle::State_Enabled;
    const bool hover = enabled && (state & QStyle::State_MouseOver);
    const bool down = enabled && (state & (QStyle::State_Sunken | QStyle::State_On));
    const Role text = enabled ? Role::Text : Role::Disabled;
    switch (kind) {
    case ButtonKind::Primary:
        if (!enabled)
            return {Role::NeutralSoft, Role::RoleCount, Role::Disabled};
        return {hover || down ? Role::AccentHover : Role::AccentFill, Role::RoleCount, Role::OnAccent};
    case ButtonKind::Danger:
        if (!enabled)
            return {Role::NeutralSoft, Role::RoleCount, Role::Disabled};
        return {Role::BadFill, hover || down ? Role::Bad : Role::RoleCount, Role::OnAccent};
    case ButtonKind::Secondary:
        return {hover || down ? Role::Hover : Role::Surface, Role::ButtonEdge, text};
    case ButtonKind::Quiet:
    case ButtonKind::Icon:
        return {hover || down ? Role::Hover : Role::RoleCount, Role::RoleCount, text};
    case ButtonKind::Link:
        return {Role::RoleCount, Role::RoleCount, enabled ? Role::Accent : Role::Disabled};
    }
    return {};
}

int sidePadding(ButtonKind kind, bool small)
{
    if (kind == ButtonKind::Link)
        return 6;
    return small ? 10 : 14;
}

}

void box(QPainter &painter, const Theme &theme, const QRectF &rect, qreal radius, Role fill, Role edge,
         qreal line)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill == Role::RoleCount ? QBrush(Qt::NoBrush) : QBrush(theme.color(fill)));
    if (edge == Role::RoleCount) {
        painter.setPen(Qt::NoPen);
        painter.drawRoundedRect(rect, radius, radius);
    } else {
        painter.setPen(QPen(theme.color(edge), line));
        const qreal inset = line / 2;
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset);
    }
    painter.restore();
}

void focusRing(QPainter &painter, const Theme &theme, const QRectF &rect, qreal radius)
{
    box(painter, theme, rect, radius, Role::RoleCount, Role::Accent, theme.isHighContrast() ? 3 : 2);
}

bool showsFocus(const QStyleOption &option)
{
    return (option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_KeyboardFocusChange);
}

void buttonBevel(QPainter &painter, const Theme &theme, const QStyleOptionButton &option,
                 const QWidget *widget)
{
    const ButtonKind kind = kindOf(widget);
    const Face face = faceOf(kind, option.state);
    const QRectF rect(option.rect);
    box(painter, theme, rect, space::radiusControl, face.fill, face.edge);
    if (!showsFocus(option))
        return;
    focusRing(painter, theme, rect, space::radiusControl);
    // On a filled button the ring needs a gap to be seen.
    if (kind == ButtonKind::Primary || kind == ButtonKind::Danger)
        box(painter, theme, rect.adjusted(2, 2, -2, -2), space::radiusControl - 2, Role::RoleCount,
            Role::OnAccent, 1.5);
}

void buttonLabel(QPainter &painter, const Theme &theme, const QStyleOptionButton &option,
                 const QWidget *widget)
{
    const ButtonKind kind = kindOf(widget);
    const Face face = faceOf(kind, option.state);
    const QString glyph = glyphOf(widget);
    const bool busy = isBusy(widget);
    const bool hasIcon = busy || !glyph.isEmpty();
    const QString text = QString(option.text).remove(u'&');

    painter.save();
    painter.setPen(theme.color(face.text));
    QFontMetricsF metrics(painter.font());
    const int padding = sidePadding(kind, isSmall(widget));
    const QRectF inner = QRectF(option.rect).adjusted(padding, 0, -padding, 0);
    const qreal iconWidth = hasIcon ? iconSide + (text.isEmpty() ? 0 : iconGap) : 0;
    const qreal textWidth = qMin(metrics.horizontalAdvance(text), inner.width() - iconWidth);
    qreal left = inner.left() + (inner.width() - iconWidth - textWidth) / 2;
    const bool leftAligned = widget && widget->property("leftAligned").toBool();
    if (leftAligned)
        left = inner.left();
    if (hasIcon) {
        const QRectF icon(left, inner.top(), iconSide, inner.height());
        if (busy) {
            QRectF ring(0, 0, 14, 14);
            ring.moveCenter(icon.center());
            Spinner::paint(painter, ring, theme.color(face.text), QDateTime::currentMSecsSinceEpoch());
        } else {
            const Role role = kind == ButtonKind::Secondary || kind == ButtonKind::Quiet
                                  ? (option.state & QStyle::State_Enabled ? Role::Muted : Role::Disabled)
                                  : face.text;
            const QVariant own = widget->property("glyphRole");
            const bool hasOwn = own.isValid() && (option.state & QStyle::State_Enabled);
            drawIcon(painter, widget, icon, glyph, hasOwn ? Role(own.toInt()) : role, iconSide);
        }
    }
    const QVariant textRole = widget ? widget->property("textRole") : QVariant();
    if (textRole.isValid() && (option.state & QStyle::State_Enabled))
        painter.setPen(theme.color(Role(textRole.toInt())));
    const QRectF textRect(left + iconWidth, inner.top(), textWidth + 1, inner.height());
    drawText(painter, textRect, Qt::AlignLeft, text);
    if (kind == ButtonKind::Link && (option.state & QStyle::State_MouseOver)) {
        const qreal line = std::round(baselineIn(textRect, metrics)) + 2.5;
        painter.drawLine(QPointF(textRect.left(), line), QPointF(textRect.left() + textWidth, line));
    }
    painter.restore();
}

QSize buttonSize(const QStyleOptionButton &option, const QWidget *widget)
{
    const QFontMetrics metrics = widget ? widget->fontMetrics() : option.fontMetrics;
    const bool small = isSmall(widget);
    const QString text = QString(option.text).remove(u'&');
    int width = metrics.horizontalAdvance(text) + 2 * sidePadding(kindOf(widget), small) + 1;
    if (isBusy(widget) || !glyphOf(widget).isEmpty())
        width += iconSide + (text.isEmpty() ? 0 : iconGap);
    const int height = small ? space::smallControl(metrics) : space::control(metrics);
    return {std::max(width, height), height};
}

void toolButton(QPainter &painter, const Theme &theme, const QStyleOptionToolButton &option,
                const QWidget *widget)
{
    QStyle::State state = option.state;
    // A checkable tool button stays in its hover face while it is on.
    const Face face = faceOf(ButtonKind::Icon, state);
    const QRectF rect(option.rect);
    box(painter, theme, rect, space::radiusControl, face.fill, face.edge);
    if (showsFocus(option))
        focusRing(painter, theme, rect, space::radiusControl);
    const bool enabled = state & QStyle::State_Enabled;
    const bool hover = enabled && (state & QStyle::State_MouseOver);
    const QVariant own = widget ? widget->property("glyphRole") : QVariant();
    const Role resting = own.isValid() ? Role(own.toInt()) : hover ? Role::Text : Role::Muted;
    const Role role = enabled ? resting : Role::Disabled;
    if (isBusy(widget)) {
        QRectF ring(0, 0, 15, 15);
        ring.moveCenter(rect.center());
        Spinner::paint(painter, ring, theme.color(Role::Accent), QDateTime::currentMSecsSinceEpoch());
    } else if (const QString glyph = glyphOf(widget); !glyph.isEmpty()) {
        drawIcon(painter, widget, rect, glyph, role, 16);
    } else if (!option.icon.isNull()) {
        QRect place(0, 0, 16, 16);
        place.moveCenter(option.rect.center());
        option.icon.paint(&painter, place, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    } else {
        painter.setPen(theme.color(role));
        drawText(painter, rect, Qt::AlignHCenter, option.text);
    }
}

QSize toolButtonSize(const QStyleOptionToolButton &option, const QWidget *widget)
{
    const QFontMetrics metrics = widget ? widget->fontMetrics() : option.fontMetrics;
    const int side = isSmall(widget) ? space::smallControl(metrics) : space::control(metrics);
    if (glyphOf(widget).isEmpty() && option.icon.isNull())
        return {metrics.horizontalAdvance(option.text) + 16, side};
    return {side, side};
}

}
