// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/backupinfo.h"

#include <QFuture>

// Where the wizard restores: a running service, or a data directory of this computer whose service is dead. One
// thing at a time; who stands behind it says how far it is. It outlives the wizard.
namespace quota::console
{

class RestoreDoor
{
public:
    virtual ~RestoreDoor() = default;

    virtual QFuture<Result<BackupInfo>> verify(const QString &id, const QByteArray &passphrase) = 0;
    virtual QFuture<Result<RestoreOutcome>> restore(const QString &id, RestoreScope scope, bool dryRun,
                                                    const QByteArray &passphrase) = 0;
    // Breaks off what is under way; false: there was nothing, or it has begun to change the store.
    virtual QFuture<Result<bool>> cancel() = 0;
    virtual std::optional<BackupActivity> activity() const = 0;
    virtual QString cancelRefusal() const = 0; // why nothing may be broken off now; empty: it may
    virtual QObject *teller() = 0;             // emits activityChanged()
    virtual QString command(const QString &id, RestoreScope scope) const = 0; // the same on a command line
};

}
