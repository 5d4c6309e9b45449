// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"

#include <QString>

#include <optional>

// When the next scheduled backup is due, in a small file of the data directory, so that a start knows one whose time
// passed while the service was stopped. The keeper writes it when one is made. What cannot be read or belongs to
// another schedule is as good as nothing.
namespace quota::service
{

class DueDate
{
public:
    explicit DueDate(QString path)
        : m_path(std::move(path))
    {}

    std::optional<Timestamp> read(const QString &schedule) const;
    bool write(const QString &schedule, Timestamp due) const; // false: it could not be

private:
    const QString m_path;
};

}
