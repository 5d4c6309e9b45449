// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QUrl>

#include <optional>

// One service per data directory: an flock on DATA_DIR/run.lock, which the kernel gives back when the process
// dies in whatever way. The file names the holder, for the message to the second one, and where its admin API is,
// for the command line on the same host.
namespace quota::service
{

struct LockHolder
{
    qint64 pid = 0;
    QUrl adminUrl;          // empty while it starts
    QByteArray fingerprint; // of its certificate, SHA-256 in hexadecimal; empty: plain HTTP
};

class RunLock
{
public:
    RunLock() = default;
    ~RunLock();
    Q_DISABLE_COPY_MOVE(RunLock)

    // Unavailable: another process holds it.
    Done take(const QString &path);
    // Once it is known, and whenever it changes.
    void announce(const QUrl &adminUrl, const QByteArray &fingerprint);

    // The service that holds the lock of this path; none when it cannot be read or its process is gone.
    static std::optional<LockHolder> holderOf(const QString &path);

private:
    int m_descriptor = -1;
};

}
