// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

// The target of a request line (RFC 9112 §3.2), for the request parser: what is asked for, in origin form, and who
// for when the client named it. Pure.
namespace quota::service
{

struct RequestTarget
{
    QByteArray target;           // «/path?query», or «*»
    QByteArrayView authority;    // of the absolute form, a view of text; else null
    QByteArrayView standardPort; // of its scheme
};

// Empty for what is malformed: other schemes, user information, fragments, and bytes or percent signs that servers
// read in different ways.
std::optional<RequestTarget> readRequestTarget(QByteArrayView method, QByteArrayView text);

}
