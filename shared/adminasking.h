// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/adminanswer.h"
#include "shared/adminclient.h"

#include <QPromise>

#include <memory>

// How a call of AdminClient becomes a typed value: for the sources of AdminClient, which ask for different things.
namespace quota
{

template <class T, class Read>
QFuture<Result<T>> AdminClient::askRaw(const AdminRequest &request, Read read)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    QFuture<Result<T>> future = promise->future();
    send(request, [promise, read = std::move(read)](const Result<Raw> &raw) {
        promise->addResult(raw ? read(*raw) : Result<T>(tl::unexpected(raw.error())));
        promise->finish();
    });
    return future;
}

template <class T, class Read>
Result<T> AdminClient::valueOf(const Raw &raw, Read read)
{
    const Result<QJsonObject> object = readAnswer(raw.status, raw.body);
    if (!object)
        return tl::unexpected(object.error());
    Result<T> value = read(*object);
    // A good status with fields that we cannot read is not a value that a person gave.
    if (!value)
        return failure(ErrorCode::Protocol,
                       QStringLiteral("The service's answer cannot be read; its version may be another."),
                       value.error().message);
    return value;
}

template <class T, class Read>
QFuture<Result<T>> AdminClient::ask(const AdminRequest &request, Read read)
{
    return askRaw<T>(request,
                     [read = std::move(read)](const Raw &raw) -> Result<T> { return valueOf<T>(raw, read); });
}

}
