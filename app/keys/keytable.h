// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keymodel.h"
#include "app/keys/selectionbar.h"
#include "app/widgets/card.h"
#include "app/widgets/field.h"
#include "app/widgets/pagestate.h"
#include "app/widgets/searchfield.h"
#include "app/widgets/tableview.h"

#include <QPushButton>

// The card of the Keys page: filter row, table with its states, and a foot that turns into the bar of the
// selection. It asks the model for what is shown, and the page for deeds.
namespace quota::console
{

// How the service can sort by a column; nothing for those it cannot.
std::optional<KeySort> keySortOf(int column);

class KeyTable : public Card
{
    Q_OBJECT

public:
    KeyTable(KeyModel &model, Session &session, QWidget *parent);

    TableView *view() const { return m_view; }
    SelectionBar *selectionBar() const { return m_selection; }
    QList<KeyId> selectedKeys() const;
    void clearSelection();
    void focusFilter();

Q_SIGNALS:
    void createWanted();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    QWidget *makeFilterRow();
    QWidget *makeFoot();
    void join();
    void sortBy(int column, Qt::SortOrder order);
    void showColumns(bool narrow);
    void showSort();
    void showState();
    void showFoot();
    void act(PageState::State state);
    void retranslate();
    StateText emptyText() const;
    StateText noMatchText() const;
    StateText errorText() const;

    bool m_narrow = false;
    KeyModel &m_model;
    Session &m_session;
    SearchField *m_search;
    Choice *m_state;
    Label *m_sort;
    TableView *m_view;
    PageState *m_page;
    QWidget *m_foot;
    QWidget *m_selectionRow; // in the place of the foot
    Label *m_range;
    QPushButton *m_previous;
    QPushButton *m_next;
    SelectionBar *m_selection;
};

}
