// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QStringList>

// From method and path to the index of a handler. Patterns are «/admin/keys/{id}»; a last segment «{rest...}»
// takes all that follows (decoded, so for reading, not for forwarding). Parameters are percent-decoded once
// (RFC 3986), so an encoded slash stays inside its parameter. Literal segments win over parameters, those over «{rest...}». Pure.
namespace quota::service
{

class Router
{
public:
    static constexpr QByteArrayView anyMethod{"*"};

    struct Match
    {
        int status = 404;       // 200, 400 (malformed path), 404, 405
        int handler = -1;       // with 200
        QStringList parameters; // in the order of the pattern, decoded
        QByteArray allow;       // with 405: «GET, HEAD, POST»
    };

    // Adding the same method and pattern twice is a mistake of the caller.
    void add(QByteArrayView method, QByteArrayView pattern, int handler);

    // The path is still encoded and without its query. HEAD finds a GET handler when there is none of its own. One
    // slash at the end is overlooked; «.» and «..» segments are malformed, encoded or not.
    Match match(QByteArrayView method, QByteArrayView path) const;

private:
    enum class Kind
    {
        Literal,
        Parameter,
        Rest
    };
    struct Segment
    {
        Kind kind = Kind::Literal;
        QString text;
        bool operator==(const Segment &) const = default;
    };
    struct Handler
    {
        QByteArray method;
        int index = -1;
    };
    struct Route
    {
        QList<Segment> segments;
        QList<Handler> handlers;
    };
    struct PathSegments
    {
        QStringList texts; // decoded
        bool trailingSlash = false;
        bool malformed = false;
    };

    static PathSegments split(QByteArrayView path);
    static bool matches(const Route &route, const PathSegments &path, QStringList *parameters);
    static bool isMoreSpecific(const Route &left, const Route &right);
    static const Handler *handlerFor(const Route &route, QByteArrayView method);

    QList<Route> m_routes; // the more specific first
};

// One decoding of %XX; nothing for a malformed escape, a NUL, or bytes that are not UTF-8.
bool percentDecoded(QByteArrayView encoded, QString *decoded);

}
