// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>

// The dark veil over a window while something modal is open before it. Follows the window's size; delete it to
// lift it.
namespace quota::console
{

class Scrim : public QWidget
{
    Q_OBJECT

public:
    explicit Scrim(QWidget *window);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
};

}
