// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/label.h"

#include <QPushButton>
#include <QStackedLayout>
#include <QTimer>

// What stands in the place of content: a skeleton while it loads (after 150 ms, never over content that was
// already shown), empty, nothing matches, an error, offline. Give it the content once; set() the state.
namespace quota::console
{

struct StateText
{
    QString glyph; // empty: the state's own
    QString fact;
    QString sentence;
    QString action; // the button that fills, clears or tries again; empty: none
    QString actionGlyph;
    QString second;
};

class PageState : public QWidget
{
    Q_OBJECT

public:
    enum class State
    {
        Content,
        Loading,
        Empty,   // primary button
        NoMatch, // nothing matches the filter; secondary button
        Error,   // Try again, Troubleshoot
        Offline
    };
    Q_ENUM(State)

    PageState(QWidget *content, QWidget *parent);

    void set(State state, const StateText &text = {});
    State state() const { return m_state; }
    void setSkeletonColumns(int columns); // 1..8; default 2

Q_SIGNALS:
    void acted(quota::console::PageState::State state);
    void secondActed(quota::console::PageState::State state);

private:
    QWidget *makeMessage();
    void showSkeleton();

    State m_state = State::Content;
    bool m_filled = false; // content was shown once: loading leaves it standing
    QStackedLayout *m_stack;
    QWidget *m_content;
    class Skeleton *m_skeleton;
    QWidget *m_message;
    QWidget *m_icon;
    Label *m_fact;
    Label *m_sentence;
    QPushButton *m_action;
    QPushButton *m_second;
    QTimer m_pause;
};

}
