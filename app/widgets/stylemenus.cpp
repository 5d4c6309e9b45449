// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QAction>
#include <QMenu>

namespace quota::console::paint
{
using namespace Qt::StringLiterals;

namespace
{

constexpr int sidePadding = 10;
constexpr int iconColumn = 26;

QAction *actionOf(const QStyleOptionMenuItem &option, const QWidget *widget)
{
    const auto *menu = qobject_cast<const QMenu *>(widget);
    return menu ? menu->actionAt(option.rect.center()) : nullptr;
}

}

void menuItem(QPainter &painter, const Theme &theme, const QStyleOptionMenuItem &option,
              const QWidget *widget)
{
    const QRectF rect(option.rect);
    painter.fillRect(rect, theme.color(Role::Raised));
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        painter.fillRect(QRectF(rect.left() - 5, std::floor(rect.center().y()), rect.width() + 10, 1),
                         theme.color(Role::Border));
        return;
    }
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool chosen = enabled && (option.state & QStyle::State_Selected);
    if (chosen)
        box(painter, theme, rect, space::radiusControl, Role::Hover, Role::RoleCount);

    const QAction *action = actionOf(option, widget);
    const bool dangerous = action && action->property("danger").toBool();
    const Role text = !enabled ? Role::Disabled : dangerous ? Role::Bad : Role::Text;
    const Role mark = !enabled ? Role::Disabled : dangerous ? Role::Bad : Role::Muted;
    const QRectF icon(rect.left() + sidePadding, rect.top(), 16, rect.height());
    const QString glyph = action ? action->property("glyph").toString() : QString();
    if (!glyph.isEmpty())
        drawIcon(painter, widget, icon, glyph, mark, 16);
    else if (option.checkType != QStyleOptionMenuItem::NotCheckable && option.checked)
        drawIcon(painter, widget, icon, u"check"_s, Role::Accent, 16);

    const QStringList parts = option.text.split(u'\t');
    QRectF words = rect.adjusted(sidePadding + iconColumn, 0, -sidePadding, 0);
    painter.setFont(theme.font(TextStep::Body));
    painter.setPen(theme.color(text));
    drawText(painter, words, Qt::AlignLeft, QString(parts.first()).remove(u'&'));
    if (parts.size() > 1) {
        painter.setFont(theme.font(TextStep::Small));
        painter.setPen(theme.color(enabled ? Role::Faint : Role::Disabled));
        drawText(painter, words, Qt::AlignRight, parts.at(1));
    }
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        drawIcon(painter, widget, QRectF(rect.right() - 24, rect.top(), 20, rect.height()),
                 u"chevron-right"_s, mark, 14);
}

QSize menuItemSize(const QStyleOptionMenuItem &option, const QSize &contents, const QWidget *widget)
{
    if (option.menuItemType == QStyleOptionMenuItem::Separator)
        return {contents.width(), 9};
    const QFontMetrics metrics(Theme::of(widget).font(TextStep::Body));
    const QStringList parts = option.text.split(u'\t');
    int width = metrics.horizontalAdvance(QString(parts.first()).remove(u'&')) + 2 * sidePadding + iconColumn;
    // QMenu adds the widest shortcut itself (tabWidth); this is the gap before it.
    if (parts.size() > 1)
        width += 24;
    return {std::max(width, 160), std::max(30, metrics.height() + 12)};
}

void listItem(QPainter &painter, const Theme &theme, const QStyleOptionViewItem &option)
{
    const QRectF rect(option.rect);
    const bool chosen = option.state & QStyle::State_Selected;
    const bool hover = option.state & QStyle::State_MouseOver;
    // The list of a combo box floats: it stands on the ground of menus.
    if (option.widget && option.widget->window()->windowType() == Qt::Popup)
        painter.fillRect(rect, theme.color(Role::Raised));
    if (chosen || hover)
        box(painter, theme, rect.adjusted(3, 1, -3, -1), space::radiusTag,
            chosen ? Role::Selected : Role::Hover, Role::RoleCount);
    if (option.features & QStyleOptionViewItem::HasDecoration && !option.icon.isNull()) {
        QRect place(0, 0, 16, 16);
        place.moveCenter(option.rect.center());
        place.moveLeft(option.rect.left() + 10);
        option.icon.paint(&painter, place);
    }
    painter.setFont(option.font);
    painter.setPen(theme.color(option.state & QStyle::State_Enabled ? Role::Text : Role::Disabled));
    const int indent = option.icon.isNull() ? 11 : 34;
    drawText(painter, rect.adjusted(indent, 0, -8, 0), Qt::AlignLeft, option.text);
}

bool isFirstTab(const QStyleOptionTab &option)
{
    return option.position == QStyleOptionTab::Beginning || option.position == QStyleOptionTab::OnlyOneTab;
}

void tab(QPainter &painter, const Theme &theme, const QStyleOptionTab &option)
{
    const QRectF rect(option.rect);
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool chosen = option.state & QStyle::State_Selected;
    const bool hover = option.state & QStyle::State_MouseOver;
    const bool first = isFirstTab(option);
    // The first word stands flush with what lies below the bar.
    const QRectF words = first ? rect.adjusted(0, 0, -12, 0) : rect.adjusted(12, 0, -12, 0);
    painter.setFont(theme.font(TextStep::Body, chosen ? Weight::Strong : Weight::Medium));
    painter.setPen(theme.color(!enabled ? Role::Disabled : chosen || hover ? Role::Text : Role::Muted));
    drawText(painter, words, first ? Qt::AlignLeft : Qt::AlignHCenter, QString(option.text).remove(u'&'),
             Qt::ElideNone);
    if (chosen)
        painter.fillRect(QRectF(words.left(), rect.bottom() - 2, words.width(), 2),
                         theme.color(Role::Accent));
    if (showsFocus(option))
        focusRing(painter, theme, rect.adjusted(first ? 0 : 4, 2, -4, -4), space::radiusTag);
}

void progress(QPainter &painter, const Theme &theme, const QStyleOptionProgressBar &option)
{
    QRectF track(option.rect);
    track.setHeight(5);
    track.moveCenter(QRectF(option.rect).center());
    box(painter, theme, track, 2.5, Role::Track, theme.isHighContrast() ? Role::Border : Role::RoleCount);
    const int span = option.maximum - option.minimum;
    if (span <= 0)
        return;
    track.setWidth(track.width() * (option.progress - option.minimum) / span);
    box(painter, theme, track, 2.5, Role::BarNormal, Role::RoleCount);
}

}
