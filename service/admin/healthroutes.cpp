// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/healthroutes.h"

#include "service/access/providerlist.h"
#include "service/admin/healthparts.h"
#include "service/backup/keeper.h"
#include "service/bookskeeper.h"
#include "shared/adminpaths.h"
#include "shared/health.h"
#include "shared/version.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static RouteFuture healthz(const AdminContext &context)
{
    const bool ok = context.writer.writes();
    return finished(jsonAnswer({{u"ok"_s, ok},
                                {u"status"_s, ok ? u"ok"_s : u"degraded"_s},
                                {u"version"_s, productVersion},
                                {u"service"_s, u"quota-proxy"_s}},
                               ok ? 200 : 503));
}

// Not negative, though the clock may have been set back.
static std::chrono::seconds uptimeOf(const AdminContext &context, Timestamp now)
{
    return std::chrono::duration_cast<std::chrono::seconds>(qMax(now, context.startedAt) - context.startedAt);
}

static RouteFuture metrics(const AdminContext &context, const AdminCall &call)
{
    if (!context.config.metricsEnabled) {
        return finished(
            refused(ErrorCode::NotFound,
                    message(call.language,
                            QT_TRANSLATE_NOOP("service", "Metrics are off. Set ENABLE_METRICS=true and start "
                                                         "the service anew."))));
    }
    const Timestamp now = context.clock.now();
    Metrics::Gauges gauges;
    const auto keys = context.keyring.all();
    for (const KeyEntryPointer &entry : keys) {
        const KeyState state = entry->key.stateAt(now);
        gauges.keysTotal += state != KeyState::Deleted;
        gauges.keysActive += state == KeyState::Active;
        gauges.keysExpired += state == KeyState::Expired;
    }
    gauges.databaseQueries = context.writer.statements();
    gauges.databaseQueryMilliseconds = context.writer.statementMilliseconds();
    if (&context.reader != &context.writer) {
        gauges.databaseQueries += context.reader.statements();
        gauges.databaseQueryMilliseconds += context.reader.statementMilliseconds();
    }
    gauges.droppedRows = context.writer.droppedRows();
    gauges.discrepancies = context.books.discrepancies();
    gauges.backups = context.backups.count();
    if (const auto lastGood = context.backups.lastGood())
        gauges.backupAge = std::chrono::floor<std::chrono::seconds>(qMax(now, *lastGood) - *lastGood);
    gauges.uptime = uptimeOf(context, now);
    HttpAnswer answer;
    answer.headers.append("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    answer.headers.append("Cache-Control", "no-store");
    answer.body = context.metrics.text(gauges);
    return finished(std::move(answer));
}

static Health healthOf(const AdminContext &context, const Result<int> &schema, Language language)
{
    const Timestamp now = context.clock.now();
    Health health;
    health.version = productVersion;
    health.instance = context.instance;
    health.mode = context.config.memoryMode ? u"memory"_s : u"sqlite"_s;
    health.timeZone = QString::fromUtf8(context.keyring.timeZone().id());
    health.now = now;
    health.uptimeSeconds = uptimeOf(context, now).count();
    health.demo = context.providers.demo();
    health.parts = healthParts(context, schema, now, language);
    health.ok = std::none_of(health.parts.begin(), health.parts.end(),
                             [](const HealthPart &part) { return part.state == PartState::Bad; });
    return health;
}

static RouteFuture health(AdminContext &context, QObject *owner, const AdminCall &call)
{
    return context.reader.run([](Database &database) -> Result<int> { return database.schemaVersion(); })
        .then(owner, [&context, language = call.language](const Result<int> &schema) -> RouteResult {
            QJsonObject body = toJson(healthOf(context, schema, language));
            body[u"success"_s] = true;
            return jsonAnswer(body);
        });
}

QList<Route> healthRoutes(AdminContext &context, QObject *owner)
{
    return {
        {"GET",
         paths::healthz.latin1(),
         Access::Open,
         {},
         [&context](const AdminCall &) { return healthz(context); }},
        {"GET",
         paths::metrics.latin1(),
         Access::OpenOnLoopback,
         {},
         [&context](const AdminCall &call) { return metrics(context, call); }},
        {"GET",
         paths::health.latin1(),
         Access::Operator,
         {},
         [&context, owner](const AdminCall &call) { return health(context, owner, call); }},
    };
}

}
