// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/profile.h"
#include "app/widgets/field.h"
#include "app/widgets/glyph.h"
#include "app/widgets/segmented.h"

#include <QCheckBox>
#include <QPushButton>

// The left half of Connect: address, name, environment, token, where the token is kept, group, read only. Knows
// no service; Connect reads a profile out of it and puts one in.
namespace quota::console
{

class ConnectForm : public QWidget
{
    Q_OBJECT

public:
    explicit ConnectForm(QWidget *parent);

    void setProfile(const ServiceProfile &profile); // an empty id: a new one
    // Nothing and an error at the field when the address is none.
    std::optional<ServiceProfile> profile();
    QString token() const;
    void setToken(const QString &token);
    void clearToken();
    bool keepsToken() const { return m_keep->isVisibleTo(this) && m_keep->isChecked(); }
    void setKeychain(bool available); // without one, the form says that the token is asked for
    void setTokenError(const QString &error);
    void setAddressError(const QString &error);
    void focusFirst();

Q_SIGNALS:
    void edited(); // by a person: a running test is no longer about this
    void submitted();
    void localTokenFailed(const QString &message);

protected:
    void changeEvent(QEvent *event) override;

private:
    void build();
    void retranslate();
    void showLocalToken();
    void useLocalToken();
    void suggestName();

    ServiceProfile m_profile;
    bool m_keychain = true;
    bool m_nameTyped = false;
    LineField *m_address;
    LineField *m_name;
    Segmented *m_environment;
    Field *m_environmentField;
    QLineEdit *m_token;
    Field *m_tokenField;
    QPushButton *m_localToken;
    Glyph *m_keepGlyph;
    QCheckBox *m_keep;
    Label *m_noKeychain;
    LineField *m_group;
    QCheckBox *m_readOnly;
};

}
