// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/cell.h"

#include <QAbstractButton>

// One key in a list of Overview: its name, a value at the right, perhaps with an icon, and a bar under both. A
// button that leads to the key.
namespace quota::console
{

struct RankText
{
    QString name;
    QString value;
    QString glyph; // before the value; empty: none
    Tone tone = Tone::Neutral;
    std::optional<QuotaValue> bar; // of a limit
    std::optional<double> share;   // of the first in the list, when there is no limit to show
};

class RankRow : public QAbstractButton
{
    Q_OBJECT

public:
    RankRow(const RankText &text, QWidget *parent);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool hasBar() const { return m_text.bar || m_text.share; }

    RankText m_text;
};

}
