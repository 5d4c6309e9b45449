// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/profile.h"
#include "app/widgets/searchfield.h"

#include <QListWidget>
#include <QPushButton>

// The known services at the left of Connect: search, groups, and a row for each with name, environment and
// address. Connect shows the chosen one beside it.
namespace quota::console
{

class ProfileList : public QWidget
{
    Q_OBJECT

public:
    ProfileList(ProfileStore &store, QWidget *parent);

    QString current() const; // id; empty: a new one
    void setCurrent(const QString &id);
    void focusSearch() { m_search->setFocus(); }

Q_SIGNALS:
    void chosen(const QString &id);
    void opened(const QString &id); // double click, Enter
    void newWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    void fill();
    void retranslate();

    ProfileStore &m_store;
    SearchField *m_search;
    QListWidget *m_list;
    QPushButton *m_new;
    bool m_filling = false;
};

}
