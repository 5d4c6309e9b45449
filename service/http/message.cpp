// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/message.h"

#include <array>
#include <charconv>

namespace quota::service
{

HeaderList::HeaderList(std::initializer_list<HeaderField> fields)
{
    for (const HeaderField &field : fields)
        append(field.name, field.value);
}

void HeaderList::reserve(qsizetype bytes, qsizetype fields)
{
    m_text.reserve(bytes);
    m_places.reserve(size_t(fields));
}

void HeaderList::append(QByteArrayView name, QByteArrayView value)
{
    m_places.push_back({quint32(m_text.size()), quint32(name.size()), quint32(value.size())});
    char *out = m_text.extend(name.size() + 2 + value.size() + 2);
    out = std::copy(name.begin(), name.end(), out);
    out = std::copy_n(": ", 2, out);
    out = std::copy(value.begin(), value.end(), out);
    std::copy_n("\r\n", 2, out);
}

void HeaderList::append(QByteArrayView name, qint64 value)
{
    std::array<char, 24> digits;
    append(name, {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr});
}

void HeaderList::append(const HeaderList &others)
{
    append(others, [](HeaderField) { return true; });
}

void HeaderList::set(QByteArrayView name, QByteArrayView value)
{
    remove(name);
    append(name, value);
}

void HeaderList::remove(QByteArrayView name)
{
    if (!contains(name))
        return;
    HeaderList kept;
    kept.append(*this, [&](HeaderField field) { return !equalsIgnoringCase(field.name, name); });
    *this = std::move(kept);
}

void HeaderList::release()
{
    m_text = {};
    std::vector<Place>().swap(m_places);
}

QByteArrayView HeaderList::value(QByteArrayView name) const
{
    for (const HeaderField field : *this) {
        if (equalsIgnoringCase(field.name, name))
            return field.value;
    }
    return {};
}

bool HeaderList::contains(QByteArrayView name) const
{
    return count(name) > 0;
}

qsizetype HeaderList::count(QByteArrayView name) const
{
    return std::count_if(begin(), end(),
                         [&](const HeaderField &field) { return equalsIgnoringCase(field.name, name); });
}

QByteArrayView reasonPhrase(int status)
{
    switch (status) {
    case 100:
        return "Continue";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 402:
        return "Payment Required";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 411:
        return "Length Required";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 422:
        return "Unprocessable Content";
    case 426:
        return "Upgrade Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "";
    }
}

}
