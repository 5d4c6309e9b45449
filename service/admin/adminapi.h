// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"
#include "service/messages.h"
#include "shared/result.h"

#include <QFuture>
#include <QJsonObject>
#include <QObject>
#include <QUrlQuery>

// Everything that is not forwarded: /healthz, /metrics, /admin/*, the holder's /v1/usage. Checks the admin token
// (constant time, failed tries slowed by address) or the holder's key, finds the route, and is the only place
// that turns an Error into a status and a body. Lives in the main thread; lanes post requests to it.
namespace quota::service
{

class Keyring;
class StoreThread;
class Metrics;
struct AdminContext;

enum class Role
{
    Nobody,
    Holder,
    Operator
};

// A request as the routes see it.
struct AdminCall
{
    HttpRequest request;
    QByteArray requestId;
    QString path;
    QUrlQuery query;
    Language language = Language::English;
    Role role = Role::Nobody;
    QString actor;          // for the audit: «admin» or the holder's key id
    QByteArray secret;      // the holder's, when role is Holder
    QStringList parameters; // what the pattern's {…} matched, decoded
};

// The one place that turns an Error into a status and a body; extra stands beside «error».
HttpAnswer errorAnswer(const Error &error, const QJsonObject &extra = {});
// For a status and a code that no Error has.
HttpAnswer errorAnswer(int status, const Error &error, const QString &code, const QJsonObject &extra = {});

class AdminApi : public QObject
{
    Q_OBJECT

public:
    // What nobody has shown a token for when it is read.
    static constexpr qint64 maximumBody = 1024 * 1024;

    // Where a request came in.
    enum class Door
    {
        All,
        Holders // all but what is for operators: /admin and /metrics are nothing there
    };

    explicit AdminApi(AdminContext &context, QObject *parent = nullptr);
    ~AdminApi() override;

    // Main thread. The future finishes in the main thread.
    QFuture<HttpAnswer> handle(HttpRequest request, QByteArray requestId, Door door = Door::All);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}
