// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/label.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QVBoxLayout>

// A surface with a title row (title, note, actions at the right) and a body. A card without a title has no
// head. Cards paint their round ground; what lies in them must not fill its own.
namespace quota::console
{

class Card : public QFrame
{
    Q_OBJECT

public:
    explicit Card(QWidget *parent);

    void setTitle(const QString &title);
    void setNote(const QString &note); // grey, beside the title
    void addAction(QWidget *widget);   // link button, chip, legend: at the right of the head
    QVBoxLayout *body() const { return m_body; }
    void setFlush(bool flush); // the body reaches the edges: tables
    void setGround(Role role); // Surface unless told
    // A line across the card, for lists in it.
    static QWidget *makeRule(QWidget *parent);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Role m_ground = Role::Surface;
    QWidget *m_head;
    QHBoxLayout *m_headRow;
    Label *m_title;
    Label *m_note;
    QVBoxLayout *m_body;
};

}
