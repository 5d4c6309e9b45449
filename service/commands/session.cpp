// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/session.h"

#include "service/config.h"
#include "service/settings/table.h"

#include <QDir>
#include <QFile>
#include <QSslCertificate>

using namespace Qt::StringLiterals;

namespace quota::service
{

Session::Session(const CommandParser &parser)
    : m_parser(parser)
    , m_console(parser.console())
{}

void Session::addOptions(CommandParser &parser)
{
    parser.option(u"url"_s, u"URL"_s,
                  QT_TRANSLATE_NOOP("service",
                                    "The service; without it, the one that uses the data directory, "
                                    "or http://127.0.0.1:8787."));
    parser.option(u"ca-file"_s, u"FILE"_s,
                  QT_TRANSLATE_NOOP("service",
                                    "PEM file of the authority that vouches for the certificate of an "
                                    "https address; without it, those of the system."));
    parser.option(u"admin-token-file"_s, u"FILE"_s,
                  QT_TRANSLATE_NOOP("service",
                                    "File that holds the admin token; without it, ADMIN_TOKEN or the data "
                                    "directory's."));
    parser.option(u"data-dir"_s, u"DIRECTORY"_s,
                  QT_TRANSLATE_NOOP("service", "The service's data directory, where the admin token is."));
}

static Result<QString> tokenIn(const QString &path, const Console &console)
{
    constexpr qint64 longest = 4096;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            ErrorCode::Storage,
            console.text(QT_TRANSLATE_NOOP("service", "the admin token cannot be read from %1 (%2)."),
                         {path, file.errorString()}));
    const QString token = QString::fromUtf8(file.read(longest)).trimmed();
    if (token.isEmpty())
        return failure(
            ErrorCode::Storage,
            console.text(QT_TRANSLATE_NOOP("service", "the file %1 holds no admin token."), {path}));
    return token;
}

void Session::readSettings()
{
    SettingSources sources;
    sources.environment = m_console.environment;
    sources.checksFiles = false; // the service's key is not this user's to read
    if (m_parser.isSet(u"data-dir"_s))
        sources.options.insert(u"DATA_DIR"_s, m_parser.value(u"data-dir"_s));
    // An env file here that serve would refuse must not keep an operator from the data directory.
    const auto loaded = loadConfig(sources, m_console.language);
    m_settingsToken = sources.environment.value(u"ADMIN_TOKEN"_s).trimmed();
    if (m_settingsToken.isEmpty() && loaded)
        m_settingsToken = QString::fromLatin1(loaded->config.adminToken);
    m_dataDirectory = m_parser.value(u"data-dir"_s);
    if (loaded)
        m_dataDirectory = loaded->config.dataDirectory;
    else if (m_dataDirectory.isEmpty())
        m_dataDirectory = sources.environment.value(
            u"DATA_DIR"_s, findSetting(u"DATA_DIR"_s)->hostFallback(sources.environment));
}

Result<QString> Session::findToken() const
{
    if (m_parser.isSet(u"admin-token-file"_s))
        return tokenIn(m_parser.value(u"admin-token-file"_s), m_console);
    if (!m_settingsToken.isEmpty())
        return m_settingsToken;
    auto token = tokenIn(QDir(m_dataDirectory).absoluteFilePath(u"admin-token"_s), m_console);
    if (!token)
        token.error().message +=
            u' ' + m_console.text(QT_TRANSLATE_NOOP("service",
                                                    "Give --admin-token-file, ADMIN_TOKEN, or the service's "
                                                    "--data-dir."));
    return token;
}

std::optional<LockHolder> Session::findService() const
{
    auto service = RunLock::holderOf(QDir(m_dataDirectory).absoluteFilePath(u"run.lock"_s));
    if (!service || !service->adminUrl.isValid() || service->adminUrl.isEmpty())
        return std::nullopt;
    return service;
}

std::optional<int> Session::trust(AdminClient &client, const std::optional<LockHolder> &service) const
{
    if (!m_parser.isSet(u"ca-file"_s)) {
        // Who can write that file is the service, or may be it.
        if (service)
            client.setKnownCertificate(QByteArray::fromHex(service->fingerprint));
        return std::nullopt;
    }
    const QString path = m_parser.value(u"ca-file"_s);
    const auto authorities = QSslCertificate::fromPath(path);
    if (authorities.isEmpty()) {
        m_console.tell(
            u"quota-proxy %1: "_s.arg(m_parser.verb()) +
            m_console.text(QT_TRANSLATE_NOOP("service", "--ca-file: %1 holds no certificate in PEM form, or "
                                                        "cannot be read."),
                           {path}));
        return ExitRefused;
    }
    client.setAuthorities(authorities);
    return std::nullopt;
}

std::optional<int> Session::open()
{
    readSettings();
    std::optional<LockHolder> service;
    QString address = m_parser.value(u"url"_s);
    if (!m_parser.isSet(u"url"_s)) {
        service = findService();
        address = service ? service->adminUrl.toString() : u"http://127.0.0.1:8787"_s;
    }
    const auto url = readBaseUrl(address);
    if (!url)
        return m_parser.wrongUse(u"--url: "_s + url.error().in(m_console.language));
    const auto token = findToken();
    if (!token) {
        m_console.tell(u"quota-proxy %1: %2"_s.arg(m_parser.verb(), token.error().message));
        return ExitRefused;
    }
    if (url->scheme() == "http"_L1 && !isLoopbackHost(url->host()))
        m_console.tell(m_console.text(
            QT_TRANSLATE_NOOP("service", "Note: the admin token travels to %1 without encryption."),
            {url->host()}));
    m_client = std::make_unique<AdminClient>(*url, *token);
    m_client->setLanguage(m_console.language == Language::Chinese ? u"zh"_s : u"en"_s);
    return trust(*m_client, service);
}

int Session::refused(const Error &error) const
{
    m_console.tell(u"quota-proxy %1: %2"_s.arg(m_parser.verb(), error.message));
    if (error.code == ErrorCode::Unreachable)
        m_console.tell(m_console.text(
            QT_TRANSLATE_NOOP("service",
                              "Is the service running at %1? quota-proxy serve starts it; --url names "
                              "another."),
            {m_client->baseUrl().toString()}));
    if (error.code == ErrorCode::Unreachable && m_client->baseUrl().scheme() == "https"_L1)
        m_console.tell(m_console.text(
            QT_TRANSLATE_NOOP("service",
                              "If it is the certificate (%1): --url must name a host that the "
                              "certificate is for, and --ca-file the authority that vouches for it."),
            {error.detail}));
    if (error.code == ErrorCode::Forbidden || error.code == ErrorCode::Unauthorized)
        m_console.tell(m_console.text(QT_TRANSLATE_NOOP("service", "Give the service's own admin token: "
                                                                   "--admin-token-file, ADMIN_TOKEN, or its "
                                                                   "--data-dir.")));
    return ExitRefused;
}

}
