// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/healthroutes.h"

#include "service/access/providerlist.h"
#include "shared/adminpaths.h"
#include "shared/health.h"
#include "shared/version.h"

#include <QFile>
#include <QLocale>

#include <sys/statvfs.h>

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
    gauges.uptime = uptimeOf(context, now);
    HttpAnswer answer;
    answer.headers.append("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    answer.headers.append("Cache-Control", "no-store");
    answer.body = context.metrics.text(gauges);
    return finished(std::move(answer));
}

static HealthPart storePart(const AdminContext &context, Language language)
{
    const qint64 dropped = context.writer.droppedRows();
    if (!context.writer.writes()) {
        return {u"store"_s, PartState::Bad,
                message(language,
                        QT_TRANSLATE_NOOP("service", "The last write to the database failed. Look at the "
                                                     "disk and at who may write the data directory."))};
    }
    if (dropped > 0) {
        return {u"store"_s, PartState::Warning,
                message(language,
                        QT_TRANSLATE_NOOP("service",
                                          "The database writes, but %1 usage rows were dropped because it "
                                          "was too slow."),
                        {QString::number(dropped)})};
    }
    if (context.config.memoryMode) {
        return {u"store"_s, PartState::Warning,
                message(language,
                        QT_TRANSLATE_NOOP("service", "Everything is kept in memory and is gone when the "
                                                     "service stops."))};
    }
    return {u"store"_s, PartState::Ok,
            message(language, QT_TRANSLATE_NOOP("service", "The database writes."))};
}

static HealthPart schemaPart(const Result<int> &version, Language language)
{
    if (!version)
        return {u"schema"_s, PartState::Bad, version.error().message};
    const int newest = Database::newestSchema();
    const QString text =
        *version == newest
            ? message(language, QT_TRANSLATE_NOOP("service", "Schema %1, the newest."),
                      {QString::number(*version)})
            : message(language, QT_TRANSLATE_NOOP("service", "Schema %1; this program expects %2."),
                      {QString::number(*version), QString::number(newest)});
    return {u"schema"_s, *version == newest ? PartState::Ok : PartState::Bad, text};
}

static HealthPart providersPart(const AdminContext &context, Language language)
{
    int enabled = 0;
    const ProviderSnapshot providers = context.providers.snapshot();
    for (const ProviderPointer &provider : *providers)
        enabled += provider->provider.enabled;
    if (context.providers.demo()) {
        return {u"providers"_s, PartState::Warning,
                message(language, QT_TRANSLATE_NOOP("service", "No provider is configured: the built-in demo "
                                                               "answers. Add a provider for real answers."))};
    }
    if (enabled == 0) {
        return {
            u"providers"_s, PartState::Bad,
            message(language, QT_TRANSLATE_NOOP("service", "No provider is enabled: requests are refused."))};
    }
    return {u"providers"_s, PartState::Ok,
            message(language, QT_TRANSLATE_NOOP("service", "%1 enabled."), {QString::number(enabled)})};
}

static HealthPart clockPart(const AdminContext &context, Timestamp now, Language language)
{
    if (now < context.startedAt) {
        return {u"clock"_s, PartState::Warning,
                message(language,
                        QT_TRANSLATE_NOOP("service", "The clock of this host was set back since the service "
                                                     "started. Days and hours may reset late."))};
    }
    static const Timestamp plausible = *timestampFromIso(u"2024-01-01T00:00:00Z"_s);
    if (now < plausible) {
        return {u"clock"_s, PartState::Bad,
                message(language,
                        QT_TRANSLATE_NOOP("service",
                                          "The clock of this host says %1. Set it, or limits reset at the "
                                          "wrong time."),
                        {toIso(now)})};
    }
    return {u"clock"_s, PartState::Ok,
            message(language, QT_TRANSLATE_NOOP("service", "%1, days begin by %2."),
                    {toIso(now), QString::fromUtf8(context.keyring.timeZone().id())})};
}

static HealthPart diskPart(const AdminContext &context, Language language)
{
    constexpr qint64 full = 100LL << 20;
    constexpr qint64 tight = 1LL << 30;
    // QStorageInfo looks for the path in the mount table, which in containers and chroots need not hold it.
    struct statvfs disk
    {};
    if (::statvfs(QFile::encodeName(context.config.dataDirectory).constData(), &disk) != 0) {
        return {u"disk"_s, context.config.memoryMode ? PartState::Unknown : PartState::Bad,
                message(language,
                        QT_TRANSLATE_NOOP("service", "The disk of the data directory cannot be read."))};
    }
    const qint64 free = qint64(disk.f_bavail) * qint64(disk.f_frsize);
    const QString size = QLocale::c().formattedDataSize(free);
    if (disk.f_flag & ST_RDONLY) {
        return {
            u"disk"_s, PartState::Bad,
            message(language, QT_TRANSLATE_NOOP("service", "The disk of the data directory is read-only."))};
    }
    if (free < tight) {
        return {u"disk"_s, free < full ? PartState::Bad : PartState::Warning,
                message(language,
                        QT_TRANSLATE_NOOP("service", "Only %1 are free where the data directory is. Make "
                                                     "room before the database cannot grow."),
                        {size})};
    }
    return {u"disk"_s, PartState::Ok,
            message(language, QT_TRANSLATE_NOOP("service", "%1 are free."), {size})};
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
    health.parts = {
        storePart(context, language),
        schemaPart(schema, language),
        {u"lanes"_s, PartState::Ok,
         message(language, QT_TRANSLATE_NOOP("service", "%1 at work."), {QString::number(context.lanes)})},
        providersPart(context, language),
        {u"backup"_s, PartState::Unknown,
         message(language, QT_TRANSLATE_NOOP("service", "This version makes no backups itself; copy the data "
                                                        "directory while the service is stopped."))},
        clockPart(context, now, language),
        diskPart(context, language),
    };
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
