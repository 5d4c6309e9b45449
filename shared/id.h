// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <QString>

#include <compare>

// Public identifiers as types, so that a key's id cannot stand where a provider's is meant.
// An id is safe to log, to show and to put in a URL.
namespace quota
{

template <class Tag>
struct Id
{
    QString value;

    bool isEmpty() const { return value.isEmpty(); }
    bool operator==(const Id &) const = default;
    bool operator<(const Id &other) const { return value < other.value; }
    friend size_t qHash(const Id &id, size_t seed = 0) { return ::qHash(id.value, seed); }
};

using KeyId = Id<struct KeyIdTag>;
using ProviderId = Id<struct ProviderIdTag>;

}
