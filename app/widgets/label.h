// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QLabel>

// The text of the console: a plain-text label in a step and a colour role. One-line labels elide with the full
// text as tooltip and stand on the cap-height baseline; setWordWrap(true) makes a paragraph. Never HTML.
namespace quota::console
{

class Label : public QLabel
{
    Q_OBJECT

public:
    explicit Label(TextStep step, Role role = Role::Text, QWidget *parent = nullptr);
    Label(const QString &text, TextStep step, Role role, QWidget *parent);

    void setRole(Role role);
    void setWeight(Weight weight);
    Role role() const { return m_role; }
    // A label that may not be cut (amounts): its minimum is its text. The default may shrink to nothing much.
    void setElides(bool elides);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void updateTooltip();

    TextStep m_step;
    Role m_role;
    bool m_elides = true;
    bool m_ownTooltip = false;
};

}
