// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QTranslator>

// The tongue of the console. Translation is owned by main; setting a language installs the translators and Qt
// sends LanguageChange to every widget, which then calls its retranslate().
namespace quota::console
{

enum class Language
{
    English,
    Chinese
};

QString toString(Language language); // «en», «zh»: for settings and Accept-Language
Language languageFromString(const QString &word, Language fallback);
Language systemLanguage();

class Translation : public QObject
{
    Q_OBJECT

public:
    explicit Translation(QObject *parent = nullptr);

    void setLanguage(Language language);
    Language language() const { return m_language; }

Q_SIGNALS:
    void changed(quota::console::Language language);

private:
    Language m_language = Language::English;
    QTranslator m_console;
    QTranslator m_qt;
};

}
