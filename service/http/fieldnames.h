// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"

#include <algorithm>
#include <array>

// A fixed set of field names that each field of a head is looked up in. Most fields are in none, and most of those are
// told by their length alone. Pure.
namespace quota::service
{

template <size_t count>
class FieldNames
{
public:
    constexpr explicit FieldNames(const QByteArrayView (&names)[count])
    {
        std::copy(std::begin(names), std::end(names), m_names.begin());
        std::sort(m_names.begin(), m_names.end(),
                  [](QByteArrayView left, QByteArrayView right) { return left.size() < right.size(); });
        for (size_t size = 0; size < m_begin.size(); ++size) {
            while (m_begin[size] < count && m_names[m_begin[size]].size() < qsizetype(size))
                ++m_begin[size];
        }
    }

    bool contains(QByteArrayView name) const
    {
        if (name.size() > longest)
            return false;
        const auto size = size_t(name.size());
        const auto begin = m_names.begin();
        return std::any_of(begin + m_begin[size], begin + m_begin[size + 1],
                           [&](QByteArrayView known) { return equalsIgnoringCase(known, name); });
    }

private:
    static constexpr qsizetype longest = 31;

    std::array<QByteArrayView, count> m_names; // shorter ones first
    std::array<quint8, longest + 2> m_begin{}; // where those of that length begin
};

}
