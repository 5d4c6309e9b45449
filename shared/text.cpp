// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/text.h"

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr qsizetype maximumModelLength = 200;

qsizetype characterCount(const QString &text)
{
    qsizetype count = 0;
    for (const QChar character : text)
        count += character.isLowSurrogate() ? 0 : 1;
    return count;
}

bool hasUnprintable(const QString &text)
{
    if (!text.isValidUtf16())
        return true;
    for (const QChar character : text) {
        const QChar::Category category = character.category();
        if (category == QChar::Other_Control || category == QChar::Separator_Line ||
            category == QChar::Separator_Paragraph)
            return true;
    }
    return false;
}

QString checkedLine(JsonReader &reader, QLatin1StringView name, const QString &text, qsizetype maximum)
{
    const QString line = text.trimmed();
    if (hasUnprintable(line))
        reader.fail(name, u"holds a line break or another control character; write it in one line."_s);
    else if (characterCount(line) > maximum)
        reader.fail(name, u"“%1…” has %2 characters; shorten it to %3."_s.arg(line.left(20))
                              .arg(characterCount(line))
                              .arg(maximum));
    return line;
}

QStringList checkedModels(JsonReader &reader, QLatin1StringView name, const QStringList &models,
                          qsizetype maximum)
{
    QStringList checked;
    for (const QString &model : models) {
        const QString line = checkedLine(reader, name, model, maximumModelLength);
        if (line.isEmpty())
            reader.fail(name, u"holds an empty name; take it out or write the model's name."_s);
        else if (!checked.contains(line))
            checked.append(line);
    }
    if (checked.size() > maximum)
        reader.fail(name, u"has %1 models; give at most %2."_s.arg(checked.size()).arg(maximum));
    return checked;
}

}
