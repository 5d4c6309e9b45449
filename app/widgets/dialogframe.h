// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/label.h"

#include <QDialog>
#include <QHBoxLayout>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

// The base of every dialog: title, one sentence, a body that scrolls when the screen is small, and the foot:
// helper at the left, then Cancel, then the verb. The main window lies under a scrim meanwhile. Esc cancels;
// when isDirty() says so, it asks in the foot before typed text is thrown away.
namespace quota::console
{

class DialogFrame : public QDialog
{
    Q_OBJECT

public:
    // Width: space::dialogSmall, dialogMedium or dialogLarge.
    DialogFrame(int width, QWidget *parent);
    ~DialogFrame() override;

    void setHeading(const QString &title, const QString &sentence);
    void setGlyph(const QString &glyph, Role role); // 28 px, before the title
    QVBoxLayout *body() const { return m_body; }
    void addHelper(QWidget *widget); // at the left of the foot
    QPushButton *cancelButton() const { return m_cancel; }
    QPushButton *verb() const
    {
        return m_verb;
    } // primary, on Enter; setKind(verb(), Danger) where it destroys
    // The verb's call is under way: verb busy, body disabled.
    void setWorking(bool working);

    void reject() override; // Cancel, Esc and the window's close all come here

protected:
    // True while leaving would lose what was typed.
    virtual bool isDirty() const { return false; }
    virtual void retranslate();
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void buildFoot(QVBoxLayout *outer);
    void askToDiscard(bool ask);
    void fit();

    int m_width;
    Label *m_title;
    Label *m_sentence;
    QWidget *m_icon;
    QScrollArea *m_scroll;
    QWidget *m_bodyWidget;
    QVBoxLayout *m_body;
    QWidget *m_foot;
    QHBoxLayout *m_helpers;
    QPushButton *m_cancel;
    QPushButton *m_verb;
    QWidget *m_discardRow;
    Label *m_discardWords;
    QPushButton *m_keep;
    QPushButton *m_discard;
    QPointer<QWidget> m_scrim;
};

}
