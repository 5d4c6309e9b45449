// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keydetails.h"
#include "app/keys/keymodel.h"
#include "app/keys/keytable.h"
#include "app/page.h"
#include "app/prompts.h"
#include "app/widgets/filterchips.h"
#include "app/widgets/undobar.h"

#include <QMenu>

// Keys: views, the table, the details of one beside it, and every deed: new, edit, disable, rotate, delete, each
// said before and undone after where it can be.
namespace quota::console
{

class KeysPage : public Page
{
    Q_OBJECT

public:
    struct Parts // all outlive the page
    {
        Session &session;
        KeyModel &model;
        Prompts &prompts;
        CopyHelper &copier;
        UndoBar &undo;
    };
    KeysPage(const Parts &parts, QWidget *parent);

    QString title() const override;
    void activate() override;
    void deactivate() override;
    void refresh() override;
    bool canCreate() const override { return m_parts.session.canWrite(); }
    void createNew() override;
    void focusFilter() override;

    void showView(KeyView view);
    void openKey(const KeyId &id); // its details

protected:
    void retranslate() override;

private:
    void build();
    void join();
    void joinDetails();
    void addShortcuts();
    void showNote();
    void showViews();
    void showWrites();
    void showLoadError();
    void showMenu(const QModelIndex &index, const QPoint &at);
    void addVerbs(QMenu *menu, const KeyOverview &key);
    void showDetails(int row);
    void refreshDetails();
    void edit(const KeyId &id);
    void raise(const KeyId &id);
    void apply(KeyModel::Verb verb, const QList<KeyId> &ids);
    void remove(const QList<KeyId> &ids);
    void rotate(const KeyId &id);
    void showSecret(const QList<CreatedKey> &keys, bool rotated);
    void tellBatch(KeyModel::Verb verb, const QList<KeyId> &done, const QList<KeyFailure> &failures);
    void exportKeys();
    void tellError(const QString &fact, const Error &error);
    QString nameOf(const KeyId &id) const;

    Parts m_parts;
    bool m_active = false;
    FilterChips *m_views;
    KeyTable *m_table;
    KeyDetails *m_details;
    QPushButton *m_export;
    QPushButton *m_new;
};

}
