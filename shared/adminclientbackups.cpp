// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminasking.h"
#include "shared/adminpaths.h"
#include "shared/adminquery.h"
#include "shared/adminrequest.h"
#include "shared/oneshotbody.h"

#include <QNetworkReply>

using namespace Qt::StringLiterals;

// The calls of AdminClient that are about backups, and the one that brings a file.
namespace quota
{

static QJsonObject withPassphrase(QJsonObject body, const QByteArray &passphrase)
{
    if (!passphrase.isEmpty())
        body[u"passphrase"_s] = QString::fromUtf8(passphrase);
    return body;
}

QFuture<Result<BackupList>> AdminClient::backups()
{
    return ask<BackupList>(plainRequest("GET", paths::backups), backupListFromJson);
}

QFuture<Result<BackupInfo>> AdminClient::createBackup(const QByteArray &passphrase)
{
    return ask<BackupInfo>(with(plainRequest("POST", paths::backups), withPassphrase({}, passphrase)),
                           backupInfoFromJson);
}

QFuture<Result<BackupInfo>> AdminClient::verifyBackup(const QString &id, const QByteArray &passphrase)
{
    return ask<BackupInfo>(
        with(requestAbout("POST", paths::backups, id, "verify"_L1), withPassphrase({}, passphrase)),
        backupInfoFromJson);
}

QFuture<Result<RestoreOutcome>> AdminClient::restoreBackup(const QString &id, RestoreScope scope, bool dryRun,
                                                           const QByteArray &passphrase)
{
    const QJsonObject body{{u"scope"_s, toString(scope)}, {u"dry_run"_s, dryRun}};
    return ask<RestoreOutcome>(
        with(requestAbout("POST", paths::backups, id, "restore"_L1), withPassphrase(body, passphrase)),
        restoreOutcomeFromJson);
}

QFuture<Result<bool>> AdminClient::deleteBackup(const QString &id)
{
    return ask<bool>(requestAbout("DELETE", paths::backups, id),
                     [](const QJsonObject &object) -> Result<bool> { return object["deleted"_L1].toBool(); });
}

QFuture<Result<QStringList>> AdminClient::pruneBackups()
{
    return ask<QStringList>(with(plainRequest("POST", paths::pruneBackups), QJsonObject()),
                            [](const QJsonObject &object) -> Result<QStringList> {
                                JsonReader reader(object);
                                return reader.strings("deleted"_L1);
                            });
}

QFuture<Result<bool>> AdminClient::cancelBackup()
{
    return ask<bool>(
        with(plainRequest("POST", paths::cancelBackup), QJsonObject()),
        [](const QJsonObject &object) -> Result<bool> { return object["cancelled"_L1].toBool(); });
}

static Error tooLargeToUpload(qint64 maximum)
{
    return {
        ErrorCode::InvalidField,
        u"The backup is larger than %1 bytes, the most that the service takes. Its setting BACKUP_MAX_SIZE "
        "says so."_s.arg(maximum),
        {},
        u"source"_s};
}

QFuture<Result<BackupInfo>> AdminClient::uploadBackup(QIODevice &source)
{
    AdminRequest request = plainRequest("POST", paths::uploadBackup);
    if (!source.isReadable() || source.isSequential())
        request.fault =
            invalidField(u"source"_s, u"source: cannot be uploaded; open a file of known size for reading."_s)
                .value();
    auto promise = std::make_shared<QPromise<Result<BackupInfo>>>();
    promise->start();
    QFuture<Result<BackupInfo>> future = promise->future();
    const auto finish = [promise](const Result<Raw> &raw) {
        promise->addResult(raw ? valueOf<BackupInfo>(*raw, backupInfoFromJson)
                               : Result<BackupInfo>(tl::unexpected(raw.error())));
        promise->finish();
    };
    if (request.fault) {
        finish(tl::unexpected(*request.fault));
        return future;
    }
    // What would be refused is not sent: an answer that comes while QNetworkAccessManager still sends is never read.
    send(plainRequest("GET", paths::backups), [this, request, finish, &source](const Result<Raw> &raw) {
        const auto list = raw ? readAnswer(raw->status, raw->body) : tl::unexpected(raw.error());
        if (!list)
            return finish(tl::unexpected(list.error()));
        const qint64 maximum = (*list)["maximum_bytes"_L1].toInteger();
        if (maximum > 0 && source.size() - source.pos() > maximum)
            return finish(tl::unexpected(tooLargeToUpload(maximum)));
        follow(sendBody(request, std::make_unique<OneShotBody>(source), "application/octet-stream"), finish);
    });
    return future;
}

QFuture<Result<qint64>> AdminClient::downloadBackup(const QString &id, QIODevice &target)
{
    auto promise = std::make_shared<QPromise<Result<qint64>>>();
    promise->start();
    const AdminRequest request = requestAbout("GET", paths::backups, id);
    if (request.fault) {
        promise->addResult(tl::unexpected(*request.fault));
        promise->finish();
        return promise->future();
    }
    QNetworkReply *reply = m_questions.sendCustomRequest(networkRequest(request), request.verb);
    auto written = std::make_shared<qint64>(0);
    m_pending.insert(reply, [promise, written](const Result<Raw> &raw) {
        const auto refused = raw && raw->status != 200 ? readAnswer(raw->status, raw->body)
                                                       : Result<QJsonObject>(QJsonObject());
        promise->addResult(!raw       ? Result<qint64>(tl::unexpected(raw.error()))
                           : !refused ? Result<qint64>(tl::unexpected(refused.error()))
                                      : Result<qint64>(*written));
        promise->finish();
    });
    constexpr qint64 unreadBytes = 4 * 1024 * 1024; // beyond which TCP slows the service down
    reply->setReadBufferSize(unreadBytes);
    const auto take = [this, reply, written, &target] {
        if (reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() != 200)
            return; // an Error, which is small
        const QByteArray bytes = reply->readAll();
        *written += bytes.size();
        if (target.write(bytes) != bytes.size())
            settle(reply, failure(ErrorCode::Storage,
                                  u"The backup cannot be written: %1."_s.arg(target.errorString())));
    };
    connect(reply, &QNetworkReply::readyRead, this, take);
    connect(reply, &QNetworkReply::finished, this, [reply, take] {
        if (reply->bytesAvailable() > 0)
            take();
    });
    settleWhenFinished(reply);
    return promise->future();
}

}
