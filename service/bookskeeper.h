// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/store/bookscheck.h"
#include "service/store/booksretention.h"
#include "service/store/storethread.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>
#include <optional>

// Keeps the books of a running service in order: removes daily what is older than the settings say, and checks hourly
// that what is new adds up. Both in small jobs, one after the other, with a pause between. The service owns it; health
// and metrics ask it. Main thread.
namespace quota::service
{

class BooksKeeper : public QObject
{
    Q_OBJECT

public:
    // All outlive it; reader: the writer itself in memory mode.
    BooksKeeper(const Config &config, const Clock &clock, StoreThread &writer, StoreThread &reader,
                QObject *parent = nullptr);

    void start(); // at once, then by the timers
    void end();   // nothing more is asked of the store
    // While the store is exchanged: hold() asks it nothing more, goOn() begins anew with the one that is there then.
    void hold();
    void goOn();

    // Figures of the last day that did not add up at the last check; nothing before the first one has ended.
    std::optional<qint64> discrepancies() const { return m_discrepancies; }

    static constexpr qint64 removedAtOnce = 500; // some milliseconds of the writer
    static constexpr std::chrono::milliseconds pause{20};

private:
    struct Removal
    {
        booksretention::Part part = booksretention::Part::Rows;
        Timestamp before;
        qint64 removed = 0;
    };
    using Check = std::function<Done(Database &, BooksFindings &)>;

    void removeOld();
    void beginRemoval();
    void removeSome();
    void endRemoval();
    void check();
    void checkNext();
    void tell();

    const Config &m_config;
    const Clock &m_clock;
    StoreThread &m_writer;
    StoreThread &m_reader;
    QTimer m_daily;
    QTimer m_hourly;
    QTimer m_removalPause;
    QTimer m_checkPause;
    std::deque<Removal> m_removals; // the first one is under way
    std::deque<Check> m_checks;     // still to do
    BooksFindings m_findings;       // of those done
    std::optional<qint64> m_discrepancies;
    bool rests() const { return m_ended || m_held; }
    bool m_held = false;
    bool m_ended = false;
};

}
