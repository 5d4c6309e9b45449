// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/backup.h"

#include "service/backup/sealedfile.h"
#include "service/backup/verification.h"
#include "service/commands/backupdoor.h"
#include "service/commands/backupoutput.h"
#include "service/commands/commandline.h"
#include "service/commands/keyoutput.h"
#include "service/config.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr const char *jsonHelp = QT_TRANSLATE_NOOP("service", "Prints JSON.");

static void addPassphraseOption(CommandParser &parser)
{
    parser.option(u"passphrase-file"_s, u"FILE"_s,
                  QT_TRANSLATE_NOOP("service", "File whose first line is the passphrase of the backup."));
}

// Empty without the option.
static Result<QByteArray> passphraseOf(const CommandParser &parser)
{
    if (!parser.isSet(u"passphrase-file"_s))
        return QByteArray();
    QFile file(parser.value(u"passphrase-file"_s));
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            ErrorCode::Storage,
            parser.console().text(QT_TRANSLATE_NOOP("service", "the passphrase cannot be read from %1 (%2)."),
                                  {file.fileName(), file.errorString()}));
    QByteArray line = file.readLine(longestPassphrase + 2);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    if (const Done good = checkPassphrase(line); !good)
        return tl::unexpected(good.error());
    return line;
}

static int failed(const CommandParser &parser, const Error &error)
{
    parser.console().tell(u"quota-proxy %1: %2"_s.arg(parser.verb(), error.message));
    return ExitRefused;
}

static int create(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"backup create"_s,
                         QT_TRANSLATE_NOOP("service", "Makes a backup, proves it, and prints its name."));
    parser.option(u"output"_s, u"FILE"_s, QT_TRANSLATE_NOOP("service", "Writes a copy of it there, too."));
    addPassphraseOption(parser);
    parser.flag(u"json"_s, jsonHelp);
    BackupDoor::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    const QString output = parser.value(u"output"_s);
    if (parser.isSet(u"output"_s) && (output.isEmpty() || QFileInfo::exists(output)))
        return parser.wrongUse(console.text(
            QT_TRANSLATE_NOOP("service", "--output: there is something at “%1” already."), {output}));
    const auto passphrase = passphraseOf(parser);
    if (!passphrase)
        return failed(parser, passphrase.error());
    const auto door = BackupDoor::open(parser);
    if (!door)
        return door.error();
    const auto made = (*door)->create(*passphrase);
    if (!made)
        return (*door)->refused(made.error());
    if (!output.isEmpty()) {
        if (const Done copied = (*door)->fetch(made->id, output); !copied)
            return (*door)->refused(copied.error());
    }
    if (parser.isSet(u"json"_s))
        console.write(toJsonText(toJson(*made)));
    else
        printBackup(console, *made);
    return ExitGood;
}

static int list(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"backup list"_s,
                         QT_TRANSLATE_NOOP("service", "Lists the backups with what is known of each."));
    parser.flag(u"json"_s, jsonHelp);
    BackupDoor::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    const auto door = BackupDoor::open(parser);
    if (!door)
        return door.error();
    const auto backups = (*door)->list();
    if (!backups)
        return (*door)->refused(backups.error());
    if (parser.isSet(u"json"_s))
        console.write(toJsonText(toJson(*backups)));
    else
        printBackups(console, *backups);
    return ExitGood;
}

// A file needs neither a service nor a data directory.
static int verifyFile(const CommandParser &parser, const QString &path, const QByteArray &passphrase)
{
    BackupProgress progress(u"verify"_s);
    const auto verified =
        verifyBackup({path, QDir::tempPath(), passphrase, Config().backupMaximumSize}, progress);
    if (!verified)
        return failed(parser, verified.error());
    BackupInfo backup;
    backup.id = path;
    backup.state = BackupState::Good;
    backup.size = QFileInfo(path).size();
    backup.verifiedAt = backup.createdAt = SystemClock().now();
    if (verified->unpacked.manifest)
        backup.createdAt = verified->unpacked.manifest->created;
    backup.encrypted = verified->unpacked.encrypted;
    backup.carriesSealKey = !verified->unpacked.sealKey.isEmpty();
    backup.schema = verified->contents.schema;
    backup.instance = verified->contents.instance;
    backup.rows = verified->contents.rows;
    if (parser.isSet(u"json"_s))
        parser.console().write(toJsonText(toJson(backup)));
    else
        printBackup(parser.console(), backup);
    return ExitGood;
}

static int verify(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"backup verify"_s,
                         QT_TRANSLATE_NOOP("service", "Unpacks a backup in a scratch place and proves it."));
    parser.words(u"FILE-OR-NAME"_s, 1, 1);
    addPassphraseOption(parser);
    parser.flag(u"json"_s, jsonHelp);
    BackupDoor::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    const auto passphrase = passphraseOf(parser);
    if (!passphrase)
        return failed(parser, passphrase.error());
    const QString &what = parser.words().constFirst();
    if (QFileInfo::exists(what) || what.contains(u'/'))
        return verifyFile(parser, what, *passphrase);
    const auto door = BackupDoor::open(parser);
    if (!door)
        return door.error();
    const auto verified = (*door)->verify(what, *passphrase);
    if (!verified)
        return (*door)->refused(verified.error());
    if (parser.isSet(u"json"_s))
        console.write(toJsonText(toJson(*verified)));
    else
        printBackup(console, *verified);
    return verified->state == BackupState::Good ? ExitGood : ExitRefused;
}

static bool confirmed(const Console &console)
{
    console.writeError(console.text(QT_TRANSLATE_NOOP("service", "Restore this? Type yes: ")));
    const QString reply = console.readLine().toLower();
    if (reply == "yes"_L1 || reply == "y"_L1)
        return true;
    console.tell(console.text(QT_TRANSLATE_NOOP("service", "Nothing was restored.")));
    return false;
}

static int restore(BackupDoor &door, const CommandParser &parser, BackupDoor::Restore wish)
{
    const Console &console = parser.console();
    const bool dryRun = wish.dryRun;
    if (!dryRun && !parser.isSet(u"yes"_s)) {
        wish.dryRun = true;
        const auto preview = door.restore(wish);
        if (!preview)
            return door.refused(preview.error());
        printDifferences(console, *preview);
        if (!confirmed(console))
            return ExitRefused;
        wish.dryRun = false;
    }
    const auto outcome = door.restore(wish);
    if (!outcome)
        return door.refused(outcome.error());
    if (parser.isSet(u"json"_s)) {
        console.write(toJsonText(toJson(*outcome)));
        return ExitGood;
    }
    if (dryRun || parser.isSet(u"yes"_s))
        printDifferences(console, *outcome);
    if (!outcome->done) {
        console.tell(console.text(QT_TRANSLATE_NOOP("service", "A dry run: nothing was changed.")));
        return ExitGood;
    }
    console.tell(console.text(QT_TRANSLATE_NOOP("service", "Restored and proven; there are %1 keys."),
                              {QString::number(outcome->keys)}));
    if (!outcome->safetyBackup.isEmpty())
        console.tell(console.text(QT_TRANSLATE_NOOP("service", "What was there before is in %1."),
                                  {outcome->safetyBackup}));
    return ExitGood;
}

static int restore(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"backup restore"_s,
                         QT_TRANSLATE_NOOP("service",
                                           "Proves a backup, shows what it changes, and puts it back, into a "
                                           "running service, too; with a safety backup of what is there, and "
                                           "all or nothing."));
    parser.words(u"FILE-OR-NAME"_s, 1, 1);
    parser.flag(u"dry-run"_s, QT_TRANSLATE_NOOP("service", "Shows what would change, and changes nothing."));
    parser.option(u"only"_s, u"WHAT"_s, QT_TRANSLATE_NOOP("service", "keys or settings, instead of all."));
    addPassphraseOption(parser);
    parser.flag(u"yes"_s, QT_TRANSLATE_NOOP("service", "Does not ask."));
    parser.flag(u"json"_s, jsonHelp);
    BackupDoor::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    BackupDoor::Restore wish;
    wish.what = parser.words().constFirst();
    wish.isFile = QFileInfo::exists(wish.what) || wish.what.contains(u'/');
    wish.dryRun = parser.isSet(u"dry-run"_s);
    if (parser.isSet(u"only"_s)) {
        const auto scope = restoreScopeFromString(parser.value(u"only"_s));
        if (!scope || *scope == RestoreScope::All)
            return parser.wrongUse(console.text(
                QT_TRANSLATE_NOOP("service", "--only: “%1” does not do; write keys or settings."),
                {parser.value(u"only"_s).left(40)}));
        wish.scope = *scope;
    }
    if (!wish.dryRun && !parser.isSet(u"yes"_s) && (!console.interactive || parser.isSet(u"json"_s)))
        return parser.wrongUse(
            console.text(QT_TRANSLATE_NOOP("service", "nobody is there to be asked; say --yes.")));
    const auto passphrase = passphraseOf(parser);
    if (!passphrase)
        return failed(parser, passphrase.error());
    wish.passphrase = *passphrase;
    const auto door = BackupDoor::open(parser, !wish.dryRun);
    if (!door)
        return door.error();
    return restore(**door, parser, wish);
}

static int prune(const Console &console, const QStringList &arguments)
{
    CommandParser parser(
        console, u"backup prune"_s,
        QT_TRANSLATE_NOOP("service", "Deletes backups that need no longer be kept, by the settings."));
    parser.flag(u"yes"_s, QT_TRANSLATE_NOOP("service", "Does not ask."));
    parser.flag(u"json"_s, jsonHelp);
    BackupDoor::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    if (!parser.isSet(u"yes"_s)) {
        if (!console.interactive || parser.isSet(u"json"_s))
            return parser.wrongUse(
                console.text(QT_TRANSLATE_NOOP("service", "nobody is there to be asked; say --yes.")));
        console.writeError(console.text(QT_TRANSLATE_NOOP("service", "Delete old backups? Type yes: ")));
        const QString reply = console.readLine().toLower();
        if (reply != "yes"_L1 && reply != "y"_L1) {
            console.tell(console.text(QT_TRANSLATE_NOOP("service", "Nothing was deleted.")));
            return ExitRefused;
        }
    }
    const auto door = BackupDoor::open(parser);
    if (!door)
        return door.error();
    const auto gone = (*door)->prune();
    if (!gone)
        return (*door)->refused(gone.error());
    if (parser.isSet(u"json"_s)) {
        console.write(toJsonText({{u"deleted"_s, QJsonArray::fromStringList(*gone)}}));
        return ExitGood;
    }
    for (const QString &id : *gone)
        console.say(id);
    return ExitGood;
}

int runBackup(const Console &console, const QStringList &arguments)
{
    const QList<Verb> verbs{
        {u"create"_s, QT_TRANSLATE_NOOP("service", "Makes a backup and proves it."), create},
        {u"list"_s, QT_TRANSLATE_NOOP("service", "Lists the backups."), list},
        {u"verify"_s, QT_TRANSLATE_NOOP("service", "Proves a backup."), verify},
        {u"restore"_s, QT_TRANSLATE_NOOP("service", "Puts a backup back."),
         static_cast<int (*)(const Console &, const QStringList &)>(restore)},
        {u"prune"_s, QT_TRANSLATE_NOOP("service", "Deletes backups that need no longer be kept."), prune},
    };
    return runVerb(verbs, u"backup"_s, console, arguments);
}

}
