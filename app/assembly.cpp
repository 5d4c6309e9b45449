// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/assembly.h"

#include "app/settings/settingspage.h"
#include "app/widgets/button.h"

#include <QEvent>
#include <QMenu>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::console
{

Assembly::Assembly(const World &world)
    : m_world(world)
    , m_profiles(world.profilesFile)
    , m_copier(world.clipboard)
    , m_keys(m_session)
    , m_usage(m_session, m_profiles)
    , m_overviewModel(m_session)
    , m_backups(m_session)
    , m_window(std::make_unique<MainWindow>(world.look))
{
    m_session.setLanguage(world.translation.language());
    addPages();
    joinPages();
    joinSession();
    joinNotices();
    m_window->installEventFilter(this);
}

Assembly::~Assembly()
{
    // Closing tells everybody; nobody must be half gone by then.
    m_noticeClock.stop();
    m_window->removeEventFilter(this);
    m_session.disconnect();
    m_window.reset();
}

void Assembly::addPages()
{
    MainWindow *window = m_window.get();
    m_gate = new ConnectPage({m_session, m_profiles, m_world.vault, m_world.prompts, m_world.look, m_copier},
                             window);
    window->setGate(m_gate);
    m_overview = new OverviewPage({m_session, m_overviewModel, m_copier}, window);
    m_keysPage = new KeysPage({m_session, m_keys, m_world.prompts, m_copier, window->undoBar()}, window);
    m_usagePage = new UsagePage({m_session, m_usage, m_world.prompts}, window);
    m_backupsPage = new BackupsPage({m_session, m_backups, m_world.prompts, m_copier}, window);
    window->addPage(m_overview);
    window->addPage(m_keysPage);
    window->addPage(m_usagePage);
    window->addPage(m_backupsPage);
    window->addFootPage(new SettingsPage(m_world.look, window));
}

void Assembly::joinPages()
{
    MainWindow *window = m_window.get();
    connect(m_overview, &OverviewPage::usageWanted, window, [this] { m_window->open(m_usagePage); });
    connect(m_overview, &OverviewPage::keysWanted, window, [this] {
        m_keysPage->showView(KeyView::All);
        m_window->open(m_keysPage);
    });
    connect(m_overview, &OverviewPage::runningOutWanted, window, [this] {
        m_keysPage->showView(KeyView::Over80);
        m_window->open(m_keysPage);
    });
    connect(m_overview, &OverviewPage::endingWanted, window, [this] {
        m_keysPage->showView(KeyView::ExpiresSoon);
        m_window->open(m_keysPage);
    });
    connect(m_overview, &OverviewPage::keyOpened, window, [this](const KeyId &id) {
        m_window->open(m_keysPage);
        m_keysPage->openKey(id);
    });
    connect(m_overview, &OverviewPage::keyWanted, window, [this] {
        m_window->open(m_keysPage);
        m_keysPage->createNew();
    });
    connect(m_gate, &ConnectPage::localRestoreWanted, m_backupsPage, &BackupsPage::restoreHere);
    connect(window, &MainWindow::refreshed, &m_session, &Session::checkHealth);
}

void Assembly::joinSession()
{
    connect(&m_world.translation, &Translation::changed, this,
            [this](Language language) { m_session.setLanguage(language); });
    connect(&m_session, &Session::opened, this, [this] {
        m_window->setEnvironment(m_session.profile().environment);
        m_window->showPages();
    });
    connect(&m_session, &Session::closed, this, [this] { m_window->showGate(); });
    connect(&m_session, &Session::profileChanged, this, &Assembly::showService);
    connect(&m_session, &Session::healthArrived, this, &Assembly::showService);
    connect(&m_session, &Session::stateChanged, this, &Assembly::showHealth);
    connect(&m_session, &Session::healthArrived, this, &Assembly::showHealth);
    connect(&m_session, &Session::formatChanged, this, &Assembly::showService);
    connect(&m_session, &Session::formatChanged, this, &Assembly::showHealth);
    Header &header = m_window->header();
    connect(&header, &Header::serviceClicked, this, &Assembly::showServiceMenu);
    connect(&header, &Header::healthClicked, this, [this] { m_window->open(m_overview); });
}

void Assembly::joinNotices()
{
    connect(&m_session, &Session::stateChanged, this, &Assembly::showNotices);
    connect(&m_session, &Session::profileChanged, this, &Assembly::showNotices);
    connect(&m_session, &Session::formatChanged, this, &Assembly::showNotices);
    m_noticeClock.setInterval(10s);
    connect(&m_noticeClock, &QTimer::timeout, this, &Assembly::showNotices);
    connect(m_window.get(), &MainWindow::noticeActed, this, [this](const QString &id) {
        if (id == "offline"_L1)
            m_session.poll();
        else if (id == "refused"_L1)
            connectAnew(m_session.profile().id, false);
    });
}

void Assembly::start()
{
    m_window->showGate();
    m_gate->choose(m_profiles.lastUsed(), true);
}

void Assembly::showService()
{
    if (!m_session.isOpen())
        return;
    const ServiceProfile &profile = m_session.profile();
    m_window->header().setService({profile.name, profile.environment, profile.url, m_session.roundTrip()});
    m_window->setEnvironment(profile.environment);
    m_window->sidebar().setTokenLine(profile.tokenKept ? u"shield-check"_s : u"info"_s,
                                     profile.tokenKept ? tr("Token in system keychain")
                                                       : tr("Token not kept"));
}

void Assembly::showHealth()
{
    Header &header = m_window->header();
    const auto &health = m_session.health();
    QStringList faults;
    for (const HealthPart &part : health ? health->parts : QList<HealthPart>()) {
        if (part.state == PartState::Warning || part.state == PartState::Bad)
            faults.append(part.message);
    }
    switch (m_session.state()) {
    case Session::State::Closed:
    case Session::State::Connecting:
        header.setHealth({}, {});
        break;
    case Session::State::Offline:
        header.setHealth(Tone::Bad, tr("Offline"), m_session.error()->message);
        break;
    case Session::State::Refused:
        header.setHealth(Tone::Bad, tr("Token refused"), m_session.error()->message);
        break;
    case Session::State::Connected:
    case Session::State::Stale:
        if (!health->ok)
            header.setHealth(Tone::Bad, tr("Not healthy"), faults.join(u'\n'));
        else if (!faults.isEmpty())
            header.setHealth(Tone::Warn, tr("%n warning(s)", nullptr, int(faults.size())),
                             faults.join(u'\n'));
        else
            header.setHealth(Tone::Ok, tr("Healthy"));
        break;
    }
    const bool answers =
        m_session.state() == Session::State::Connected || m_session.state() == Session::State::Stale;
    header.setFreshness(m_session.lastAnswerAt(), answers ? m_session.pollInterval() : 0s);
}

void Assembly::showNotices()
{
    std::optional<BannerText> offline;
    std::optional<BannerText> refused;
    std::optional<BannerText> readOnly;
    const Format format = m_session.format();
    const QString name = m_session.profile().name;
    if (m_session.state() == Session::State::Offline) {
        offline.emplace();
        offline->tone = Tone::Warn;
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(
            SystemClock().now() - m_session.failingSince().value_or(SystemClock().now()));
        offline->fact = tr("No answer from %1 for %2.").arg(name, format.duration(age));
        offline->meaning = m_session.lastAnswerAt()
                               ? tr("Shown is the state of %1.").arg(format.clock(*m_session.lastAnswerAt()))
                               : m_session.error()->message;
        offline->action = tr("Try now");
    }
    if (m_session.state() == Session::State::Refused) {
        refused.emplace();
        refused->tone = Tone::Bad;
        refused->fact = tr("%1 does not accept the admin token.").arg(name);
        refused->meaning = tr("It may have been changed on the host.");
        refused->action = tr("Give the new token");
    }
    if (m_session.isOpen() && m_session.profile().readOnly) {
        readOnly.emplace();
        readOnly->tone = Tone::Info;
        readOnly->fact = tr("Read-only profile.");
        readOnly->meaning = tr("You see everything and change nothing here.");
    }
    m_window->setNotice(u"offline"_s, offline);
    m_window->setNotice(u"refused"_s, refused);
    m_window->setNotice(u"readOnly"_s, readOnly);
    if (offline && !m_noticeClock.isActive())
        m_noticeClock.start();
    else if (!offline)
        m_noticeClock.stop();
}

void Assembly::showServiceMenu()
{
    auto *menu = new QMenu(m_window.get());
    menu->setObjectName(u"serviceMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const ServiceProfile &profile : m_profiles.profiles()) {
        const bool here = profile.id == m_session.profile().id;
        QAction *action = addMenuAction(menu, here ? u"check"_s : u"server"_s, profile.name);
        action->setEnabled(!here);
        connect(action, &QAction::triggered, this, [this, id = profile.id] { connectAnew(id, true); });
    }
    menu->addSeparator();
    connect(addMenuAction(menu, u"pencil"_s, tr("Edit this profile…")), &QAction::triggered, this,
            [this] { connectAnew(m_session.profile().id, false); });
    connect(addMenuAction(menu, u"plus"_s, tr("Another service…")), &QAction::triggered, this,
            [this] { connectAnew({}, false); });
    connect(addMenuAction(menu, u"unplug"_s, tr("Disconnect")), &QAction::triggered, &m_session,
            &Session::close);
    ServiceButton *button = m_window->header().serviceButton();
    menu->popup(button->mapToGlobal(QPoint(0, button->height())));
}

void Assembly::connectAnew(QString profileId, bool go)
{
    m_session.close();
    m_window->showGate();
    m_gate->choose(profileId, go);
}

bool Assembly::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::WindowStateChange:
        m_session.setSeen(m_window->isVisible() && !m_window->isMinimized());
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

}
