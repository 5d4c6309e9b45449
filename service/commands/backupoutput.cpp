// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/backupoutput.h"

#include "service/commands/texttable.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString stateText(const Console &console, const BackupInfo &backup)
{
    switch (backup.state) {
    case BackupState::Unverified:
        return console.text(QT_TRANSLATE_NOOP("service", "not verified"));
    case BackupState::Damaged:
        return console.text(QT_TRANSLATE_NOOP("service", "damaged"));
    case BackupState::Good:
        break;
    }
    return console.text(QT_TRANSLATE_NOOP("service", "good, verified at %1"),
                        {backup.verifiedAt ? toIso(*backup.verifiedAt) : QString()});
}

static QString rowCount(const BackupInfo &backup, const QString &table)
{
    return backup.rows.contains(table) ? QString::number(backup.rows.value(table)) : u"?"_s;
}

void printBackup(const Console &console, const BackupInfo &backup)
{
    console.say(backup.id);
    console.tell(console.text(QT_TRANSLATE_NOOP("service", "%1: %2, %3 keys, %4 request rows, schema %5."),
                              {stateText(console, backup), QLocale::c().formattedDataSize(backup.size),
                               rowCount(backup, u"keys"_s), rowCount(backup, u"requests"_s),
                               backup.schema > 0 ? QString::number(backup.schema) : u"?"_s}));
    if (!backup.fault.isEmpty())
        console.tell(backup.fault);
    if (backup.state != BackupState::Good)
        return;
    console.tell(
        backup.carriesSealKey
            ? console.text(QT_TRANSLATE_NOOP(
                  "service", "With its passphrase all of it can be restored on any host, secrets of "
                             "providers included."))
            : console.text(QT_TRANSLATE_NOOP(
                  "service", "Secrets of providers inside are sealed: on another host they must be entered "
                             "again, unless its seal-key file comes along. --passphrase-file makes a backup "
                             "that holds all.")));
}

void printBackups(const Console &console, const BackupList &list)
{
    TextTable table;
    table.head = {console.text(QT_TRANSLATE_NOOP("service", "BACKUP")),
                  console.text(QT_TRANSLATE_NOOP("service", "MADE")),
                  console.text(QT_TRANSLATE_NOOP("service", "SIZE")),
                  console.text(QT_TRANSLATE_NOOP("service", "KEYS")),
                  console.text(QT_TRANSLATE_NOOP("service", "REQUESTS")),
                  console.text(QT_TRANSLATE_NOOP("service", "STATE"))};
    table.numbers = {false, false, true, true, true, false};
    for (const BackupInfo &backup : list.backups) {
        table.rows.append({backup.id, toIso(backup.createdAt), QLocale::c().formattedDataSize(backup.size),
                           rowCount(backup, u"keys"_s), rowCount(backup, u"requests"_s),
                           stateText(console, backup)});
    }
    console.write(table.aligned());
    console.tell(
        console.text(QT_TRANSLATE_NOOP("service", "In %1; made %2; kept: %3 days, %4 weeks, %5 months."),
                     {list.directory, list.schedule, QString::number(list.keptDaily),
                      QString::number(list.keptWeekly), QString::number(list.keptMonthly)}));
}

static void printKeys(const Console &console, QChar sign, const QList<RestoreDifferences::Key> &keys,
                      qint64 count)
{
    for (const auto &key : keys)
        console.say(u"  %1 %2  %3"_s.arg(sign).arg(key.id, key.label));
    if (count > keys.size())
        console.say(u"  %1 … %2"_s.arg(sign).arg(count - keys.size()));
}

void printDifferences(const Console &console, const RestoreOutcome &outcome)
{
    const RestoreDifferences &differences = outcome.differences;
    if (outcome.scope != RestoreScope::Settings) {
        console.say(
            console.text(QT_TRANSLATE_NOOP("service", "Keys: %1 come, %2 go, %3 change."),
                         {QString::number(differences.keysAdded), QString::number(differences.keysRemoved),
                          QString::number(differences.keysChanged)}));
        printKeys(console, u'+', differences.added, differences.keysAdded);
        printKeys(console, u'-', differences.removed, differences.keysRemoved);
        printKeys(console, u'~', differences.changed, differences.keysChanged);
    }
    if (outcome.scope == RestoreScope::All) {
        console.say(console.text(
            QT_TRANSLATE_NOOP("service", "Books: %1 request rows and %2 tokens become %3 and %4."),
            {QString::number(differences.currentRequests), QString::number(differences.currentTokens),
             QString::number(differences.backupRequests), QString::number(differences.backupTokens)}));
        console.say(console.text(
            QT_TRANSLATE_NOOP("service", "Providers: %1 become %2."),
            {QString::number(differences.providersCurrent), QString::number(differences.providersBackup)}));
    }
    for (const auto &setting : differences.settings)
        console.say(u"  %1: %2 -> %3"_s.arg(setting.name,
                                            setting.current.isEmpty() ? u"-"_s : setting.current,
                                            setting.backup.isEmpty() ? u"-"_s : setting.backup));
    for (const QString &note : differences.notes)
        console.say(note);
}

}
