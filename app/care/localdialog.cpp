// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/localdialog.h"

#include "app/care/backuptext.h"
#include "app/care/restoredialog.h"
#include "app/whendone.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace quota::console
{

LocalDialog::LocalDialog(const Parts &parts, QWidget *parent)
    : DialogFrame(space::dialogMedium, parent)
    , m_parts(parts)
    , m_directory(new LineField(this))
    , m_list(makeButton(ButtonKind::Secondary, {}, u"refresh-cw"_s, this))
    , m_choice(new Choice(this))
    , m_choiceField(new Field(m_choice, this))
    , m_file(makeButton(ButtonKind::Quiet, {}, u"file-text"_s, this))
    , m_activity(new ActivityRow(m_door, parts.session, this))
    , m_error(new Label(TextStep::Body, Role::Bad, this))
    , m_note(new Label(TextStep::Body, Role::Muted, this))
{
    setObjectName(u"localDialog"_s);
    build();
    connect(m_list, &QPushButton::clicked, this, &LocalDialog::list);
    connect(m_file, &QPushButton::clicked, this, &LocalDialog::bring);
    connect(m_directory->edit(), &QLineEdit::textEdited, this, [this] {
        m_listed = false;
        m_backups.clear();
        showChoice();
    });
    connect(verb(), &QPushButton::clicked, this,
            [this] { openWizard(m_backups, m_choice->currentData().toString()); });
    connect(&m_door, &LocalBackups::activityChanged, this, &LocalDialog::showChoice);
    retranslate();
    list();
}

void LocalDialog::build()
{
    m_directory->edit()->setObjectName(u"localDirectory"_s);
    m_directory->setText(m_door.directory());
    m_list->setObjectName(u"listLocal"_s);
    m_choice->setObjectName(u"localBackups"_s);
    m_file->setObjectName(u"localFile"_s);
    m_error->setObjectName(u"localError"_s);
    m_error->setWordWrap(true);
    m_note->setObjectName(u"localNote"_s);
    m_note->setWordWrap(true);
    verb()->setObjectName(u"restoreLocal"_s);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::betweenControls);
    row->addWidget(m_directory, 1);
    row->addWidget(m_list, 0, Qt::AlignBottom);
    body()->addLayout(row);
    body()->addWidget(m_choiceField);
    body()->addWidget(m_error);
    body()->addWidget(m_note);
    body()->addWidget(m_activity);
    addHelper(m_file);
}

void LocalDialog::list()
{
    if (m_door.activity()) {
        // What is being listed is of another directory by now.
        m_again = true;
        m_door.cancel();
        return;
    }
    m_error->hide();
    m_door.setDirectory(QDir::cleanPath(m_directory->text().trimmed()));
    m_door.setLanguage(m_parts.session.format().language());
    whenDone(m_door.list(), this, [this](const Result<BackupList> &answer) { take(answer); });
}

void LocalDialog::take(const Result<BackupList> &answer)
{
    if (std::exchange(m_again, false))
        return list();
    m_listed = answer.has_value();
    m_backups = answer ? answer->backups : QList<BackupInfo>();
    if (!answer)
        showError(answer.error());
    showChoice();
}

void LocalDialog::showError(const Error &error)
{
    m_error->setText(tr("%1 (%2)").arg(error.message, toString(error.code)));
    m_error->show();
}

void LocalDialog::showChoice()
{
    const bool busy = m_door.activity().has_value();
    const BackupText text(m_parts.session.format(), SystemClock().now());
    const QString chosen = m_choice->currentData().toString();
    m_choice->clear();
    for (const BackupInfo &backup : std::as_const(m_backups))
        m_choice->addItem(text.summary(backup), backup.id);
    m_choice->setCurrentIndex(m_backups.isEmpty() ? -1 : qMax(0, m_choice->findData(chosen)));
    m_choiceField->setEnabled(!m_backups.isEmpty() && !busy);
    m_choiceField->setHint(m_listed && m_backups.isEmpty() ? tr("There is none in this data directory.")
                                                           : QString());
    m_activity->setVisible(busy);
    m_file->setEnabled(!busy);
    verb()->setEnabled(!m_backups.isEmpty() && !busy);
    m_note->setText(m_restored ? tr("Restored. Start the service again, then connect to it.")
                               : tr("Nothing is changed before you confirm it in the wizard."));
    m_note->setRole(m_restored ? Role::Ok : Role::Muted);
}

void LocalDialog::bring()
{
    m_parts.prompts.openFile(
        this, tr("Restore from a file"), tr("Backups (*.tar.gz *.tgz *.enc);;All files (*)"),
        [this](const QString &path) {
            BackupInfo backup;
            backup.id = path;
            backup.kind = BackupKind::Foreign;
            backup.createdAt = fromMilliseconds(QFileInfo(path).lastModified().toMSecsSinceEpoch());
            backup.size = QFileInfo(path).size();
            backup.encrypted = path.endsWith(".enc"_L1);
            openWizard({backup}, path);
        });
}

void LocalDialog::openWizard(const QList<BackupInfo> &backups, const QString &id)
{
    if (backups.isEmpty() || m_door.activity())
        return;
    m_door.setDirectory(QDir::cleanPath(m_directory->text().trimmed()));
    auto *dialog = new RestoreDialog({m_door, m_parts.session, m_parts.prompts, m_parts.copier},
                                     {backups, id, QDir(m_door.directory()).dirName()}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RestoreDialog::restored, this, [this] {
        m_restored = true;
        list();
    });
    connect(
        dialog, &RestoreDialog::backWanted, this, [this](const QString &id) { openWizard(m_backups, id); },
        Qt::QueuedConnection);
    dialog->open();
}

void LocalDialog::retranslate()
{
    DialogFrame::retranslate();
    setHeading(
        tr("Restore on this computer"),
        tr("For when the service cannot start: its data directory is restored by the command line. It must "
           "lie on this computer, and be yours to write."));
    m_directory->setLabel(tr("Data directory"));
    m_list->setText(tr("List"));
    m_choiceField->setLabel(tr("Backup"));
    m_file->setText(tr("From a file…"));
    verb()->setText(tr("Restore…"));
    showChoice();
}

}
