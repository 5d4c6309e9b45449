// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/format.h"
#include "shared/keytemplate.h"

#include <QCoreApplication>

// What a new key will be, said twice: in plain words for the person who makes it, and as the command that makes
// the same. Pure.
namespace quota::console
{

struct SummaryLine
{
    QString glyph;
    QString text;
    bool operator==(const SummaryLine &) const = default;
};

class KeySummary
{
    Q_DECLARE_TR_FUNCTIONS(quota::console::KeySummary)

public:
    // followed: the template that the key names; null: none.
    static QList<SummaryLine> lines(const NewKey &key, const KeyTemplate *followed, const Format &format,
                                    Timestamp now);
    // Expires: the word of the option, «30d» or an instant; empty: never.
    static QString command(const NewKey &key, const QString &expires);

private:
    static QString limitLine(const Limit &limit, const Format &format);
    static QString renewal(LimitWindow window, const Format &format);
};

QString shellQuoted(const QString &text);

}
