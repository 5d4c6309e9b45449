// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/selectionbar.h"

#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace quota::console
{

SelectionBar::SelectionBar(QWidget *parent)
    : QWidget(parent)
    , m_words(new Label(TextStep::Body, Role::Text, this))
    , m_enable(makeButton(ButtonKind::Quiet, {}, u"circle-check"_s, this))
    , m_disable(makeButton(ButtonKind::Quiet, {}, u"circle-pause"_s, this))
    , m_delete(makeButton(ButtonKind::Quiet, {}, u"trash-2"_s, this))
    , m_clear(makeIconButton(u"x"_s, {}, this))
{
    setObjectName(u"selectionBar"_s);
    m_words->setObjectName(u"selectionCount"_s);
    m_words->setWeight(Weight::Strong);
    m_words->setElides(false);
    m_enable->setObjectName(u"enableSelected"_s);
    m_disable->setObjectName(u"disableSelected"_s);
    m_delete->setObjectName(u"deleteSelected"_s);
    m_clear->setObjectName(u"clearSelection"_s);
    setInk(m_delete, Role::Bad);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 7, 8, 7);
    row->setSpacing(8);
    row->addWidget(m_words);
    row->addSpacing(12);
    row->addWidget(m_disable);
    row->addWidget(m_enable);
    row->addWidget(m_delete);
    row->addStretch(1);
    row->addWidget(m_clear);
    connect(m_enable, &QPushButton::clicked, this, &SelectionBar::enableWanted);
    connect(m_disable, &QPushButton::clicked, this, &SelectionBar::disableWanted);
    connect(m_delete, &QPushButton::clicked, this, &SelectionBar::deleteWanted);
    connect(m_clear, &QToolButton::clicked, this, &SelectionBar::cleared);
    retranslate();
}

void SelectionBar::setCount(int rows)
{
    m_count = rows;
    retranslate();
}

void SelectionBar::setWritable(const QString &refusal)
{
    for (QPushButton *button : {m_enable, m_disable, m_delete}) {
        button->setEnabled(refusal.isEmpty());
        button->setToolTip(refusal);
    }
}

void SelectionBar::retranslate()
{
    m_words->setText(tr("%n key(s) selected", nullptr, m_count));
    m_enable->setText(tr("Enable"));
    m_disable->setText(tr("Disable"));
    m_delete->setText(tr("Delete"));
    setIconWords(m_clear, tr("Select none"));
}

void SelectionBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void SelectionBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(color(this, Role::Border));
    painter.setBrush(color(this, Role::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), space::radiusBanner,
                            space::radiusBanner);
}

}
