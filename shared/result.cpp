// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/result.h"

#include <array>
#include <utility>

namespace quota
{

static constexpr std::array<std::pair<ErrorCode, QLatin1StringView>, 13> words{{
    {ErrorCode::InvalidField, QLatin1StringView("invalid_field")},
    {ErrorCode::NotFound, QLatin1StringView("not_found")},
    {ErrorCode::VersionConflict, QLatin1StringView("version_conflict")},
    {ErrorCode::Unauthorized, QLatin1StringView("unauthorized")},
    {ErrorCode::Forbidden, QLatin1StringView("forbidden")},
    {ErrorCode::TooManyAttempts, QLatin1StringView("too_many_attempts")},
    {ErrorCode::Unavailable, QLatin1StringView("unavailable")},
    {ErrorCode::Unreachable, QLatin1StringView("unreachable")},
    {ErrorCode::TimedOut, QLatin1StringView("timed_out")},
    {ErrorCode::Cancelled, QLatin1StringView("cancelled")},
    {ErrorCode::Protocol, QLatin1StringView("protocol_error")},
    {ErrorCode::Storage, QLatin1StringView("storage_error")},
    {ErrorCode::Internal, QLatin1StringView("internal_error")},
}};

QString toString(ErrorCode code)
{
    for (const auto &[known, word] : words) {
        if (known == code)
            return QString(word);
    }
    return QStringLiteral("internal_error");
}

ErrorCode errorCodeFromString(const QString &word)
{
    for (const auto &[code, known] : words) {
        if (known == word)
            return code;
    }
    return ErrorCode::Internal;
}

}
