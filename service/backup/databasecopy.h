// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/fileexchange.h"
#include "shared/clock.h"

#include <QMap>

#include <optional>

// Copying a database to another place: of one instant, beside a running service too, proven and counted before it gets
// its name, together with the seal key when the place is another data directory. What is there already stays aside,
// and only when that is wanted. Blocks.
namespace quota::service
{

struct CopyRequest
{
    QString source;
    QString target;
    QString sealKey; // of the source's data directory
    bool force = false;
    Timestamp now;
};

struct CopiedTable
{
    std::optional<qint64> here;  // in the source; none: there is no such table
    std::optional<qint64> there; // in the target, before
    std::optional<qint64> copied;
};

enum class SealKeyPart
{
    None,  // the source has none: no secret of a provider needs it
    Same,  // the same file, or the same key
    Comes, // the target's directory gets it
    Other  // another one is there, which would not open what is sealed
};
QString toString(SealKeyPart part);

struct CopyPlan
{
    QString target; // where a link leads
    int schema = 0;
    QString instance;
    bool targetExists = false;
    bool targetIsEmpty = false; // a database in which nobody has made anything
    SealKeyPart sealKey = SealKeyPart::None;
    QString sealKeyTarget;
    QMap<QString, CopiedTable> tables;
};

// Changes nothing. Errors are for what no option helps against.
Result<CopyPlan> planCopy(const CopyRequest &request);

struct CopyOutcome
{
    QMap<QString, CopiedTable> tables;
    QString keptAside; // empty: nothing was there
};
Result<CopyOutcome> carryOutCopy(const CopyRequest &request, const CopyPlan &plan,
                                 const FileExchange::Step &step = {});

}
