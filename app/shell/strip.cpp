// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/strip.h"

#include "app/widgets/chip.h"
#include "app/widgets/spacing.h"

#include <QPainter>

namespace quota::console
{
using namespace Qt::StringLiterals;

Strip::Strip(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(u"environmentStrip"_s);
    setFixedHeight(space::strip);
    hide();
}

void Strip::setEnvironment(Environment environment)
{
    m_environment = environment;
    setAccessibleName(EnvironmentTag::longWord(environment));
    update();
}

void Strip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(this, strip(m_environment)));
}

}
