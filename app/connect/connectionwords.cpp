// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/connectiontest.h"
#include "app/connect/localtoken.h"
#include "app/profile.h"
#include "shared/version.h"

#include <cmath>

using namespace Qt::StringLiterals;

// What ConnectionTest says of its steps; how it takes them is in connectiontest.cpp.
namespace quota::console
{

QString ConnectionTest::words(Stage stage) const
{
    const Outcome outcome = m_outcomes[size_t(stage)];
    if (outcome == Outcome::Bad)
        return badWords(stage);
    if (outcome == Outcome::Doubtful && stage == Stage::Certificate)
        return tr("Not encrypted");
    if (outcome == Outcome::Doubtful && stage == Stage::Clock)
        return tr("Clocks disagree");
    if (outcome == Outcome::NotNeeded)
        return tr("No certificate needed");
    if (outcome == Outcome::Good)
        return goodWords(stage);
    switch (stage) {
    case Stage::Name:
        return tr("Name");
    case Stage::Port:
        return tr("Port");
    case Stage::Certificate:
        return tr("Certificate");
    case Stage::Health:
        return tr("Service");
    case Stage::Version:
        return tr("Version");
    case Stage::Token:
        return tr("Token");
    case Stage::Role:
        return tr("Role");
    case Stage::Clock:
        return tr("Clocks");
    }
    Q_UNREACHABLE();
}

QString ConnectionTest::goodWords(Stage stage) const
{
    switch (stage) {
    case Stage::Name:
        return tr("Name found");
    case Stage::Port:
        return tr("Port %1 answers").arg(port());
    case Stage::Certificate:
        return tr("Certificate valid");
    case Stage::Health:
        return tr("Service healthy");
    case Stage::Version:
        return tr("Version fits");
    case Stage::Token:
        return tr("Token accepted");
    case Stage::Role:
        return tr("Role: operator");
    case Stage::Clock:
        return tr("Clocks agree");
    }
    Q_UNREACHABLE();
}

QString ConnectionTest::badWords(Stage stage) const
{
    switch (stage) {
    case Stage::Name:
        return tr("Name not found");
    case Stage::Port:
        return tr("Port %1 does not answer").arg(port());
    case Stage::Certificate:
        return tr("Certificate not valid");
    case Stage::Health:
        return m_error.code == ErrorCode::Unavailable ? tr("Service not healthy") : tr("No Quota Proxy here");
    case Stage::Version:
        return tr("Version does not fit");
    case Stage::Token:
        return m_error.field == "token"_L1 ? tr("Token missing") : tr("Token refused");
    case Stage::Role:
    case Stage::Clock:
        break;
    }
    return {};
}

QString ConnectionTest::detail(Stage stage, const Format &format) const
{
    const Outcome outcome = m_outcomes[size_t(stage)];
    if (outcome == Outcome::Waiting || outcome == Outcome::Running)
        return {};
    const QString took = format.latency(m_took[size_t(stage)]);
    switch (stage) {
    case Stage::Name:
        return outcome == Outcome::Good ? m_address.toString() + u" · "_s + took : QString();
    case Stage::Port:
        return outcome == Outcome::Good ? took : QString();
    case Stage::Certificate:
        if (outcome == Outcome::Good)
            return tr("%1 · until %2")
                .arg(m_protocol, format.day(fromMilliseconds(m_certificateUntil.toMSecsSinceEpoch()),
                                            SystemClock().now()));
        if (outcome == Outcome::NotNeeded)
            return tr("this computer only");
        return outcome == Outcome::Doubtful ? tr("the token crosses the network in clear") : QString();
    case Stage::Health:
        return m_health ? tr("up %1").arg(format.duration(std::chrono::seconds(m_health->uptimeSeconds)))
                        : QString();
    case Stage::Version:
        return m_answer ? m_answer->version : QString();
    case Stage::Token:
        if (outcome == Outcome::Good || m_error.field == "token"_L1)
            return {};
        return m_error.code == ErrorCode::Forbidden ? u"403"_s : toString(m_error.code);
    case Stage::Role:
        return tr("sees and changes everything");
    case Stage::Clock: {
        const double seconds = double(m_skew.count()) / 1000;
        return (seconds < 0 ? u"−"_s : u"+"_s) + QString::number(std::abs(seconds), 'f', 2) + u" s"_s;
    }
    }
    Q_UNREACHABLE();
}

std::optional<ConnectionTest::Cure> ConnectionTest::cure() const
{
    const auto stage = failedAt();
    if (!stage)
        return {};
    const bool here = isThisComputer(m_url);
    const QString host = m_url.host();
    switch (*stage) {
    case Stage::Name:
        return Cure{
            tr("Stopped at the name"),
            tr("This computer cannot find “%1”. Check the spelling, or use the IP address. To look it up:")
                .arg(host),
            u"getent hosts %1"_s.arg(host)};
    case Stage::Port:
        if (here)
            return Cure{tr("Stopped at the port"),
                        tr("Nothing answers on port %1. Start the service on this computer:").arg(port()),
                        u"quota-proxy serve --port %1"_s.arg(port())};
        return Cure{tr("Stopped at the port"),
                    tr("Nothing answers on port %1 of %2. A service that listens on its own computer only is "
                       "reached through a tunnel; start it, then connect to http://127.0.0.1:8787:")
                        .arg(port())
                        .arg(host),
                    u"ssh -N -L 8787:127.0.0.1:8787 %1"_s.arg(host)};
    case Stage::Certificate:
        return Cure{tr("Stopped at the certificate"),
                    tr("%1 Install a valid certificate on the service, or go through a tunnel and connect to "
                       "http://127.0.0.1:8787:")
                        .arg(m_error.message.isEmpty()
                                 ? tr("The encrypted connection was not made in time.")
                                 : m_error.message + (m_error.message.endsWith(u'.') ? QString() : u"."_s)),
                    u"ssh -N -L 8787:127.0.0.1:8787 %1"_s.arg(host)};
    case Stage::Health:
        if (m_error.code == ErrorCode::Unavailable)
            return Cure{tr("Stopped at the service"),
                        tr("It runs, but its store does not take writes. On the host, this says why:"),
                        u"quota-proxy doctor"_s};
        return Cure{
            tr("Stopped at the service"),
            tr("Something answers at this address, but not as Quota Proxy does. Check address and port."),
            {}};
    case Stage::Version:
        return Cure{
            tr("Stopped at the version"),
            tr("The service is version %1 and this console %2. Install the same main version on both.")
                .arg(m_answer ? m_answer->version : QString(), QString(productVersion)),
            {}};
    case Stage::Token:
        if (m_error.code != ErrorCode::Forbidden && m_error.code != ErrorCode::Unauthorized)
            return Cure{tr("Stopped at the token"), m_error.message, {}};
        if (here)
            return Cure{tr("Stopped at the token"), tr("Print the token's file and paste its content here:"),
                        u"cat %1"_s.arg(localTokenPath())};
        return Cure{tr("Stopped at the token"),
                    tr("On the host, print the token's file and paste its content here:"),
                    u"sudo cat /var/lib/quota-proxy/admin-token"_s};
    case Stage::Role:
    case Stage::Clock:
        break;
    }
    return {};
}

}
