// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/page.h"
#include "app/settings/looksettings.h"
#include "app/widgets/field.h"
#include "app/widgets/segmented.h"

// The page of settings: one column, 680 wide, in groups; each choice holds at once. Now: the look.
namespace quota::console
{

class Card;

class SettingsPage : public Page
{
    Q_OBJECT

public:
    SettingsPage(LookSettings &look, QWidget *parent);

    QString title() const override;

protected:
    void retranslate() override;

private:
    void buildLook();
    void showLook();

    LookSettings &m_look;
    Card *m_card;
    Segmented *m_theme;
    Label *m_themeLabel;
    Label *m_themeHint;
    Choice *m_language;
    Label *m_languageLabel;
    Label *m_languageHint;
    Choice *m_text;
    Label *m_textLabel;
    Label *m_textHint;
    QPushButton *m_reset;
    Label *m_about;
};

}
