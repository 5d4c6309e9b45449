// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/dialogframe.h"
#include "app/widgets/field.h"

#include <QCheckBox>

// Asks for the passphrase of a backup: for a new one, twice and only if it is wished; for one that is there, once.
// It keeps nothing: whoever opened it takes what was given, and it is gone with the dialog.
namespace quota::console
{

class PassphraseDialog : public DialogFrame
{
    Q_OBJECT

public:
    enum class Occasion
    {
        NewBackup, // may go without
        Verify
    };
    PassphraseDialog(Occasion occasion, const QString &what, QWidget *parent);

    static constexpr int shortest = 8; // characters, of a new one; as the service has it

Q_SIGNALS:
    void given(const QByteArray &passphrase);

protected:
    bool isDirty() const override;
    void retranslate() override;

private:
    void submit();
    void showFields();

    Occasion m_occasion;
    QString m_what;
    QCheckBox *m_wanted;
    QLineEdit *m_first;
    QLineEdit *m_again;
    Field *m_firstField;
    Field *m_againField;
    Label *m_meaning;
};

}
