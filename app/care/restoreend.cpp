// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/restoredialog.h"
#include "app/whendone.h"

using namespace Qt::StringLiterals;

// The last step of the wizard: it restores, and says what happened.
namespace quota::console
{

void RestoreDialog::restore()
{
    m_finishGlyph->setGlyph(u"circle-dashed"_s, Role::Faint);
    m_finishFact->setText(tr("It is being restored."));
    m_finishLines->setText(
        tr("The old state or the new one, never a mix: if it is interrupted, the service finds "
           "the one or the other."));
    setBusyWith(true);
    whenDone(m_parts.door.restore(backup().id, scope(), false, passphrase()), this,
             [this](const Result<RestoreOutcome> &answer) { takeRestore(answer); });
}

void RestoreDialog::takeRestore(const Result<RestoreOutcome> &answer)
{
    m_done = answer && answer->done;
    setBusyWith(false);
    if (!answer)
        return showFailure(answer.error());
    m_passphrase->clear();
    m_preview = *answer;
    showDone(*answer);
    Q_EMIT restored(*answer);
}

void RestoreDialog::showDone(const RestoreOutcome &outcome)
{
    m_finishGlyph->setGlyph(u"circle-check"_s, Role::Ok);
    m_finishFact->setText(tr("Restored and proven."));
    QStringList lines;
    if (outcome.scope != RestoreScope::Settings)
        lines.append(tr("%1 keys were counted after it.").arg(m_parts.session.format().number(outcome.keys)));
    if (!outcome.differences.settings.isEmpty())
        lines.append(tr("Settings take effect with the next start of the service."));
    if (!outcome.safetyBackup.isEmpty())
        lines.append(tr("What was there before is in %1.").arg(outcome.safetyBackup));
    m_finishLines->setText(lines.join(u'\n'));
    m_toBefore->setVisible(!outcome.safetyBackup.isEmpty() && outcome.scope != RestoreScope::Settings);
    verb()->setFocus();
}

void RestoreDialog::showFailure(const Error &error)
{
    const bool cancelled = error.code == ErrorCode::Cancelled;
    // Who does not answer may have done it all the same.
    const bool unknown = error.code == ErrorCode::Unreachable || error.code == ErrorCode::TimedOut;
    m_finishGlyph->setGlyph(cancelled || unknown ? u"triangle-alert"_s : u"octagon-x"_s,
                            cancelled || unknown ? Role::Warn : Role::Bad);
    m_finishFact->setText(unknown     ? tr("The answer did not come.")
                          : cancelled ? tr("Cancelled. Nothing was changed.")
                                      : tr("It was not restored. Nothing was changed."));
    QStringList lines{tr("%1 (%2)").arg(error.message, toString(error.code))};
    if (unknown)
        lines.append(
            tr("The service holds the old state or the new one. Its list of backups tells: a new safety "
               "copy means that it was restored."));
    m_finishLines->setText(lines.join(u'\n'));
}

}
