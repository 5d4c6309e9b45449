// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keytext.h"
#include "app/widgets/card.h"
#include "app/widgets/chip.h"
#include "app/widgets/copyhelper.h"

#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

// One key beside the table: its state and facts, each limit with its bar and when it is new, and what can be done
// to it. The page fills it and does what it asks for.
namespace quota::console
{

class KeyDetails : public Card
{
    Q_OBJECT

public:
    KeyDetails(CopyHelper &copier, QWidget *parent);

    void setKey(const KeyOverview &key, const Format &format, Timestamp now);
    const KeyOverview &key() const { return m_key; }
    void setWritable(const QString &refusal); // why not, in words; empty: it is

Q_SIGNALS:
    void closed();
    void editWanted(const quota::KeyId &id);
    void toggleWanted(const quota::KeyId &id); // disable, or enable again
    void rotateWanted(const quota::KeyId &id);
    void deleteWanted(const quota::KeyId &id);
    void raiseWanted(const quota::KeyId &id); // for a time

protected:
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void build();
    void showKey();
    void addFact(const QString &name, const QString &value);
    QString limitsTitle() const;
    void addRaise(const LimitRaise &raise, const KeyText &text);
    void addLimit(const LimitStatus &status, const KeyText &text);

    CopyHelper &m_copier;
    KeyOverview m_key;
    std::optional<Format> m_format;
    Timestamp m_now;
    Label *m_name;
    Label *m_id;
    StateChip *m_state;
    QToolButton *m_copy;
    QToolButton *m_close;
    QVBoxLayout *m_limits;
    Label *m_limitsTitle;
    QWidget *m_limitsHolder;
    QPushButton *m_raise;
    QWidget *m_factsHolder;
    QPushButton *m_edit;
    QPushButton *m_toggle;
    QPushButton *m_rotate;
    QPushButton *m_delete;
};

}
