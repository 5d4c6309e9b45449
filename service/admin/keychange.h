// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// One change to one key, from the version that is in force to the next: store, then keyring, then the answer. A
// change that names no version is applied to whatever is there; one that names it is refused with the key as it
// is when somebody was faster.
namespace quota::service
{

// A version of a key that is to be written.
struct KeyDraft
{
    ApiKey key;
    SecretHash secretHash;
    QString secret; // set by a rotation, for the answer
};

struct KeyChangeStep
{
    QString action;                         // the audit's word
    std::optional<qint64> version;          // the caller's
    bool deletedToo = false;                // may be applied to a deleted key
    QJsonObject answer;                     // more fields of the answer
    std::function<Done(KeyDraft &)> change; // may run more than once
};

RouteFuture changeKey(AdminContext &context, QObject *owner, const AdminCall &call,
                      const KeyChangeStep &step);

// The key with the requests of its last days; when history cannot be read, without them.
QFuture<QList<KeyOverview>> overviewsOf(AdminContext &context, QObject *owner,
                                        const QList<KeyEntryPointer> &entries);

}
