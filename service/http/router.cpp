// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/router.h"

#include <QStringDecoder>

using namespace Qt::StringLiterals;

namespace quota::service
{

static int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool percentDecoded(QByteArrayView encoded, QString *decoded)
{
    QByteArray bytes;
    bytes.reserve(encoded.size());
    for (qsizetype i = 0; i < encoded.size(); ++i) {
        char c = encoded[i];
        if (c == '%') {
            if (i + 2 >= encoded.size())
                return false;
            const int high = hexValue(encoded[i + 1]);
            const int low = hexValue(encoded[i + 2]);
            if (high < 0 || low < 0)
                return false;
            c = char(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return false;
        bytes += c;
    }
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    *decoded = decoder.decode(bytes);
    return !decoder.hasError();
}

Router::PathSegments Router::split(QByteArrayView path)
{
    PathSegments result;
    if (!path.startsWith('/')) {
        result.malformed = true;
        return result;
    }
    qsizetype begin = 1;
    while (begin <= path.size()) {
        qsizetype end = path.indexOf('/', begin);
        if (end < 0)
            end = path.size();
        QString text;
        if (!percentDecoded(path.sliced(begin, end - begin), &text) || text == "."_L1 || text == ".."_L1) {
            result.malformed = true;
            return result;
        }
        result.texts += text;
        begin = end + 1;
    }
    if (result.texts.last().isEmpty()) {
        result.texts.removeLast();
        result.trailingSlash = true;
    }
    return result;
}

bool Router::matches(const Route &route, const PathSegments &path, QStringList *parameters)
{
    qsizetype i = 0;
    for (const Segment &segment : route.segments) {
        if (segment.kind == Kind::Rest) {
            if (i >= path.texts.size())
                return false;
            parameters->append(path.texts.sliced(i).join(u'/') + (path.trailingSlash ? u"/"_s : QString()));
            return true;
        }
        if (i >= path.texts.size())
            return false;
        const QString &text = path.texts.at(i++);
        if (segment.kind == Kind::Literal ? text != segment.text : text.isEmpty())
            return false;
        if (segment.kind == Kind::Parameter)
            parameters->append(text);
    }
    return i == path.texts.size();
}

bool Router::isMoreSpecific(const Route &left, const Route &right)
{
    for (qsizetype i = 0; i < qMin(left.segments.size(), right.segments.size()); ++i) {
        const Kind leftKind = left.segments.at(i).kind;
        const Kind rightKind = right.segments.at(i).kind;
        if (leftKind != rightKind)
            return leftKind < rightKind;
    }
    return left.segments.size() > right.segments.size();
}

void Router::add(QByteArrayView method, QByteArrayView pattern, int handler)
{
    Q_ASSERT(pattern.startsWith('/'));
    Route route;
    if (pattern.size() > 1) {
        const auto parts = pattern.sliced(1).toByteArray().split('/');
        for (const QByteArray &part : parts) {
            Q_ASSERT(route.segments.isEmpty() || route.segments.last().kind != Kind::Rest);
            if (part.startsWith('{') && part.endsWith("...}"))
                route.segments.append({Kind::Rest, {}});
            else if (part.startsWith('{') && part.endsWith('}'))
                route.segments.append({Kind::Parameter, {}});
            else
                route.segments.append({Kind::Literal, QString::fromUtf8(part)});
        }
    }
    auto place = std::find_if(m_routes.begin(), m_routes.end(),
                              [&](const Route &known) { return known.segments == route.segments; });
    if (place == m_routes.end()) {
        place = std::find_if(m_routes.begin(), m_routes.end(),
                             [&](const Route &known) { return isMoreSpecific(route, known); });
        place = m_routes.insert(place, route);
    }
    Q_ASSERT(std::none_of(place->handlers.cbegin(), place->handlers.cend(),
                          [&](const Handler &known) { return known.method == method; }));
    place->handlers.append({method.toByteArray(), handler});
}

const Router::Handler *Router::handlerFor(const Route &route, QByteArrayView method)
{
    const auto find = [&](QByteArrayView wanted) -> const Handler * {
        for (const Handler &handler : route.handlers) {
            if (handler.method == wanted)
                return &handler;
        }
        return nullptr;
    };
    if (const Handler *own = find(method))
        return own;
    if (method == "HEAD") {
        if (const Handler *get = find("GET"))
            return get;
    }
    return find(anyMethod);
}

Router::Match Router::match(QByteArrayView method, QByteArrayView path) const
{
    Match result;
    const PathSegments segments = split(path);
    if (segments.malformed) {
        result.status = 400;
        return result;
    }
    QByteArrayList allowed;
    for (const Route &route : m_routes) {
        QStringList parameters;
        if (!matches(route, segments, &parameters))
            continue;
        if (const Handler *handler = handlerFor(route, method)) {
            result.status = 200;
            result.handler = handler->index;
            result.parameters = parameters;
            result.allow.clear();
            return result;
        }
        result.status = 405;
        for (const Handler &handler : route.handlers) {
            allowed += handler.method;
            if (handler.method == "GET")
                allowed += "HEAD";
        }
    }
    std::sort(allowed.begin(), allowed.end());
    allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
    result.allow = allowed.join(", ");
    return result;
}

}
