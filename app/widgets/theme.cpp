// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/theme.h"

#include "app/widgets/style.h"
#include "app/widgets/systemtheme.h"

#include <QEvent>
#include <QPalette>
#include <QToolTip>
#include <QWidget>

#include <cmath>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

constexpr auto propertyName = "quotaTheme";

QPalette paletteOf(const Theme &theme)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole to, Role role) { palette.setColor(to, theme.color(role)); };
    set(QPalette::Window, Role::Canvas);
    set(QPalette::WindowText, Role::Text);
    set(QPalette::Base, Role::Input);
    set(QPalette::AlternateBase, Role::Surface);
    set(QPalette::Text, Role::Text);
    set(QPalette::PlaceholderText, Role::Faint);
    set(QPalette::Button, Role::Surface);
    set(QPalette::ButtonText, Role::Text);
    set(QPalette::BrightText, Role::OnAccent);
    set(QPalette::Highlight, Role::AccentFill);
    set(QPalette::HighlightedText, Role::OnAccent);
    set(QPalette::Link, Role::Accent);
    set(QPalette::LinkVisited, Role::Accent);
    set(QPalette::ToolTipBase, Role::Raised);
    set(QPalette::ToolTipText, Role::Text);
    set(QPalette::Light, Role::Raised);
    set(QPalette::Midlight, Role::Hover);
    set(QPalette::Mid, Role::Border);
    set(QPalette::Dark, Role::Control);
    set(QPalette::Shadow, Role::Border);
    for (const auto to : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, to, theme.color(Role::Disabled));
    return palette;
}

}

QString toString(ThemeChoice choice)
{
    switch (choice) {
    case ThemeChoice::System:
        break;
    case ThemeChoice::Light:
        return u"light"_s;
    case ThemeChoice::Dark:
        return u"dark"_s;
    case ThemeChoice::HighContrastLight:
        return u"high-contrast-light"_s;
    case ThemeChoice::HighContrastDark:
        return u"high-contrast-dark"_s;
    }
    return u"system"_s;
}

ThemeChoice themeChoiceFromString(const QString &word)
{
    for (const auto choice : {ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::HighContrastLight,
                              ThemeChoice::HighContrastDark}) {
        if (word == toString(choice))
            return choice;
    }
    return ThemeChoice::System;
}

QString glyphOf(Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return u"circle-check"_s;
    case Tone::Warn:
        return u"triangle-alert"_s;
    case Tone::Bad:
        return u"octagon-x"_s;
    case Tone::Info:
        return u"info"_s;
    case Tone::Neutral:
        break;
    }
    return u"circle-pause"_s;
}

Theme::Theme(QApplication &application)
    : m_application(application)
    , m_system(std::make_unique<SystemTheme>())
{
    loadFonts();
    application.setProperty(propertyName, QVariant::fromValue<QObject *>(this));
    connect(m_system.get(), &SystemTheme::changed, this, [this] {
        if (m_choice == ThemeChoice::System)
            follow();
    });
    application.setStyle(new ConsoleStyle(*this)); // the application owns its style
    m_effective = ThemeChoice::System;             // so that the first follow() applies
    follow();
}

Theme::~Theme()
{
    m_application.setProperty(propertyName, {});
    // The style draws with this theme; nothing may be painted with it from here on.
    m_application.setStyle(u"fusion"_s);
}

const Theme &Theme::of(const QWidget *)
{
    auto *theme = static_cast<Theme *>(qApp->property(propertyName).value<QObject *>());
    Q_ASSERT_X(theme, "Theme::of", "the application has no theme");
    return *theme;
}

void Theme::setChoice(ThemeChoice choice)
{
    m_choice = choice;
    follow();
}

void Theme::setLanguage(Language language)
{
    if (m_language == language)
        return;
    m_language = language;
    apply();
}

void Theme::setTextPercent(int percent)
{
    percent = qBound(minimumTextPercent, percent, maximumTextPercent);
    if (m_textPercent == percent)
        return;
    m_textPercent = percent;
    apply();
}

bool Theme::isDark() const
{
    return m_effective == ThemeChoice::Dark || m_effective == ThemeChoice::HighContrastDark;
}

bool Theme::isHighContrast() const
{
    return m_effective == ThemeChoice::HighContrastLight || m_effective == ThemeChoice::HighContrastDark;
}

void Theme::follow()
{
    ThemeChoice effective = m_choice;
    if (effective == ThemeChoice::System) {
        const bool contrast = m_system->prefersContrast();
        if (m_system->prefersDark())
            effective = contrast ? ThemeChoice::HighContrastDark : ThemeChoice::Dark;
        else
            effective = contrast ? ThemeChoice::HighContrastLight : ThemeChoice::Light;
    }
    if (effective == m_effective)
        return;
    m_effective = effective;
    apply();
}

void Theme::apply()
{
    m_icons.clear();
    m_application.setPalette(paletteOf(*this));
    QToolTip::setPalette(paletteOf(*this));
    m_application.setFont(font(TextStep::Body));
    const QWidgetList widgets = QApplication::allWidgets();
    for (QWidget *widget : widgets) {
        if (const QVariant step = widget->property("textStep"); step.isValid())
            widget->setFont(font(TextStep(step.toInt()), Weight(widget->property("textWeight").toInt())));
    }
    // Heights follow the font: every layout asks its widgets anew.
    for (QWidget *widget : widgets) {
        QEvent event(QEvent::StyleChange);
        QCoreApplication::sendEvent(widget, &event);
    }
    Q_EMIT changed();
}

QFont Theme::font(TextStep step, Weight weight) const
{
    return fontFor(step, weight, m_language, m_textPercent);
}

QPixmap Theme::icon(const QString &name, Role role, int size, qreal ratio) const
{
    return m_icons.pixmap(name, color(role), size, ratio);
}

QColor color(const QWidget *widget, Role role)
{
    return Theme::of(widget).color(role);
}

QFont fontOf(const QWidget *widget, TextStep step, Weight weight)
{
    return Theme::of(widget).font(step, weight);
}

void drawIcon(QPainter &painter, const QWidget *widget, const QRectF &rect, const QString &name, Role role,
              int size)
{
    const qreal ratio = painter.device()->devicePixelRatioF();
    const QPixmap pixmap = Theme::of(widget).icon(name, role, size, ratio);
    const QPointF corner = rect.center() - QPointF(size / 2.0, size / 2.0);
    painter.drawPixmap(QPointF(std::round(corner.x()), std::round(corner.y())), pixmap);
}

}
