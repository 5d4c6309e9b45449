// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakeupstream.h"
#include "runningservice.h"

#include <memory>

// A service with one lane, so that whatever blocks it shows, before an upstream that echoes: what the suites of the
// wire abuse. After each abuse standsAsBefore() looks whether anything was left behind.
namespace quota::test
{

class WireFixture
{
public:
    explicit WireFixture(const QHash<QString, QString> &settings = {});

    FakeUpstream upstream;
    RunningService service;
    QByteArray secret; // of a key with generous limits of requests and tokens

    quint16 port() const { return service.port(); }
    // A request that is forwarded and paid for, «POST /v1/echo».
    QByteArray paid(const QByteArray &body = "{\"model\":\"m\"}", const QByteArray &fields = {}) const;
    // Its head only, for a body of that many bytes.
    QByteArray paidHead(qsizetype length, const QByteArray &fields = {}) const;
    static QByteArray healthRequest(const QByteArray &fields = {});

    void echo(); // the upstream answers what it was sent
    int openConnections();
    QJsonObject usage();
    bool isSettled(); // no request under way, nothing reserved
    // Fails the test unless the service answers the next honest client, has no connection open but that one, owes
    // no ticket, and the upstream works on nothing.
    void standsAsBefore();
};

}
