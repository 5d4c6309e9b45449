// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/client.h"
#include "service/http/origin.h"

#include <QTest>

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

struct Outcome
{
    explicit Outcome(std::unique_ptr<service::UpstreamCall> started)
        : call(std::move(started))
    {
        using service::UpstreamCall;
        QObject::connect(call.get(), &UpstreamCall::connected, call.get(), [this] { ++connected; });
        QObject::connect(call.get(), &UpstreamCall::headReceived, call.get(), [this] { head = true; });
        QObject::connect(call.get(), &UpstreamCall::data, call.get(), [this](const QByteArray &bytes) {
            body.append(bytes);
            ++pieces;
        });
        QObject::connect(call.get(), &UpstreamCall::drained, call.get(), [this] { ++drained; });
        QObject::connect(call.get(), &UpstreamCall::finished, call.get(), [this] { ended = true; });
        QObject::connect(call.get(), &UpstreamCall::failed, call.get(), [this](const Error &fault) {
            error = fault;
            ended = true;
        });
    }
    bool wait(int milliseconds = 10'000)
    {
        return QTest::qWaitFor([this] { return ended; }, milliseconds);
    }
    QString message() const { return error.value_or(Error()).message; }

    std::unique_ptr<service::UpstreamCall> call;
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
