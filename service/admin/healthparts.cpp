// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/healthparts.h"

#include "service/access/providerlist.h"
#include "service/backup/keeper.h"
#include "service/bookskeeper.h"

#include <QFile>
#include <QLocale>

#include <sys/statvfs.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

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
    if (const qint64 discrepancies = context.books.discrepancies().value_or(0); discrepancies > 0) {
        return {u"store"_s, PartState::Bad,
                message(language,
                        QT_TRANSLATE_NOOP(
                            "service", "The books do not add up: %1 figures of the last day differ. The log "
                                       "names them."),
                        {QString::number(discrepancies)})};
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

static HealthPart lanesPart(const AdminContext &context, Language language)
{
    constexpr int scarce = 1'000; // more than that few services will ever see
    const QString lanes = QString::number(context.lanes);
    const QString connections = QString::number(context.connections);
    if (context.connections < context.config.maximumConnections) {
        return {u"lanes"_s, context.connections < scarce ? PartState::Warning : PartState::Ok,
                message(language,
                        QT_TRANSLATE_NOOP(
                            "service", "%1 at work, with up to %2 connections each instead of %3: this host "
                                       "lets the service open too few files. Raise LimitNOFILE= (systemd) or "
                                       "ulimit -n, or lower MAX_CONNECTIONS."),
                        {lanes, connections, QString::number(context.config.maximumConnections)})};
    }
    return {u"lanes"_s, PartState::Ok,
            message(language, QT_TRANSLATE_NOOP("service", "%1 at work, with up to %2 connections each."),
                    {lanes, connections})};
}

static HealthPart encryptionPart(const AdminContext &context, Timestamp now, Language language)
{
    constexpr auto soon = std::chrono::days(14);
    const auto part = [](PartState state, const QString &text) {
        return HealthPart{u"encryption"_s, state, text};
    };
    if (context.certificate) {
        const CertificatePointer certificate = context.certificate->get();
        const QStringList arguments{certificate->subject, toIso(certificate->expires)};
        if (certificate->expires <= now) {
            return part(
                PartState::Warning,
                message(language,
                        QT_TRANSLATE_NOOP("service", "The certificate of %1 expired on %2, and clients "
                                                     "refuse it. Renew it, then send SIGHUP."),
                        arguments));
        }
        if (certificate->expires <= now + soon) {
            return part(
                PartState::Warning,
                message(language,
                        QT_TRANSLATE_NOOP("service", "The certificate of %1 expires on %2. Renew it, then "
                                                     "send SIGHUP."),
                        arguments));
        }
        return part(PartState::Ok,
                    message(language,
                            QT_TRANSLATE_NOOP("service", "TLS; the certificate of %1 is valid until %2."),
                            arguments));
    }
    if (context.config.adminInClear()) {
        return part(PartState::Warning,
                    message(language,
                            QT_TRANSLATE_NOOP(
                                "service", "Others can reach the admin API at %1 without TLS, so that admin "
                                           "tokens cross the network in clear. Set TLS_CERT_FILE and "
                                           "TLS_KEY_FILE, or keep it on this host with ADMIN_LISTEN."),
                            {context.config.adminAddress().host}));
    }
    return part(
        PartState::Ok,
        message(language, QT_TRANSLATE_NOOP("service", "Plain HTTP, for the admin API on this host only.")));
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

static HealthPart backupPart(const AdminContext &context, Timestamp now, Language language)
{
    const auto part = [](PartState state, const QString &text) {
        return HealthPart{u"backup"_s, state, text};
    };
    const auto lastGood = context.backups.lastGood();
    if (const QString fault = context.backups.lastFault(); !fault.isEmpty()) {
        return part(PartState::Warning,
                    message(language, QT_TRANSLATE_NOOP("service", "The last backup failed: %1"), {fault}));
    }
    const bool isYoung = now - context.startedAt < context.config.backupSchedule.alarmAge();
    if (!lastGood) {
        const bool excused = isYoung || context.config.memoryMode;
        return part(
            excused ? PartState::Unknown : PartState::Warning,
            message(language,
                    QT_TRANSLATE_NOOP("service",
                                      "There is no backup yet; they are made: %1. quota-proxy backup create "
                                      "makes one now."),
                    {context.config.backupSchedule.text()}));
    }
    if (now - *lastGood > context.config.backupSchedule.alarmAge()) {
        return part(
            PartState::Warning,
            message(language,
                    QT_TRANSLATE_NOOP("service",
                                      "The last good backup is of %1, and they are made: %2. Look at the log "
                                      "for why none came since, or make one now."),
                    {toIso(*lastGood), context.config.backupSchedule.text()}));
    }
    return part(PartState::Ok,
                message(language, QT_TRANSLATE_NOOP("service", "The last good backup is of %1."),
                        {toIso(*lastGood)}));
}

QList<HealthPart> healthParts(const AdminContext &context, const Result<int> &schema, Timestamp now,
                              Language language)
{
    return {storePart(context, language),           schemaPart(schema, language),
            lanesPart(context, language),           providersPart(context, language),
            encryptionPart(context, now, language), backupPart(context, now, language),
            clockPart(context, now, language),      diskPart(context, language)};
}

}
