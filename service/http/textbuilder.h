// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <array>
#include <charconv>
#include <string>

// Text put together from many small pieces, as every head is: QByteArray's append costs ten times as much a piece.
namespace quota::service
{

class TextBuilder
{
public:
    explicit TextBuilder(qsizetype expectedSize) { m_text.reserve(size_t(expectedSize)); }

    TextBuilder &add(QByteArrayView text)
    {
        m_text.append(text.data(), size_t(text.size()));
        return *this;
    }
    TextBuilder &add(char character)
    {
        m_text += character;
        return *this;
    }
    TextBuilder &addNumber(qint64 number, int base = 10)
    {
        std::array<char, 24> digits;
        m_text.append(digits.data(),
                      std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr);
        return *this;
    }

    QByteArrayView view() const { return {m_text.data(), qsizetype(m_text.size())}; }
    QByteArray bytes() const { return view().toByteArray(); }
    std::string take() { return std::move(m_text); }

private:
    std::string m_text;
};

}
