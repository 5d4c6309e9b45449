// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/dialogframe.h"

#include "app/widgets/button.h"
#include "app/widgets/card.h"
#include "app/widgets/glyph.h"
#include "app/widgets/scrim.h"
#include "app/widgets/spacing.h"

#include <QCloseEvent>
#include <QPainter>
#include <QScreen>
#include <QScrollBar>
#include <QShowEvent>

namespace quota::console
{
using namespace Qt::StringLiterals;

DialogFrame::DialogFrame(int width, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::WindowTitleHint | Qt::WindowSystemMenuHint | Qt::WindowCloseButtonHint)
    , m_width(width)
    , m_title(new Label(TextStep::Title, Role::Text, this))
    , m_sentence(new Label(TextStep::Body, Role::Muted, this))
    , m_icon(new Glyph({}, Role::Ok, 28, this))
    , m_scroll(new QScrollArea(this))
    , m_bodyWidget(new QWidget(m_scroll))
    , m_body(new QVBoxLayout(m_bodyWidget))
{
    setModal(true);
    m_sentence->setWordWrap(true);
    m_icon->hide();
    m_scroll->setWidget(m_bodyWidget);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_bodyWidget->setAutoFillBackground(false);

    const int side = space::dialogPadding;
    auto *words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_title);
    words->addWidget(m_sentence);
    auto *heading = new QHBoxLayout;
    heading->setContentsMargins(side, 18, side, 14);
    heading->setSpacing(14);
    heading->addWidget(m_icon);
    heading->addLayout(words, 1);

    m_body->setContentsMargins(side, 2, side, 16);
    m_body->setSpacing(space::betweenFields);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addLayout(heading);
    outer->addWidget(m_scroll, 1);
    outer->addWidget(Card::makeRule(this));
    buildFoot(outer);
    DialogFrame::retranslate();
}

DialogFrame::~DialogFrame()
{
    delete m_scrim;
}

void DialogFrame::buildFoot(QVBoxLayout *outer)
{
    const int side = space::dialogPadding;
    m_foot = new QWidget(this);
    auto *row = new QHBoxLayout(m_foot);
    row->setContentsMargins(side, 12, side, 14);
    row->setSpacing(space::betweenControls);
    m_helpers = new QHBoxLayout;
    m_helpers->setSpacing(space::betweenControls);
    row->addLayout(m_helpers);
    row->addStretch(1);
    m_cancel = makeButton(ButtonKind::Secondary, {}, m_foot);
    m_cancel->setObjectName(u"cancel"_s);
    m_verb = makeButton(ButtonKind::Primary, {}, m_foot);
    m_verb->setObjectName(u"verb"_s);
    m_verb->setDefault(true);
    row->addWidget(m_cancel);
    row->addWidget(m_verb);
    outer->addWidget(m_foot);

    // The question stands where the hand already is, instead of in one more window.
    m_discardRow = new QWidget(this);
    m_discardRow->setObjectName(u"discardQuestion"_s);
    auto *question = new QHBoxLayout(m_discardRow);
    question->setContentsMargins(side, 12, side, 14);
    question->setSpacing(space::betweenControls);
    m_discardWords = new Label(TextStep::Body, Role::Text, m_discardRow);
    m_discardWords->setWeight(Weight::Medium);
    m_keep = makeButton(ButtonKind::Secondary, {}, m_discardRow);
    m_keep->setObjectName(u"keepEditing"_s);
    m_discard = makeButton(ButtonKind::Danger, {}, m_discardRow);
    m_discard->setObjectName(u"discard"_s);
    question->addWidget(m_discardWords, 1);
    question->addWidget(m_keep);
    question->addWidget(m_discard);
    m_discardRow->hide();
    outer->addWidget(m_discardRow);

    connect(m_cancel, &QPushButton::clicked, this, &DialogFrame::reject);
    connect(m_keep, &QPushButton::clicked, this, [this] { askToDiscard(false); });
    connect(m_discard, &QPushButton::clicked, this, [this] { QDialog::reject(); });
}

void DialogFrame::setHeading(const QString &title, const QString &sentence)
{
    setWindowTitle(title);
    setAccessibleName(title);
    setAccessibleDescription(sentence);
    m_title->setText(title);
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
}

void DialogFrame::setGlyph(const QString &glyph, Role role)
{
    static_cast<Glyph *>(m_icon)->setGlyph(glyph, role);
    m_icon->setVisible(!glyph.isEmpty());
}

void DialogFrame::addHelper(QWidget *widget)
{
    m_helpers->addWidget(widget);
}

void DialogFrame::setWorking(bool working)
{
    setBusy(m_verb, working);
    m_bodyWidget->setEnabled(!working);
}

void DialogFrame::reject()
{
    if (isDirty() && m_discardRow->isHidden())
        askToDiscard(true);
    else if (!m_discardRow->isHidden())
        askToDiscard(false); // Esc at the question means «keep»
    else
        QDialog::reject();
}

void DialogFrame::askToDiscard(bool ask)
{
    m_discardRow->setVisible(ask);
    m_foot->setVisible(!ask);
    if (ask)
        m_keep->setFocus(Qt::OtherFocusReason);
    else
        m_bodyWidget->setFocus(Qt::OtherFocusReason);
}

void DialogFrame::retranslate()
{
    m_cancel->setText(tr("Cancel"));
    m_discardWords->setText(tr("Throw away what you typed?"));
    m_keep->setText(tr("Keep editing"));
    m_discard->setText(tr("Throw away"));
}

void DialogFrame::changeEvent(QEvent *event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void DialogFrame::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    fit();
    if (QWidget *under = parentWidget() ? parentWidget()->window() : nullptr; under && !m_scrim) {
        m_scrim = new Scrim(under);
        // The window manager places dialogs where it likes; over their window they are found.
        move(under->mapToGlobal(under->rect().center()) - QPoint(width() / 2, height() / 2));
    }
}

void DialogFrame::fit()
{
    const int tallest = screen()->availableGeometry().height() * 9 / 10;
    const int widest = screen()->availableGeometry().width() * 95 / 100;
    const int wide = qMin(m_width, widest);
    const int bodyHeight = m_bodyWidget->hasHeightForWidth() || m_body->hasHeightForWidth()
                               ? m_body->totalHeightForWidth(wide)
                               : m_body->totalSizeHint().height();
    m_scroll->setMinimumHeight(qMin(bodyHeight, tallest / 3));
    const int rest = layout()->totalSizeHint().height() - m_scroll->sizeHint().height();
    setFixedWidth(wide);
    resize(wide, qMin(tallest, rest + bodyHeight));
}

void DialogFrame::hideEvent(QHideEvent *event)
{
    delete m_scrim;
    QDialog::hideEvent(event);
}

void DialogFrame::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(this, Role::Raised));
}

void DialogFrame::closeEvent(QCloseEvent *event)
{
    // reject() decides; refusing an accepted close would also keep the application from quitting.
    reject();
    event->setAccepted(!isVisible());
}

}
