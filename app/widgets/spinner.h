// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QTimer>
#include <QWidget>

// A small turning ring: something is under way. Stands still when hidden, and when the system asks for less
// motion.
namespace quota::console
{

class Spinner : public QWidget
{
    Q_OBJECT

public:
    explicit Spinner(QWidget *parent, int size = 16);
    void setRole(Role role);
    QSize sizeHint() const override { return {m_size, m_size}; }

    // The ring at an instant, for delegates and the style.
    static void paint(QPainter &painter, const QRectF &rect, const QColor &color, qint64 milliseconds);

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    int m_size;
    Role m_role = Role::Accent;
    QTimer m_timer;
};

// Settings of the desktop: true when it asks for no animations.
bool wantsLessMotion(const QWidget *widget);

}
