// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/looksettings.h"

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

const QString themeKey = u"look/theme"_s;
const QString languageKey = u"look/language"_s;
const QString textKey = u"look/textPercent"_s;

}

LookSettings::LookSettings(QSettings &settings, Theme &theme, Translation &translation, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_theme(theme)
    , m_translation(translation)
{
    m_theme.setChoice(themeChoiceFromString(settings.value(themeKey).toString()));
    m_theme.setTextPercent(settings.value(textKey, 100).toInt());
    const QString word = settings.value(languageKey).toString();
    if (!word.isEmpty())
        m_language = languageFromString(word, systemLanguage());
    applyLanguage();
}

void LookSettings::setTheme(ThemeChoice choice)
{
    m_settings.setValue(themeKey, toString(choice));
    m_theme.setChoice(choice);
    Q_EMIT changed();
}

void LookSettings::setLanguage(std::optional<Language> language)
{
    m_language = language;
    m_settings.setValue(languageKey, language ? toString(*language) : QString());
    applyLanguage();
    Q_EMIT changed();
}

void LookSettings::setTextPercent(int percent)
{
    m_theme.setTextPercent(percent);
    m_settings.setValue(textKey, m_theme.textPercent());
    Q_EMIT changed();
}

void LookSettings::applyLanguage()
{
    const Language language = m_language.value_or(systemLanguage());
    // Fonts first: what retranslate() measures must be measured in the new step.
    m_theme.setLanguage(language);
    m_translation.setLanguage(language);
}

}
