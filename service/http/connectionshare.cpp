// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/connectionshare.h"

#include "service/http/exchange.h"

namespace quota::service
{

void ConnectionShare::flushHeadLater(Exchange &exchange)
{
    // One event a turn, however many answers begin in it.
    if (m_waiting.empty())
        QMetaObject::invokeMethod(this, &ConnectionShare::flushHeads, Qt::QueuedConnection);
    m_waiting.emplace_back(&exchange);
}

void ConnectionShare::flushHeads()
{
    const auto waiting = std::exchange(m_waiting, {});
    for (const QPointer<Exchange> &exchange : waiting) {
        if (exchange)
            exchange->flushHead();
    }
}

}
