// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/prompts.h"
#include "app/tokenvault.h"

#include <QHash>
#include <QPromise>

// What tests of the console bring instead of the world: a keychain in memory, and a person who answers at once.
namespace quota::console
{

template <class T>
QFuture<T> ready(T value)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

class FakeVault : public TokenVault
{
public:
    explicit FakeVault(bool keychain = true)
        : available(keychain)
    {}

    QFuture<bool> isAvailable() override { return ready(available); }
    QFuture<Result<QString>> read(const QString &profileId) override
    {
        if (!tokens.contains(profileId))
            return ready(Result<QString>(failure(ErrorCode::NotFound, QStringLiteral("No token is kept."))));
        return ready(Result<QString>(tokens.value(profileId)));
    }
    QFuture<Done> write(const QString &profileId, const QString &token) override
    {
        if (!available)
            return ready(Done(failure(ErrorCode::Unavailable, QStringLiteral("There is no keychain."))));
        tokens.insert(profileId, token);
        return ready(Done());
    }
    QFuture<Done> remove(const QString &profileId) override
    {
        tokens.remove(profileId);
        return ready(Done());
    }

    bool available;
    QHash<QString, QString> tokens;
};

class FakePrompts : public Prompts
{
public:
    void confirm(QWidget *, const Confirmation &question, std::function<void()> agreed) override
    {
        questions.append(question);
        if (agree)
            agreed();
    }
    void saveFile(QWidget *, const QString &, const QString &suggestedName, const QString &,
                  std::function<void(const QString &)> chosen) override
    {
        suggested = suggestedName;
        if (!path.isEmpty())
            chosen(path);
    }
    void openFile(QWidget *, const QString &, const QString &,
                  std::function<void(const QString &)> chosen) override
    {
        if (!path.isEmpty())
            chosen(path);
    }

    bool agree = true;
    QString path;
    QString suggested;
    QList<Confirmation> questions;
};

}
