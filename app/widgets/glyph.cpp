// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/glyph.h"

#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QPainter>

namespace quota::console
{

Glyph::Glyph(const QString &name, Role role, int size, QWidget *parent)
    : QWidget(parent)
    , m_name(name)
    , m_role(role)
    , m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Glyph::setGlyph(const QString &name, Role role)
{
    m_name = name;
    m_role = role;
    update();
}

void Glyph::setGround(Role role)
{
    m_ground = role;
    updateGeometry();
    update();
}

QSize Glyph::sizeHint() const
{
    const int side = m_ground == Role::RoleCount ? m_size : 44;
    return {side, side};
}

void Glyph::paintEvent(QPaintEvent *)
{
    if (m_name.isEmpty())
        return;
    QPainter painter(this);
    if (m_ground != Role::RoleCount) {
        const bool outlined = Theme::of(this).isHighContrast();
        paint::box(painter, Theme::of(this), rect(), space::radiusCard, m_ground,
                   outlined ? m_role : Role::RoleCount);
    }
    drawIcon(painter, this, rect(), m_name, m_role, m_size);
}

}
