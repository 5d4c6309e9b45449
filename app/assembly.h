// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/backupspage.h"
#include "app/connect/connectpage.h"
#include "app/keys/keyspage.h"
#include "app/mainwindow.h"
#include "app/overview/overviewpage.h"
#include "app/profile.h"
#include "app/session.h"
#include "app/usage/usagepage.h"
#include "app/widgets/copyhelper.h"

class QClipboard;

// Puts the console together: session, models, pages, window, and joins them. main builds one over the real
// keychain and dialogs, tests over their own. What a page must not know of another page is said here.
namespace quota::console
{

class Assembly : public QObject
{
    Q_OBJECT

public:
    struct World // all outlive the assembly
    {
        QString profilesFile;
        TokenVault &vault;
        Prompts &prompts;
        LookSettings &look;
        Translation &translation;
        QClipboard &clipboard;
    };
    explicit Assembly(const World &world);
    ~Assembly() override;

    // Shows the gate; connects to the service used last when its token is kept.
    void start();

    MainWindow &window() { return *m_window; }
    Session &session() { return m_session; }
    ProfileStore &profiles() { return m_profiles; }
    ConnectPage &gate() { return *m_gate; }
    OverviewPage &overview() { return *m_overview; }
    KeysPage &keys() { return *m_keysPage; }
    UsagePage &usage() { return *m_usagePage; }
    BackupsPage &backups() { return *m_backupsPage; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void addPages();
    void joinPages();
    void joinSession();
    void joinNotices();
    void showService();
    void showHealth();
    void showNotices();
    void showServiceMenu();
    // By value: the id of the session's own profile goes with the session.
    void connectAnew(QString profileId, bool go);

    World m_world;
    ProfileStore m_profiles;
    Session m_session;
    CopyHelper m_copier;
    KeyModel m_keys;
    UsageModel m_usage;
    OverviewModel m_overviewModel;
    BackupModel m_backups;
    std::unique_ptr<MainWindow> m_window;
    ConnectPage *m_gate = nullptr;
    OverviewPage *m_overview = nullptr;
    KeysPage *m_keysPage = nullptr;
    UsagePage *m_usagePage = nullptr;
    BackupsPage *m_backupsPage = nullptr;
    QTimer m_noticeClock; // the age in the offline notice goes on
};

}
