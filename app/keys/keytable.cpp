// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keytable.h"

#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr int roomForAll = 920; // of the card

KeyTable::KeyTable(KeyModel &model, Session &session, QWidget *parent)
    : Card(parent)
    , m_model(model)
    , m_session(session)
{
    setObjectName(u"keyTable"_s);
    setFlush(true);
    build();
    join();
    retranslate();
}

void KeyTable::build()
{
    body()->setSpacing(0);
    body()->addWidget(makeFilterRow());
    body()->addWidget(Card::makeRule(this));
    m_view = new TableView(this);
    m_view->setObjectName(u"keys"_s);
    m_view->setModel(&m_model);
    m_view->setColumnWidth(CheckColumn, 44);
    m_view->setColumnWidth(MenuColumn, 48);
    showColumns(false);
    m_view->setSortable({NameColumn, TodayColumn, TokensColumn, LastUsedColumn, ExpiresColumn});
    m_page = new PageState(m_view, this);
    m_page->setObjectName(u"keysState"_s);
    m_page->setSkeletonColumns(6);
    body()->addWidget(m_page, 1);
    body()->addWidget(Card::makeRule(this));
    m_foot = makeFoot();
    body()->addWidget(m_foot);
    m_selectionRow = new QWidget(this);
    auto *layout = new QHBoxLayout(m_selectionRow);
    layout->setContentsMargins(12, 8, 12, 8);
    m_selection = new SelectionBar(m_selectionRow);
    layout->addWidget(m_selection);
    m_selectionRow->hide();
    body()->addWidget(m_selectionRow);
}

QWidget *KeyTable::makeFilterRow()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 9, 12, 9);
    layout->setSpacing(8);
    m_search = new SearchField(row);
    m_search->setObjectName(u"keySearch"_s);
    m_search->setMinimumWidth(290);
    m_state = new Choice(row);
    m_state->setObjectName(u"stateFilter"_s);
    m_sort = new Label(TextStep::Small, Role::Muted, row);
    m_sort->setObjectName(u"sortWords"_s);
    m_sort->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    layout->addWidget(m_search);
    layout->addWidget(m_state);
    layout->addWidget(m_sort, 1);
    return row;
}

QWidget *KeyTable::makeFoot()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(16, 7, 12, 7);
    layout->setSpacing(8);
    m_range = new Label(TextStep::Small, Role::Muted, row);
    m_range->setObjectName(u"keysRange"_s);
    m_previous = makeButton(ButtonKind::Secondary, {}, u"chevron-left"_s, row);
    m_previous->setObjectName(u"previousPage"_s);
    m_next = makeButton(ButtonKind::Secondary, {}, u"chevron-right"_s, row);
    m_next->setObjectName(u"nextPage"_s);
    setSmall(m_previous, true);
    setSmall(m_next, true);
    layout->addWidget(m_range, 1);
    layout->addWidget(m_previous);
    layout->addWidget(m_next);
    return row;
}

void KeyTable::join()
{
    connect(m_search, &SearchField::sought, &m_model, &KeyModel::setSearch);
    connect(m_state, &QComboBox::activated, this, [this](int index) {
        static const std::optional<KeyState> states[] = {
            {}, KeyState::Active, KeyState::Disabled, KeyState::Expired, KeyState::Deleted};
        m_model.setStateFilter(states[qBound(0, index, 4)]);
    });
    connect(m_view, &TableView::sortRequested, this, &KeyTable::sortBy);
    connect(m_view, &TableView::selectionCountChanged, this, [this](int rows) {
        m_selection->setCount(rows);
        m_foot->setVisible(rows == 0);
        m_selectionRow->setVisible(rows > 0);
    });
    connect(m_selection, &SelectionBar::cleared, this, &KeyTable::clearSelection);
    connect(m_previous, &QPushButton::clicked, &m_model, &KeyModel::previousPage);
    connect(m_next, &QPushButton::clicked, &m_model, &KeyModel::nextPage);
    connect(m_page, &PageState::acted, this, &KeyTable::act);
    connect(&m_model, &KeyModel::stateChanged, this, [this] {
        showState();
        showFoot();
        showSort();
    });
    const auto writes = [this] { m_selection->setWritable(m_session.writeRefusal()); };
    connect(&m_session, &Session::writesChanged, this, writes);
    connect(&m_session, &Session::formatChanged, this, &KeyTable::showFoot);
    writes();
}

QList<KeyId> KeyTable::selectedKeys() const
{
    QList<KeyId> ids;
    const QList<int> rows = m_view->selectedRowNumbers();
    for (const int row : rows)
        ids.append(m_model.key(row).key.id);
    return ids;
}

void KeyTable::clearSelection()
{
    m_view->clearSelection();
    m_view->setFocus();
}

void KeyTable::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void KeyTable::sortBy(int column, Qt::SortOrder order)
{
    if (const auto sort = keySortOf(column))
        m_model.setSort(*sort, order == Qt::DescendingOrder);
}

void KeyTable::retranslate()
{
    m_search->setPlaceholderText(tr("Label, id, or paste a key"));
    m_search->setAccessibleName(tr("Search keys"));
    const int chosen = qMax(0, m_state->currentIndex());
    m_state->clear();
    m_state->addItems({tr("State: any"), tr("State: active"), tr("State: disabled"), tr("State: expired"),
                       tr("State: deleted")});
    m_state->setCurrentIndex(chosen);
    m_state->setAccessibleName(tr("State"));
    m_view->setAccessibleName(tr("Keys"));
    m_previous->setText(tr("Previous"));
    m_next->setText(tr("Next"));
    showSort();
    showState();
    showFoot();
}

// With the details open there is no room for every column; what they repeat goes first.
void KeyTable::resizeEvent(QResizeEvent *event)
{
    Card::resizeEvent(event);
    const bool narrow = width() < roomForAll;
    if (narrow != m_narrow)
        showColumns(narrow);
}

void KeyTable::showColumns(bool narrow)
{
    m_narrow = narrow;
    for (const int column : {DaysColumn, TokensColumn, LastUsedColumn, ExpiresColumn})
        m_view->setColumnHidden(column, narrow);
    // A hidden column takes no part in sharing the width.
    if (narrow)
        m_view->setColumnWeights({0, 200, 112, 222, 0, 78, 0, 0, 0, 0},
                                 {44, 130, 112, 150, 0, 74, 0, 0, 0, 48});
    else
        m_view->setColumnWeights({0, 200, 112, 222, 88, 78, 88, 104, 106, 0},
                                 {44, 184, 112, 176, 74, 72, 82, 92, 108, 48});
}

void KeyTable::changeEvent(QEvent *event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
