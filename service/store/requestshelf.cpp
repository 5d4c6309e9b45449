// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/requestshelf.h"

#include <algorithm>
#include <utility>

namespace quota::service
{

void RequestShelf::keep(ShelvedRequest request)
{
    const std::lock_guard lock(m_mutex);
    if (m_requests.size() < m_capacity) {
        m_requests.push_back(std::move(request));
        return;
    }
    std::swap(m_requests[m_next], request);
    m_next = (m_next + 1) % m_capacity;
}

std::optional<ShelvedRequest> RequestShelf::find(QByteArrayView requestId) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::find_if(m_requests.begin(), m_requests.end(), [&](const ShelvedRequest &one) {
        return one.row.requestId == requestId;
    });
    return found == m_requests.end() ? std::nullopt : std::optional(*found);
}

}
