// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/card.h"
#include "app/widgets/codebox.h"
#include "app/widgets/glyph.h"

#include <QPushButton>
#include <QUrl>

// What Overview shows while a service has no use yet: three steps to the first answer, done ones ticked.
namespace quota::console
{

class FirstSteps : public Card
{
    Q_OBJECT

public:
    FirstSteps(CopyHelper &copier, QWidget *parent);

    void setProgress(bool hasProvider, bool hasKey, bool canWrite, const QUrl &service);

Q_SIGNALS:
    void keyWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Step
    {
        Glyph *glyph;
        Label *title;
        Label *text;
        QVBoxLayout *room;
    };
    Step addStep();
    void retranslate();

    bool m_hasProvider = false;
    bool m_hasKey = false;
    QUrl m_service;
    Label *m_heading;
    Step m_provider;
    Step m_key;
    Step m_request;
    CodeBox *m_providerCode;
    QPushButton *m_new;
    CodeBox *m_requestCode;
};

}
