// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/pagehead.h"

#include "app/widgets/spacing.h"

namespace quota::console
{

PageHead::PageHead(QWidget *parent)
    : QWidget(parent)
    , m_row(new QHBoxLayout(this))
    , m_title(new Label(TextStep::Title, Role::Text, this))
    , m_note(new Label(TextStep::Body, Role::Muted, this))
{
    m_title->setElides(false);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(space::betweenControls);
    m_row->addWidget(m_title);
    m_row->addSpacing(8);
    m_row->addWidget(m_note, 1);
    // The note stands on the title's line, a little lower than its middle.
    m_note->setContentsMargins(0, 4, 0, 0);
    setMinimumHeight(32);
}

void PageHead::setTitle(const QString &title)
{
    m_title->setText(title);
}

void PageHead::setNote(const QString &note)
{
    m_note->setText(note);
}

void PageHead::addAction(QWidget *widget)
{
    m_row->addWidget(widget);
}

}
