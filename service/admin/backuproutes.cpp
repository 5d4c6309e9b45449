// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/backuproutes.h"

#include "service/admin/uploadexchange.h"
#include "service/backup/keeper.h"
#include "service/store/keystore.h"
#include "shared/adminpaths.h"
#include "shared/json.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class BackupRoutes
{
public:
    BackupRoutes(AdminContext &context, QObject *owner)
        : m_context(context)
        , m_owner(owner)
    {}

    RouteFuture list(const AdminCall &call) const;
    RouteFuture create(const AdminCall &call) const;
    RouteFuture download(const AdminCall &call) const;
    RouteFuture remove(const AdminCall &call) const;
    RouteFuture verify(const AdminCall &call) const;
    RouteFuture prune(const AdminCall &call) const;
    RouteFuture restore(const AdminCall &call) const;
    RouteFuture cancel(const AdminCall &call) const;
    RouteFuture upload(const AdminCall &call) const;

private:
    RouteFuture answered(const QFuture<Result<BackupInfo>> &future, int status) const;
    RouteFuture reloadKeys(const RestoreOutcome &outcome) const;

    AdminContext &m_context;
    QObject *m_owner;
};

}

static RouteResult answerOf(QJsonObject body, int status = 200)
{
    body[u"success"_s] = true;
    return jsonAnswer(body, status);
}

// What the body may say; others are refused by name.
struct BackupWish
{
    QByteArray passphrase;
    RestoreScope scope = RestoreScope::All;
    bool dryRun = false;
};

static Result<BackupWish> wishOf(const AdminCall &call, bool restores)
{
    const auto body = bodyOf(call);
    if (!body)
        return tl::unexpected<Error>(body.error());
    JsonReader reader(*body);
    BackupWish wish;
    wish.passphrase = reader.string("passphrase"_L1, {}).toUtf8();
    if (restores) {
        const QString word = reader.string("scope"_L1, u"all"_s);
        const auto scope = restoreScopeFromString(word);
        if (!scope)
            reader.fail("scope"_L1, u"“%1” is none; give all, keys or settings."_s.arg(word.left(40)));
        wish.scope = scope.value_or(RestoreScope::All);
        wish.dryRun = reader.boolean("dry_run"_L1, false);
    }
    if (const Done done = reader.finish(true); !done)
        return tl::unexpected<Error>(done.error());
    return wish;
}

RouteFuture BackupRoutes::list(const AdminCall &) const
{
    const auto backups = m_context.backups.list();
    return finished(backups ? answerOf(toJson(*backups)) : refused(backups.error()));
}

RouteFuture BackupRoutes::answered(const QFuture<Result<BackupInfo>> &future, int status) const
{
    return QFuture<Result<BackupInfo>>(future).then(
        m_owner, [status](const Result<BackupInfo> &backup) -> RouteResult {
            if (!backup)
                return refused(backup.error());
            return answerOf(toJson(*backup), status);
        });
}

RouteFuture BackupRoutes::create(const AdminCall &call) const
{
    const auto wish = wishOf(call, false);
    if (!wish)
        return finished(refused(wish.error()));
    return answered(m_context.backups.create(BackupKind::Manual, wish->passphrase), 201);
}

RouteFuture BackupRoutes::download(const AdminCall &call) const
{
    const auto backup = m_context.backups.find(call.parameters.value(0));
    if (!backup)
        return finished(refused(backup.error()));
    HttpAnswer answer;
    answer.headers.append("Content-Type",
                          backup->encrypted ? "application/octet-stream" : "application/gzip");
    answer.headers.append("Content-Disposition", "attachment; filename=\"" + backup->id.toLatin1() + '"');
    answer.headers.append("Cache-Control", "no-store");
    answer.bodyFile = m_context.backups.pathOf(backup->id);
    return finished(std::move(answer));
}

RouteFuture BackupRoutes::remove(const AdminCall &call) const
{
    const Done removed = m_context.backups.remove(call.parameters.value(0));
    return finished(removed ? answerOf({{u"deleted"_s, true}}) : refused(removed.error()));
}

RouteFuture BackupRoutes::verify(const AdminCall &call) const
{
    const auto wish = wishOf(call, false);
    if (!wish)
        return finished(refused(wish.error()));
    return answered(m_context.backups.verify(call.parameters.value(0), wish->passphrase), 200);
}

RouteFuture BackupRoutes::prune(const AdminCall &) const
{
    const auto gone = m_context.backups.prune();
    return finished(gone ? answerOf({{u"deleted"_s, QJsonArray::fromStringList(*gone)}})
                         : refused(gone.error()));
}

// What the store says now is what every lane sees with its next request; keys that stay keep their account.
RouteFuture BackupRoutes::reloadKeys(const RestoreOutcome &outcome) const
{
    return m_context.writer.run([](Database &database) { return keystore::loadContents(database); })
        .then(m_owner,
              [context = &m_context, outcome](const Result<Keyring::Contents> &contents) -> RouteResult {
                  if (!contents)
                      return refused(contents.error());
                  context->keyring.replaceAll(*contents);
                  return answerOf(toJson(outcome));
              });
}

RouteFuture BackupRoutes::cancel(const AdminCall &) const
{
    return finished(answerOf({{u"cancelled"_s, m_context.backups.cancel()}}));
}

static RouteResult admitUpload(const AdminContext &context, const AdminCall &call)
{
    const HeaderList &headers = call.request.headers;
    const QByteArray type = headers.value("Content-Type").toByteArray().trimmed().toLower();
    if (type != "application/octet-stream" && type != "application/gzip") {
        return refusedField(
            u"Content-Type"_s,
            message(call.language,
                    QT_TRANSLATE_NOOP("service", "“%1” does not do; send the archive itself, as "
                                                 "application/octet-stream or application/gzip."),
                    {QString::fromLatin1(type.left(60))}));
    }
    const qint64 maximum = context.config.backupMaximumSize;
    const bool isChunked = !headers.value("Transfer-Encoding").isEmpty();
    const qint64 length = isChunked ? -1 : headers.value("Content-Length").trimmed().toLongLong();
    if (length > maximum)
        return uploadTooLarge(maximum, call.language);
    if (length == 0)
        return refusedField(
            u"body"_s, message(call.language, QT_TRANSLATE_NOOP("service", "there is no archive in it.")));
    const auto part = context.backups.partFor(length);
    if (!part)
        return refused(part.error());
    HttpAnswer goOn;
    goOn.status = 100;
    goOn.bodyFile = *part;
    goOn.maximumBody = maximum;
    return goOn;
}

// Asked twice: before the body is read, and with the file it is in.
RouteFuture BackupRoutes::upload(const AdminCall &call) const
{
    if (call.request.bodyFile.isEmpty())
        return finished(admitUpload(m_context, call));
    return answered(m_context.backups.take(call.request.bodyFile), 201);
}

RouteFuture BackupRoutes::restore(const AdminCall &call) const
{
    const auto wish = wishOf(call, true);
    if (!wish)
        return finished(refused(wish.error()));
    return m_context.backups
        .restore({call.parameters.value(0), wish->scope, wish->passphrase, wish->dryRun, {}, call.actor})
        .then(m_owner,
              [self = *this](const Result<RestoreOutcome> &outcome) -> RouteFuture {
                  if (!outcome)
                      return finished(refused(outcome.error()));
                  if (outcome->done && outcome->scope == RestoreScope::Keys)
                      return self.reloadKeys(*outcome);
                  return finished(answerOf(toJson(*outcome)));
              })
        .unwrap();
}

QList<Route> backupRoutes(AdminContext &context, QObject *owner)
{
    const BackupRoutes backups(context, owner);
    const auto does = [backups](RouteFuture (BackupRoutes::*handler)(const AdminCall &) const) {
        return [backups, handler](const AdminCall &call) { return (backups.*handler)(call); };
    };
    const QByteArray all = paths::backups.latin1();
    const QByteArray one = all + "/{backup}";
    return {
        {"GET", all, Access::Operator, {}, does(&BackupRoutes::list)},
        {"POST", all, Access::Operator, {}, does(&BackupRoutes::create)},
        {"POST", paths::pruneBackups.latin1(), Access::Operator, {}, does(&BackupRoutes::prune)},
        {"POST", paths::uploadBackup.latin1(), Access::Operator, {}, does(&BackupRoutes::upload)},
        {"POST", paths::cancelBackup.latin1(), Access::Operator, {}, does(&BackupRoutes::cancel)},
        {"GET", one, Access::Operator, {}, does(&BackupRoutes::download)},
        {"DELETE", one, Access::Operator, {}, does(&BackupRoutes::remove)},
        {"POST", one + "/verify", Access::Operator, {}, does(&BackupRoutes::verify)},
        {"POST", one + "/restore", Access::Operator, {}, does(&BackupRoutes::restore)},
    };
}

}
