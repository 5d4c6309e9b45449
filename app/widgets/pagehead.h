// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/label.h"

#include <QHBoxLayout>

// The head of a page: title, one grey line (count or period with its zone; elides first), actions at the right
// with the filled one last.
namespace quota::console
{

class PageHead : public QWidget
{
    Q_OBJECT

public:
    explicit PageHead(QWidget *parent);
    void setTitle(const QString &title);
    void setNote(const QString &note);
    void addAction(QWidget *widget); // taken as a child, left to right

private:
    QHBoxLayout *m_row;
    Label *m_title;
    Label *m_note;
};

}
