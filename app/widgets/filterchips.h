// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QButtonGroup>
#include <QWidget>

#include <optional>

// Chips in a row that wraps. FilterChips are views: one is chosen, each has a name and perhaps a count.
// RemovableChip is an active filter or a chosen model: its × (or Del) signals removed().
namespace quota::console
{

class FlowLayout;

class Chip : public QAbstractButton
{
    Q_OBJECT

public:
    explicit Chip(QWidget *parent);
    void setCount(const QString &count);
    void setRemovable(bool removable);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void removed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QRect crossRect() const;

    QString m_count;
    bool m_removable = false;
};

class FilterChips : public QWidget
{
    Q_OBJECT

public:
    struct Entry
    {
        QString name;
        QString count; // formatted; empty: none
    };
    explicit FilterChips(QWidget *parent);

    void setEntries(const QList<Entry> &entries); // the choice stays when it still exists
    int current() const;
    void setCurrent(int index);

Q_SIGNALS:
    void chosen(int index);

private:
    FlowLayout *m_flow;
    QButtonGroup m_buttons;
};

}
