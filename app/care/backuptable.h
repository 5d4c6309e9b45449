// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/activityrow.h"
#include "app/care/backupmodel.h"
#include "app/widgets/card.h"
#include "app/widgets/pagestate.h"
#include "app/widgets/tableview.h"

// The card of the Backups page with the table, its states, and a foot: how many there are, or what is under way, or
// what can be done with the chosen ones. It asks the page for deeds.
namespace quota::console
{

class BackupTable : public Card
{
    Q_OBJECT

public:
    BackupTable(BackupModel &model, Session &session, QWidget *parent);

    TableView *view() const { return m_view; }
    QStringList selected() const;
    void clearSelection();

Q_SIGNALS:
    void createWanted();
    void restoreWanted(const QString &id);
    void compareWanted(const QString &first, const QString &second);
    void deleteWanted(const QStringList &ids);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    void showColumns(bool narrow);
    QWidget *makeFoot();
    QWidget *makeSelectionRow();
    void join();
    void showState();
    void showFoot();
    void showSelection();
    void retranslate();
    StateText errorText() const;

    bool m_narrow = false;
    BackupModel &m_model;
    Session &m_session;
    TableView *m_view;
    PageState *m_page;
    QWidget *m_foot;
    Label *m_count;
    ActivityRow *m_activity;
    QWidget *m_selection; // in the place of the foot
    Label *m_chosen;
    QPushButton *m_compare;
    QPushButton *m_delete;
    QAbstractButton *m_clear;
};

}
