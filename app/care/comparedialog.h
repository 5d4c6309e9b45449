// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session.h"
#include "app/widgets/dialogframe.h"

#include <QGridLayout>

// Two backups side by side by what is known of each: when, state, version, schema, size, and the count of every
// table with its difference. It asks nothing of the service.
namespace quota::console
{

class CompareDialog : public DialogFrame
{
    Q_OBJECT

public:
    CompareDialog(const BackupInfo &one, const BackupInfo &other, Session &session, QWidget *parent);

protected:
    void retranslate() override;

private:
    struct Row
    {
        QString name;
        QString older;
        QString newer;
        QString difference;
    };
    QList<Row> rows() const;
    void addRow(int line, const Row &row, bool head);

    BackupInfo m_older;
    BackupInfo m_newer;
    Session &m_session;
    QWidget *m_table;
    QGridLayout *m_grid = nullptr;
};

}
