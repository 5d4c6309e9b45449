// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/backupinfo.h"
#include "shared/explanation.h"
#include "shared/health.h"
#include "shared/keytemplate.h"
#include "shared/provider.h"
#include "shared/usage.h"

#include <QFuture>
#include <QHash>
#include <QNetworkAccessManager>
#include <QObject>
#include <QSslConfiguration>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>

// The admin API as typed calls, one method a route; the console and the command line both use it. Each call
// returns at once; its future finishes on this object's thread with a value or an Error (Unreachable, TimedOut,
// Unauthorized, …). Deleting the client cancels what is under way: those futures finish with Cancelled.
namespace quota
{

struct ServiceAnswer // GET /healthz, before any token is sent
{
    bool ok = false;
    QString version;
    std::chrono::milliseconds roundTrip{0};
};

struct AdminRequest;
class OneShotBody;

class AdminClient : public QObject
{
    Q_OBJECT

public:
    // The base URL is scheme, host and port, perhaps a path prefix; the token goes into the Authorization
    // header only. Redirects are not followed, so that it cannot leave the address.
    AdminClient(QUrl baseUrl, QString token, QObject *parent = nullptr);
    ~AdminClient() override;

    QUrl baseUrl() const { return m_baseUrl; }
    void setTimeout(std::chrono::milliseconds timeout) { m_timeout = timeout; } // default 15 s
    std::chrono::milliseconds timeout() const { return m_timeout; }
    // For https: those trusted to vouch for the service's certificate, instead of the system's.
    void setAuthorities(const QList<QSslCertificate> &authorities);
    // For https: this certificate is the service's, whatever its name and whoever vouches for it; SHA-256.
    void setKnownCertificate(const QByteArray &fingerprint);
    // Sent as Accept-Language, so that messages come in the reader's tongue («zh», «en»).
    void setLanguage(const QString &language) { m_language = language; }

    QFuture<Result<ServiceAnswer>> healthz();
    QFuture<Result<Health>> health();

    QFuture<Result<KeyPage>> keys(const KeyQuery &query);
    QFuture<Result<KeyOverview>> key(const KeyId &id);
    QFuture<Result<QList<CreatedKey>>> createKeys(const NewKey &key);
    QFuture<Result<KeyOverview>> updateKey(const KeyId &id, const KeyChange &change);
    QFuture<Result<KeyOverview>> disableKey(const KeyId &id);
    QFuture<Result<KeyOverview>> enableKey(const KeyId &id);
    QFuture<Result<CreatedKey>> rotateKey(const KeyId &id);
    QFuture<Result<KeyOverview>> deleteKey(const KeyId &id);
    QFuture<Result<KeyOverview>> restoreKey(const KeyId &id);

    QFuture<Result<KeyOverview>> raiseLimit(const KeyId &id, const NewRaise &raise);
    QFuture<Result<KeyOverview>> endRaises(const KeyId &id);

    QFuture<Result<QList<KeyTemplate>>> templates();
    QFuture<Result<KeyTemplate>> keyTemplate(const QString &name);
    QFuture<Result<KeyTemplate>> createTemplate(const TemplateChange &keyTemplate); // needs a name
    QFuture<Result<KeyTemplate>> updateTemplate(const QString &name, const TemplateChange &change);
    // copyToKeys: those that follow keep its limits as their own; else it is refused while there are any.
    QFuture<Result<bool>> deleteTemplate(const QString &name, bool copyToKeys);

    QFuture<Result<UsageReport>> usage(const UsageQuery &query);
    QFuture<Result<RequestExplanation>> explainRequest(const QString &requestId);

    QFuture<Result<BackupList>> backups();
    // Made and proven when it is answered; give it time (setTimeout). An empty passphrase: not encrypted.
    QFuture<Result<BackupInfo>> createBackup(const QByteArray &passphrase = {});
    QFuture<Result<BackupInfo>> verifyBackup(const QString &id, const QByteArray &passphrase = {});
    QFuture<Result<RestoreOutcome>> restoreBackup(const QString &id, RestoreScope scope, bool dryRun,
                                                  const QByteArray &passphrase = {});
    QFuture<Result<bool>> deleteBackup(const QString &id);
    QFuture<Result<QStringList>> pruneBackups(); // the ids that are gone
    // The archive, written to target as it comes, which outlives the future; how many bytes.
    QFuture<Result<qint64>> downloadBackup(const QString &id, QIODevice &target);
    // An archive for the list, read from where the source stands to its end, never whole in memory, once the service
    // has said that it takes so many bytes; the source is open, knows its size and outlives the future. Proven when
    // it is answered, unless it is encrypted.
    QFuture<Result<BackupInfo>> uploadBackup(QIODevice &source);
    // Breaks off what is under way; false: there was nothing, or it has begun to change the store.
    QFuture<Result<bool>> cancelBackup();

    QFuture<Result<QList<Provider>>> providers();
    QFuture<Result<Provider>> createProvider(const ProviderChange &provider);
    QFuture<Result<Provider>> updateProvider(const ProviderId &id, const ProviderChange &change);
    QFuture<Result<bool>> deleteProvider(const ProviderId &id);
    QFuture<Result<ProviderTest>> testProvider(const ProviderId &id);

    static constexpr qint64 maximumAnswerBytes = 64 * 1024 * 1024;

private:
    struct Raw
    {
        int status = 0;
        QByteArray body;
        std::chrono::milliseconds roundTrip{0};
    };
    using Handler = std::function<void(Result<Raw>)>;

    template <class T, class Read>
    QFuture<Result<T>> ask(const AdminRequest &request, Read read);
    template <class T, class Read>
    static Result<T> valueOf(const Raw &raw, Read read);
    template <class T, class Read>
    QFuture<Result<T>> askRaw(const AdminRequest &request, Read read);
    void send(const AdminRequest &request, Handler handler);
    QNetworkReply *sendBody(const AdminRequest &request, std::unique_ptr<OneShotBody> body, const char *type);
    void follow(QNetworkReply *reply, Handler handler);
    void settleWhenFinished(QNetworkReply *reply);
    void settle(QNetworkReply *reply, Result<Raw> outcome);
    QNetworkRequest networkRequest(const AdminRequest &request) const;
    void acceptKnown(QNetworkReply *reply, const QList<QSslError> &errors) const;

    QUrl m_baseUrl;
    QString m_token;
    QString m_language;
    std::chrono::milliseconds m_timeout{15'000};
    std::optional<QSslConfiguration> m_tls; // none: Qt's
    QByteArray m_knownCertificate;
    QNetworkAccessManager m_questions; // GET and DELETE, over kept connections
    QNetworkAccessManager m_changes;   // requests with a body, each over its own
    QHash<QNetworkReply *, Handler> m_pending;
};

}
