// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/cell.h"
#include "app/widgets/format.h"
#include "shared/apikey.h"

#include <QCoreApplication>

// A key in the words of the console: its state, its tightest limit, its limits as lines. The table, the details
// and Overview say the same because they ask here. Pure: now comes in.
namespace quota::console
{

class KeyText
{
    Q_DECLARE_TR_FUNCTIONS(quota::console::KeyText)

public:
    KeyText(const Format &format, Timestamp now)
        : m_format(format)
        , m_now(now)
    {}

    QString name(const ApiKey &key) const; // the label, or the id of a key without one
    StateValue state(const KeyOverview &key) const;
    QuotaValue quota(const LimitStatus &status) const;
    QuotaValue tightest(const KeyOverview &key) const;   // the words alone when there is no limit
    QString limitLine(const LimitStatus &status) const;  // «64 of 200 a day · new today 24:00»
    QString limitLines(const KeyOverview &key) const;    // all of them, one a line
    QString limit(const Limit &limit) const;             // «200 requests a day»
    QString lastUsed(const KeyOverview &key) const;      // «3 min ago», «never»
    QString expires(const ApiKey &key) const;            // «26 Nov», «never», «expired»
    QString amount(qint64 value) const;                  // digits below a million, then compact
    QString quotaWords(const LimitStatus &status) const; // for screen readers

private:
    Format m_format;
    Timestamp m_now;
};

}
