// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/overview/forecast.h"
#include "app/session.h"
#include "app/usage/chartdata.h"

// What Overview shows: today beside yesterday in quarters of an hour, the busiest keys, the keys that run out or
// end first. Asks the service for all of it and does the sums.
namespace quota::console
{

struct KeyShare
{
    KeyId id;
    QString name;
    qint64 requests = 0;
};

struct KeyRunOut
{
    KeyId id;
    QString name;
    RunOut out;
};

class OverviewModel : public QObject
{
    Q_OBJECT

public:
    enum class State
    {
        Idle,
        Loading,
        Ready,
        Failed
    };
    Q_ENUM(State)

    explicit OverviewModel(Session &session, QObject *parent = nullptr);

    void load();
    State state() const { return m_state; }
    const std::optional<Error> &error() const { return m_error; }
    std::optional<Timestamp> loadedAt() const { return m_loadedAt; }

    const UsageSums &today() const { return m_today; }
    // Today's finished quarters against the same ones of yesterday; nothing when yesterday had none.
    std::optional<double> change(qint64 (*pick)(const UsageSums &)) const;
    QList<qint64> curve(qint64 (*pick)(const UsageSums &)) const; // of today, so far
    ChartData chart() const;

    const QList<KeyShare> &busiest() const { return m_busiest; }     // at most five
    const QList<KeyRunOut> &runningOut() const { return m_runOuts; } // at most five, the first first
    const QList<KeyOverview> &ending() const { return m_ending; }    // within 30 days, at most five
    bool isUnused() const { return m_unused; }                       // no key, or none ever used
    bool hasKeys() const { return m_keys > 0; }

Q_SIGNALS:
    void stateChanged();
    void changed();

private:
    void take(const UsageReport &days, const UsageReport &byKey, const KeyPage &keys);
    void split(const UsageReport &days);
    void fail(const Error &error);
    void setState(State state);

    Session &m_session;
    State m_state = State::Idle;
    std::optional<Error> m_error;
    std::optional<Timestamp> m_loadedAt;
    QList<UsagePoint> m_todayPoints;
    QList<UsagePoint> m_yesterdayPoints;
    Timestamp m_end;
    UsageSums m_today;
    qsizetype m_finished = 0; // quarters of today that are over
    QList<KeyShare> m_busiest;
    QList<KeyRunOut> m_runOuts;
    QList<KeyOverview> m_ending;
    qint64 m_keys = 0;
    bool m_unused = false;
    int m_serial = 0;
};

}
