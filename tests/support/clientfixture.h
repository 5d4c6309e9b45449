// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/client.h"
#include "service/http/origin.h"

#include <QTest>

#include <functional>
#include <optional>

// A client of its own for one test, and what became of its calls.
namespace quota::test
{

struct ClientUnderTest
{
    explicit ClientUnderTest(service::ClientOptions options = {})
        : client(std::move(options), wheel)
    {}

    service::TimerWheel wheel;
    service::Client client;
};

struct Outcome final : service::UpstreamListener
{
    explicit Outcome(std::unique_ptr<service::UpstreamCall> started)
        : call(std::move(started))
    {
        call->setListener(this);
    }
    void onConnected() override { ++connected; }
    void onHead() override { head = true; }
    void onData(const QByteArray &bytes) override
    {
        body.append(bytes);
        ++pieces;
        if (whenData)
            whenData();
    }
    void onRequestDrained() override
    {
        ++drained;
        if (whenDrained)
            whenDrained();
    }
    void onFinished() override { ended = true; }
    void onFailed(const Error &fault) override
    {
        error = fault;
        ended = true;
    }
    bool wait(int milliseconds = 10'000)
    {
        return QTest::qWaitFor([this] { return ended; }, milliseconds);
    }
    QString message() const { return error.value_or(Error()).message; }

    std::unique_ptr<service::UpstreamCall> call;
    std::function<void()> whenData;
    std::function<void()> whenDrained;
    QByteArray body;
    std::optional<Error> error;
    int connected = 0;
    int pieces = 0;
    int drained = 0;
    bool head = false;
    bool ended = false;
};

inline service::UpstreamRequest get(const QUrl &origin, const QByteArray &target = "/v1/models")
{
    return {"GET", origin, target, {}, {}};
}

inline service::UpstreamRequest post(const QUrl &origin, const QByteArray &body = "{}")
{
    return {"POST", origin, "/v1/x", {}, body};
}

inline QUrl originAt(quint16 port, const QString &host = QStringLiteral("127.0.0.1"))
{
    return QUrl(QStringLiteral("http://%1:%2").arg(host).arg(port));
}

}
