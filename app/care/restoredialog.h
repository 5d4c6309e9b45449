// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/activityrow.h"
#include "app/care/differencesview.h"
#include "app/care/stepsrow.h"
#include "app/prompts.h"
#include "app/widgets/codebox.h"
#include "app/widgets/copyhelper.h"
#include "app/widgets/dialogframe.h"
#include "app/widgets/field.h"
#include "app/widgets/glyph.h"
#include "app/widgets/segmented.h"

#include <QStackedWidget>

// The way back to a backup in five steps: choose, check, compare, confirm, restore. Nothing is changed before the
// last one, which asks for the name of what is restored; the end says what happened, and where the state of before is.
namespace quota::console
{

class RestoreDialog : public DialogFrame
{
    Q_OBJECT

public:
    struct Parts // all outlive the dialog
    {
        RestoreDoor &door;
        Session &session;
        Prompts &prompts;
        CopyHelper &copier;
    };
    struct Subject
    {
        QList<BackupInfo> backups; // to choose from
        QString chosen;            // id; empty: the wizard begins with the choice
        QString name;              // of what is restored: it is typed to confirm
    };
    RestoreDialog(const Parts &parts, const Subject &subject, QWidget *parent);

    void reject() override;

Q_SIGNALS:
    void restored(const quota::RestoreOutcome &outcome);
    void backWanted(const QString &safetyBackup); // to before the restore

protected:
    void retranslate() override;

private:
    enum Step
    {
        Choose,
        Check,
        Compare,
        Confirm,
        Finish
    };
    QWidget *makeChoose();
    QWidget *makeCheck();
    QWidget *makeCompare();
    QWidget *makeConfirm();
    QWidget *makeFinish();
    void join();
    void go(Step step);
    void goBack();
    void proceed();
    void showStep();
    void showBackup();
    void showCommand();
    void check();
    void takeCheck(const Result<BackupInfo> &answer);
    void compare();
    void takeComparison(const Result<RestoreOutcome> &answer);
    void showConfirm();
    void restore();
    void takeRestore(const Result<RestoreOutcome> &answer);
    void showDone(const RestoreOutcome &outcome);
    void showFailure(const Error &error);
    void saveComparison();
    void setBusyWith(bool busy);
    const BackupInfo &backup() const { return m_subject.backups.at(m_choice->currentIndex()); }
    RestoreScope scope() const { return RestoreScope(m_scope->current()); }
    QByteArray passphrase() const { return m_passphrase->text().toUtf8(); }

    Parts m_parts;
    Subject m_subject;
    Step m_step = Choose;
    bool m_working = false;
    bool m_checked = false;
    bool m_done = false;
    bool m_leaving = false; // when what is under way was broken off
    std::optional<RestoreOutcome> m_preview;
    StepsRow *m_steps;
    QStackedWidget *m_pages;
    ActivityRow *m_activity;
    Choice *m_choice;
    Field *m_choiceField;
    QLineEdit *m_passphrase;
    Field *m_passphraseField;
    Label *m_facts;
    Glyph *m_checkGlyph;
    Label *m_checkFact;
    Label *m_checkLines;
    Segmented *m_scope;
    Label *m_scopeWords;
    DifferencesView *m_differences;
    Label *m_compareError;
    Label *m_confirmWords;
    LineField *m_typed;
    Glyph *m_finishGlyph;
    Label *m_finishFact;
    Label *m_finishLines;
    QPushButton *m_toBefore;
    QPushButton *m_command;
    CodeBox *m_commandBox;
    QPushButton *m_back;
};

}
