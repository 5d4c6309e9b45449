// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/card.h"

#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QPainter>

namespace quota::console
{

namespace
{

class Rule : public QWidget
{
public:
    explicit Rule(QWidget *parent)
        : QWidget(parent)
    {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    QSize sizeHint() const override { return {1, 1}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), color(this, Role::Border));
    }
};

}

Card::Card(QWidget *parent)
    : QFrame(parent)
    , m_head(new QWidget(this))
    , m_headRow(new QHBoxLayout(m_head))
    , m_title(new Label(TextStep::Section, Role::Text, m_head))
    , m_note(new Label(TextStep::Small, Role::Muted, m_head))
    , m_body(new QVBoxLayout)
{
    setFrameShape(QFrame::NoFrame);
    m_title->setElides(false);
    m_headRow->setContentsMargins(0, 0, 0, 0);
    m_headRow->setSpacing(12);
    m_headRow->addWidget(m_title);
    m_headRow->addWidget(m_note, 1);
    m_head->hide();
    m_note->hide();

    auto *column = new QVBoxLayout(this);
    column->setSpacing(10);
    column->addWidget(m_head);
    column->addLayout(m_body, 1);
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(space::betweenControls);
    setFlush(false);
}

void Card::setTitle(const QString &title)
{
    m_title->setText(title);
    m_head->setVisible(true);
    // Without a note something else must push the actions to the right.
    if (m_note->isHidden() && m_headRow->count() == 2) {
        m_headRow->removeWidget(m_note);
        m_headRow->addWidget(m_note);
        m_headRow->addStretch(1);
    }
    setAccessibleName(title);
}

void Card::setNote(const QString &note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void Card::addAction(QWidget *widget)
{
    m_head->show();
    if (m_headRow->count() == 2)
        m_headRow->addStretch(1);
    m_headRow->addWidget(widget);
}

void Card::setFlush(bool flush)
{
    const int padding = space::cardPadding;
    if (flush)
        layout()->setContentsMargins(1, 1, 1, 1);
    else
        layout()->setContentsMargins(padding, 14, padding, padding);
    m_head->setContentsMargins(flush ? padding : 0, flush ? 12 : 0, flush ? padding : 0, 0);
}

void Card::setGround(Role role)
{
    m_ground = role;
    update();
}

QWidget *Card::makeRule(QWidget *parent)
{
    return new Rule(parent);
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paint::box(painter, Theme::of(this), rect(), space::radiusCard, m_ground, Role::Border);
}

}
