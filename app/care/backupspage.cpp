// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/backupspage.h"

#include "app/care/backuptext.h"
#include "app/widgets/button.h"

using namespace Qt::StringLiterals;

// What the Backups page shows; what it does is in backupverbs.cpp.
namespace quota::console
{

BackupsPage::BackupsPage(const Parts &parts, QWidget *parent)
    : Page(u"backups"_s, u"archive"_s, parent)
    , m_parts(parts)
    , m_cards(new BackupCards(parts.model, parts.session, this))
    , m_table(new BackupTable(parts.model, parts.session, this))
    , m_bring(makeButton(ButtonKind::Secondary, {}, u"archive-restore"_s, this))
    , m_create(makeButton(ButtonKind::Primary, {}, u"archive"_s, this))
{
    m_bring->setObjectName(u"bringBackup"_s);
    m_create->setObjectName(u"createBackup"_s);
    head()->addAction(m_bring);
    head()->addAction(m_create);
    body()->addWidget(m_cards);
    body()->addWidget(m_table, 1);
    join();
    retranslate();
}

void BackupsPage::join()
{
    BackupModel &model = m_parts.model;
    connect(m_create, &QPushButton::clicked, this, &BackupsPage::createNew);
    connect(m_bring, &QPushButton::clicked, this, &BackupsPage::bring);
    connect(m_cards->pruneButton(), &QPushButton::clicked, this, &BackupsPage::prune);
    connect(m_table, &BackupTable::createWanted, this, &BackupsPage::createNew);
    connect(m_table, &BackupTable::restoreWanted, this, &BackupsPage::restore);
    connect(m_table, &BackupTable::compareWanted, this, &BackupsPage::compare);
    connect(m_table, &BackupTable::deleteWanted, this, &BackupsPage::remove);
    connect(m_table->view(), &TableView::menuRequested, this, &BackupsPage::showMenu);
    connect(&model, &BackupModel::stateChanged, this, [this] {
        showNote();
        showLoadError();
    });
    connect(&model, &BackupModel::activityChanged, this, &BackupsPage::showButtons);
    connect(&m_parts.session, &Session::writesChanged, this, &BackupsPage::showButtons);
    connect(&m_parts.session, &Session::stateChanged, this, &BackupsPage::showLoadError);
    connect(&m_parts.session, &Session::formatChanged, this, &BackupsPage::showNote);
    connect(&m_parts.session, &Session::refreshDue, this, [this] {
        if (m_active)
            m_parts.model.refresh();
    });
    connect(banners(), &BannerStack::acted, this, [this](const QString &id) {
        if (id == "backupsLoad"_L1)
            refresh();
        else if (id == "localBackups"_L1)
            restoreHere();
    });
}

QString BackupsPage::title() const
{
    return tr("Backups");
}

void BackupsPage::activate()
{
    m_active = true;
    m_parts.model.setWatched(true);
    m_parts.model.refresh();
    m_create->setFocus(Qt::OtherFocusReason);
}

void BackupsPage::deactivate()
{
    m_active = false;
    m_parts.model.setWatched(m_parts.model.isBusy());
}

void BackupsPage::refresh()
{
    m_parts.model.refresh();
}

bool BackupsPage::canCreate() const
{
    return m_create->isEnabled();
}

void BackupsPage::showNote()
{
    const auto good = m_parts.model.lastGood();
    if (!m_parts.model.loadedOnce())
        head()->setNote({});
    else if (!good)
        head()->setNote(tr("No good backup yet"));
    else
        head()->setNote(tr("Last good one %1")
                            .arg(m_parts.session.format().relative(good->createdAt, SystemClock().now())));
}

void BackupsPage::showButtons()
{
    QString reason = m_parts.session.writeRefusal();
    if (reason.isEmpty() && m_parts.model.activity())
        reason = tr("Something is under way; wait for it, or cancel it.");
    for (QPushButton *button : {m_bring, m_create})
        button->setEnabled(reason.isEmpty());
    m_create->setToolTip(reason.isEmpty() ? tr("Back up now (Ctrl+N)") : reason);
    m_bring->setToolTip(reason.isEmpty() ? tr("Brings an archive of this computer to the service") : reason);
}

void BackupsPage::showLoadError()
{
    const BackupModel &model = m_parts.model;
    const auto state = m_parts.session.state();
    if (state == Session::State::Offline && isThisComputer(m_parts.session.profile().url))
        banners()->show(u"localBackups"_s,
                        {Tone::Info,
                         tr("Can the service not start?"),
                         tr("Its data directory can be restored on this computer without it."),
                         tr("Restore here…"),
                         {},
                         false});
    else
        banners()->remove(u"localBackups"_s);
    // The window itself says that the service does not answer.
    const bool tell = model.state() == BackupModel::State::Failed && model.loadedOnce() &&
                      state != Session::State::Offline && state != Session::State::Refused;
    if (tell)
        banners()->show(u"backupsLoad"_s,
                        {Tone::Warn,
                         tr("Could not load the backups."),
                         tr("Shown is the state of %1. %2")
                             .arg(m_parts.session.format().clock(*model.loadedAt()), model.error()->message),
                         tr("Try again"),
                         {},
                         false});
    else if (model.state() != BackupModel::State::Loading)
        banners()->remove(u"backupsLoad"_s);
}

void BackupsPage::showMenu(const QModelIndex &index, const QPoint &at)
{
    if (!index.isValid())
        return;
    const BackupInfo backup = m_parts.model.backup(index.row());
    auto *menu = new QMenu(this);
    menu->setObjectName(u"backupMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    QString reason = m_parts.session.writeRefusal();
    if (reason.isEmpty() && m_parts.model.activity())
        reason = tr("Something is under way; wait for it, or cancel it.");
    const auto add = [&](const QString &name, const QString &glyph, const QString &text, bool writes,
                         auto deed) {
        QAction *action = addMenuAction(menu, glyph, text, name == "deleteBackup"_L1);
        action->setObjectName(name);
        action->setEnabled(writes ? reason.isEmpty() : !m_parts.model.isBusy());
        action->setToolTip(writes ? reason : QString());
        connect(action, &QAction::triggered, this, deed);
    };
    const QString id = backup.id;
    add(u"restoreBackup"_s, u"archive-restore"_s, tr("Restore…"), true, [this, id] { restore(id); });
    add(u"verifyBackup"_s, u"shield-check"_s, tr("Verify again"), true, [this, id] { verify(id); });
    add(u"downloadBackup"_s, u"download"_s, tr("Download…"), false, [this, id] { download(id); });
    menu->addSeparator();
    add(u"deleteBackup"_s, u"trash-2"_s, tr("Delete…"), true, [this, id] { remove({id}); });
    menu->popup(at);
}

void BackupsPage::retranslate()
{
    head()->setTitle(title());
    m_create->setText(tr("Back up now"));
    m_bring->setText(tr("Restore from a file…"));
    showNote();
    showButtons();
    showLoadError();
}

}
