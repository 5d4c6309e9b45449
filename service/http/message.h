// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/bytebuffer.h"

#include <QByteArray>
#include <QHostAddress>
#include <QList>

#include <vector>

// HTTP messages as plain values: header fields, a request as framed by the connection, a short answer.
namespace quota::service
{

// As names are compared; ASCII only.
inline bool equalsIgnoringCase(QByteArrayView left, QByteArrayView right)
{
    if (left.size() != right.size())
        return false;
    // Names of one size mostly differ in their last letters («x-stainless-…»).
    for (qsizetype i = left.size() - 1; i >= 0; --i) {
        const char one = left[i];
        const char other = right[i];
        if (one != other && ((one ^ other) != 0x20 || (one | 0x20) < 'a' || (one | 0x20) > 'z'))
            return false;
    }
    return true;
}

struct HeaderField // a view of a field in a HeaderList, or of literals
{
    QByteArrayView name; // as it came; compared without case
    QByteArrayView value;
};

// Fields in their order, in one piece of memory: requests and answers carry dozens of them. They lie there as they do
// in a message, so that those that are passed on are copied by the run, not one by one.
class HeaderList
{
public:
    class Iterator;

    HeaderList() = default;
    HeaderList(std::initializer_list<HeaderField> fields);

    void reserve(qsizetype bytes, qsizetype fields);
    // The views may lie anywhere but in this list.
    void append(QByteArrayView name, QByteArrayView value);
    void append(QByteArrayView name, qint64 value);
    // Those of another list that keep(field) is true for; all of it.
    template <class Keep>
    void append(const HeaderList &others, Keep keep);
    void append(const HeaderList &others);
    void set(QByteArrayView name, QByteArrayView value); // replaces all of that name
    void remove(QByteArrayView name);
    void release(); // removes all and gives the memory back, which assigning an empty list does not
    // The first field of that name; an empty, null view when there is none. Views last until the list changes.
    QByteArrayView value(QByteArrayView name) const;
    bool contains(QByteArrayView name) const;
    qsizetype count(QByteArrayView name) const;

    Iterator begin() const;
    Iterator end() const;
    qsizetype size() const { return qsizetype(m_places.size()); }
    // All of them as in a message: «name: value» and CR LF each.
    QByteArrayView lines() const { return m_text.view(); }

private:
    struct Place
    {
        quint32 start; // of the line in m_text
        quint32 nameSize;
        quint32 valueSize;
        quint32 end() const { return start + nameSize + 2 + valueSize + 2; }
    };
    HeaderField fieldAt(const Place &place) const
    {
        const char *name = m_text.data() + place.start;
        return {QByteArrayView(name, place.nameSize),
                QByteArrayView(name + place.nameSize + 2, place.valueSize)};
    }
    HeaderField at(qsizetype index) const { return fieldAt(m_places[size_t(index)]); }

    ByteBuffer m_text;
    std::vector<Place> m_places;
};

template <class Keep>
void HeaderList::append(const HeaderList &others, Keep keep)
{
    quint32 begin = 0; // of the lines that are copied next
    quint32 end = 0;
    for (const Place &place : others.m_places) {
        if (!keep(others.fieldAt(place)))
            continue;
        if (place.start != end) {
            m_text.append(others.lines().sliced(begin, end - begin));
            begin = place.start;
        }
        end = place.end();
        m_places.push_back({quint32(m_text.size()) + place.start - begin, place.nameSize, place.valueSize});
    }
    m_text.append(others.lines().sliced(begin, end - begin));
}

class HeaderList::Iterator
{
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = HeaderField;
    using difference_type = std::ptrdiff_t;
    using pointer = const HeaderField *;
    using reference = HeaderField;

    Iterator(const HeaderList &list, qsizetype index)
        : m_list(&list)
        , m_index(index)
    {}
    HeaderField operator*() const { return m_list->at(m_index); }
    Iterator &operator++()
    {
        ++m_index;
        return *this;
    }
    bool operator==(const Iterator &other) const { return m_index == other.m_index; }

private:
    const HeaderList *m_list;
    qsizetype m_index;
};

inline HeaderList::Iterator HeaderList::begin() const
{
    return {*this, 0};
}

inline HeaderList::Iterator HeaderList::end() const
{
    return {*this, size()};
}

struct HttpRequest
{
    QByteArray method; // upper case as sent
    QByteArray target; // origin form, still encoded: «/v1/models?x=1»
    int minorVersion = 1;
    HeaderList headers;
    QByteArray body;    // whole, chunked coding removed
    QString bodyFile{}; // not empty: the body is in this file, which is whoever answers's to remove
    QHostAddress peer;
    quint16 peerPort = 0;

    QByteArrayView path() const { return QByteArrayView(target).first(pathLength()); }
    QByteArrayView query() const
    {
        return QByteArrayView(target).sliced(qMin(pathLength() + 1, target.size()));
    }

private:
    qsizetype pathLength() const
    {
        const qsizetype mark = target.indexOf('?');
        return mark < 0 ? target.size() : mark;
    }
};

// An answer that is known whole before its first byte is sent.
struct HttpAnswer
{
    int status = 200;
    HeaderList headers; // without framing; Content-Type included
    QByteArray body;
    QString bodyFile{}; // not empty: the body is what is in this file, sent as the client takes it
    // With status 100, which never leaves: the request's body is wanted in bodyFile, of so many bytes at most.
    qint64 maximumBody = 0;
};

// The reason phrase of RFC 9110 §15; empty for unknown codes.
QByteArrayView reasonPhrase(int status);

}
