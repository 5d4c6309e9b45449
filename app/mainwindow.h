// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/page.h"
#include "app/settings/looksettings.h"
#include "app/shell/header.h"
#include "app/shell/sidebar.h"
#include "app/widgets/undobar.h"

#include <QMainWindow>
#include <QMap>
#include <QPointer>
#include <QStackedWidget>

// The window: environment strip, sidebar, header, pages; or the gate (Connect) alone. main puts pages in and
// joins the header to the session. Keys: Ctrl+1..9 pages, F5 refresh, Ctrl+N new, Ctrl+F filter, Ctrl+Z undo,
// Ctrl+plus/minus/0 text size, F6 next region. Remembers its geometry.
namespace quota::console
{

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(LookSettings &look, QWidget *parent = nullptr);
    ~MainWindow() override;

    // Takes the page; order is the order of the navigation and of Ctrl+1…9.
    void addPage(Page *page);
    void addFootPage(Page *page); // Settings
    void setGate(QWidget *gate);  // takes it; shown without sidebar and header
    void showGate();
    void showPages(); // the page shown last, or the first

    void open(Page *page);
    void refresh();
    Page *current() const;
    bool atGate() const { return !m_opened; }
    QList<Page *> pages() const { return m_pages; }
    Header &header() { return *m_header; }
    Sidebar &sidebar() { return *m_sidebar; }
    UndoBar &undoBar() { return *m_undo; }
    void setEnvironment(std::optional<Environment> environment); // the strip; nothing: none
    // A banner of the service on every page (offline, read-only); nothing takes it away.
    void setNotice(const QString &id, const std::optional<BannerText> &notice);

Q_SIGNALS:
    void refreshed(); // F5 or the button, after the page was told
    void noticeActed(const QString &id);
    void noticeSecondActed(const QString &id);
    void pageOpened(quota::console::Page *page);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void add(Page *page, NavigationItem *item);
    void retranslate();

    LookSettings &m_look;
    QWidget *m_strip;
    QStackedWidget *m_modes; // gate, shell
    QWidget *m_shell;
    QWidget *m_gate = nullptr;
    Sidebar *m_sidebar;
    Header *m_header;
    QStackedWidget *m_stack;
    UndoBar *m_undo;
    QList<Page *> m_pages;
    QHash<Page *, NavigationItem *> m_items;
    QMap<QString, BannerText> m_notices;
    QPointer<Page> m_opened; // nothing while the gate is shown
    std::optional<Environment> m_environment;
};

}
