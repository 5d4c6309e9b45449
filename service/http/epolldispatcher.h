// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>

#include <memory>

// An event dispatcher on Linux's epoll for the worker threads of the data path: a round costs by what happened, not
// by how many sockets are open, where Qt's own asks about each of them each time. Give it to a QThread before that
// starts. Posted events, timers and up to a batch of socket events are served each round, so that none of them
// starves the others.
// Two things differ from Qt's own. A notifier must be disabled or deleted before its descriptor is closed or replaced
// (Qt's sockets do so); and timers are never early, coarse ones neither.
namespace quota::service
{

// Null where there is no epoll, or no descriptor left for it: then Qt's own serves.
std::unique_ptr<QAbstractEventDispatcher> makeEpollDispatcher();

}
