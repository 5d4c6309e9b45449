// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>
#include <tl/expected.hpp>

// What every fallible call of both programs returns: a value, or an Error that says in words what to do.
// Error codes are the ones of the admin API; admin/adminapi turns them into statuses, adminclient back.
namespace quota
{

enum class ErrorCode
{
    InvalidField, // a value a person gave is wrong; Error::field names it
    NotFound,
    VersionConflict, // the thing changed since it was read
    Unauthorized,    // no or a malformed credential
    Forbidden,       // a credential that is wrong or may not do this
    TooManyAttempts, // failed tries of this address are slowed
    Unavailable,     // the service stops, or its store does not take writes
    Unreachable,     // nobody answers at the address
    TimedOut,
    Cancelled,
    Protocol, // the other side answered what we cannot read
    Storage,  // the database or a file refused
    Internal,
};

struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message; // for a person; names field, value and cure; never a secret
    QString detail;  // for the log; never a secret
    QString field;   // the full path of the field at fault, when there is one

    bool operator==(const Error &) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;
using Done = Result<void>;

inline tl::unexpected<Error> failure(ErrorCode code, QString message, QString detail = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(detail), {}});
}

inline tl::unexpected<Error> invalidField(QString field, QString message)
{
    return tl::unexpected<Error>(Error{ErrorCode::InvalidField, std::move(message), {}, std::move(field)});
}

// The stable word of a code in API bodies, logs and screens («version_conflict»).
QString toString(ErrorCode code);
// The reverse; words that a newer peer may send become Internal.
ErrorCode errorCodeFromString(const QString &word);

}
