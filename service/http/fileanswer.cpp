// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fileanswer.h"

namespace quota::service
{

static constexpr qint64 pieceSize = 64 * 1024;

FileAnswer::FileAnswer(Exchange &exchange, const HttpAnswer &answer)
    : m_exchange(exchange)
    , m_file(answer.bodyFile)
{
    if (m_file.open(QIODevice::ReadOnly))
        m_left = m_file.size();
    else
        m_file.setFileName({});
    exchange.head(m_file.isOpen() ? answer.status : 404, answer.headers, m_left);
}

void FileAnswer::goOn()
{
    while (m_left > 0 && !m_exchange.congested()) {
        const QByteArray piece = m_file.read(qMin(m_left, pieceSize));
        // Fewer bytes than promised end the connection, so that the client sees it.
        if (piece.isEmpty())
            return m_exchange.abort();
        m_left -= piece.size();
        m_exchange.data(piece);
    }
    if (m_left == 0)
        m_exchange.end();
}

}
