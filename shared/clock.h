// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <chrono>
#include <optional>

// Time as both programs pass it around: an instant in UTC milliseconds. Engines take it as an argument;
// stories ask a Clock, and tests bring their own.
namespace quota
{

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock
{
public:
    virtual ~Clock() = default;
    // Callable from any thread.
    virtual Timestamp now() const = 0;
};

class SystemClock : public Clock
{
public:
    Timestamp now() const override
    {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

inline qint64 toMilliseconds(Timestamp time)
{
    return time.time_since_epoch().count();
}

inline Timestamp fromMilliseconds(qint64 milliseconds)
{
    return Timestamp(std::chrono::milliseconds(milliseconds));
}

// ISO 8601 in UTC with milliseconds, «2026-11-23T03:09:19.000Z».
QString toIso(Timestamp time);
// Accepts ISO 8601 with a zone designator («Z», «+08:00»); nothing for anything else.
std::optional<Timestamp> timestampFromIso(const QString &text);

}
