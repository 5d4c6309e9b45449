// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/sourcevalues.h"

#include "shared/text.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

using namespace Qt::StringLiterals;

namespace quota::service
{

QVariant valueOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns)
{
    for (const QLatin1StringView column : columns) {
        const QVariant value = row.value(column);
        if (!value.isNull())
            return value;
    }
    return {};
}

QString textOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns)
{
    return valueOf(row, columns).toString().trimmed();
}

std::optional<double> numberOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns)
{
    bool good = false;
    const double number = valueOf(row, columns).toDouble(&good);
    return good && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<qint64> integerOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns)
{
    const auto number = numberOf(row, columns);
    if (!number)
        return std::nullopt;
    return qint64(qBound(-double(maximumAmount), *number, double(maximumAmount)));
}

std::optional<bool> flagOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns)
{
    const QString text = textOf(row, columns).toLower();
    if (text == "1"_L1 || text == "true"_L1 || text == "t"_L1 || text == "yes"_L1)
        return true;
    if (text == "0"_L1 || text == "false"_L1 || text == "f"_L1 || text == "no"_L1)
        return false;
    return std::nullopt;
}

std::optional<Timestamp> instantFrom(const QString &text)
{
    // Four digits are the year of a date; from here on seconds lie after 1973, and milliseconds after the year 2000.
    constexpr double firstSecond = 1e8;
    constexpr double firstMillisecond = 9e11;
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    if (isNumber) {
        if (number < firstSecond || number > 1e15)
            return std::nullopt;
        return fromMilliseconds(qint64(number < firstMillisecond ? number * 1000 : number));
    }
    QString iso = text;
    iso.replace(u' ', u'T');
    // Databases print «+00» where ISO 8601 wants «+00:00».
    if (const qsizetype sign = qMax(iso.lastIndexOf(u'+'), iso.lastIndexOf(u'-'));
        sign > 10 && iso.size() - sign == 3)
        iso += u":00"_s;
    QDateTime time = QDateTime::fromString(iso, Qt::ISODateWithMs);
    if (!time.isValid())
        return std::nullopt;
    if (time.timeSpec() == Qt::LocalTime) // no zone in the text
        time = QDateTime(time.date(), time.time(), Qt::UTC);
    return fromMilliseconds(time.toMSecsSinceEpoch());
}

std::optional<Timestamp> instantOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns)
{
    const QVariant value = valueOf(row, columns);
    if (value.typeId() == QMetaType::Double)
        return instantFrom(QString::number(value.toDouble(), 'f', 0));
    return instantFrom(value.toString().trimmed());
}

QStringList wordsOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns)
{
    const QVariant value = valueOf(row, columns);
    QStringList words;
    const QString text = value.toString().trimmed();
    if (value.typeId() == QMetaType::QStringList || value.typeId() == QMetaType::QVariantList) {
        words = value.toStringList();
    } else if (text.startsWith(u'[')) {
        for (const QJsonValue &word : QJsonDocument::fromJson(text.toUtf8()).array())
            words.append(word.toString());
    } else {
        const bool isArray = text.startsWith(u'{') && text.endsWith(u'}');
        words = (isArray ? text.sliced(1, text.size() - 2) : text).split(u',');
    }
    QStringList clean;
    for (QString word : std::as_const(words)) {
        word = word.trimmed();
        if (word.size() > 1 && word.startsWith(u'"') && word.endsWith(u'"'))
            word = word.sliced(1, word.size() - 2);
        if (!word.isEmpty() && !clean.contains(word))
            clean.append(word);
    }
    return clean;
}

qint64 boundedAmount(qint64 amount)
{
    return qBound(unlimitedAmount, amount, maximumAmount);
}

// Up to the first separator, as all systems that we know name theirs: «trial_», «sk-», «roc_».
static QString prefixOf(const QString &secret)
{
    for (qsizetype i = 0; i < qMin<qsizetype>(secret.size(), maximumPrefixLength); ++i) {
        if (secret[i] == u'_' || secret[i] == u'-') {
            const QString prefix = secret.left(i + 1);
            return checkPrefix(prefix) ? prefix : QString();
        }
    }
    return {};
}

ImportedKey keyOfSecret(const QString &secret)
{
    constexpr qsizetype shown = 4;
    constexpr qsizetype longEnough = 16; // that four characters of it give nothing away
    ImportedKey imported;
    imported.secretHash = hashSecret(secret.toUtf8());
    if (secret.size() >= longEnough) {
        imported.key.prefix = prefixOf(secret);
        imported.key.tail = secret.right(shown);
    }
    return imported;
}

QString labelFrom(const QString &text)
{
    QString label;
    for (const char32_t character : text.simplified().toUcs4()) {
        const QString one = QString::fromUcs4(&character, 1);
        label += hasUnprintable(one) ? u" "_s : one;
    }
    while (characterCount(label) > maximumLabelLength)
        label.chop(label.size() > 1 && label.back().isLowSurrogate() ? 2 : 1);
    return label.trimmed();
}

}
