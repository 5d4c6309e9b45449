// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/profile.h"
#include "app/widgets/format.h"
#include "shared/adminclient.h"

#include <QElapsedTimer>
#include <QTimer>

// The one service the console speaks to just now: its profile, its client, and how it is. Asks for its health
// every 15 s while the window is seen, and says when the answers age or stop. Pages take the client from here
// for each call and never keep it.
namespace quota::console
{

class Session : public QObject
{
    Q_OBJECT

public:
    enum class State
    {
        Closed,     // no service chosen
        Connecting, // the first answer is awaited
        Connected,
        Stale,   // the last answer is older than two polls
        Offline, // nobody answers at the address
        Refused  // the service answers, but not to this token
    };
    Q_ENUM(State)

    explicit Session(QObject *parent = nullptr);
    ~Session() override;

    void setPollInterval(std::chrono::milliseconds interval); // default 15 s
    std::chrono::seconds pollInterval() const { return std::chrono::ceil<std::chrono::seconds>(m_interval); }
    void setLanguage(Language language); // of the service's messages, of format()

    void open(const ServiceProfile &profile, const QString &token);
    void close();
    // The same service under other words: name, group, environment, read only.
    void updateProfile(const ServiceProfile &profile);

    AdminClient *client() const { return m_client.get(); } // nullptr when closed
    const ServiceProfile &profile() const { return m_profile; }
    bool isOpen() const { return m_state != State::Closed; }

    State state() const { return m_state; }
    const std::optional<Health> &health() const { return m_health; } // the last answer, however old
    const std::optional<Error> &error() const { return m_error; }    // why it is Offline or Refused
    std::optional<std::chrono::milliseconds> roundTrip() const { return m_roundTrip; }
    std::optional<Timestamp> lastAnswerAt() const { return m_lastAnswerAt; } // by this computer's clock
    std::optional<Timestamp> failingSince() const { return m_failingSince; }
    std::chrono::seconds untilNextPoll() const;
    QByteArray timeZone() const; // of days and limits; the system's until the service has told
    Format format() const;       // numbers and times in the language and that zone

    // Why nothing may be changed now, in words; empty when writes are allowed.
    QString writeRefusal() const;
    bool canWrite() const { return writeRefusal().isEmpty(); }

    void setSeen(bool seen); // polls only while the window is seen
    void poll();             // asks at once, and everybody who shows data to ask again
    void checkHealth();      // asks only how the service is

Q_SIGNALS:
    void opened();
    void closed();
    void stateChanged();
    void profileChanged();
    void healthArrived();
    void refreshDue(); // a good time to ask again for what is shown
    void writesChanged();
    void formatChanged(); // another language or zone
    void zoneChanged();   // days begin at another instant: sums by day are to be asked for again

private:
    void take(const Result<Health> &health);
    void setState(State state);

    ServiceProfile m_profile;
    std::unique_ptr<AdminClient> m_client;
    Language m_language = Language::English;
    State m_state = State::Closed;
    std::optional<Health> m_health;
    std::optional<Error> m_error;
    std::optional<std::chrono::milliseconds> m_roundTrip;
    std::optional<Timestamp> m_lastAnswerAt;
    std::optional<Timestamp> m_failingSince;
    QElapsedTimer m_asked;
    int m_serial = 0; // of the newest question; answers to a closed service are dropped
    bool m_asking = false;
    bool m_askAgain = false; // asked for while an answer was under way
    bool m_seen = true;
    QString m_lastRefusal;
    std::chrono::milliseconds m_interval{15'000};
    QTimer m_pollTimer;
    QTimer m_staleTimer;
};

}
