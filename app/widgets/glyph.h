// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QWidget>

// An icon as a widget of its own, in a role's colour; silent for screen readers.
namespace quota::console
{

class Glyph : public QWidget
{
    Q_OBJECT

public:
    Glyph(const QString &name, Role role, int size, QWidget *parent);
    void setGlyph(const QString &name, Role role);
    // A soft square behind it (44 wide, radius 10), as on doors and findings.
    void setGround(Role role);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    Role m_role;
    int m_size;
    Role m_ground = Role::RoleCount;
};

}
