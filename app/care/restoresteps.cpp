// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/backuptext.h"
#include "app/care/restoredialog.h"
#include "app/whendone.h"
#include "app/widgets/button.h"

#include <QSaveFile>

using namespace Qt::StringLiterals;

// The way through the wizard, forth and back; its pages are in restoredialog.cpp, its end in restoreend.cpp.
namespace quota::console
{

void RestoreDialog::join()
{
    connect(verb(), &QPushButton::clicked, this, &RestoreDialog::proceed);
    connect(m_back, &QPushButton::clicked, this, &RestoreDialog::goBack);
    connect(m_choice, &QComboBox::currentIndexChanged, this, [this] {
        m_checked = false;
        m_preview.reset();
        m_passphrase->clear();
        showBackup();
    });
    connect(m_passphrase, &QLineEdit::textEdited, this, [this] {
        m_checked = false;
        m_passphraseField->setError({});
    });
    connect(m_scope, &Segmented::chosen, this, [this] {
        showCommand();
        if (m_step == Compare)
            compare();
    });
    connect(m_typed->edit(), &QLineEdit::textChanged, this, &RestoreDialog::showStep);
    connect(m_differences, &DifferencesView::saveWanted, this, &RestoreDialog::saveComparison);
    connect(m_command, &QPushButton::toggled, m_commandBox, &QWidget::setVisible);
    connect(m_toBefore, &QPushButton::clicked, this, [this] {
        const QString safety = m_preview->safetyBackup;
        accept();
        Q_EMIT backWanted(safety);
    });
}

void RestoreDialog::go(Step step)
{
    m_step = step;
    m_pages->setCurrentIndex(step);
    showStep();
    switch (step) {
    case Choose:
        (backup().encrypted ? static_cast<QWidget *>(m_passphrase) : m_choice)->setFocus();
        break;
    case Check:
        check();
        break;
    case Compare:
        compare();
        break;
    case Confirm:
        m_typed->setText({});
        showConfirm();
        m_typed->edit()->setFocus();
        break;
    case Finish:
        restore();
        break;
    }
}

void RestoreDialog::goBack()
{
    if (m_working || m_step == Choose)
        return;
    const Step before = Step(m_step - 1);
    m_step = before;
    m_pages->setCurrentIndex(before);
    showStep();
}

void RestoreDialog::proceed()
{
    if (m_done)
        return accept();
    if (m_working)
        return;
    if (m_step == Finish)
        return goBack(); // it failed, and nothing was changed: from the confirmation again
    if (m_step == Choose && backup().encrypted && m_passphrase->text().isEmpty())
        return m_passphraseField->setError(tr("This backup opens with its passphrase only."));
    go(Step(m_step + 1));
}

void RestoreDialog::setBusyWith(bool busy)
{
    m_working = busy;
    m_choiceField->setEnabled(!busy);
    m_scope->setEnabled(!busy);
    showStep();
}

void RestoreDialog::showStep()
{
    m_steps->setCurrent(m_done ? int(Finish) + 1 : int(m_step));
    m_activity->setVisible(m_working);
    setBusy(verb(), m_working);
    const bool last = m_step == Finish;
    m_back->setVisible(m_step != Choose && !last);
    m_back->setEnabled(!m_working);
    cancelButton()->setVisible(!last || m_working);
    m_command->setVisible(!last);
    m_commandBox->setVisible(m_command->isChecked() && !last);
    setKind(verb(), m_step == Confirm ? ButtonKind::Danger : ButtonKind::Primary);
    verb()->setText(m_done              ? tr("Done")
                    : last              ? tr("Back to confirm")
                    : m_step == Confirm ? tr("Restore")
                                        : tr("Continue"));
    bool ready = true;
    if (m_step == Check)
        ready = m_checked;
    else if (m_step == Compare)
        ready = m_preview && m_compareError->isHidden();
    else if (m_step == Confirm)
        ready = m_typed->text().trimmed() == m_subject.name;
    verb()->setEnabled(m_working || ready);
}

void RestoreDialog::showBackup()
{
    const Format format = m_parts.session.format();
    const BackupText text(format, SystemClock().now());
    const BackupInfo &chosen = backup();
    setHeading(tr("Restore a backup"), text.summary(chosen));
    m_passphraseField->setVisible(chosen.encrypted);
    QStringList facts{chosen.id};
    if (!chosen.rows.isEmpty())
        facts.append(tr("%1 keys, %2 request rows").arg(text.keys(chosen), text.requests(chosen)));
    if (chosen.state == BackupState::Damaged)
        facts.append(text.stateWords(chosen));
    if (!chosen.carriesSealKey)
        facts.append(
            tr("Secrets of providers inside can be read by the service they come from; on another host "
               "they must be entered again."));
    m_facts->setText(facts.join(u'\n'));
    showCommand();
}

void RestoreDialog::showCommand()
{
    m_commandBox->setText(m_parts.door.command(backup().id, scope()));
}

void RestoreDialog::check()
{
    if (m_checked)
        return;
    m_checkGlyph->setGlyph(u"circle-dashed"_s, Role::Faint);
    m_checkFact->setText(tr("It is opened, its checksums are compared, and every row is counted."));
    m_checkLines->setText({});
    setBusyWith(true);
    whenDone(m_parts.door.verify(backup().id, passphrase()), this,
             [this](const Result<BackupInfo> &answer) { takeCheck(answer); });
}

void RestoreDialog::takeCheck(const Result<BackupInfo> &answer)
{
    if (m_leaving)
        return QDialog::reject();
    if (answer)
        m_subject.backups[m_choice->currentIndex()] = *answer;
    m_checked = answer && answer->state == BackupState::Good;
    setBusyWith(false);
    const Format format = m_parts.session.format();
    const BackupText text(format, SystemClock().now());
    if (!m_checked) {
        m_checkGlyph->setGlyph(u"octagon-x"_s, Role::Bad);
        m_checkFact->setText(answer ? tr("It is damaged, and cannot be restored.")
                                    : tr("It could not be checked."));
        m_checkLines->setText(answer
                                  ? answer->fault
                                  : tr("%1 (%2)").arg(answer.error().message, toString(answer.error().code)));
        return;
    }
    m_checkGlyph->setGlyph(u"circle-check"_s, Role::Ok);
    m_checkFact->setText(tr("It is whole."));
    QStringList lines{tr("%1 keys, %2 request rows").arg(text.keys(*answer), text.requests(*answer)),
                      tr("Schema %1").arg(answer->schema)};
    if (!answer->version.isEmpty())
        lines.append(tr("Made by version %1").arg(answer->version));
    m_checkLines->setText(lines.join(u'\n'));
    showBackup();
    verb()->setFocus();
}

void RestoreDialog::compare()
{
    m_compareError->hide();
    m_preview.reset();
    setBusyWith(true);
    whenDone(m_parts.door.restore(backup().id, scope(), true, passphrase()), this,
             [this](const Result<RestoreOutcome> &answer) { takeComparison(answer); });
}

void RestoreDialog::takeComparison(const Result<RestoreOutcome> &answer)
{
    if (m_leaving)
        return QDialog::reject();
    if (answer) {
        m_preview = *answer;
        m_differences->setOutcome(*answer, m_parts.session.format());
    } else {
        m_compareError->setText(tr("%1 (%2)").arg(answer.error().message, toString(answer.error().code)));
    }
    m_compareError->setVisible(!answer);
    m_differences->setVisible(answer.has_value());
    setBusyWith(false);
}

void RestoreDialog::showConfirm()
{
    if (!m_preview)
        return;
    m_confirmWords->setText(DifferencesView::sentences(*m_preview, m_parts.session.format()).join(u'\n'));
}

void RestoreDialog::saveComparison()
{
    m_parts.prompts.saveFile(
        this, tr("Save the comparison"), u"comparison.tsv"_s, tr("Text, parted by tabs (*.tsv)"),
        [this, bytes = m_differences->model().asText()](const QString &path) {
            QSaveFile file(path);
            if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
                return;
            m_compareError->setText(tr("The comparison was not saved: %1").arg(file.errorString()));
            m_compareError->show();
        });
}

void RestoreDialog::reject()
{
    if (!m_working)
        return QDialog::reject();
    // What is read only may be left at once; the restore itself ends by its own answer.
    m_leaving = m_step != Finish;
    cancelButton()->setEnabled(false);
    whenDone(m_parts.door.cancel(), this, [this](const Result<bool> &) { cancelButton()->setEnabled(true); });
}

}
