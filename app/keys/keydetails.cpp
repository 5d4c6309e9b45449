// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keydetails.h"

#include "app/keys/raisedialog.h"
#include "app/widgets/button.h"
#include "app/widgets/quotabar.h"
#include "app/widgets/spacing.h"

#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

KeyDetails::KeyDetails(CopyHelper &copier, QWidget *parent)
    : Card(parent)
    , m_copier(copier)
{
    setObjectName(u"keyDetails"_s);
    setFixedWidth(360);
    build();
    connect(m_close, &QToolButton::clicked, this, &KeyDetails::closed);
    connect(m_copy, &QToolButton::clicked, this, [this] { m_copier.copy(m_key.key.id.value); });
    connect(m_edit, &QPushButton::clicked, this, [this] { Q_EMIT editWanted(m_key.key.id); });
    connect(m_toggle, &QPushButton::clicked, this, [this] { Q_EMIT toggleWanted(m_key.key.id); });
    connect(m_rotate, &QPushButton::clicked, this, [this] { Q_EMIT rotateWanted(m_key.key.id); });
    connect(m_raise, &QPushButton::clicked, this, [this] { Q_EMIT raiseWanted(m_key.key.id); });
    connect(m_delete, &QPushButton::clicked, this, [this] { Q_EMIT deleteWanted(m_key.key.id); });
}

void KeyDetails::build()
{
    auto *head = new QHBoxLayout;
    head->setSpacing(4);
    m_name = new Label(TextStep::Section, Role::Text, this);
    m_name->setObjectName(u"detailsName"_s);
    m_name->setWeight(Weight::Strong);
    m_close = makeIconButton(u"x"_s, {}, this);
    m_close->setObjectName(u"closeDetails"_s);
    head->addWidget(m_name, 1);
    head->addWidget(m_close);
    body()->addLayout(head);

    auto *id = new QHBoxLayout;
    id->setSpacing(6);
    m_id = new Label(TextStep::MonoSmall, Role::Faint, this);
    m_copy = makeIconButton(u"copy"_s, {}, this);
    m_copy->setObjectName(u"copyId"_s);
    m_state = new StateChip(this);
    id->addWidget(m_id, 1);
    id->addWidget(m_copy);
    id->addWidget(m_state);
    body()->addLayout(id);

    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 4, 6, 4);
    layout->setSpacing(10);
    m_limitsTitle = new Label(TextStep::Small, Role::Muted, content);
    m_limitsTitle->setWeight(Weight::Strong);
    m_limitsHolder = new QWidget(content);
    m_raise = makeButton(ButtonKind::Link, {}, u"arrow-up"_s, content);
    m_raise->setObjectName(u"detailsRaise"_s);
    m_factsHolder = new QWidget(content);
    layout->addWidget(m_limitsTitle);
    layout->addWidget(m_limitsHolder);
    layout->addWidget(m_raise, 0, Qt::AlignLeft);
    layout->addWidget(Card::makeRule(content));
    layout->addWidget(m_factsHolder);
    layout->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    body()->addWidget(scroll, 1);

    m_edit = makeButton(ButtonKind::Secondary, {}, u"pencil"_s, this);
    m_toggle = makeButton(ButtonKind::Secondary, {}, u"circle-pause"_s, this);
    m_rotate = makeButton(ButtonKind::Quiet, {}, u"refresh-ccw-dot"_s, this);
    m_delete = makeButton(ButtonKind::Quiet, {}, u"trash-2"_s, this);
    m_edit->setObjectName(u"detailsEdit"_s);
    m_toggle->setObjectName(u"detailsToggle"_s);
    m_rotate->setObjectName(u"detailsRotate"_s);
    m_delete->setObjectName(u"detailsDelete"_s);
    auto *verbs = new QGridLayout;
    verbs->setSpacing(8);
    verbs->addWidget(m_edit, 0, 0);
    verbs->addWidget(m_toggle, 0, 1);
    verbs->addWidget(m_rotate, 1, 0);
    verbs->addWidget(m_delete, 1, 1);
    body()->addLayout(verbs);
}

void KeyDetails::setKey(const KeyOverview &key, const Format &format, Timestamp now)
{
    m_key = key;
    m_format = format;
    m_now = now;
    showKey();
}

void KeyDetails::setWritable(const QString &refusal)
{
    for (QPushButton *button : {m_edit, m_toggle, m_rotate, m_delete, m_raise}) {
        button->setEnabled(refusal.isEmpty());
        button->setToolTip(refusal);
    }
}

// The parts that come in any number are made anew; their holders stay.
static void empty(QWidget *holder)
{
    const auto children = holder->findChildren<QWidget *>(Qt::FindDirectChildrenOnly);
    for (QWidget *child : children) {
        child->hide();
        child->deleteLater();
    }
    delete holder->layout();
}

void KeyDetails::showKey()
{
    if (!m_format)
        return;
    const KeyText text(*m_format, m_now);
    const StateValue state = text.state(m_key);
    m_name->setText(text.name(m_key.key));
    m_id->setText(m_key.key.id.value + u" · "_s + m_key.key.preview());
    m_state->setState(state.tone, state.word, state.glyph);

    empty(m_limitsHolder);
    m_limits = new QVBoxLayout(m_limitsHolder);
    m_limits->setContentsMargins({});
    m_limits->setSpacing(10);
    m_limitsTitle->setText(limitsTitle());
    for (const LimitStatus &status : m_key.limits)
        addLimit(status, text);
    for (const LimitRaise &raise : m_key.key.raises) {
        if (raise.until > m_now)
            addRaise(raise, text);
    }
    if (m_key.limits.isEmpty())
        m_limits->addWidget(new Label(tr("No limit"), TextStep::Body, Role::Muted, m_limitsHolder));

    empty(m_factsHolder);
    new QGridLayout(m_factsHolder);
    m_factsHolder->layout()->setContentsMargins({});
    addFact(tr("Requests today"), m_format->number(m_key.requestsToday));
    addFact(tr("Tokens today"), m_format->number(m_key.tokensToday));
    addFact(tr("Under way now"), m_format->number(m_key.active));
    addFact(tr("Last used"), text.lastUsed(m_key));
    addFact(tr("Expires"),
            m_key.key.expiresAt ? m_format->dayTime(*m_key.key.expiresAt, m_now) : tr("never"));
    addFact(tr("At once"), m_key.concurrency ? m_format->number(*m_key.concurrency) : tr("any"));
    addFact(tr("Models"), m_key.key.models.isEmpty() ? tr("all") : m_key.key.models.join(u", "_s));
    addFact(tr("Created"), m_format->dayTime(m_key.key.createdAt, m_now));
    if (m_key.key.rotatedAt)
        addFact(tr("Secret since"), m_format->dayTime(*m_key.key.rotatedAt, m_now));

    const bool off = m_key.state == KeyState::Disabled;
    m_raise->setText(tr("Raise for a time…"));
    m_raise->setVisible(isRaisable(m_key));
    m_edit->setText(tr("Edit"));
    m_toggle->setText(off ? tr("Enable") : tr("Disable"));
    console::setGlyph(m_toggle, off ? u"circle-check"_s : u"circle-pause"_s);
    m_rotate->setText(tr("Rotate"));
    m_delete->setText(tr("Delete"));
    setIconWords(m_close, tr("Close"));
    setIconWords(m_copy, tr("Copy the id"));
    setAccessibleName(tr("Details of %1").arg(text.name(m_key.key)));
}

QString KeyDetails::limitsTitle() const
{
    if (!m_key.key.templateName.isEmpty())
        return tr("Limits (template “%1”)").arg(m_key.key.templateName);
    return m_key.key.inheritsLimits ? tr("Limits (default of the service)") : tr("Limits");
}

void KeyDetails::addRaise(const LimitRaise &raise, const KeyText &text)
{
    const Limit meanwhile{raise.unit, raise.window, raise.amount};
    auto *words = new Label(
        //: limit, day and time: «Raised to 500 requests a day until 29 Nov 00:00»
        tr("Raised to %1 until %2").arg(text.limit(meanwhile), m_format->dayTime(raise.until, m_now)),
        TextStep::Small, Role::Accent, m_limitsHolder);
    words->setWordWrap(true);
    m_limits->addWidget(words);
}

void KeyDetails::addLimit(const LimitStatus &status, const KeyText &text)
{
    auto *bar = new QuotaBar(m_limitsHolder);
    bar->setValue(text.quota(status));
    bar->setAccessibleName(text.quotaWords(status));
    m_limits->addWidget(bar);
    if (status.limit.mode != LimitMode::Enforce) {
        const QString what = status.limit.mode == LimitMode::Warn ? tr("Warns only") : tr("Observes only");
        auto *mode =
            new Label(status.beyond() > 0
                          //: what it does, amount: «Warns only · 12 beyond»
                          ? tr("%1 · %2 beyond").arg(what, m_format->number(status.beyond()))
                          : what,
                      TextStep::Caption, status.beyond() > 0 ? Role::Warn : Role::Faint, m_limitsHolder);
        m_limits->addWidget(mode);
    }
    if (status.resetsAt) {
        auto *again = new Label(tr("new %1").arg(m_format->dayTime(*status.resetsAt, m_now)),
                                TextStep::Caption, Role::Faint, m_limitsHolder);
        m_limits->addWidget(again);
    }
}

void KeyDetails::addFact(const QString &name, const QString &value)
{
    auto *grid = static_cast<QGridLayout *>(m_factsHolder->layout());
    const int row = grid->rowCount();
    auto *right = new Label(value, TextStep::Body, Role::Text, m_factsHolder);
    right->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    grid->setVerticalSpacing(8);
    grid->addWidget(new Label(name, TextStep::Body, Role::Muted, m_factsHolder), row, 0);
    grid->addWidget(right, row, 1);
    grid->setColumnStretch(1, 1);
}

void KeyDetails::changeEvent(QEvent *event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && m_format)
        showKey();
}

void KeyDetails::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        Card::keyPressEvent(event);
}

}
