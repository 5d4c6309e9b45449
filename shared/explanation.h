// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/id.h"
#include "shared/limit.h"

// Why a request passed or was refused, as GET /admin/requests/{id} tells it: each limit as it was judged, and what would
// have let the request pass. Read by the command line and the console.
namespace quota
{

struct ExplainedLimit
{
    LimitStatus status; // before the request
    qint64 requested = 0;
    bool passed = true;            // had room; one that is not enforced refuses nothing either way
    std::optional<qint64> raiseTo; // the amount from which on it would have had room

    bool operator==(const ExplainedLimit &) const = default;
};

struct RequestExplanation
{
    QString id;
    KeyId key;
    QString label;
    QString model;
    QString provider;
    std::optional<Timestamp> time;
    QString timeZone;
    int status = 0;
    QString outcome; // answered, upstream_failed, client_gone, refused
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    QString measure;     // measured, estimated, unknown
    bool judged = false; // false: only the books know it, without how its limits stood
    QList<ExplainedLimit> limits;
    std::optional<qint64> concurrency;
    qint64 active = 0;
    std::optional<Timestamp> waitUntil; // of a refused one: when it would have passed by itself
    QString words;                      // for a person; empty when there is nothing to say

    bool operator==(const RequestExplanation &) const = default;
};

Result<RequestExplanation> requestExplanationFromJson(const QJsonObject &object);

}
