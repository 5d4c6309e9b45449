// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/profile.h"

// Which colour a model, key or provider has in charts: the first that was free when it was first drawn, kept in
// the profile for good. At most five at a time; the sixth colour is for the others.
namespace quota::console
{

inline constexpr int otherColour = 5;

class SeriesColours
{
public:
    explicit SeriesColours(ProfileStore &store)
        : m_store(store)
    {}

    // A colour for each of at most five groups, all different.
    QList<int> coloursOf(const QString &profileId, const QStringList &groups);

private:
    ProfileStore &m_store;
};

}
