// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/backupcards.h"
#include "app/care/backuptable.h"
#include "app/page.h"
#include "app/prompts.h"
#include "app/widgets/copyhelper.h"

#include <QMenu>

#include <functional>

// Backups: what there is, one button out, one button in, and every deed about them, each said before it is done.
// Works against a service anywhere: archives come and go over the admin API.
namespace quota::console
{

class BackupsPage : public Page
{
    Q_OBJECT

public:
    struct Parts // all outlive the page
    {
        Session &session;
        BackupModel &model;
        Prompts &prompts;
        CopyHelper &copier;
    };
    BackupsPage(const Parts &parts, QWidget *parent);

    QString title() const override;
    void activate() override;
    void deactivate() override;
    void refresh() override;
    bool canCreate() const override;
    void createNew() override;

    // A data directory of this computer whose service is dead; needs no session.
    void restoreHere();

protected:
    void retranslate() override;

private:
    void join();
    void showNote();
    void showButtons();
    void showLoadError();
    void showMenu(const QModelIndex &index, const QPoint &at);
    void verify(const QString &id);
    void verifyWith(const QString &id, const QByteArray &passphrase);
    void restore(const QString &id);
    void bring();
    void openWizard(const QList<BackupInfo> &backups, const QString &id);
    void compare(const QString &first, const QString &second);
    void download(const QString &id);
    void remove(const QStringList &ids);
    void removeNext(QStringList ids);
    void prune();
    void tellGood(const QString &fact, const QString &meaning);
    void tellError(const QString &fact, const Error &error);

    Parts m_parts;
    bool m_active = false;
    BackupCards *m_cards;
    BackupTable *m_table;
    QPushButton *m_bring;
    QPushButton *m_create;
};

}
