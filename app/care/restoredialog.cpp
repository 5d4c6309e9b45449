// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/restoredialog.h"

#include "app/care/backuptext.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

using namespace Qt::StringLiterals;

// The pages of the wizard; the way through them is in restoresteps.cpp.
namespace quota::console
{

RestoreDialog::RestoreDialog(const Parts &parts, const Subject &subject, QWidget *parent)
    : DialogFrame(space::dialogLarge, parent)
    , m_parts(parts)
    , m_subject(subject)
    , m_steps(new StepsRow(this))
    , m_pages(new QStackedWidget(this))
    , m_activity(new ActivityRow(parts.door, parts.session, this))
    , m_command(makeButton(ButtonKind::Quiet, {}, u"terminal"_s, this))
    , m_commandBox(new CodeBox(parts.copier, this))
    , m_back(makeButton(ButtonKind::Secondary, {}, this))
{
    Q_ASSERT(!subject.backups.isEmpty());
    setObjectName(u"restoreDialog"_s);
    m_steps->setObjectName(u"restoreSteps"_s);
    m_command->setObjectName(u"sameAsCommand"_s);
    m_command->setCheckable(true);
    m_commandBox->setObjectName(u"restoreCommand"_s);
    m_commandBox->hide();
    m_back->setObjectName(u"restoreBack"_s);
    verb()->setObjectName(u"restoreNext"_s);
    // Enter goes on from step to step, never over the last one by habit.
    verb()->setAutoDefault(false);
    m_pages->addWidget(makeChoose());
    m_pages->addWidget(makeCheck());
    m_pages->addWidget(makeCompare());
    m_pages->addWidget(makeConfirm());
    m_pages->addWidget(makeFinish());
    body()->addWidget(m_steps);
    body()->addWidget(m_pages, 1);
    body()->addWidget(m_activity);
    body()->addWidget(m_commandBox);
    addHelper(m_command);
    addHelper(m_back);
    join();
    retranslate();
    const bool chosen = !subject.chosen.isEmpty();
    go(chosen && !backup().encrypted ? Check : Choose);
}

QWidget *RestoreDialog::makeChoose()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 6, 0, 0);
    column->setSpacing(space::betweenFields);
    m_choice = new Choice(page);
    m_choice->setObjectName(u"backupChoice"_s);
    m_choiceField = new Field(m_choice, page);
    m_passphrase = makeSecretEdit(page);
    m_passphrase->setObjectName(u"restorePassphrase"_s);
    m_passphraseField = new Field(m_passphrase, page);
    m_facts = new Label(TextStep::Body, Role::Muted, page);
    m_facts->setObjectName(u"chosenFacts"_s);
    m_facts->setWordWrap(true);
    column->addWidget(m_choiceField);
    column->addWidget(m_passphraseField);
    column->addWidget(m_facts);
    column->addStretch(1);
    return page;
}

static QWidget *makeVerdict(QWidget *parent, const QString &name, Glyph *&glyph, Label *&fact, Label *&lines)
{
    auto *page = new QWidget(parent);
    auto *row = new QHBoxLayout(page);
    row->setContentsMargins(0, 10, 0, 0);
    row->setSpacing(14);
    glyph = new Glyph(u"circle-dashed"_s, Role::Faint, 28, page);
    fact = new Label(TextStep::Section, Role::Text, page);
    fact->setObjectName(name + u"Fact"_s);
    fact->setWordWrap(true);
    lines = new Label(TextStep::Body, Role::Muted, page);
    lines->setObjectName(name + u"Lines"_s);
    lines->setWordWrap(true);
    lines->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *words = new QVBoxLayout;
    words->setSpacing(8);
    words->addWidget(fact);
    words->addWidget(lines);
    words->addStretch(1);
    row->addWidget(glyph, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    return page;
}

QWidget *RestoreDialog::makeCheck()
{
    return makeVerdict(this, u"check"_s, m_checkGlyph, m_checkFact, m_checkLines);
}

QWidget *RestoreDialog::makeCompare()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->setSpacing(12);
    auto *row = new QHBoxLayout;
    row->setSpacing(14);
    m_scopeWords = new Label(TextStep::Body, Role::Text, page);
    m_scopeWords->setWeight(Weight::Medium);
    m_scopeWords->setElides(false);
    m_scope = new Segmented(page);
    m_scope->setObjectName(u"restoreScope"_s);
    row->addWidget(m_scopeWords);
    row->addWidget(m_scope);
    row->addStretch(1);
    m_differences = new DifferencesView(page);
    m_compareError = new Label(TextStep::Body, Role::Bad, page);
    m_compareError->setObjectName(u"compareError"_s);
    m_compareError->setWordWrap(true);
    m_compareError->hide();
    column->addLayout(row);
    column->addWidget(m_compareError);
    column->addWidget(m_differences, 1);
    return page;
}

QWidget *RestoreDialog::makeConfirm()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 6, 0, 0);
    column->setSpacing(space::betweenFields);
    m_confirmWords = new Label(TextStep::Body, Role::Text, page);
    m_confirmWords->setObjectName(u"confirmWords"_s);
    m_confirmWords->setWordWrap(true);
    auto *card = new Card(page);
    card->setGround(Role::WarnSoft);
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(new Glyph(u"triangle-alert"_s, Role::Warn, 20, card), 0, Qt::AlignTop);
    row->addWidget(m_confirmWords, 1);
    card->body()->addLayout(row);
    m_typed = new LineField(page);
    m_typed->edit()->setObjectName(u"typeToRestore"_s);
    m_typed->setMaximumWidth(420);
    column->addWidget(card);
    column->addWidget(m_typed);
    column->addStretch(1);
    return page;
}

QWidget *RestoreDialog::makeFinish()
{
    QWidget *page = makeVerdict(this, u"finish"_s, m_finishGlyph, m_finishFact, m_finishLines);
    m_toBefore = makeButton(ButtonKind::Secondary, {}, u"undo-2"_s, page);
    m_toBefore->setObjectName(u"goBackToBefore"_s);
    m_toBefore->hide();
    auto *words = static_cast<QVBoxLayout *>(page->layout()->itemAt(1)->layout());
    words->insertWidget(2, m_toBefore, 0, Qt::AlignLeft);
    return page;
}

void RestoreDialog::retranslate()
{
    DialogFrame::retranslate();
    m_steps->setSteps({tr("Choose"), tr("Check"), tr("Compare"), tr("Confirm"), tr("Restore")});
    const Format format = m_parts.session.format();
    const BackupText text(format, SystemClock().now());
    const int index = m_choice->currentIndex();
    {
        const QSignalBlocker blocker(m_choice);
        m_choice->clear();
        for (const BackupInfo &backup : std::as_const(m_subject.backups))
            m_choice->addItem(text.summary(backup), backup.id);
        m_choice->setCurrentIndex(index >= 0 ? index : qMax(0, m_choice->findData(m_subject.chosen)));
    }
    m_choiceField->setLabel(tr("Backup"));
    m_passphraseField->setLabel(tr("Passphrase"));
    m_scopeWords->setText(tr("Restore"));
    m_scope->setChoices({tr("Everything"), tr("Keys and limits"), tr("Settings")});
    if (m_scope->current() < 0)
        m_scope->setCurrent(0);
    m_scope->setAccessibleName(tr("What is restored"));
    m_typed->setLabel(tr("Type “%1” to confirm").arg(m_subject.name));
    m_toBefore->setText(tr("Go back to before"));
    m_command->setText(tr("The same as a command"));
    m_back->setText(tr("Back"));
    if (m_preview)
        m_differences->setOutcome(*m_preview, format);
    showBackup();
    showConfirm();
    showStep();
}

}
