// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keyspage.h"

#include "app/whendone.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QShortcut>

using namespace Qt::StringLiterals;

namespace quota::console
{

KeysPage::KeysPage(const Parts &parts, QWidget *parent)
    : Page(u"keys"_s, u"key-round"_s, parent)
    , m_parts(parts)
    , m_views(new FilterChips(this))
    , m_table(new KeyTable(parts.model, parts.session, this))
    , m_details(new KeyDetails(parts.copier, this))
    , m_export(makeButton(ButtonKind::Secondary, {}, u"download"_s, this))
    , m_new(makeButton(ButtonKind::Primary, {}, u"plus"_s, this))
{
    build();
    join();
    joinDetails();
    addShortcuts();
    retranslate();
}

void KeysPage::build()
{
    m_views->setObjectName(u"keyViews"_s);
    m_export->setObjectName(u"exportKeys"_s);
    m_new->setObjectName(u"newKey"_s);
    head()->addAction(m_export);
    head()->addAction(m_new);
    body()->setSpacing(space::betweenCards - 2);
    body()->addWidget(m_views);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::betweenCards);
    row->addWidget(m_table, 1);
    row->addWidget(m_details);
    body()->addLayout(row, 1);
    m_details->hide();
}

void KeysPage::join()
{
    KeyModel &model = m_parts.model;
    connect(m_new, &QPushButton::clicked, this, &KeysPage::createNew);
    connect(m_export, &QPushButton::clicked, this, &KeysPage::exportKeys);
    connect(m_views, &FilterChips::chosen, this, [this](int view) { m_parts.model.setView(KeyView(view)); });
    connect(m_table, &KeyTable::createWanted, this, &KeysPage::createNew);
    connect(m_table->view(), &TableView::opened, this,
            [this](const QModelIndex &index) { showDetails(index.row()); });
    connect(m_table->view(), &TableView::menuRequested, this, &KeysPage::showMenu);
    connect(m_table->view(), &TableView::deleteRequested, this, [this] { remove(m_table->selectedKeys()); });
    SelectionBar *bar = m_table->selectionBar();
    connect(bar, &SelectionBar::disableWanted, this,
            [this] { apply(KeyModel::Verb::Disable, m_table->selectedKeys()); });
    connect(bar, &SelectionBar::enableWanted, this,
            [this] { apply(KeyModel::Verb::Enable, m_table->selectedKeys()); });
    connect(bar, &SelectionBar::deleteWanted, this, [this] { remove(m_table->selectedKeys()); });

    connect(&model, &KeyModel::stateChanged, this, [this] {
        showNote();
        showLoadError();
        refreshDetails();
    });
    connect(&model, &QAbstractItemModel::dataChanged, this, &KeysPage::refreshDetails);
    connect(&model, &KeyModel::countsChanged, this, &KeysPage::showViews);
    connect(&model, &KeyModel::batchDone, this, &KeysPage::tellBatch);
    connect(&m_parts.session, &Session::stateChanged, this, &KeysPage::showLoadError);
    connect(&m_parts.session, &Session::writesChanged, this, &KeysPage::showWrites);
    connect(&m_parts.session, &Session::refreshDue, this, [this] {
        if (m_active)
            m_parts.model.refresh();
    });
    connect(&m_parts.session, &Session::closed, m_details, &QWidget::hide);
    connect(&m_parts.session, &Session::formatChanged, this, [this] {
        if (!m_details->isHidden())
            m_details->setKey(m_details->key(), m_parts.session.format(), SystemClock().now());
    });
    connect(banners(), &BannerStack::acted, this, [this](const QString &id) {
        if (id == "keysLoad"_L1)
            refresh();
        else if (id == "keysDeed"_L1)
            banners()->remove(id);
    });
}

void KeysPage::joinDetails()
{
    connect(m_details, &KeyDetails::closed, this, [this] {
        m_details->hide();
        m_table->view()->setFocus();
    });
    connect(m_details, &KeyDetails::editWanted, this, &KeysPage::edit);
    connect(m_details, &KeyDetails::raiseWanted, this, &KeysPage::raise);
    connect(m_details, &KeyDetails::rotateWanted, this, &KeysPage::rotate);
    connect(m_details, &KeyDetails::deleteWanted, this, [this](const KeyId &id) { remove({id}); });
    connect(m_details, &KeyDetails::toggleWanted, this, [this](const KeyId &id) {
        const bool off = m_details->key().state == KeyState::Disabled;
        apply(off ? KeyModel::Verb::Enable : KeyModel::Verb::Disable, {id});
    });
}

void KeysPage::addShortcuts()
{
    const auto key = [this](const QKeySequence &keys, auto deed) {
        auto *shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, deed);
    };
    key(Qt::CTRL | Qt::Key_E, [this] { exportKeys(); });
    key(Qt::Key_Slash, [this] { focusFilter(); });
    key(Qt::ALT | Qt::Key_Return, [this] { showDetails(m_table->view()->currentIndex().row()); });
    auto *copy = new QShortcut(QKeySequence::Copy, m_table->view());
    copy->setContext(Qt::WidgetShortcut);
    connect(copy, &QShortcut::activated, this, [this] {
        const int row = m_table->view()->currentIndex().row();
        if (row < 0)
            return;
        QStringList cells;
        for (const int column :
             {NameColumn, StateColumn, LimitColumn, TodayColumn, TokensColumn, LastUsedColumn, ExpiresColumn})
            cells.append(m_parts.model.index(row, column).data().toString());
        cells.prepend(m_parts.model.key(row).key.id.value);
        m_parts.copier.copy(cells.join(u'\t'));
    });
}

QString KeysPage::title() const
{
    return tr("Keys");
}

void KeysPage::activate()
{
    m_active = true;
    if (m_parts.model.loadedOnce())
        m_parts.model.refresh();
    else
        m_parts.model.load();
    m_table->focusFilter();
}

void KeysPage::deactivate()
{
    m_active = false;
}

void KeysPage::refresh()
{
    m_parts.model.refresh();
}

void KeysPage::focusFilter()
{
    m_table->focusFilter();
}

void KeysPage::showView(KeyView view)
{
    m_views->setCurrent(int(view));
    m_parts.model.setView(view);
}

void KeysPage::openKey(const KeyId &id)
{
    const int row = m_parts.model.rowOf(id);
    if (row >= 0) {
        m_table->view()->setCurrentIndex(m_parts.model.index(row, NameColumn));
        showDetails(row);
        return;
    }
    whenDone(m_parts.model.fetch(id), this, [this](const Result<KeyOverview> &key) {
        if (!key)
            return tellError(tr("Could not open the key."), key.error());
        m_details->setKey(*key, m_parts.session.format(), SystemClock().now());
        m_details->show();
    });
}

void KeysPage::showNote()
{
    const KeyModel &model = m_parts.model;
    if (!model.loadedOnce()) {
        head()->setNote({});
        return;
    }
    const auto all = model.count(KeyView::All);
    const qint64 total = all.value_or(model.total());
    head()->setNote(tr("%n key(s)", nullptr, int(qMin<qint64>(total, INT_MAX)))
                        .replace(QString::number(total), m_parts.session.format().number(total)));
}

void KeysPage::showViews()
{
    const QStringList names{tr("All"), tr("Over 80 %"), tr("Expire in 14 days"), tr("Never used"),
                            tr("No limit")};
    QList<FilterChips::Entry> entries;
    for (int view = 0; view < keyViewCount; ++view) {
        const auto count = m_parts.model.count(KeyView(view));
        entries.append({names.at(view), count ? m_parts.session.format().number(*count) : QString()});
    }
    const int current = qMax(0, m_views->current());
    m_views->setEntries(entries);
    m_views->setCurrent(current);
    showNote();
}

void KeysPage::showWrites()
{
    const QString refusal = m_parts.session.writeRefusal();
    m_new->setEnabled(refusal.isEmpty());
    m_new->setToolTip(refusal.isEmpty() ? tr("New key (Ctrl+N)") : refusal);
    m_details->setWritable(refusal);
}

void KeysPage::showLoadError()
{
    const KeyModel &model = m_parts.model;
    const auto state = m_parts.session.state();
    // The window itself says that the service does not answer.
    const bool tell = model.state() == KeyModel::State::Failed && model.loadedOnce() &&
                      state != Session::State::Offline && state != Session::State::Refused;
    if (tell)
        banners()->show(u"keysLoad"_s,
                        {Tone::Warn,
                         tr("Could not load the keys."),
                         tr("Shown is the state of %1. %2")
                             .arg(m_parts.session.format().clock(*model.loadedAt()), model.error()->message),
                         tr("Try again"),
                         {},
                         false});
    else if (model.state() != KeyModel::State::Loading)
        banners()->remove(u"keysLoad"_s);
}

void KeysPage::showDetails(int row)
{
    if (row < 0 || row >= m_parts.model.rowCount())
        return;
    m_details->setKey(m_parts.model.key(row), m_parts.session.format(), SystemClock().now());
    m_details->show();
}

void KeysPage::refreshDetails()
{
    if (m_details->isHidden())
        return;
    const int row = m_parts.model.rowOf(m_details->key().key.id);
    if (row >= 0 && m_parts.model.key(row) != m_details->key())
        m_details->setKey(m_parts.model.key(row), m_parts.session.format(), SystemClock().now());
}

void KeysPage::retranslate()
{
    head()->setTitle(title());
    m_export->setText(tr("Export"));
    m_new->setText(tr("New key"));
    m_views->setAccessibleName(tr("Views"));
    showViews();
    showWrites();
    showLoadError();
}

QString KeysPage::nameOf(const KeyId &id) const
{
    const int row = m_parts.model.rowOf(id);
    const KeyText text(m_parts.session.format(), SystemClock().now());
    if (row >= 0)
        return text.name(m_parts.model.key(row).key);
    return m_details->key().key.id == id ? text.name(m_details->key().key) : id.value;
}

}
