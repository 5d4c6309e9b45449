// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/texttable.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static bool isWide(char32_t c)
{
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
           (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
}

static qsizetype widthOf(const QString &text)
{
    qsizetype width = 0;
    const auto characters = text.toUcs4();
    for (const auto character : characters) {
        if (QChar::category(char32_t(character)) == QChar::Mark_NonSpacing)
            continue;
        width += isWide(char32_t(character)) ? 2 : 1;
    }
    return width;
}

QString TextTable::aligned() const
{
    QList<QStringList> all{head};
    all += rows;
    QList<qsizetype> widths(head.size(), 0);
    for (const QStringList &row : std::as_const(all)) {
        for (qsizetype i = 0; i < head.size(); ++i)
            widths[i] = qMax(widths[i], widthOf(row.value(i)));
    }
    QString text;
    for (const QStringList &row : std::as_const(all)) {
        QString line;
        for (qsizetype i = 0; i < head.size(); ++i) {
            const QString cell = row.value(i);
            const QString padding(widths[i] - widthOf(cell), u' ');
            line += (i > 0 ? u"  "_s : QString()) + (numbers.value(i) ? padding + cell : cell + padding);
        }
        while (line.endsWith(u' '))
            line.chop(1);
        text += line + u'\n';
    }
    return text;
}

}
