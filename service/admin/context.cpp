// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/context.h"

#include <QTimer>

#include <atomic>

namespace quota::service
{

namespace
{

struct Once // finishes by whoever comes first
{
    QPromise<void> promise;
    std::atomic_flag finished;

    void finish()
    {
        if (!finished.test_and_set())
            promise.finish();
    }
};

}

QFuture<void> AdminContext::committed(std::chrono::milliseconds longest)
{
    const auto once = std::make_shared<Once>();
    once->promise.start();
    const auto future = once->promise.future();
    writer.run([](Database &) { return Done(); }).then([once](const Done &) { once->finish(); });
    QTimer::singleShot(longest, [once] { once->finish(); });
    return future;
}

}
