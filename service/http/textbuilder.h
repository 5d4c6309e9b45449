// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/bytebuffer.h"

#include <QByteArray>

#include <array>
#include <charconv>

// Text put together from pieces and numbers, as every head is.
namespace quota::service
{

class TextBuilder
{
public:
    explicit TextBuilder(qsizetype expectedSize) { m_text.reserve(expectedSize); }

    TextBuilder &add(QByteArrayView text)
    {
        m_text.append(text);
        return *this;
    }
    TextBuilder &add(char character)
    {
        *m_text.extend(1) = character;
        return *this;
    }
    TextBuilder &addNumber(qint64 number, int base = 10)
    {
        std::array<char, 24> digits;
        char *const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
        m_text.append({digits.data(), end});
        return *this;
    }

    QByteArrayView view() const { return m_text.view(); }
    QByteArray bytes() const { return view().toByteArray(); }
    ByteBuffer take() { return std::move(m_text); }

private:
    ByteBuffer m_text;
};

}
