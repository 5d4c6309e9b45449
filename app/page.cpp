// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/page.h"

#include "app/widgets/spacing.h"

#include <QEvent>
#include <QResizeEvent>

namespace quota::console
{

Page::Page(const QString &id, const QString &glyph, QWidget *parent)
    : QWidget(parent)
    , m_glyph(glyph)
    , m_outer(new QVBoxLayout(this))
    , m_head(new PageHead(this))
    , m_banners(new BannerStack(this))
    , m_body(new QVBoxLayout)
{
    setObjectName(id);
    m_outer->setSpacing(space::betweenCards);
    m_outer->addWidget(m_head);
    m_outer->addWidget(m_banners);
    m_outer->addLayout(m_body, 1);
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(space::betweenCards);
    m_outer->setContentsMargins(space::pageSide, space::pageTop, space::pageSide, space::pageBottom);
}

void Page::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void Page::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Wider than the widest, the content stands in the middle.
    const int side = qMax(space::pageSide, (event->size().width() - space::pageWidest) / 2);
    m_outer->setContentsMargins(side, space::pageTop, side, space::pageBottom);
}

}
