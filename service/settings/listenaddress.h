// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/values.h"

// Where a listener of the service is: what the settings say of it, and how it is written for others. Pure.
namespace quota::service
{

struct ListenAddress
{
    QString host; // an IP address or localhost
    quint16 port = 0;
    QString text() const;     // «127.0.0.1:9000», «[::1]:9000»
    QUrl url(bool tls) const; // for a client on this host
    bool operator==(const ListenAddress &) const = default;
};
// «127.0.0.1:9000», «[::1]:9000», or «9000» on loopback.
Reading<ListenAddress> readListenAddress(const QString &text);
// Whether both cannot be listened on at a time: the same port, on one address or on all of them.
bool overlap(const ListenAddress &left, const ListenAddress &right);

}
