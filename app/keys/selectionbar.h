// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/label.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

// What can be done to the chosen rows, in the place of the table's foot: how many, the deeds, Delete last in red,
// × chooses none. The page does what it asks for.
namespace quota::console
{

class SelectionBar : public QWidget
{
    Q_OBJECT

public:
    explicit SelectionBar(QWidget *parent);

    void setCount(int rows);
    void setWritable(const QString &refusal); // why not, in words; empty: it is

Q_SIGNALS:
    void enableWanted();
    void disableWanted();
    void deleteWanted();
    void cleared();

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void retranslate();

    int m_count = 0;
    Label *m_words;
    QPushButton *m_enable;
    QPushButton *m_disable;
    QPushButton *m_delete;
    QToolButton *m_clear;
};

}
