// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/cell.h"

#include <QPainter>
#include <QPainterPath>
#include <QWidget>

// Painters of a quota: the bar alone (settled solid, reserved pale, amber from 80 %, red at 100 %) and the text
// line over the bar; the widget form for cards and details.
namespace quota::console
{

// The bar fills the rectangle's width and is 5 high in its middle (or as high as the rectangle, if lower).
void paintBar(QPainter &painter, const Theme &theme, const QRectF &rect, const QuotaValue &value);
void paintQuota(QPainter &painter, const QWidget *widget, const QRectF &rect, const QuotaValue &value,
                Role ink = Role::Text);

// «64%, 12,840 of 20,000 a day»: for screen readers.
QString describe(const QuotaValue &value, Language language);

class QuotaBar : public QWidget
{
    Q_OBJECT

public:
    explicit QuotaBar(QWidget *parent);
    void setValue(const QuotaValue &value);
    void setBarOnly(bool barOnly);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QuotaValue m_value;
    bool m_barOnly = false;
};

}
