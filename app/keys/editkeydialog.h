// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keyclash.h"
#include "app/keys/keymodel.h"
#include "app/widgets/card.h"
#include "app/widgets/dialogframe.h"
#include "app/widgets/segmented.h"

// Edits one key: label, limits, expiry, requests at once, models. Only what was changed is sent; when somebody
// else changed the key meanwhile, both values stand side by side and a person chooses field by field.
namespace quota::console
{

class EditKeyDialog : public DialogFrame
{
    Q_OBJECT

public:
    EditKeyDialog(KeyModel &model, Session &session, const KeyOverview &key, QWidget *parent);

Q_SIGNALS:
    void saved(const quota::KeyOverview &key);

protected:
    bool isDirty() const override;
    void retranslate() override;

private:
    struct ClashRow
    {
        KeyField field;
        Label *name;
        Segmented *choice;
        Label *mine;
        Label *theirs;
    };
    void save();
    void finish(const Result<KeyOverview> &answer);
    void showClash(const KeyOverview &now);
    void addClashRow(KeyField field, const KeyValues &mine, const KeyValues &theirs);
    void takeChoices();

    KeyModel &m_model;
    Session &m_session;
    KeyOverview m_key; // as it was last read
    KeyValues m_mine;  // while a clash is open
    KeyValues m_theirs;
    KeyForm *m_form;
    Card *m_clash;
    Label *m_clashText;
    QList<ClashRow> m_rows;
    Label *m_error;
};

}
