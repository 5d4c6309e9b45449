// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QFuture>
#include <QObject>

// Where admin tokens are kept: the system's keychain, or nowhere. Connect and the session use it; tests bring
// their own. Nothing here ever writes a token to a file of ours.
namespace quota::console
{

class TokenVault : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    // Whether the system has a keychain that answers; found out once, then known.
    virtual QFuture<bool> isAvailable() = 0;
    virtual QFuture<Result<QString>> read(const QString &profileId) = 0; // NotFound when none is kept
    virtual QFuture<Done> write(const QString &profileId, const QString &token) = 0;
    virtual QFuture<Done> remove(const QString &profileId) = 0; // good when there was none
};

class KeychainVault : public TokenVault
{
    Q_OBJECT

public:
    using TokenVault::TokenVault;

    QFuture<bool> isAvailable() override;
    QFuture<Result<QString>> read(const QString &profileId) override;
    QFuture<Done> write(const QString &profileId, const QString &token) override;
    QFuture<Done> remove(const QString &profileId) override;

private:
    QFuture<bool> m_available;
};

}
