// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/connectiontest.h"
#include "app/widgets/card.h"
#include "app/widgets/codebox.h"
#include "app/widgets/glyph.h"

// The right half of Connect: the eight steps of a test as rows, each with what was measured, and under them the
// cure of the step that failed.
namespace quota::console
{

class TestPanel : public QWidget
{
    Q_OBJECT

public:
    TestPanel(const ConnectionTest &test, CopyHelper &copier, QWidget *parent);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Row
    {
        Glyph *glyph;
        Label *words;
        Label *detail;
    };
    void addRow(int stage);
    void addCure(CopyHelper &copier);
    void update();
    void showRow(int stage);

    const ConnectionTest &m_test;
    QVBoxLayout *m_layout;
    Label *m_title;
    Label *m_elapsed;
    QList<Row> m_rows;
    Card *m_cure;
    Label *m_cureTitle;
    Label *m_cureText;
    CodeBox *m_cureCommand;
};

}
