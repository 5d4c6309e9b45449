// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/segmented.h"

#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStyleOption>

namespace quota::console
{

namespace
{

class Segment : public QAbstractButton
{
public:
    explicit Segment(QWidget *parent)
        : QAbstractButton(parent)
    {
        setCheckable(true);
        setAutoExclusive(false); // the group sees to it
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setStep(this, TextStep::Body, Weight::Medium);
    }

    QSize sizeHint() const override
    {
        const QFontMetrics metrics = fontMetrics();
        return {metrics.horizontalAdvance(text()) + 24, space::control(metrics) - 6};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Theme &theme = Theme::of(this);
        const QRectF box(rect());
        if (isChecked())
            paint::box(painter, theme, box, space::radiusControl, Role::SegmentChosen, Role::SegmentEdge);
        QStyleOption option;
        option.initFrom(this);
        if (paint::showsFocus(option))
            paint::focusRing(painter, theme, box, space::radiusControl);
        const bool strong = isChecked() || underMouse();
        painter.setFont(font());
        painter.setPen(theme.color(!isEnabled() ? Role::Disabled : strong ? Role::Text : Role::Muted));
        drawText(painter, box, Qt::AlignHCenter, text());
    }
};

}

Segmented::Segmented(QWidget *parent)
    : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(3, 3, 3, 3);
    row->setSpacing(0);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_buttons.setExclusive(true);
    connect(&m_buttons, &QButtonGroup::idToggled, this, [this](int index, bool on) {
        if (on)
            Q_EMIT chosen(index);
    });
}

void Segmented::setChoices(const QStringList &words)
{
    const QSignalBlocker quiet(&m_buttons);
    const int before = current();
    while (m_buttons.buttons().size() > words.size())
        delete m_buttons.buttons().constLast();
    while (m_buttons.buttons().size() < words.size()) {
        auto *segment = new Segment(this);
        layout()->addWidget(segment);
        m_buttons.addButton(segment, int(m_buttons.buttons().size()));
    }
    for (int index = 0; index < words.size(); ++index) {
        m_buttons.button(index)->setText(words.at(index));
        m_buttons.button(index)->setAccessibleName(words.at(index));
        m_buttons.button(index)->updateGeometry();
    }
    if (!words.isEmpty() && (before < 0 || before >= words.size()))
        m_buttons.button(0)->setChecked(true);
}

int Segmented::current() const
{
    return m_buttons.checkedId();
}

void Segmented::setCurrent(int index)
{
    Q_ASSERT(m_buttons.button(index));
    m_buttons.button(index)->setChecked(true);
}

void Segmented::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    // In the dark the ground is nearly the page's: an edge shows where it ends.
    const bool edged = theme.isDark() || theme.isHighContrast();
    paint::box(painter, theme, rect(), space::radiusSegment, Role::Segment,
               edged ? Role::Border : Role::RoleCount);
}

}
