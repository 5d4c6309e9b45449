// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keytable.h"

#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QEvent>
#include <QHeaderView>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr int roomForAll = 920; // of the card

static std::optional<KeySort> sortOf(int column)
{
    switch (column) {
    case NameColumn:
        return KeySort::Label;
    case TodayColumn:
        return KeySort::RequestsToday;
    case TokensColumn:
        return KeySort::TokensToday;
    case LastUsedColumn:
        return KeySort::LastUsed;
    case ExpiresColumn:
        return KeySort::Expires;
    default:
        return {};
    }
}

static int columnOf(KeySort sort)
{
    for (int column = 0; column < KeyColumnCount; ++column) {
        if (sortOf(column) == sort)
            return column;
    }
    return -1;
}

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
    if (const auto sort = sortOf(column))
        m_model.setSort(*sort, order == Qt::DescendingOrder);
}

void KeyTable::showSort()
{
    const KeyQuery &query = m_model.query();
    m_view->horizontalHeader()->setSortIndicator(columnOf(query.sort),
                                                 query.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    if (m_model.view() == KeyView::Over80) {
        m_sort->setText(tr("Sorted by share used"));
        return;
    }
    if (m_model.view() == KeyView::ExpiresSoon) {
        m_sort->setText(tr("Sorted by expiry"));
        return;
    }
    switch (query.sort) {
    case KeySort::Created:
        m_sort->setText(tr("Newest first"));
        break;
    case KeySort::Label:
        m_sort->setText(tr("Sorted by label"));
        break;
    case KeySort::RequestsToday:
        m_sort->setText(tr("Sorted by use today"));
        break;
    case KeySort::TokensToday:
        m_sort->setText(tr("Sorted by tokens today"));
        break;
    case KeySort::LastUsed:
        m_sort->setText(tr("Sorted by last use"));
        break;
    case KeySort::Expires:
        m_sort->setText(tr("Sorted by expiry"));
        break;
    }
}

void KeyTable::showState()
{
    switch (m_model.state()) {
    case KeyModel::State::Idle:
    case KeyModel::State::Loading:
        if (!m_model.loadedOnce())
            m_page->set(PageState::State::Loading);
        return;
    case KeyModel::State::Failed:
        // What was loaded before stays; the page says in a banner that it is old.
        if (m_model.loadedOnce())
            return;
        if (m_session.state() == Session::State::Offline)
            return m_page->set(PageState::State::Offline, errorText());
        return m_page->set(PageState::State::Error, errorText());
    case KeyModel::State::Ready:
        break;
    }
    if (m_model.rowCount() > 0)
        m_page->set(PageState::State::Content);
    else if (m_model.isFiltered())
        m_page->set(PageState::State::NoMatch, noMatchText());
    else
        m_page->set(PageState::State::Empty, emptyText());
}

StateText KeyTable::emptyText() const
{
    StateText text{u"key-round"_s, tr("No keys yet"), tr("Make one and hand it to its holder."), {}, {}, {}};
    if (m_session.canWrite()) {
        text.action = tr("New key");
        text.actionGlyph = u"plus"_s;
    }
    return text;
}

StateText KeyTable::noMatchText() const
{
    const QString search = m_model.query().search;
    StateText text;
    text.fact = tr("Nothing matches");
    text.sentence = search.isEmpty() ? tr("No key is in this view now.")
                                     : tr("No key has “%1” in its label or id.").arg(search);
    text.action = tr("Clear the filter");
    return text;
}

StateText KeyTable::errorText() const
{
    StateText text;
    const Error error = m_model.error().value_or(Error());
    text.fact = m_session.state() == Session::State::Offline ? tr("Offline") : tr("Could not load the keys");
    //: message, code
    text.sentence = tr("%1 (%2)").arg(error.message, toString(error.code));
    text.action = tr("Try again");
    return text;
}

void KeyTable::act(PageState::State state)
{
    switch (state) {
    case PageState::State::Empty:
        Q_EMIT createWanted();
        break;
    case PageState::State::NoMatch:
        m_search->clear();
        m_state->setCurrentIndex(0);
        m_model.clearFilters();
        break;
    default:
        m_session.poll();
        m_model.load();
        break;
    }
}

void KeyTable::showFoot()
{
    const Format format = m_session.format();
    const qint64 first = m_model.firstRow();
    const qint64 rows = m_model.rowCount();
    const QString zone = QString::fromLatin1(format.zone().id());
    if (rows == 0)
        m_range->setText({});
    else if (m_model.isCut())
        m_range->setText(tr("%1 of the first %2 keys · times in %3")
                             .arg(format.number(rows), format.number(10'000), zone));
    else
        m_range->setText(tr("%1–%2 of %3 · times in %4")
                             .arg(format.number(first + 1), format.number(first + rows),
                                  format.number(m_model.total()), zone));
    m_previous->setVisible(m_model.hasPrevious() || m_model.hasNext());
    m_next->setVisible(m_model.hasPrevious() || m_model.hasNext());
    m_previous->setEnabled(m_model.hasPrevious());
    m_next->setEnabled(m_model.hasNext());
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
                                 {44, 150, 112, 170, 76, 74, 82, 96, 96, 48});
}

void KeyTable::changeEvent(QEvent *event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
