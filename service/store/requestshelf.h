// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/judgement.h"
#include "service/store/usagestore.h"

#include <mutex>
#include <vector>

// The requests that ended last, with how their limits were judged, which the books do not keep. Each lane has one and
// writes it; the admin API looks through all of them to explain a request. In memory, of a fixed number; any thread.
namespace quota::service
{

struct ShelvedRequest
{
    UsageRow row;
    Judgement judgement;
};

class RequestShelf
{
public:
    Q_DISABLE_COPY_MOVE(RequestShelf)
    explicit RequestShelf(size_t capacity) // at least 1; the memory comes as it is needed
        : m_capacity(capacity)
    {}

    void keep(ShelvedRequest request); // in the place of the oldest
    std::optional<ShelvedRequest> find(QByteArrayView requestId) const;

private:
    const size_t m_capacity;
    mutable std::mutex m_mutex; // guards the two below
    std::vector<ShelvedRequest> m_requests;
    size_t m_next = 0;
};

}
