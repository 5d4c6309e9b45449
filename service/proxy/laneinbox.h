// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <mutex>

// Where other threads leave what a lane is to do: the store thread, when a lease is there. May outlive its lane;
// what comes then is dropped.
namespace quota::service
{

class LaneInbox
{
public:
    // In the lane's thread, in whose event loop everything posted runs.
    LaneInbox()
        : m_place(std::make_unique<QObject>())
    {}

    void post(std::function<void()> task) // any thread
    {
        const std::lock_guard lock(m_mutex);
        if (m_place)
            QMetaObject::invokeMethod(m_place.get(), std::move(task), Qt::QueuedConnection);
    }
    void close() // the lane's thread; what was posted and has not run never will
    {
        const std::lock_guard lock(m_mutex);
        m_place.reset();
    }

private:
    std::mutex m_mutex;
    std::unique_ptr<QObject> m_place;
};

}
