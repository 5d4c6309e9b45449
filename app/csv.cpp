// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/csv.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace quota::console
{

// A leading =, +, -, @, tab or return starts a formula in spreadsheets; an apostrophe before it makes it text.
// Numbers keep their sign.
static QString harmless(const QString &field)
{
    static const QRegularExpression number(u"^[+-]?[0-9]+([.][0-9]+)?$"_s);
    static const QString starters = u"=+-@\t\r\n"_s;
    if (field.isEmpty() || !starters.contains(field.front()) || number.match(field).hasMatch())
        return field;
    return u'\'' + field;
}

static QString quoted(const QString &field)
{
    static const QRegularExpression special(u"[\",\r\n]"_s);
    if (!field.contains(special) && field == field.trimmed())
        return field;
    QString doubled = field;
    doubled.replace(u'"', u"\"\""_s);
    return u'"' + doubled + u'"';
}

QByteArray toCsv(const QList<QStringList> &rows, bool byteOrderMark)
{
    QString text;
    if (byteOrderMark)
        text += QChar(QChar::ByteOrderMark);
    for (const QStringList &row : rows) {
        QStringList fields;
        for (const QString &field : row)
            fields.append(quoted(harmless(field)));
        text += fields.join(u',') + "\r\n"_L1;
    }
    return text.toUtf8();
}

}
