// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/csvreader.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class CsvReader
{
public:
    Result<QList<QStringList>> read(const QString &text)
    {
        for (const QChar character : text) {
            if (m_inQuotes) {
                quoted(character);
                continue;
            }
            plain(character);
        }
        if (m_inQuotes && !m_afterQuote)
            return failure(ErrorCode::InvalidField,
                           u"The CSV ends within quotes that begin in line %1: the file is cut short."_s.arg(
                               m_quoteLine));
        if (!m_field.isEmpty() || !m_row.isEmpty())
            endRow();
        for (qsizetype i = 1; i < m_rows.size(); ++i) {
            if (m_rows[i].size() != m_rows[0].size())
                return failure(ErrorCode::InvalidField,
                               u"Row %1 of the CSV has %2 fields, and its first row names %3."_s.arg(i + 1)
                                   .arg(m_rows[i].size())
                                   .arg(m_rows[0].size()));
        }
        return m_rows;
    }

private:
    void plain(QChar character)
    {
        if (character == u'"' && m_field.isEmpty()) {
            m_inQuotes = true;
            m_quoteLine = m_line;
        } else if (character == u',') {
            endField();
        } else if (character == u'\n') {
            m_line += 1;
            if (m_field.endsWith(u'\r'))
                m_field.chop(1);
            endRow();
        } else {
            m_field += character;
        }
    }

    // A quote ends the quotes unless another one follows.
    void quoted(QChar character)
    {
        if (m_afterQuote) {
            m_afterQuote = false;
            if (character == u'"') {
                m_field += character;
                return;
            }
            m_inQuotes = false;
            plain(character);
            return;
        }
        if (character == u'"')
            m_afterQuote = true;
        else
            m_field += character;
        if (character == u'\n')
            m_line += 1;
    }

    void endField()
    {
        m_row.append(m_field);
        m_field.clear();
    }

    void endRow()
    {
        endField();
        if (m_row.size() > 1 || !m_row.constFirst().isEmpty())
            m_rows.append(m_row);
        m_row.clear();
    }

    QList<QStringList> m_rows;
    QStringList m_row;
    QString m_field;
    bool m_inQuotes = false;
    bool m_afterQuote = false;
    qint64 m_line = 1;
    qint64 m_quoteLine = 0;
};

}

Result<QList<QStringList>> readCsv(const QByteArray &text)
{
    QString decoded = QString::fromUtf8(text);
    if (decoded.startsWith(QChar(QChar::ByteOrderMark)))
        decoded.remove(0, 1);
    return CsvReader().read(decoded);
}

}
