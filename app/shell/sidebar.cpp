// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/sidebar.h"

#include "app/widgets/glyph.h"
#include "app/widgets/label.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStyleOption>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

// The mark with the name of the program; the mark alone when narrow.
class Brand : public QWidget
{
public:
    explicit Brand(QWidget *parent)
        : QWidget(parent)
    {
        setStep(this, TextStep::Section);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        setAccessibleName(u"Quota Console"_s);
    }
    QSize sizeHint() const override { return {120, std::max(space::header, fontMetrics().height() + 38)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        drawMark(painter, QRectF(18, height() / 2.0 - 14, 24, 24));
        if (width() < 120)
            return;
        painter.setFont(font());
        painter.setPen(color(this, Role::Text));
        drawText(painter, QRectF(52, -2, width() - 58, height()), Qt::AlignLeft, accessibleName());
    }
};

}

NavigationItem::NavigationItem(const QString &glyph, QWidget *parent)
    : QAbstractButton(parent)
    , m_glyph(glyph)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setStep(this, TextStep::Body, Weight::Medium);
}

void NavigationItem::setBadge(int count, Tone tone)
{
    m_badge = count;
    m_badgeTone = tone;
    setAccessibleDescription(count > 0 ? QString::number(count) : QString());
    update();
}

void NavigationItem::setNarrow(bool narrow)
{
    m_narrow = narrow;
    setToolTip(narrow ? text() : QString());
    update();
}

QSize NavigationItem::sizeHint() const
{
    return {120, space::navigation(fontMetrics())};
}

void NavigationItem::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const QRectF box = QRectF(rect()).adjusted(12, 0, -12, 0);
    if (isChecked()) {
        paint::box(painter, theme, box, space::radiusSegment, Role::Navigation, Role::NavigationEdge);
        paint::box(painter, theme, QRectF(box.left(), box.center().y() - 8, 3, 16), 1.5, Role::Accent,
                   Role::RoleCount);
    } else if (underMouse()) {
        paint::box(painter, theme, box, space::radiusSegment, Role::Hover, Role::RoleCount);
    }
    QStyleOption option;
    option.initFrom(this);
    if (paint::showsFocus(option))
        paint::focusRing(painter, theme, box, space::radiusSegment);

    const Role mark = isChecked() ? Role::Accent : Role::Muted;
    const QRectF icon = m_narrow ? box : QRectF(box.left() + 12, box.top(), 17, box.height());
    drawIcon(painter, this, icon, m_glyph, mark, 17);
    if (m_narrow) {
        if (m_badge > 0)
            paint::box(painter, theme, QRectF(box.right() - 13, box.top() + 5, 8, 8), 4, ink(m_badgeTone),
                       Role::RoleCount);
        return;
    }
    QRectF words = box.adjusted(40, 0, -10, 0);
    if (m_badge > 0) {
        painter.setFont(theme.font(TextStep::Caption, Weight::Strong));
        const QString count = m_badge > 99 ? u"99+"_s : QString::number(m_badge);
        const qreal width = qMax(19.0, QFontMetricsF(painter.font()).horizontalAdvance(count) + 10);
        const QRectF badge(box.right() - 9 - width, box.center().y() - 9.5, width, 19);
        paint::box(painter, theme, badge, 9.5, ground(m_badgeTone), ink(m_badgeTone));
        painter.setPen(theme.color(ink(m_badgeTone)));
        drawText(painter, badge, Qt::AlignHCenter, count);
        words.setRight(badge.left() - 6);
    }
    painter.setFont(theme.font(TextStep::Body, isChecked() ? Weight::Strong : Weight::Medium));
    painter.setPen(theme.color(isChecked() || underMouse() ? Role::Text : Role::Muted));
    drawText(painter, words, Qt::AlignLeft, text());
}

Sidebar::Sidebar(QWidget *parent)
    : QWidget(parent)
    , m_items(new QVBoxLayout)
    , m_footItems(new QVBoxLayout)
    , m_brand(new Brand(this))
    , m_tokenRow(new QWidget(this))
    , m_tokenIcon(new Glyph({}, Role::Muted, 14, m_tokenRow))
    , m_tokenWords(new Label(TextStep::Caption, Role::Muted, m_tokenRow))
{
    setObjectName(u"sidebar"_s);
    m_group.setExclusive(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 1, 0);
    column->setSpacing(0);
    column->addWidget(m_brand);
    column->addLayout(m_items);
    column->addStretch(1);
    column->addLayout(m_footItems);
    column->addWidget(m_tokenRow);
    m_items->setSpacing(2);
    m_footItems->setSpacing(2);
    m_footItems->setContentsMargins(0, 0, 0, 8);
    auto *row = new QHBoxLayout(m_tokenRow);
    row->setContentsMargins(24, 9, 12, 11);
    row->setSpacing(8);
    row->addWidget(m_tokenIcon);
    row->addWidget(m_tokenWords, 1);
    m_tokenRow->hide();
    setFixedWidth(space::sidebarWide);
    connect(&m_group, &QButtonGroup::buttonClicked, this,
            [this](QAbstractButton *button) { Q_EMIT chosen(static_cast<NavigationItem *>(button)); });
}

NavigationItem *Sidebar::addItem(const QString &glyph, const QString &word)
{
    auto *item = new NavigationItem(glyph, this);
    m_items->addWidget(item);
    setUp(item, word);
    return item;
}

NavigationItem *Sidebar::addFootItem(const QString &glyph, const QString &word)
{
    auto *item = new NavigationItem(glyph, this);
    m_footItems->addWidget(item);
    setUp(item, word);
    return item;
}

void Sidebar::setUp(NavigationItem *item, const QString &word)
{
    item->setText(word);
    item->setAccessibleName(word);
    item->setNarrow(m_narrow);
    m_group.addButton(item);
}

void Sidebar::setCurrent(NavigationItem *item)
{
    item->setChecked(true);
}

void Sidebar::setNarrow(bool narrow)
{
    if (m_narrow == narrow)
        return;
    m_narrow = narrow;
    setFixedWidth(narrow ? space::sidebarNarrow : space::sidebarWide);
    for (QAbstractButton *item : m_group.buttons())
        static_cast<NavigationItem *>(item)->setNarrow(narrow);
    m_tokenWords->setVisible(!narrow);
    m_tokenRow->setToolTip(narrow ? m_tokenWords->text() : QString());
}

void Sidebar::setTokenLine(const QString &glyph, const QString &words)
{
    m_tokenIcon->setGlyph(glyph, Role::Muted);
    m_tokenWords->setText(words);
    m_tokenRow->setVisible(!words.isEmpty());
    m_tokenRow->setToolTip(m_narrow ? words : QString());
    update();
}

void Sidebar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(this, Role::Sidebar));
    painter.fillRect(QRect(width() - 1, 0, 1, height()), color(this, Role::Border));
    if (!m_tokenRow->isHidden())
        painter.fillRect(QRect(12, m_tokenRow->y(), width() - 25, 1), color(this, Role::Border));
}

}
