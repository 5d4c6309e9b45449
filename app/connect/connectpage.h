// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/connectform.h"
#include "app/connect/connectiontest.h"
#include "app/connect/profilelist.h"
#include "app/connect/testpanel.h"
#include "app/prompts.h"
#include "app/session.h"
#include "app/settings/looksettings.h"
#include "app/tokenvault.h"

// The gate: a service is chosen, tested step by step and opened. On the first run it greets and asks for one;
// later it lists the known ones at the left. The session is opened only after a test that passed.
namespace quota::console
{

class ConnectPage : public QWidget
{
    Q_OBJECT

public:
    struct Parts // all outlive the page
    {
        Session &session;
        ProfileStore &profiles;
        TokenVault &vault;
        Prompts &prompts;
        LookSettings &look;
        CopyHelper &copier;
    };
    ConnectPage(const Parts &parts, QWidget *parent);

    // Shows a profile, or the form for a new one with an empty id; with go it connects when its token is kept.
    void choose(const QString &profileId, bool go = false);

Q_SIGNALS:
    void localRestoreWanted(); // of a service on this computer that cannot start

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void build();
    QWidget *makeHead();
    QWidget *makeFormColumn();
    void join();
    void submit();
    void test(const ServiceProfile &profile, const QString &token);
    void finish(bool good);
    void showTokenError();
    void open(ServiceProfile profile, const QString &token);
    void saveForLater();
    void removeProfile();
    void resetTest();
    void showList();
    void retranslate();

    Parts m_parts;
    ConnectionTest m_test;
    ServiceProfile m_tested;
    QString m_testedToken;
    QString m_shown; // id of the profile in the form
    bool m_submitted = false;
    ProfileList *m_list;
    QWidget *m_listRule;
    ConnectForm *m_form;
    TestPanel *m_panel;
    Card *m_card;
    QWidget *m_column;
    Label *m_title;
    Label *m_note;
    Choice *m_language;
    Choice *m_theme;
    QPushButton *m_go;
    QPushButton *m_save;
    QPushButton *m_remove;
    Label *m_promise;
    QPushButton *m_restore;
};

}
