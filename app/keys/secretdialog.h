// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/prompts.h"
#include "app/widgets/card.h"
#include "app/widgets/codebox.h"
#include "app/widgets/copyhelper.h"
#include "app/widgets/dialogframe.h"
#include "app/widgets/glyph.h"
#include "app/widgets/segmented.h"
#include "shared/apikey.h"

#include <QCheckBox>
#include <QPushButton>
#include <QUrl>

// Shows the secret of a new or rotated key, once: masked, readable while a button is held, to be copied or saved
// to a file only its owner can read, with ready code. Several keys come as one list. It closes when the person
// says that the secret is safe, and asks before it is lost.
namespace quota::console
{

class SecretDialog : public DialogFrame
{
    Q_OBJECT

public:
    enum class Occasion
    {
        Created,
        Rotated
    };
    struct Parts // outlive the dialog
    {
        CopyHelper &copier;
        Prompts &prompts;
    };
    SecretDialog(const Parts &parts, const QList<CreatedKey> &keys, Occasion occasion, const QUrl &service,
                 QWidget *parent);

protected:
    bool isDirty() const override { return !m_tick->isChecked(); }
    void retranslate() override;

private:
    bool isOne() const { return m_keys.size() == 1; }
    QString all() const; // every secret, one a line with its label
    QString masked(const CreatedKey &key, int bullets) const;
    void build();
    void showSecret(bool shown);
    void copySecret();
    void showCountdown(int seconds);
    void showSnippet();
    void save();
    void write(const QString &path);

    Parts m_parts;
    QList<CreatedKey> m_keys;
    Occasion m_occasion;
    QUrl m_service;
    bool m_copied = false;
    QString m_savedTo;
    QString m_saveError;
    Card *m_box;
    Label *m_secret;
    QPushButton *m_show;
    QPushButton *m_copy;
    Glyph *m_noteGlyph;
    Label *m_note;
    Segmented *m_tabs;
    CodeBox *m_code;
    QCheckBox *m_tick;
    QPushButton *m_save;
};

}
