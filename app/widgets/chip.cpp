// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/chip.h"

#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QEvent>
#include <QPainter>

namespace quota::console
{
using namespace Qt::StringLiterals;

StateChip::StateChip(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setStep(this, TextStep::Small, Weight::Medium);
}

StateChip::StateChip(Tone tone, const QString &word, QWidget *parent)
    : StateChip(parent)
{
    setState(tone, word);
}

void StateChip::setState(Tone tone, const QString &word, const QString &glyph)
{
    m_tone = tone;
    m_word = word;
    m_glyph = glyph.isEmpty() ? glyphOf(tone) : glyph;
    setAccessibleName(word);
    updateGeometry();
    update();
}

QSize StateChip::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {metrics.horizontalAdvance(m_word) + 8 + 13 + 5 + 10, space::chip(metrics)};
}

void StateChip::paintEvent(QPaintEvent *)
{
    if (m_word.isEmpty())
        return;
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const QRectF box(rect());
    paint::box(painter, theme, box, box.height() / 2, ground(m_tone),
               theme.isHighContrast() ? ink(m_tone) : Role::RoleCount);
    drawIcon(painter, this, QRectF(8, 0, 13, height()), m_glyph, ink(m_tone), 13);
    painter.setFont(font());
    painter.setPen(theme.color(ink(m_tone)));
    drawText(painter, box.adjusted(26, 0, -8, 0), Qt::AlignLeft, m_word);
}

EnvironmentTag::EnvironmentTag(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setStep(this, TextStep::Caption, Weight::Strong);
    setEnvironment(Environment::Dev);
}

void EnvironmentTag::setEnvironment(Environment environment)
{
    m_environment = environment;
    setAccessibleName(longWord(environment));
    updateGeometry();
    update();
}

QSize EnvironmentTag::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {metrics.horizontalAdvance(word(m_environment)) + 10, metrics.height() + 3};
}

QString EnvironmentTag::word(Environment environment)
{
    switch (environment) {
    case Environment::Dev:
        return tr("DEV");
    case Environment::Test:
        return tr("TEST");
    case Environment::Production:
        break;
    }
    return tr("PROD");
}

QString EnvironmentTag::longWord(Environment environment)
{
    switch (environment) {
    case Environment::Dev:
        return tr("Dev");
    case Environment::Test:
        return tr("Test");
    case Environment::Production:
        break;
    }
    return tr("Production");
}

void EnvironmentTag::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    paint::box(painter, theme, rect(), space::radiusTag, ground(m_environment),
               theme.isHighContrast() ? ink(m_environment) : Role::RoleCount);
    painter.setFont(font());
    painter.setPen(theme.color(ink(m_environment)));
    drawText(painter, rect(), Qt::AlignHCenter, word(m_environment));
}

void EnvironmentTag::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        setEnvironment(m_environment);
}

}
