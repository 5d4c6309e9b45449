// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <algorithm>
#include <memory>
#include <utility>

// Bytes that are put together from many small pieces, as every head is. An appended piece costs its copy and one
// comparison; the containers of Qt and of the standard library cost three to ten times as much a piece.
namespace quota::service
{

class ByteBuffer
{
public:
    ByteBuffer() = default;
    ByteBuffer(const ByteBuffer &other) { append(other.view()); }
    ByteBuffer(ByteBuffer &&other) noexcept { swap(other); }
    ByteBuffer &operator=(ByteBuffer other) noexcept
    {
        swap(other);
        return *this;
    }
    ~ByteBuffer() = default;

    void reserve(qsizetype capacity)
    {
        if (capacity > m_capacity)
            grow(capacity);
    }
    // Room for that many bytes more at the end, which the caller fills.
    char *extend(qsizetype size)
    {
        if (m_capacity - m_size < size)
            grow(std::max(m_size + size, 2 * m_capacity));
        return m_bytes.get() + std::exchange(m_size, m_size + size);
    }
    void append(QByteArrayView bytes) { std::copy_n(bytes.data(), bytes.size(), extend(bytes.size())); }

    const char *data() const { return m_bytes.get(); }
    qsizetype size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }
    QByteArrayView view() const { return {m_bytes.get(), m_size}; }

private:
    void grow(qsizetype capacity)
    {
        std::unique_ptr<char[]> bytes(
            new char[size_t(capacity)]); // not filled with zeros, as make_unique does
        std::copy_n(m_bytes.get(), m_size, bytes.get());
        m_bytes = std::move(bytes);
        m_capacity = capacity;
    }
    void swap(ByteBuffer &other) noexcept
    {
        std::swap(m_bytes, other.m_bytes);
        std::swap(m_size, other.m_size);
        std::swap(m_capacity, other.m_capacity);
    }

    std::unique_ptr<char[]> m_bytes;
    qsizetype m_size = 0;
    qsizetype m_capacity = 0;
};

}
