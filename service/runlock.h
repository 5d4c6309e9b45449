// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

// One service per data directory: an flock on DATA_DIR/run.lock, which the kernel gives back when the process
// dies in whatever way. The file names the holder, for the message to the second one.
namespace quota::service
{

class RunLock
{
public:
    RunLock() = default;
    ~RunLock();
    Q_DISABLE_COPY_MOVE(RunLock)

    Done take(const QString &path);

private:
    int m_descriptor = -1;
};

}
