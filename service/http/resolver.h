// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>
#include <QList>

#include <functional>

// How names become addresses: the system's resolver, or what a test puts in its place.
namespace quota::service
{

// Calls found from the event loop, unless context is gone by then: the addresses in the order they should be
// tried, or none and why.
using Resolver =
    std::function<void(const QString &host, QObject *context,
                       std::function<void(const QList<QHostAddress> &, const QString &error)> found)>;

// Asks in a thread of Qt's; answers are kept for a minute at most. Addresses are their own answer.
Resolver systemResolver();

}
