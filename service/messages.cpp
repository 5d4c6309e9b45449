// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/messages.h"

#include <QTranslator>

#include <array>

using namespace Qt::StringLiterals;

static void initialiseResources()
{
    Q_INIT_RESOURCE(quota_messages);
}

namespace quota::service
{

// A q value of RFC 9110 §12.4.2 in thousandths; nothing for anything else.
static std::optional<int> weightOf(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 5 || (text[0] != '0' && text[0] != '1'))
        return std::nullopt;
    if (text.size() > 1 && text[1] != '.')
        return std::nullopt;
    int weight = (text[0] - '0') * 1000;
    int place = 100;
    for (const char digit : text.sliced(qMin<qsizetype>(2, text.size()))) {
        if (digit < '0' || digit > '9')
            return std::nullopt;
        weight += (digit - '0') * place;
        place /= 10;
    }
    return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

Language languageFromHeader(QByteArrayView acceptLanguage)
{
    if (acceptLanguage.isEmpty())
        return Language::English; // clients that are no browsers
    // Where no range names a language, its weight is that of «*».
    std::optional<int> english;
    std::optional<int> chinese;
    std::optional<int> any;
    bool chineseFirst = false;
    const auto ranges = acceptLanguage.toByteArray().toLower().split(',');
    for (const QByteArray &range : ranges) {
        const auto parts = range.split(';');
        const QByteArray tag = parts.at(0).trimmed();
        const qsizetype dash = tag.indexOf('-');
        const QByteArray primary = dash < 0 ? tag : tag.first(dash);
        std::optional<int> weight = 1000;
        if (parts.size() > 1) {
            const QByteArray parameter = parts.at(1).trimmed();
            weight =
                parameter.startsWith("q=") ? weightOf(QByteArrayView(parameter).sliced(2)) : std::nullopt;
        }
        if (!weight)
            continue;
        if (primary == "zh") {
            chineseFirst |= !english && !chinese;
            chinese = qMax(chinese.value_or(0), *weight);
        } else if (primary == "en") {
            english = qMax(english.value_or(0), *weight);
        } else if (tag == "*") {
            any = *weight;
        }
    }
    const int englishWeight = english.value_or(any.value_or(0));
    const int chineseWeight = chinese.value_or(any.value_or(0));
    const bool isChinese = chineseWeight > englishWeight || (chineseWeight == englishWeight && chineseFirst);
    return chineseWeight > 0 && isChinese ? Language::Chinese : Language::English;
}

Language languageFromEnvironment()
{
    for (const char *name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const QByteArray value = qgetenv(name);
        if (!value.isEmpty())
            return value.startsWith("zh") ? Language::Chinese : Language::English;
    }
    return Language::English;
}

// Null where the catalogue has no such text.
static QString translated(const char *english)
{
    static const auto catalogue = [] {
        initialiseResources();
        auto translator = std::make_unique<QTranslator>();
        if (!translator->load(u":/i18n/quota-proxy_zh.qm"_s))
            qWarning("The Chinese message catalogue is missing; messages are English.");
        return translator;
    }();
    return catalogue->translate("service", english);
}

// In one pass, so that a %1 inside an argument stays what it is.
static QString filled(const QString &text, const QStringList &arguments)
{
    QString result;
    result.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool isPlace =
            text.at(i) == u'%' && i + 1 < text.size() && text.at(i + 1) >= u'1' && text.at(i + 1) <= u'9';
        const qsizetype number = isPlace ? text.at(i + 1).unicode() - u'1' : -1;
        if (number >= 0 && number < arguments.size()) {
            result += arguments.at(number);
            ++i;
        } else {
            result += text.at(i);
        }
    }
    return result;
}

QString message(Language language, const char *english, const QStringList &arguments)
{
    QString text;
    if (language == Language::Chinese)
        text = translated(english);
    if (text.isEmpty())
        text = QString::fromUtf8(english);
    return filled(text, arguments);
}

}
