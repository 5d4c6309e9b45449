// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keymodel.h"
#include "app/widgets/dialogframe.h"
#include "app/widgets/field.h"

// Raises one limit of a key for the window that runs and some that follow, or ends what is raised.
namespace quota::console
{

// Whether a limit of it refuses and begins anew.
bool isRaisable(const KeyOverview &key);

class RaiseDialog : public DialogFrame
{
    Q_OBJECT

public:
    RaiseDialog(KeyModel &model, Session &session, const KeyOverview &key, QWidget *parent);

Q_SIGNALS:
    void saved(const quota::KeyOverview &key);

protected:
    void retranslate() override;

private:
    void build();
    void choose();
    void save();
    void send(const std::optional<NewRaise> &raise);

    KeyModel &m_model;
    Session &m_session;
    KeyOverview m_key;
    QList<Limit> m_limits; // that can be raised
    Choice *m_limit;
    Field *m_limitField;
    AmountEdit *m_amount;
    Field *m_amountField;
    AmountEdit *m_windows;
    Field *m_windowsField;
    Label *m_error;
    QPushButton *m_end;
};

}
