// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/backupinfo.h"

#include <atomic>

// How far a backup, a check or a restore has come, and the wish that it end. One thread works and writes it, any
// thread reads it or cancels.
namespace quota::service
{

class BackupProgress
{
public:
    explicit BackupProgress(QString action = {})
        : m_action(std::move(action))
    {}

    void begin(const char *stage, qint64 total = 0) // a literal
    {
        m_done = 0;
        m_total = total;
        m_stage = stage;
    }
    void add(qint64 bytes) { m_done += bytes; }
    // False: too late, what is meant to change has begun to.
    bool cancel()
    {
        auto before = Will::Free;
        return m_will.compare_exchange_strong(before, Will::Cancelled) || before == Will::Cancelled;
    }
    Done checkCancelled() const
    {
        if (m_will == Will::Cancelled)
            return failure(ErrorCode::Cancelled, QStringLiteral("Cancelled; nothing was changed."));
        return {};
    }
    // From here on it cannot be cancelled; an Error when it was.
    Done beginChange()
    {
        auto before = Will::Free;
        m_will.compare_exchange_strong(before, Will::Decided);
        return checkCancelled();
    }
    BackupActivity activity() const
    {
        return {m_action, QString::fromLatin1(m_stage.load()), m_done, m_total};
    }

private:
    enum class Will
    {
        Free,
        Cancelled,
        Decided
    };
    const QString m_action;
    std::atomic<const char *> m_stage{""};
    std::atomic<qint64> m_done{0};
    std::atomic<qint64> m_total{0};
    std::atomic<Will> m_will{Will::Free};
};

}
