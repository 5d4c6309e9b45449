// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/backupspage.h"
#include "app/care/backuptext.h"
#include "app/care/comparedialog.h"
#include "app/care/localdialog.h"
#include "app/care/passphrasedialog.h"
#include "app/care/restoredialog.h"
#include "app/whendone.h"

using namespace Qt::StringLiterals;

// What the Backups page does when it is asked to; what it shows is in backupspage.cpp.
namespace quota::console
{

void BackupsPage::createNew()
{
    if (!canCreate())
        return;
    auto *dialog = new PassphraseDialog(PassphraseDialog::Occasion::NewBackup, {}, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &PassphraseDialog::given, this, [this](const QByteArray &passphrase) {
        whenDone(m_parts.model.create(passphrase), this, [this](const Result<BackupInfo> &backup) {
            if (!backup)
                return tellError(tr("No backup was made."), backup.error());
            const BackupText text(m_parts.session.format(), SystemClock().now());
            tellGood(tr("Backed up and verified."), tr("%1 keys, %2 request rows, %3")
                                                        .arg(text.keys(*backup), text.requests(*backup),
                                                             m_parts.session.format().bytes(backup->size)));
        });
    });
    dialog->open();
}

void BackupsPage::verify(const QString &id)
{
    const auto backup = m_parts.model.find(id);
    if (!backup || !m_parts.session.canWrite())
        return;
    if (!backup->encrypted)
        return verifyWith(id, {});
    auto *dialog = new PassphraseDialog(PassphraseDialog::Occasion::Verify, id, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &PassphraseDialog::given, this,
            [this, id](const QByteArray &passphrase) { verifyWith(id, passphrase); });
    dialog->open();
}

void BackupsPage::verifyWith(const QString &id, const QByteArray &passphrase)
{
    whenDone(m_parts.model.verify(id, passphrase), this, [this](const Result<BackupInfo> &backup) {
        if (!backup)
            return tellError(tr("The backup was not verified."), backup.error());
        if (backup->state == BackupState::Good)
            return tellGood(tr("The backup is good."), tr("It was opened, and every row was counted."));
        banners()->show(u"backupDeed"_s,
                        {Tone::Bad, tr("The backup is damaged."), backup->fault, {}, {}, true});
    });
}

void BackupsPage::restore(const QString &id)
{
    if (m_parts.model.find(id))
        openWizard(m_parts.model.list().backups, id);
}

void BackupsPage::openWizard(const QList<BackupInfo> &backups, const QString &id)
{
    if (!m_parts.session.canWrite() || m_parts.model.isBusy())
        return;
    auto *dialog = new RestoreDialog({m_parts.model, m_parts.session, m_parts.prompts, m_parts.copier},
                                     {backups, id, m_parts.session.profile().name}, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RestoreDialog::backWanted, this, &BackupsPage::restore, Qt::QueuedConnection);
    // What every other page shows is of before.
    connect(dialog, &RestoreDialog::restored, &m_parts.session, &Session::poll);
    dialog->open();
}

void BackupsPage::restoreHere()
{
    auto *dialog = new LocalDialog({m_parts.session, m_parts.prompts, m_parts.copier}, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, &m_parts.session, &Session::poll);
    dialog->open();
}

void BackupsPage::bring()
{
    if (!m_parts.session.canWrite() || m_parts.model.activity())
        return;
    m_parts.prompts.openFile(
        this, tr("Restore from a file"), tr("Backups (*.tar.gz *.tgz *.enc);;All files (*)"),
        [this](const QString &path) {
            whenDone(m_parts.model.upload(path), this, [this](const Result<BackupInfo> &backup) {
                if (!backup)
                    return tellError(tr("The file was not taken over."), backup.error());
                // The list may come a moment later than the answer.
                QList<BackupInfo> backups = m_parts.model.list().backups;
                if (!m_parts.model.find(backup->id))
                    backups.prepend(*backup);
                openWizard(backups, backup->id);
            });
        });
}

void BackupsPage::compare(const QString &first, const QString &second)
{
    const auto one = m_parts.model.find(first);
    const auto other = m_parts.model.find(second);
    if (!one || !other)
        return;
    auto *dialog = new CompareDialog(*one, *other, m_parts.session, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void BackupsPage::download(const QString &id)
{
    const auto backup = m_parts.model.find(id);
    if (!backup || m_parts.model.isBusy())
        return;
    m_parts.prompts.saveFile(
        this, tr("Download the backup"), id,
        backup->encrypted ? tr("Encrypted backup (*.enc)") : tr("Backup (*.tar.gz)"),
        [this, id](const QString &path) {
            whenDone(m_parts.model.download(id, path), this, [this, path](const Result<qint64> &count) {
                if (!count)
                    return tellError(tr("The backup was not downloaded."), count.error());
                tellGood(tr("Downloaded, for you alone to read."), path);
            });
        });
}

void BackupsPage::remove(const QStringList &ids)
{
    if (ids.isEmpty() || !m_parts.session.canWrite() || m_parts.model.isBusy())
        return;
    const BackupText text(m_parts.session.format(), SystemClock().now());
    Confirmation question;
    if (ids.size() == 1) {
        const auto backup = m_parts.model.find(ids.first());
        if (!backup)
            return;
        question.title = tr("Delete the backup of %1?").arg(text.made(*backup));
        question.text = tr("%1\nIt cannot be brought back.").arg(backup->id);
    } else {
        question.title = tr("Delete %n backup(s)?", nullptr, int(ids.size()));
        question.text = tr("They cannot be brought back.") + u'\n' + ids.mid(0, 8).join(u'\n') +
                        (ids.size() > 8 ? u"\n…"_s : QString());
    }
    const auto good = m_parts.model.lastGood();
    if (good && ids.contains(good->id))
        question.text += u'\n' + tr("The newest good backup is among them.");
    question.verb = tr("Delete");
    m_parts.prompts.confirm(this, question, [this, ids] { removeNext(ids); });
}

void BackupsPage::removeNext(QStringList ids)
{
    const QString id = ids.takeFirst();
    whenDone(m_parts.model.remove(id), this, [this, ids](const Result<bool> &removed) {
        if (!removed)
            tellError(tr("The backup was not deleted."), removed.error());
        else if (!ids.isEmpty())
            removeNext(ids);
    });
}

void BackupsPage::prune()
{
    if (!m_parts.session.canWrite())
        return;
    const BackupText text(m_parts.session.format(), SystemClock().now());
    Confirmation question;
    question.title = tr("Delete backups that need no longer be kept?");
    question.text = tr("%1. Older ones go; files that somebody put there stay. They cannot be brought back.")
                        .arg(text.retention(m_parts.model.list()));
    question.verb = tr("Tidy up");
    m_parts.prompts.confirm(this, question, [this] {
        whenDone(m_parts.model.prune(), this, [this](const Result<QStringList> &gone) {
            if (!gone)
                return tellError(tr("Nothing was tidied up."), gone.error());
            tellGood(gone->isEmpty() ? tr("All of them are still needed.")
                                     : tr("%n backup(s) deleted.", nullptr, int(gone->size())),
                     gone->mid(0, 3).join(u", "_s));
        });
    });
}

void BackupsPage::tellGood(const QString &fact, const QString &meaning)
{
    banners()->show(u"backupDeed"_s, {Tone::Ok, fact, meaning, {}, {}, true});
}

void BackupsPage::tellError(const QString &fact, const Error &error)
{
    const bool cancelled = error.code == ErrorCode::Cancelled;
    banners()->show(u"backupDeed"_s,
                    {cancelled ? Tone::Info : Tone::Bad,
                     fact,
                     cancelled ? error.message : tr("%1 (%2)").arg(error.message, toString(error.code)),
                     {},
                     {},
                     true});
}

}
