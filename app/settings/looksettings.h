// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QObject>
#include <QSettings>

#include <optional>

// How the console looks, kept in its settings file and applied at once: theme, language, text size. Owned by
// main beside Theme and Translation, which it drives; also keeps the window's geometry.
namespace quota::console
{

class LookSettings : public QObject
{
    Q_OBJECT

public:
    LookSettings(QSettings &settings, Theme &theme, Translation &translation, QObject *parent = nullptr);

    void setTheme(ThemeChoice choice);
    void setLanguage(std::optional<Language> language); // nothing: the system's
    void setTextPercent(int percent);
    ThemeChoice theme() const { return m_theme.choice(); }
    std::optional<Language> language() const { return m_language; }
    int textPercent() const { return m_theme.textPercent(); }

    QSettings &store() { return m_settings; }

Q_SIGNALS:
    void changed();

private:
    void applyLanguage();

    QSettings &m_settings;
    Theme &m_theme;
    Translation &m_translation;
    std::optional<Language> m_language;
};

}
