// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"

#include "app/whendone.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::console
{

Session::Session(QObject *parent)
    : QObject(parent)
{
    m_pollTimer.setSingleShot(true);
    m_staleTimer.setSingleShot(true);
    connect(&m_pollTimer, &QTimer::timeout, this, &Session::poll);
    connect(&m_staleTimer, &QTimer::timeout, this, [this] {
        if (m_state == State::Connected)
            setState(State::Stale);
    });
}

Session::~Session() = default;

void Session::setPollInterval(std::chrono::milliseconds interval)
{
    m_interval = interval;
    if (m_pollTimer.isActive())
        m_pollTimer.start(m_interval);
}

void Session::setLanguage(Language language)
{
    m_language = language;
    if (m_client)
        m_client->setLanguage(toString(language));
    m_lastRefusal = writeRefusal();
    Q_EMIT formatChanged();
    Q_EMIT writesChanged();
}

void Session::open(const ServiceProfile &profile, const QString &token)
{
    close();
    m_profile = profile;
    m_client = std::make_unique<AdminClient>(profile.url, token);
    m_client->setLanguage(toString(m_language));
    setState(State::Connecting);
    Q_EMIT profileChanged();
    Q_EMIT opened();
    checkHealth();
}

void Session::close()
{
    if (m_state == State::Closed)
        return;
    m_pollTimer.stop();
    m_staleTimer.stop();
    ++m_serial;
    m_client.reset();
    m_asking = false;
    m_askAgain = false;
    m_profile = {};
    m_health.reset();
    m_error.reset();
    m_roundTrip.reset();
    m_lastAnswerAt.reset();
    m_failingSince.reset();
    setState(State::Closed);
    Q_EMIT closed();
}

void Session::updateProfile(const ServiceProfile &profile)
{
    if (profile.id != m_profile.id || !isOpen())
        return;
    m_profile = profile;
    Q_EMIT profileChanged();
    setState(m_state);
}

std::chrono::seconds Session::untilNextPoll() const
{
    return std::chrono::ceil<std::chrono::seconds>(qMax(m_pollTimer.remainingTimeAsDuration(), 0ms));
}

QByteArray Session::timeZone() const
{
    if (m_health && QTimeZone(m_health->timeZone.toUtf8()).isValid())
        return m_health->timeZone.toUtf8();
    return QTimeZone::systemTimeZoneId();
}

Format Session::format() const
{
    return Format(m_language, QTimeZone(timeZone()));
}

QString Session::writeRefusal() const
{
    switch (m_state) {
    case State::Closed:
    case State::Connecting:
        return tr("No service is connected yet.");
    case State::Offline:
        return tr("The service does not answer; nothing can be changed now.");
    case State::Refused:
        return tr("The service does not accept the admin token; nothing can be changed.");
    case State::Connected:
    case State::Stale:
        break;
    }
    if (m_profile.readOnly)
        return tr("This profile is read only. Change that in its settings on the Connect page.");
    return {};
}

void Session::setSeen(bool seen)
{
    if (seen == m_seen)
        return;
    m_seen = seen;
    if (!isOpen())
        return;
    if (seen)
        poll();
    else
        m_pollTimer.stop();
}

void Session::poll()
{
    if (!isOpen())
        return;
    checkHealth();
    if (m_state != State::Offline && m_state != State::Refused)
        Q_EMIT refreshDue();
}

void Session::checkHealth()
{
    if (!m_client)
        return;
    if (m_asking) {
        // The answer under way may be older than the wish to know.
        m_askAgain = true;
        return;
    }
    m_asking = true;
    m_pollTimer.stop();
    m_asked.start();
    const int serial = ++m_serial;
    whenDone(m_client->health(), this, [this, serial](const Result<Health> &health) {
        if (serial == m_serial)
            take(health);
    });
}

void Session::take(const Result<Health> &health)
{
    m_asking = false;
    if (std::exchange(m_askAgain, false))
        QMetaObject::invokeMethod(this, &Session::checkHealth, Qt::QueuedConnection);
    if (m_seen)
        m_pollTimer.start(m_interval);
    if (health) {
        const bool wasFailing = m_state == State::Offline || m_state == State::Refused;
        m_roundTrip = std::chrono::milliseconds(m_asked.elapsed());
        m_lastAnswerAt = SystemClock().now();
        const QByteArray zoneBefore = timeZone();
        m_health = *health;
        if (timeZone() != zoneBefore) {
            Q_EMIT formatChanged();
            Q_EMIT zoneChanged();
        }
        m_error.reset();
        m_failingSince.reset();
        m_staleTimer.start(m_interval * 2);
        setState(State::Connected);
        Q_EMIT healthArrived();
        if (wasFailing)
            Q_EMIT refreshDue();
        return;
    }
    if (!m_failingSince)
        m_failingSince = SystemClock().now();
    m_error = health.error();
    const bool refused =
        health.error().code == ErrorCode::Unauthorized || health.error().code == ErrorCode::Forbidden;
    setState(refused ? State::Refused : State::Offline);
}

void Session::setState(State state)
{
    const bool changed = state != m_state;
    m_state = state;
    if (changed)
        Q_EMIT stateChanged();
    const QString refusal = writeRefusal();
    if (refusal != m_lastRefusal) {
        m_lastRefusal = refusal;
        Q_EMIT writesChanged();
    }
}

}
