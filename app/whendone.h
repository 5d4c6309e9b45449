// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

// Continues with the value of a future on the thread of a context that may be gone by then: the continuation
// dies with its context, and a cancelled future calls nothing. Models, pages and dialogs wait with it.
namespace quota::console
{

template <class T, class Function>
void whenDone(const QFuture<T> &future, QObject *context, Function function)
{
    auto *watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, function = std::move(function)]() mutable {
                         watcher->deleteLater();
                         if (watcher->future().resultCount() > 0)
                             function(watcher->result());
                     });
    watcher->setFuture(future);
}

}
