// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mainwindow.h"

#include "app/shell/strip.h"
#include "app/shell/windowkeys.h"
#include "app/widgets/spacing.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace quota::console
{
using namespace Qt::StringLiterals;

MainWindow::MainWindow(LookSettings &look, QWidget *parent)
    : QMainWindow(parent)
    , m_look(look)
    , m_strip(new Strip(this))
    , m_modes(new QStackedWidget(this))
    , m_shell(new QWidget(m_modes))
    , m_sidebar(new Sidebar(m_shell))
    , m_header(new Header(m_shell))
    , m_stack(new QStackedWidget(m_shell))
{
    setObjectName(u"mainWindow"_s);
    auto *central = new QWidget(this);
    auto *column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_strip);
    column->addWidget(m_modes, 1);
    setCentralWidget(central);

    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_header);
    right->addWidget(m_stack, 1);
    auto *row = new QHBoxLayout(m_shell);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_sidebar);
    row->addLayout(right, 1);
    m_modes->addWidget(m_shell);
    m_undo = new UndoBar(central);

    connect(m_sidebar, &Sidebar::chosen, this, [this](NavigationItem *item) { open(m_items.key(item)); });
    connect(m_header, &Header::refreshClicked, this, &MainWindow::refresh);
    addWindowKeys(*this, m_look);
    setMinimumSize(860, 560);
    resize(1366, 768);
    restoreGeometry(m_look.store().value(u"window/geometry"_s).toByteArray());
    retranslate();
}

MainWindow::~MainWindow() = default;

void MainWindow::addPage(Page *page)
{
    add(page, m_sidebar->addItem(page->glyph(), page->title()));
}

void MainWindow::addFootPage(Page *page)
{
    add(page, m_sidebar->addFootItem(page->glyph(), page->title()));
}

void MainWindow::add(Page *page, NavigationItem *item)
{
    item->setObjectName("navigation-"_L1 + page->objectName());
    m_stack->addWidget(page);
    m_pages.append(page);
    m_items.insert(page, item);
    connect(page, &Page::badgeChanged, item, &NavigationItem::setBadge);
    connect(page->banners(), &BannerStack::acted, this, &MainWindow::noticeActed);
    connect(page->banners(), &BannerStack::secondActed, this, &MainWindow::noticeSecondActed);
    for (auto notice = m_notices.cbegin(); notice != m_notices.cend(); ++notice)
        page->banners()->show(notice.key(), notice.value());
}

void MainWindow::setGate(QWidget *gate)
{
    Q_ASSERT(!m_gate);
    m_gate = gate;
    m_modes->addWidget(gate);
}

void MainWindow::showGate()
{
    Q_ASSERT(m_gate);
    if (m_modes->currentWidget() == m_shell && m_opened)
        m_opened->deactivate();
    m_opened = nullptr;
    m_strip->setVisible(false);
    m_modes->setCurrentWidget(m_gate);
    m_gate->setFocus();
}

void MainWindow::showPages()
{
    Q_ASSERT(!m_pages.isEmpty());
    m_modes->setCurrentWidget(m_shell);
    m_strip->setVisible(m_environment.has_value());
    open(current() ? current() : m_pages.first());
}

void MainWindow::open(Page *page)
{
    Q_ASSERT(m_items.contains(page));
    m_sidebar->setCurrent(m_items.value(page));
    if (m_opened == page)
        return;
    if (m_opened)
        m_opened->deactivate();
    m_opened = page;
    m_stack->setCurrentWidget(page);
    page->activate();
    Q_EMIT pageOpened(page);
}

Page *MainWindow::current() const
{
    return static_cast<Page *>(m_stack->currentWidget());
}

void MainWindow::setEnvironment(std::optional<Environment> environment)
{
    m_environment = environment;
    if (environment)
        static_cast<Strip *>(m_strip)->setEnvironment(*environment);
    m_strip->setVisible(environment && m_modes->currentWidget() == m_shell);
}

void MainWindow::setNotice(const QString &id, const std::optional<BannerText> &notice)
{
    if (notice)
        m_notices.insert(id, *notice);
    else
        m_notices.remove(id);
    for (Page *page : std::as_const(m_pages)) {
        if (notice)
            page->banners()->show(id, *notice);
        else
            page->banners()->remove(id);
    }
}

void MainWindow::refresh()
{
    if (!m_opened)
        return;
    m_opened->refresh();
    Q_EMIT refreshed();
}

void MainWindow::retranslate()
{
    setWindowTitle(u"Quota Console"_s);
    for (auto item = m_items.cbegin(); item != m_items.cend(); ++item) {
        item.value()->setText(item.key()->title());
        item.value()->setAccessibleName(item.key()->title());
        item.value()->setNarrow(m_sidebar->isNarrow());
    }
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_sidebar->setNarrow(width() < space::sidebarFolds);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_look.store().setValue(u"window/geometry"_s, saveGeometry());
    QMainWindow::closeEvent(event);
}

}
