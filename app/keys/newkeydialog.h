// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keyform.h"
#include "app/keys/keymodel.h"
#include "app/widgets/card.h"
#include "app/widgets/codebox.h"
#include "app/widgets/dialogframe.h"
#include "app/widgets/segmented.h"

// Makes one key or several alike. Left the form, right what the holder gets in plain words, updated as it is
// typed, and the same as a command. The secrets come back through created(), once.
namespace quota::console
{

class NewKeyDialog : public DialogFrame
{
    Q_OBJECT

public:
    NewKeyDialog(KeyModel &model, Session &session, CopyHelper &copier, QWidget *parent);

Q_SIGNALS:
    void created(const QList<quota::CreatedKey> &keys);

protected:
    bool isDirty() const override { return m_dirty; }
    void retranslate() override;

private:
    void build(CopyHelper &copier);
    QWidget *makeLeft();
    QWidget *makeRight(CopyHelper &copier);
    void startFrom(int choice);
    void showTemplates(const QList<KeyTemplate> &templates);
    void follow();
    const KeyTemplate *followed() const; // null: none
    NewKey wanted() const;
    void summarise();
    void create();
    void finish(const Result<QList<CreatedKey>> &answer);

    KeyModel &m_model;
    Session &m_session;
    bool m_dirty = false;
    Segmented *m_template;
    Field *m_templateField;
    Choice *m_followed;
    Field *m_followedField;
    QList<KeyTemplate> m_templates;
    KeyForm *m_form;
    LineField *m_prefix;
    AmountEdit *m_count;
    Field *m_countField;
    Card *m_summary;
    Label *m_summaryTitle;
    QVBoxLayout *m_lines;
    Label *m_commandTitle;
    CodeBox *m_command;
    Label *m_error;
};

}
