// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/stepsrow.h"

#include "app/widgets/styleparts.h"

#include <QPainter>

namespace quota::console
{

static constexpr int circle = 20;
static constexpr int gap = 7;
static constexpr int shortestLine = 20;
static constexpr int longestLine = 50;
static constexpr int lineGap = 9;

StepsRow::StepsRow(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setStep(this, TextStep::Body, Weight::Strong); // wide enough for the bold word
}

void StepsRow::setSteps(const QStringList &words)
{
    m_words = words;
    describe();
    updateGeometry();
    update();
}

void StepsRow::setCurrent(int step)
{
    m_current = step;
    describe();
    update();
}

void StepsRow::describe()
{
    //: number, all, word
    setAccessibleName(tr("Step %1 of %2: %3")
                          .arg(qMin(m_current + 1, int(m_words.size())))
                          .arg(m_words.size())
                          .arg(m_words.value(qMin(m_current, int(m_words.size()) - 1))));
}

int StepsRow::widthOf(int step) const
{
    return circle + gap + fontMetrics().horizontalAdvance(m_words.at(step)) + 2;
}

QSize StepsRow::sizeHint() const
{
    int wide = 0;
    for (int step = 0; step < m_words.size(); ++step)
        wide += widthOf(step) + (step > 0 ? shortestLine + 2 * lineGap : 0);
    return {wide, qMax(circle + 4, fontMetrics().height() + 6)};
}

void StepsRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const qsizetype lines = qMax(qsizetype(1), m_words.size() - 1);
    const int line =
        qBound(shortestLine, shortestLine + int((width() - sizeHint().width()) / lines), longestLine);
    qreal left = 0;
    for (int step = 0; step < m_words.size(); ++step) {
        if (step > 0) {
            painter.setPen(theme.color(Role::Border));
            const qreal y = std::floor(height() / 2.0) + 0.5;
            painter.drawLine(QPointF(left + lineGap, y), QPointF(left + lineGap + line, y));
            left += line + 2 * lineGap;
        }
        const QRectF disc(left, (height() - circle) / 2.0, circle, circle);
        const bool done = step < m_current;
        const bool now = step == m_current;
        paint::box(painter, theme, disc, circle / 2.0,
                   done  ? Role::OkSoft
                   : now ? Role::AccentFill
                         : Role::Raised,
                   now    ? Role::RoleCount
                   : done ? Role::OkSoft
                          : Role::Control);
        if (done) {
            drawIcon(painter, this, disc, QStringLiteral("check"), Role::Ok, 12);
        } else {
            painter.setFont(theme.font(TextStep::Small, Weight::Strong));
            painter.setPen(theme.color(now ? Role::OnAccent : Role::Muted));
            drawText(painter, disc, Qt::AlignHCenter, QString::number(step + 1));
        }
        painter.setFont(theme.font(TextStep::Body, now ? Weight::Strong : Weight::Regular));
        painter.setPen(theme.color(now ? Role::Text : Role::Muted));
        const qreal wide = widthOf(step) - circle - gap;
        drawText(painter, QRectF(left + circle + gap, 0, wide, height()), Qt::AlignLeft, m_words.at(step));
        left += widthOf(step);
    }
}

}
