// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/connectiontest.h"

#include "app/profile.h"
#include "app/whendone.h"
#include "shared/version.h"

#include <QHostInfo>
#include <QNetworkProxy>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::console
{

static constexpr auto tolerableSkew = 5s;

ConnectionTest::ConnectionTest(QObject *parent)
    : QObject(parent)
{
    m_deadline.setSingleShot(true);
}

ConnectionTest::~ConnectionTest()
{
    if (m_lookup >= 0)
        QHostInfo::abortHostLookup(m_lookup);
}

void ConnectionTest::setTimeout(std::chrono::milliseconds timeout)
{
    m_timeout = timeout;
}

void ConnectionTest::start(const QUrl &url, const QString &token)
{
    stop();
    m_url = url;
    m_token = token;
    m_running = true;
    m_total.start();
    run(Stage::Name);
}

void ConnectionTest::stop()
{
    ++m_serial;
    m_running = false;
    m_outcomes.fill(Outcome::Waiting);
    m_took.fill(0ms);
    m_error = {};
    m_elapsed = 0ms;
    if (m_lookup >= 0)
        QHostInfo::abortHostLookup(m_lookup);
    m_lookup = -1;
    m_deadline.stop();
    m_deadline.disconnect(this);
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->deleteLater();
    }
    m_client.reset();
    m_answer.reset();
    m_health.reset();
    Q_EMIT changed();
}

std::optional<ConnectionTest::Stage> ConnectionTest::failedAt() const
{
    for (int stage = 0; stage < stageCount; ++stage) {
        if (m_outcomes[size_t(stage)] == Outcome::Bad)
            return Stage(stage);
    }
    return {};
}

quint16 ConnectionTest::port() const
{
    return quint16(m_url.port(m_url.scheme() == "https"_L1 ? 443 : 80));
}

void ConnectionTest::run(Stage stage)
{
    m_outcomes[size_t(stage)] = Outcome::Running;
    m_step.start();
    Q_EMIT changed();
    switch (stage) {
    case Stage::Name:
        return lookUp();
    case Stage::Port:
        return connectPort();
    case Stage::Certificate:
        if (m_url.scheme() == "https"_L1)
            return checkCertificate();
        return good(stage, isThisComputer(m_url) ? Outcome::NotNeeded : Outcome::Doubtful);
    case Stage::Health:
        return askHealthz();
    case Stage::Version: {
        const QString ours(productVersion);
        const bool fits = m_answer->version.section(u'.', 0, 0) == ours.section(u'.', 0, 0);
        if (fits)
            return good(stage);
        return bad(stage, {ErrorCode::Protocol, {}, {}, {}});
    }
    case Stage::Token:
        return askHealth();
    case Stage::Role:
        return good(stage); // only an operator's token may ask for health
    case Stage::Clock:
        return good(stage, std::chrono::abs(m_skew) <= tolerableSkew ? Outcome::Good : Outcome::Doubtful);
    }
}

void ConnectionTest::good(Stage stage, Outcome outcome)
{
    m_outcomes[size_t(stage)] = outcome;
    measure(stage);
    m_deadline.stop();
    m_deadline.disconnect(this);
    if (stage != Stage::Clock)
        return run(Stage(int(stage) + 1));
    m_running = false;
    m_elapsed = std::chrono::milliseconds(m_total.elapsed());
    Q_EMIT changed();
    Q_EMIT finished(true);
}

void ConnectionTest::bad(Stage stage, const Error &error)
{
    m_outcomes[size_t(stage)] = Outcome::Bad;
    measure(stage);
    m_deadline.stop();
    m_deadline.disconnect(this);
    m_error = error;
    m_running = false;
    m_elapsed = std::chrono::milliseconds(m_total.elapsed());
    Q_EMIT changed();
    Q_EMIT finished(false);
}

void ConnectionTest::lookUp()
{
    const QHostAddress literal(m_url.host());
    if (!literal.isNull()) {
        m_address = literal;
        return good(Stage::Name);
    }
    const int serial = m_serial;
    m_lookup = QHostInfo::lookupHost(m_url.host(), this, [this, serial](const QHostInfo &info) {
        if (serial != m_serial)
            return;
        m_lookup = -1;
        if (info.error() != QHostInfo::NoError || info.addresses().isEmpty())
            return bad(Stage::Name, {ErrorCode::Unreachable, info.errorString(), {}, {}});
        m_address = info.addresses().first();
        good(Stage::Name);
    });
}

void ConnectionTest::connectPort()
{
    auto *socket = new QTcpSocket(this);
    m_socket = socket;
    socket->setProxy(QNetworkProxy::NoProxy);
    const auto end = [socket] {
        socket->disconnect();
        socket->deleteLater();
    };
    connect(socket, &QTcpSocket::connected, this, [this, end] {
        end();
        good(Stage::Port);
    });
    connect(socket, &QTcpSocket::errorOccurred, this, [this, socket, end] {
        const Error error{ErrorCode::Unreachable, socket->errorString(), {}, {}};
        end();
        bad(Stage::Port, error);
    });
    connect(&m_deadline, &QTimer::timeout, this, [this, end] {
        end();
        bad(Stage::Port, {ErrorCode::TimedOut, {}, {}, {}});
    });
    m_deadline.start(m_timeout);
    socket->connectToHost(m_url.host(), port());
}

void ConnectionTest::checkCertificate()
{
    auto *socket = new QSslSocket(this);
    m_socket = socket;
    socket->setProxy(QNetworkProxy::NoProxy);
    const auto end = [socket] {
        socket->disconnect();
        socket->deleteLater();
    };
    connect(socket, &QSslSocket::encrypted, this, [this, socket, end] {
        m_protocol = socket->sessionProtocol() == QSsl::TlsV1_3 ? u"TLS 1.3"_s : u"TLS 1.2"_s;
        m_certificateUntil = socket->peerCertificate().expiryDate();
        end();
        good(Stage::Certificate);
    });
    connect(socket, &QSslSocket::errorOccurred, this, [this, socket, end] {
        const auto faults = socket->sslHandshakeErrors();
        const QString words = faults.isEmpty() ? socket->errorString() : faults.first().errorString();
        end();
        bad(Stage::Certificate, {ErrorCode::Unreachable, words, {}, {}});
    });
    connect(&m_deadline, &QTimer::timeout, this, [this, end] {
        end();
        bad(Stage::Certificate, {ErrorCode::TimedOut, {}, {}, {}});
    });
    m_deadline.start(m_timeout);
    socket->connectToHostEncrypted(m_url.host(), port());
}

void ConnectionTest::askHealthz()
{
    m_client = std::make_unique<AdminClient>(m_url, m_token);
    m_client->setTimeout(m_timeout);
    const int serial = m_serial;
    whenDone(m_client->healthz(), this, [this, serial](const Result<ServiceAnswer> &answer) {
        if (serial != m_serial)
            return;
        if (!answer)
            return bad(Stage::Health, answer.error());
        m_answer = *answer;
        if (!answer->ok)
            return bad(Stage::Health, {ErrorCode::Unavailable, {}, {}, {}});
        good(Stage::Health);
    });
}

void ConnectionTest::askHealth()
{
    if (m_token.isEmpty())
        return bad(Stage::Token, {ErrorCode::Unauthorized, {}, {}, u"token"_s});
    const int serial = m_serial;
    whenDone(m_client->health(), this, [this, serial](const Result<quota::Health> &health) {
        if (serial != m_serial)
            return;
        if (!health)
            return bad(Stage::Token, health.error());
        // Half of the round trip has passed since the service looked at its clock.
        const auto here = SystemClock().now() - std::chrono::milliseconds(m_step.elapsed() / 2);
        m_health = *health;
        m_skew = std::chrono::duration_cast<std::chrono::milliseconds>(health->now - here);
        good(Stage::Token);
    });
}

}
