// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/icons.h"
#include "app/widgets/type.h"

#include <QApplication>
#include <QColor>
#include <QObject>

#include <memory>

// The one place of colours. main owns a Theme; building it installs the console's style, fonts and palette on
// the application and makes it reachable through Theme::of(widget). Widgets ask for a role when they paint and
// never keep a colour; changed() and a StyleChange event to every widget follow a new theme, language or size.
namespace quota::console
{

enum class Role
{
    Canvas,
    Sidebar,
    Surface,
    Raised,
    Sunken,
    Input, // ground of text fields
    Hover,
    Selected,
    Border,
    Control, // edge of inputs
    ButtonEdge,
    Segment,
    SegmentChosen,
    SegmentEdge,
    Navigation, // chosen item
    NavigationEdge,
    ScrollHandle,
    Track,
    Grid,
    Text,
    Muted,
    Faint,
    Disabled,
    Accent,
    AccentFill,
    AccentHover,
    OnAccent,
    AccentSoft,
    Ok,
    OkSoft,
    Warn,
    WarnSoft,
    Bad,
    BadSoft,
    BadFill,
    Info,
    InfoSoft,
    NeutralSoft,
    BarNormal,
    BarNear,
    BarFull,
    Production,
    ProductionSoft,
    ProductionStrip,
    Test,
    TestSoft,
    Dev,
    DevSoft,
    UndoGround,
    UndoText,
    UndoAction,
    Scrim,
    RoleCount
};

enum class Tone
{
    Ok,
    Warn,
    Bad,
    Info,
    Neutral
};
Role ink(Tone tone);        // Role::Ok …; neutral is Muted
Role ground(Tone tone);     // Role::OkSoft …; neutral is NeutralSoft
QString glyphOf(Tone tone); // circle-check, triangle-alert, octagon-x, info, circle-pause

enum class Environment
{
    Dev,
    Test,
    Production
};
Role ink(Environment environment);
Role ground(Environment environment);
Role strip(Environment environment);

enum class ThemeChoice
{
    System,
    Light,
    Dark,
    HighContrastLight,
    HighContrastDark
};
QString toString(ThemeChoice choice);
ThemeChoice themeChoiceFromString(const QString &word); // unknown words: System

inline constexpr int seriesCount = 6; // chart colours; the last is always «Other»

class SystemTheme;

class Theme : public QObject
{
    Q_OBJECT

public:
    explicit Theme(QApplication &application);
    ~Theme() override;
    static const Theme &of(const QWidget *widget);

    void setChoice(ThemeChoice choice);
    void setLanguage(Language language);
    void setTextPercent(int percent); // clamped to 90..150

    ThemeChoice choice() const { return m_choice; }
    ThemeChoice effective() const { return m_effective; } // never System
    Language language() const { return m_language; }
    int textPercent() const { return m_textPercent; }
    bool isDark() const;
    bool isHighContrast() const;

    QColor color(Role role) const { return colorIn(m_effective, role); }
    QColor series(int index) const { return seriesIn(m_effective, index); }
    static QColor colorIn(ThemeChoice theme, Role role);
    static QColor seriesIn(ThemeChoice theme, int index);
    QFont font(TextStep step, Weight weight = Weight::Regular) const;

    // The icon in the role's colour at one of the sizes 12 13 14 16 17 20 28; ratio is the device's.
    QPixmap icon(const QString &name, Role role, int size, qreal ratio) const;

Q_SIGNALS:
    void changed();

private:
    void follow();
    void apply();

    QApplication &m_application;
    std::unique_ptr<SystemTheme> m_system;
    mutable IconCache m_icons;
    ThemeChoice m_choice = ThemeChoice::System;
    ThemeChoice m_effective = ThemeChoice::Light;
    Language m_language = Language::English;
    int m_textPercent = 100;
};

// For paintEvent: the role's colour as the widget's application has it.
QColor color(const QWidget *widget, Role role);
QFont fontOf(const QWidget *widget, TextStep step, Weight weight = Weight::Regular);
// Paints the icon centred in the rectangle.
void drawIcon(QPainter &painter, const QWidget *widget, const QRectF &rect, const QString &name, Role role,
              int size = 16);

}
