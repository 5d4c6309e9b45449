// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/commandparser.h"
#include "service/runlock.h"
#include "shared/adminclient.h"

#include <QEventLoop>
#include <QFutureWatcher>

#include <memory>

// A verb's talk with a running service: the options --url, --ca-file, --admin-token-file, --data-dir, the search for
// the service and the admin token, and waiting for answers. The address comes from its option, or from the service
// that uses the data directory; the token from the file of the option, ADMIN_TOKEN, or the data directory.
namespace quota::service
{

class Session
{
public:
    explicit Session(const CommandParser &parser);

    static void addOptions(CommandParser &parser);
    // After parse(). The exit code when the verb must end; what is wrong has been said.
    std::optional<int> open();

    AdminClient &client() { return *m_client; }

    template <class T>
    Result<T> wait(QFuture<Result<T>> future)
    {
        QFutureWatcher<Result<T>> watcher;
        QEventLoop loop;
        QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
        watcher.setFuture(future);
        if (!future.isFinished())
            loop.exec();
        return future.result();
    }

    // Says an Error with its cure; returns ExitRefused.
    int refused(const Error &error) const;

private:
    void readSettings();
    Result<QString> findToken() const;
    // The service that runs on the data directory.
    std::optional<LockHolder> findService() const;
    std::optional<int> trust(AdminClient &client, const std::optional<LockHolder> &service) const;

    const CommandParser &m_parser;
    const Console &m_console;
    std::unique_ptr<AdminClient> m_client;
    QString m_dataDirectory;
    QString m_settingsToken; // ADMIN_TOKEN
};

// Opens a session for a verb whose options are read, and returns what use(session) returns.
template <class Use>
int withService(CommandParser &parser, Use use)
{
    Session session(parser);
    if (const auto code = session.open())
        return *code;
    return use(session);
}

}
