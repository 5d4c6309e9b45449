// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/connectpage.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QScrollArea>

using namespace Qt::StringLiterals;

// How Connect is laid out; what it does is in connectpage.cpp.
namespace quota::console
{

namespace
{

constexpr int listWidth = 248;

class Mark : public QWidget
{
public:
    explicit Mark(QWidget *parent)
        : QWidget(parent)
    {
        setFixedSize(44, 44);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        drawMark(painter, rect());
    }
};

QWidget *makeUpright(QWidget *parent)
{
    auto *rule = Card::makeRule(parent);
    rule->setFixedWidth(1);
    rule->setMinimumHeight(0);
    rule->setMaximumHeight(QWIDGETSIZE_MAX);
    rule->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    return rule;
}

}

void ConnectPage::build()
{
    m_column = new QWidget;
    auto *column = new QVBoxLayout(m_column);
    column->setContentsMargins(space::pageSide, 24, space::pageSide, 24);
    column->setSpacing(18);
    column->addStretch(1);
    column->addWidget(makeHead());

    m_card = new Card(m_column);
    m_card->setFlush(true);
    auto *halves = new QHBoxLayout;
    halves->setContentsMargins({});
    halves->setSpacing(0);
    m_list = new ProfileList(m_parts.profiles, m_card);
    m_list->setFixedWidth(listWidth);
    m_list->setContentsMargins(12, 16, 12, 12);
    m_list->layout()->setContentsMargins(12, 16, 12, 12);
    m_listRule = makeUpright(m_card);
    m_panel = new TestPanel(m_test, m_parts.copier, m_card);
    m_panel->layout()->setContentsMargins(24, 24, 24, 20);
    halves->addWidget(m_list);
    halves->addWidget(m_listRule);
    halves->addWidget(makeFormColumn(), 11);
    halves->addWidget(makeUpright(m_card));
    halves->addWidget(m_panel, 10);
    m_card->body()->addLayout(halves);
    m_card->setMinimumHeight(460);
    column->addWidget(m_card);

    m_promise = new Label(TextStep::Small, Role::Muted, m_column);
    m_restore = makeButton(ButtonKind::Link, {}, u"archive-restore"_s, m_column);
    m_restore->setObjectName(u"restoreHere"_s);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_promise, 1);
    foot->addWidget(m_restore);
    column->addLayout(foot);
    column->addStretch(2);

    auto *scroll = new QScrollArea(this);
    scroll->setObjectName(u"connectScroll"_s);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->viewport()->setAutoFillBackground(false);
    auto *holder = new QWidget;
    holder->setAutoFillBackground(false);
    auto *across = new QHBoxLayout(holder);
    across->setContentsMargins({});
    across->addStretch(1);
    across->addWidget(m_column, 100);
    across->addStretch(1);
    scroll->setWidget(holder);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(scroll);
}

QWidget *ConnectPage::makeHead()
{
    auto *head = new QWidget(m_column);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins({});
    row->setSpacing(16);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    m_title = new Label(TextStep::Figure, Role::Text, head);
    m_title->setWeight(Weight::Strong);
    m_title->setObjectName(u"connectTitle"_s);
    m_note = new Label(TextStep::Body, Role::Muted, head);
    words->addWidget(m_title);
    words->addWidget(m_note);
    m_language = new Choice(head);
    m_language->setObjectName(u"language"_s);
    m_theme = new Choice(head);
    m_theme->setObjectName(u"theme"_s);
    row->addWidget(new Mark(head));
    row->addLayout(words, 1);
    row->addWidget(m_language);
    row->addWidget(m_theme);
    return head;
}

QWidget *ConnectPage::makeFormColumn()
{
    auto *column = new QWidget(m_card);
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->setSpacing(16);
    m_form = new ConnectForm(column);
    layout->addWidget(m_form, 1);
    m_go = makeButton(ButtonKind::Primary, {}, u"plug"_s, column);
    m_go->setObjectName(u"testAndConnect"_s);
    m_save = makeButton(ButtonKind::Quiet, {}, column);
    m_save->setObjectName(u"saveProfile"_s);
    m_remove = makeButton(ButtonKind::Quiet, {}, u"trash-2"_s, column);
    m_remove->setObjectName(u"removeProfile"_s);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_go);
    buttons->addWidget(m_save);
    buttons->addStretch(1);
    buttons->addWidget(m_remove);
    layout->addLayout(buttons);
    return column;
}

}
