// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keytable.h"

#include <QHeaderView>

using namespace Qt::StringLiterals;

// What the table says of itself: order, states, range; the widgets are in keytable.cpp.
namespace quota::console
{

std::optional<KeySort> keySortOf(int column)
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
        if (keySortOf(column) == sort)
            return column;
    }
    return -1;
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

}
