// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/backupmodel.h"
#include "app/widgets/card.h"
#include "app/widgets/chip.h"

#include <QPushButton>

// The three cards over the table of backups: the last good one with its age, when one is made and how long it is
// kept, and the space they take. The page gives them the model; they ask it whenever it changes.
namespace quota::console
{

class BackupCards : public QWidget
{
    Q_OBJECT

public:
    BackupCards(BackupModel &model, Session &session, QWidget *parent);

    QPushButton *pruneButton() const { return m_prune; }

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Face
    {
        Card *card;
        Label *figure;
        Label *first;
        Label *second;
    };
    Face makeFace(const QString &name);
    void refresh();
    void showLast();
    void showSchedule();
    void showSpace();

    BackupModel &m_model;
    Session &m_session;
    Face m_last;
    Face m_schedule;
    Face m_space;
    StateChip *m_state;
    StateChip *m_disk;
    QPushButton *m_prune;
};

}
