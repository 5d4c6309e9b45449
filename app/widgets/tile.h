// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QAbstractButton>
#include <QList>

// One figure of Overview: icon and name, figure and unit, the change with its note, a sparkline. The whole tile
// is a button. A value that is not known yet shows «—».
namespace quota::console
{

struct TileText
{
    QString name;
    QString glyph;
    QString figure; // empty: «—»
    QString unit;
    QString change;    // «12.4 %»; empty: none
    int direction = 0; // 1 up, −1 down, 0 none: the arrow before the change
    Tone changeTone = Tone::Neutral;
    QString note;        // «vs yesterday, same time»
    QList<qint64> curve; // fewer than two points: none
};

class Tile : public QAbstractButton
{
    Q_OBJECT

public:
    explicit Tile(QWidget *parent);
    void setContent(const TileText &content);
    void setStale(bool stale); // values in faint
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintChange(QPainter &painter, const QRectF &row);

    TileText m_content;
    bool m_stale = false;
};

}
