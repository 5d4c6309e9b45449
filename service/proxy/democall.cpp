// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/democall.h"

namespace quota::service
{

DemoCall::DemoCall(DemoAnswer answer)
    : m_answer(std::move(answer))
{
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { giveNext(); });
    m_timer.start(0);
}

void DemoCall::giveNext()
{
    if (!m_headGiven) {
        m_headGiven = true;
        setHead(m_answer.status, m_answer.headers, m_answer.streamed ? -1 : m_answer.chunks.value(0).size());
        tellHead();
    } else if (m_next < m_answer.chunks.size()) {
        const QByteArray chunk = m_answer.chunks.at(m_next++); // whoever hears it may delete this call
        tellData(chunk);
    } else {
        m_timer.stop();
        tellFinished();
    }
}

}
