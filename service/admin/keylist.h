// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "shared/apikey.h"

// One page of the list of keys: filtered, sorted, and cut after a cursor that names the last row of the page
// before, so that rows which come or go meanwhile shift nothing. Pure.
namespace quota::service
{

struct KeySlice
{
    QList<KeyEntryPointer> entries;
    qint64 total = 0;
    QString next; // empty on the last page
};

// bySecret: the key whose whole secret the search is, or null. skip: rows left out after the cursor, as the
// replaced system counted pages. A cursor of another order is an Error.
Result<KeySlice> sliceKeys(const QList<KeyEntryPointer> &all, const KeyQuery &query,
                           const KeyEntryPointer &bySecret, qsizetype skip, Timestamp now);

}
