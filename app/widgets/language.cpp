// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace quota::console
{
using namespace Qt::StringLiterals;

QString toString(Language language)
{
    return language == Language::Chinese ? u"zh"_s : u"en"_s;
}

Language languageFromString(const QString &word, Language fallback)
{
    if (word.startsWith("zh"_L1))
        return Language::Chinese;
    return word.startsWith("en"_L1) ? Language::English : fallback;
}

Language systemLanguage()
{
    for (const QString &wanted : QLocale::system().uiLanguages()) {
        if (wanted.startsWith("zh"_L1))
            return Language::Chinese;
        if (wanted.startsWith("en"_L1))
            return Language::English;
    }
    return Language::English;
}

Translation::Translation(QObject *parent)
    : QObject(parent)
{}

void Translation::setLanguage(Language language)
{
    QCoreApplication::removeTranslator(&m_console);
    QCoreApplication::removeTranslator(&m_qt);
    m_language = language;
    // Number words inside Qt's own dialogs and %L follow the default locale.
    const bool chinese = language == Language::Chinese;
    QLocale::setDefault(chinese ? QLocale(QLocale::Chinese, QLocale::China) : QLocale(QLocale::English));
    const QString word = toString(language);
    // The later translator is asked first: ours goes on top.
    const QString qtTranslations = QLibraryInfo::path(QLibraryInfo::TranslationsPath);
    if (chinese && m_qt.load(u"qtbase_zh_CN"_s, qtTranslations))
        QCoreApplication::installTranslator(&m_qt);
    // English has a file of its own for the plural forms; without one the source text stands.
    if (m_console.load(u":/i18n/quota-console_"_s + word))
        QCoreApplication::installTranslator(&m_console);
    Q_EMIT changed(language);
}

}
