// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include <functional>

// Undo at the bottom centre of the window: a fact, Undo, the seconds left (30). Counting pauses under pointer or
// focus. One is shown at a time, newer ones wait and are counted. The callback runs at most once.
namespace quota::console
{

class UndoBar : public QWidget
{
    Q_OBJECT

public:
    static constexpr int seconds = 30;

    explicit UndoBar(QWidget *window); // floats over it

    void offer(const QString &fact, std::function<void()> undo);
    void undo(); // what Ctrl+Z does
    int secondsLeft() const { return m_left; }
    qsizetype waiting() const { return m_offers.size(); } // shown one included
    void tick();                                          // one second has passed; the timer calls it

    QSize sizeHint() const override;

Q_SIGNALS:
    void undone();
    void expired();

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Offer
    {
        QString fact;
        std::function<void()> undo;
    };
    void next();
    void place();
    void refresh();

    QList<Offer> m_offers;
    int m_left = 0;
    QTimer m_timer;
    class Label *m_fact;
    class Label *m_more;
    class Label *m_seconds;
    class QPushButton *m_undo;
    class QToolButton *m_close;
};

}
