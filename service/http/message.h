// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QList>

// HTTP messages as plain values: header fields, a request as framed by the connection, a short answer.
namespace quota::service
{

struct HeaderField
{
    QByteArray name; // as it came; compared without case
    QByteArray value;
};

class HeaderList
{
public:
    HeaderList() = default;
    HeaderList(std::initializer_list<HeaderField> fields)
        : m_fields(fields)
    {}

    void append(QByteArray name, QByteArray value) { m_fields.append({std::move(name), std::move(value)}); }
    void set(QByteArrayView name, QByteArray value); // replaces all of that name
    void remove(QByteArrayView name);
    // The first field of that name; an empty, null view when there is none.
    QByteArrayView value(QByteArrayView name) const;
    bool contains(QByteArrayView name) const;
    qsizetype count(QByteArrayView name) const;

    auto begin() const { return m_fields.cbegin(); }
    auto end() const { return m_fields.cend(); }
    qsizetype size() const { return m_fields.size(); }

private:
    QList<HeaderField> m_fields;
};

struct HttpRequest
{
    QByteArray method; // upper case as sent
    QByteArray target; // origin form, still encoded: «/v1/models?x=1»
    int minorVersion = 1;
    HeaderList headers;
    QByteArray body; // whole, chunked coding removed
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
};

bool equalsIgnoringCase(QByteArrayView left, QByteArrayView right);
// The reason phrase of RFC 9110 §15; empty for unknown codes.
QByteArrayView reasonPhrase(int status);

}
