// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QStringList>
#include <QWidget>

// The steps of a wizard as numbered circles in one row: done ones are ticked, the current one is filled and bold.
namespace quota::console
{

class StepsRow : public QWidget
{
    Q_OBJECT

public:
    explicit StepsRow(QWidget *parent);
    void setSteps(const QStringList &words);
    void setCurrent(int step); // beyond the last: all are done
    int current() const { return m_current; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int widthOf(int step) const;
    void describe();

    QStringList m_words;
    int m_current = 0;
};

}
