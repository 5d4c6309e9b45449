// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QVBoxLayout>

// The navigation at the left: mark and name, the pages, settings at the foot, one line about the token. 212
// wide, or 64 with icons only. Items are radio-like buttons: arrows move, Space chooses.
namespace quota::console
{

class NavigationItem : public QAbstractButton
{
    Q_OBJECT

public:
    NavigationItem(const QString &glyph, QWidget *parent);
    void setBadge(int count, Tone tone);
    void setNarrow(bool narrow);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_glyph;
    int m_badge = 0;
    Tone m_badgeTone = Tone::Warn;
    bool m_narrow = false;
};

class Sidebar : public QWidget
{
    Q_OBJECT

public:
    explicit Sidebar(QWidget *parent);

    NavigationItem *addItem(const QString &glyph, const QString &word);
    NavigationItem *addFootItem(const QString &glyph, const QString &word);
    void setCurrent(NavigationItem *item);
    void setNarrow(bool narrow);
    bool isNarrow() const { return m_narrow; }
    // The line at the foot: where the token is kept; empty: no line.
    void setTokenLine(const QString &glyph, const QString &words);

Q_SIGNALS:
    void chosen(quota::console::NavigationItem *item);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void setUp(NavigationItem *item, const QString &word);

    bool m_narrow = false;
    QButtonGroup m_group;
    QVBoxLayout *m_items;
    QVBoxLayout *m_footItems;
    QWidget *m_brand;
    QWidget *m_tokenRow;
    class Glyph *m_tokenIcon;
    class Label *m_tokenWords;
};

}
