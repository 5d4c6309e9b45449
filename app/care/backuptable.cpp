// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/backuptable.h"

#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr int roomForAll = 980; // of the card

BackupTable::BackupTable(BackupModel &model, Session &session, QWidget *parent)
    : Card(parent)
    , m_model(model)
    , m_session(session)
{
    setObjectName(u"backupTable"_s);
    setFlush(true);
    build();
    join();
    retranslate();
}

void BackupTable::build()
{
    body()->setSpacing(0);
    m_view = new TableView(this);
    m_view->setObjectName(u"backups"_s);
    m_view->setModel(&m_model);
    m_view->setColumnWidth(BackupCheckColumn, 44);
    m_view->setColumnWidth(BackupMenuColumn, 48);
    showColumns(false);
    m_page = new PageState(m_view, this);
    m_page->setObjectName(u"backupsState"_s);
    m_page->setSkeletonColumns(6);
    m_foot = makeFoot();
    m_selection = makeSelectionRow();
    body()->addWidget(m_page, 1);
    body()->addWidget(Card::makeRule(this));
    body()->addWidget(m_foot);
    body()->addWidget(m_selection);
}

QWidget *BackupTable::makeFoot()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(16, 7, 12, 7);
    m_count = new Label(TextStep::Small, Role::Muted, row);
    m_count->setObjectName(u"backupsCount"_s);
    m_activity = new ActivityRow(m_model, m_session, row);
    layout->addWidget(m_count, 1);
    layout->addWidget(m_activity, 1);
    // One height for both, so that nothing jumps when something begins.
    row->setMinimumHeight(m_activity->sizeHint().height() + 14);
    return row;
}

QWidget *BackupTable::makeSelectionRow()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(16, 7, 12, 7);
    layout->setSpacing(8);
    m_chosen = new Label(TextStep::Body, Role::Text, row);
    m_chosen->setObjectName(u"backupsChosen"_s);
    m_chosen->setWeight(Weight::Strong);
    m_chosen->setElides(false);
    m_compare = makeButton(ButtonKind::Quiet, {}, u"arrow-left-right"_s, row);
    m_compare->setObjectName(u"compareSelected"_s);
    m_delete = makeButton(ButtonKind::Quiet, {}, u"trash-2"_s, row);
    m_delete->setObjectName(u"deleteSelectedBackups"_s);
    setInk(m_delete, Role::Bad);
    m_clear = makeIconButton(u"x"_s, {}, row);
    m_clear->setObjectName(u"clearBackupSelection"_s);
    layout->addWidget(m_chosen);
    layout->addSpacing(12);
    layout->addWidget(m_compare);
    layout->addWidget(m_delete);
    layout->addStretch(1);
    layout->addWidget(m_clear);
    row->hide();
    return row;
}

void BackupTable::join()
{
    connect(m_view, &QTableView::clicked, this, [this](const QModelIndex &index) {
        if (index.column() == RestoreColumn && m_session.canWrite())
            Q_EMIT restoreWanted(m_model.backup(index.row()).id);
    });
    connect(m_view, &TableView::opened, this, [this](const QModelIndex &index) {
        if (m_session.canWrite())
            Q_EMIT restoreWanted(m_model.backup(index.row()).id);
    });
    connect(m_view, &TableView::selectionCountChanged, this, &BackupTable::showSelection);
    connect(m_view, &TableView::deleteRequested, this, [this] { Q_EMIT deleteWanted(selected()); });
    connect(m_compare, &QPushButton::clicked, this, [this] {
        const QStringList ids = selected();
        if (ids.size() == 2)
            Q_EMIT compareWanted(ids.first(), ids.last());
    });
    connect(m_delete, &QPushButton::clicked, this, [this] { Q_EMIT deleteWanted(selected()); });
    connect(m_clear, &QAbstractButton::clicked, this, &BackupTable::clearSelection);
    connect(m_page, &PageState::acted, this, [this](PageState::State state) {
        if (state == PageState::State::Empty) {
            Q_EMIT createWanted();
            return;
        }
        m_session.poll();
        m_model.refresh();
    });
    connect(&m_model, &BackupModel::stateChanged, this, [this] {
        showState();
        showFoot();
    });
    connect(&m_model, &BackupModel::activityChanged, this, &BackupTable::showFoot);
    connect(&m_session, &Session::writesChanged, this, [this] {
        showSelection();
        showState();
    });
    connect(&m_session, &Session::formatChanged, this, &BackupTable::showFoot);
}

QStringList BackupTable::selected() const
{
    QStringList ids;
    const QList<int> rows = m_view->selectedRowNumbers();
    for (const int row : rows)
        ids.append(m_model.backup(row).id);
    return ids;
}

void BackupTable::clearSelection()
{
    m_view->clearSelection();
    m_view->setFocus();
}

StateText BackupTable::errorText() const
{
    StateText text;
    const Error error = m_model.error().value_or(Error());
    text.fact =
        m_session.state() == Session::State::Offline ? tr("Offline") : tr("Could not load the backups");
    //: message, code
    text.sentence = tr("%1 (%2)").arg(error.message, toString(error.code));
    text.action = tr("Try again");
    return text;
}

void BackupTable::showState()
{
    switch (m_model.state()) {
    case BackupModel::State::Idle:
    case BackupModel::State::Loading:
        if (!m_model.loadedOnce())
            m_page->set(PageState::State::Loading);
        return;
    case BackupModel::State::Failed:
        // What was loaded before stays; the page says in a banner that it is old.
        if (m_model.loadedOnce())
            return;
        m_page->set(m_session.state() == Session::State::Offline ? PageState::State::Offline
                                                                 : PageState::State::Error,
                    errorText());
        return;
    case BackupModel::State::Ready:
        break;
    }
    if (m_model.rowCount() > 0)
        return m_page->set(PageState::State::Content);
    StateText text{
        u"archive"_s, tr("No backups yet"), tr("Make one now; it is proven before it counts."), {}, {}, {}};
    if (m_session.canWrite()) {
        text.action = tr("Back up now");
        text.actionGlyph = u"archive"_s;
    }
    m_page->set(PageState::State::Empty, text);
}

void BackupTable::showFoot()
{
    const bool busy = m_model.activity().has_value();
    m_activity->setVisible(busy);
    m_count->setVisible(!busy);
    const QString zone = QString::fromLatin1(m_session.format().zone().id());
    //: how many backups, zone
    m_count->setText(m_model.loadedOnce()
                         ? tr("%1 · times in %2").arg(tr("%n backup(s)", nullptr, m_model.rowCount()), zone)
                         : QString());
    showSelection();
}

void BackupTable::showSelection()
{
    const int rows = int(m_view->selectedRowNumbers().size());
    const QString refusal = m_session.writeRefusal();
    // What is under way stays in sight.
    const bool chosen = rows > 0 && !m_model.activity();
    m_foot->setVisible(!chosen);
    m_selection->setVisible(chosen);
    m_chosen->setText(tr("%n backup(s) chosen", nullptr, rows));
    m_compare->setEnabled(rows == 2);
    m_compare->setToolTip(rows == 2 ? QString() : tr("Choose two to compare them."));
    m_delete->setEnabled(refusal.isEmpty());
    m_delete->setToolTip(refusal);
}

// In a small window what the tooltips repeat goes first.
void BackupTable::showColumns(bool narrow)
{
    m_narrow = narrow;
    for (const int column : {KindColumn, BackupRequestsColumn, VersionColumn})
        m_view->setColumnHidden(column, narrow);
    // A hidden column takes no part in sharing the width.
    if (narrow)
        m_view->setColumnWeights({0, 220, 0, 200, 56, 0, 66, 0, 66, 0},
                                 {44, 190, 0, 150, 56, 0, 70, 0, 80, 48});
    else
        m_view->setColumnWeights({0, 220, 90, 200, 56, 90, 66, 66, 66, 0},
                                 {44, 226, 100, 196, 60, 92, 70, 64, 80, 48});
}

void BackupTable::resizeEvent(QResizeEvent *event)
{
    Card::resizeEvent(event);
    const bool narrow = width() < roomForAll;
    if (narrow != m_narrow)
        showColumns(narrow);
}

void BackupTable::retranslate()
{
    m_view->setAccessibleName(tr("Backups"));
    m_compare->setText(tr("Compare"));
    m_delete->setText(tr("Delete"));
    setIconWords(m_clear, tr("Choose none"));
    showState();
    showFoot();
}

void BackupTable::changeEvent(QEvent *event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
