// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/cell.h"
#include "app/widgets/format.h"
#include "shared/backupinfo.h"

#include <QCoreApplication>

// Backups in the words of the console: kind, state, counts, the schedule, what is under way. The page, its dialogs
// and the wizard say the same because they ask here. Pure: now comes in.
namespace quota::console
{

class BackupText
{
    Q_DECLARE_TR_FUNCTIONS(quota::console::BackupText)

public:
    BackupText(const Format &format, Timestamp now)
        : m_format(format)
        , m_now(now)
    {}

    QString made(const BackupInfo &backup) const; // «today 03:30»
    QString kind(BackupKind kind) const;
    StateValue state(const BackupInfo &backup) const;
    QString stateWords(const BackupInfo &backup) const; // whole, with the fault
    QString keys(const BackupInfo &backup) const;       // «—» when not known yet
    QString requests(const BackupInfo &backup) const;
    QString version(const BackupInfo &backup) const;
    QString rowLines(const BackupInfo &backup) const; // every table with its count, one a line
    QString
    summary(const BackupInfo &backup) const; // «today 03:30 · scheduled · verified · version 1.4.0, 95 MB»
    QString schedule(const QString &setting) const; // «Every day at 03:30»
    QString retention(const BackupList &list) const;
    QString activity(const BackupActivity &activity) const; // «Backing up: copying the database»
    static std::optional<double> share(const BackupActivity &activity);

private:
    QString count(const BackupInfo &backup, const QString &table) const;

    Format m_format;
    Timestamp m_now;
};

}
