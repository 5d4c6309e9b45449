// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

// The service's message catalogue: every text that a holder or an operator may read, in their language. The
// English text in the code is the key (mark it with QT_TRANSLATE_NOOP("service", "…") so that lupdate finds it);
// translations/quota-proxy_zh.ts holds the Chinese. Log lines are English and do not pass here.
namespace quota::service
{

enum class Language
{
    English,
    Chinese
};

// The first of zh and en in an Accept-Language header, by weight; English when neither is there.
Language languageFromHeader(QByteArrayView acceptLanguage);
// From LC_ALL, LC_MESSAGES, LANG: for the command line.
Language languageFromEnvironment();

// The text with %1, %2 … replaced by the arguments. Callable from any thread.
QString message(Language language, const char *english, const QStringList &arguments = {});

}
