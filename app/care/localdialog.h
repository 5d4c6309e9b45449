// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/activityrow.h"
#include "app/care/localbackups.h"
#include "app/prompts.h"
#include "app/widgets/copyhelper.h"
#include "app/widgets/dialogframe.h"
#include "app/widgets/field.h"

// Backups of a data directory of this computer, for when its service cannot start: lists them through the command
// line, and opens the wizard on one of them or on a file. The Backups page and Connect open it.
namespace quota::console
{

class LocalDialog : public DialogFrame
{
    Q_OBJECT

public:
    struct Parts // all outlive the dialog
    {
        Session &session;
        Prompts &prompts;
        CopyHelper &copier;
    };
    LocalDialog(const Parts &parts, QWidget *parent);

protected:
    void retranslate() override;

private:
    void build();
    void list();
    void take(const Result<BackupList> &answer);
    void bring();
    void openWizard(const QList<BackupInfo> &backups, const QString &id);
    void showChoice();
    void showError(const Error &error);

    Parts m_parts;
    LocalBackups m_door;
    QList<BackupInfo> m_backups;
    LineField *m_directory;
    QPushButton *m_list;
    Choice *m_choice;
    Field *m_choiceField;
    QPushButton *m_file;
    ActivityRow *m_activity;
    Label *m_error;
    Label *m_note;
    bool m_listed = false;
    bool m_again = false; // List was pressed while one was under way
    bool m_restored = false;
};

}
