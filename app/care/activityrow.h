// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/restoredoor.h"
#include "app/session.h"
#include "app/widgets/label.h"
#include "app/widgets/spinner.h"

#include <QPushButton>

// What is under way with backups, in one row: words, a bar where the end is known, Cancel. The table's foot and the
// wizard show it; it follows its teller.
namespace quota::console
{

class ActivityRow : public QWidget
{
    Q_OBJECT

public:
    // Both outlive the row.
    ActivityRow(RestoreDoor &door, Session &session, QWidget *parent);

    QPushButton *cancelButton() const { return m_cancel; }

protected:
    void changeEvent(QEvent *event) override;

private Q_SLOTS:
    void refresh();

private:
    RestoreDoor &m_door;
    Session &m_session;
    Spinner *m_spinner;
    Label *m_words;
    class ProgressBar *m_bar;
    QPushButton *m_cancel;
};

}
