// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/filterchips.h"

#include "app/widgets/flowlayout.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleOption>

namespace quota::console
{
using namespace Qt::StringLiterals;

Chip::Chip(QWidget *parent)
    : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setStep(this, TextStep::Small, Weight::Medium);
}

void Chip::setCount(const QString &count)
{
    m_count = count;
    setAccessibleDescription(count);
    updateGeometry();
    update();
}

void Chip::setRemovable(bool removable)
{
    m_removable = removable;
    setCheckable(!removable);
    updateGeometry();
}

QSize Chip::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    int width = metrics.horizontalAdvance(text()) + 24;
    if (!m_count.isEmpty())
        width += metrics.horizontalAdvance(m_count) + 7;
    if (m_removable)
        width += 16;
    return {width, space::filterChip(metrics)};
}

QRect Chip::crossRect() const
{
    return {width() - 26, 0, 24, height()};
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const QRectF box(rect());
    const qreal radius = box.height() / 2;
    const bool on = isChecked() || m_removable;
    paint::box(painter, theme, box, radius,
               on             ? Role::AccentSoft
               : underMouse() ? Role::Hover
                              : Role::Surface,
               on ? Role::Accent : Role::Border);
    QStyleOption option;
    option.initFrom(this);
    if (paint::showsFocus(option))
        paint::focusRing(painter, theme, box, radius);
    painter.setFont(font());
    painter.setPen(theme.color(!isEnabled() ? Role::Disabled : on ? Role::Accent : Role::Text));
    const QRectF words = box.adjusted(12, 0, m_removable ? -28 : -12, 0);
    drawText(painter, words, Qt::AlignLeft, text());
    if (!m_count.isEmpty()) {
        painter.setPen(theme.color(on ? Role::Accent : Role::Faint));
        drawText(painter, words, Qt::AlignRight, m_count);
    }
    if (m_removable)
        drawIcon(painter, this, QRectF(crossRect()).adjusted(2, 0, -4, 0), u"x"_s,
                 isEnabled() ? Role::Accent : Role::Disabled, 13);
}

void Chip::mouseReleaseEvent(QMouseEvent *event)
{
    const bool cross = m_removable && crossRect().contains(event->position().toPoint()) && isDown();
    QAbstractButton::mouseReleaseEvent(event);
    if (cross)
        Q_EMIT removed();
}

void Chip::keyPressEvent(QKeyEvent *event)
{
    if (m_removable && (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace)) {
        Q_EMIT removed();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

void Chip::changeEvent(QEvent *event)
{
    QAbstractButton::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        updateGeometry();
}

FilterChips::FilterChips(QWidget *parent)
    : QWidget(parent)
    , m_flow(new FlowLayout(this))
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    m_buttons.setExclusive(true);
    connect(&m_buttons, &QButtonGroup::idToggled, this, [this](int index, bool on) {
        if (on)
            Q_EMIT chosen(index);
    });
}

void FilterChips::setEntries(const QList<Entry> &entries)
{
    const QSignalBlocker quiet(&m_buttons);
    const int before = current();
    while (m_buttons.buttons().size() > entries.size())
        delete m_buttons.buttons().constLast();
    while (m_buttons.buttons().size() < entries.size()) {
        auto *chip = new Chip(this);
        m_flow->addWidget(chip);
        m_buttons.addButton(chip, int(m_buttons.buttons().size()));
    }
    for (int index = 0; index < entries.size(); ++index) {
        auto *chip = static_cast<Chip *>(m_buttons.button(index));
        chip->setText(entries.at(index).name);
        chip->setAccessibleName(entries.at(index).name);
        chip->setCount(entries.at(index).count);
    }
    if (!entries.isEmpty() && (before < 0 || before >= entries.size()))
        m_buttons.button(0)->setChecked(true);
    updateGeometry();
}

int FilterChips::current() const
{
    return m_buttons.checkedId();
}

void FilterChips::setCurrent(int index)
{
    Q_ASSERT(m_buttons.button(index));
    m_buttons.button(index)->setChecked(true);
}

}
