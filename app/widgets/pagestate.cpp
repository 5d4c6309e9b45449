// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/pagestate.h"

#include "app/widgets/button.h"
#include "app/widgets/glyph.h"
#include "app/widgets/skeleton.h"
#include "app/widgets/spacing.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace quota::console
{
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

struct StateFace
{
    QString glyph;
    Role role;
    ButtonKind button;
};

StateFace faceOf(PageState::State state)
{
    switch (state) {
    case PageState::State::Error:
        return {u"octagon-x"_s, Role::Bad, ButtonKind::Secondary};
    case PageState::State::Offline:
        return {u"unplug"_s, Role::Warn, ButtonKind::Secondary};
    case PageState::State::NoMatch:
        return {u"search-x"_s, Role::Faint, ButtonKind::Secondary};
    default:
        return {u"layout-dashboard"_s, Role::Faint, ButtonKind::Primary};
    }
}

}

PageState::PageState(QWidget *content, QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedLayout(this))
    , m_content(content)
    , m_skeleton(new Skeleton(this))
    , m_message(makeMessage())
{
    m_stack->setContentsMargins(0, 0, 0, 0);
    m_stack->addWidget(content);
    m_stack->addWidget(m_skeleton);
    m_stack->addWidget(m_message);
    m_pause.setSingleShot(true);
    m_pause.setInterval(150ms);
    connect(&m_pause, &QTimer::timeout, this, &PageState::showSkeleton);
}

QWidget *PageState::makeMessage()
{
    auto *message = new QWidget(this);
    m_icon = new Glyph({}, Role::Faint, 28, message);
    m_fact = new Label(TextStep::Section, Role::Text, message);
    m_sentence = new Label(TextStep::Body, Role::Muted, message);
    m_fact->setAlignment(Qt::AlignHCenter);
    m_sentence->setAlignment(Qt::AlignHCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setMaximumWidth(440);
    m_action = makeButton(ButtonKind::Primary, {}, message);
    m_second = makeButton(ButtonKind::Quiet, {}, message);
    m_action->setObjectName(u"stateAction"_s);
    m_second->setObjectName(u"stateSecond"_s);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::betweenControls);
    buttons->addStretch();
    buttons->addWidget(m_action);
    buttons->addWidget(m_second);
    buttons->addStretch();
    auto *column = new QVBoxLayout(message);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(6);
    column->addStretch(2);
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    column->addSpacing(4);
    column->addWidget(m_fact);
    auto *words = new QHBoxLayout;
    words->addStretch(1);
    words->addWidget(m_sentence, 1000);
    words->addStretch(1);
    column->addLayout(words);
    column->addSpacing(4);
    column->addLayout(buttons);
    column->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, [this] { Q_EMIT acted(m_state); });
    connect(m_second, &QPushButton::clicked, this, [this] { Q_EMIT secondActed(m_state); });
    return message;
}

void PageState::set(State state, const StateText &text)
{
    m_pause.stop();
    const bool another = m_state != state;
    m_state = state;
    if (state == State::Content) {
        m_filled = true;
        m_stack->setCurrentWidget(m_content);
        return;
    }
    if (state == State::Loading) {
        m_pause.start();
        return;
    }
    const StateFace face = faceOf(state);
    static_cast<Glyph *>(m_icon)->setGlyph(text.glyph.isEmpty() ? face.glyph : text.glyph, face.role);
    m_fact->setText(text.fact);
    m_sentence->setText(text.sentence);
    m_sentence->setVisible(!text.sentence.isEmpty());
    m_action->setText(text.action);
    setKind(m_action, face.button);
    setGlyph(m_action, text.actionGlyph);
    m_action->setVisible(!text.action.isEmpty());
    m_second->setText(text.second);
    m_second->setVisible(!text.second.isEmpty());
    m_message->setAccessibleName(text.fact);
    m_message->setAccessibleDescription(text.sentence);
    m_stack->setCurrentWidget(m_message);
    if (another && (state == State::Error || state == State::Offline)) {
        QAccessibleEvent event(m_message, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void PageState::setSkeletonColumns(int columns)
{
    m_skeleton->setColumns(columns);
}

void PageState::showSkeleton()
{
    const bool standing = m_filled && m_stack->currentWidget() == m_content;
    if (m_state == State::Loading && !standing)
        m_stack->setCurrentWidget(m_skeleton);
}

}
