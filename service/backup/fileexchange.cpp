// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/fileexchange.h"

#include "service/backup/backupdirectory.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

#include <cerrno>
#include <cstring>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static tl::unexpected<Error> systemFailure(const QString &what)
{
    return failure(
        ErrorCode::Storage,
        u"%1: %2. Nothing is lost; look at the disk and at who may write there, and try again."_s.arg(
            what, QString::fromLocal8Bit(std::strerror(errno))));
}

static QByteArray encoded(const QString &path)
{
    return QFile::encodeName(path);
}

static Done renameFile(const QString &from, const QString &to)
{
    if (::rename(encoded(from).constData(), encoded(to).constData()) == 0)
        return {};
    return systemFailure(u"%1 cannot take the place of %2"_s.arg(from, to));
}

static Done removeFile(const QString &path)
{
    if (::unlink(encoded(path).constData()) == 0 || errno == ENOENT)
        return {};
    return systemFailure(u"%1 cannot be removed"_s.arg(path));
}

static Done syncDirectoryOf(const QString &path)
{
    return syncToDisk(QFileInfo(path).path());
}

FileExchange::FileExchange(QString journal, QList<Item> items, Step step)
    : m_journal(std::move(journal))
    , m_step(std::move(step))
{
    for (Item &item : items) {
        const QString aside = item.target + u".before-restore"_s;
        m_entries.append({std::move(item), aside, false});
    }
}

Done FileExchange::writeJournal(const QString &state)
{
    QJsonArray files;
    for (const Entry &entry : std::as_const(m_entries)) {
        files.append(QJsonObject{{u"target"_s, entry.item.target},
                                 {u"staged"_s, entry.item.staged},
                                 {u"kept_as"_s, entry.item.keptAs},
                                 {u"existed"_s, entry.existed}});
    }
    QSaveFile file(m_journal); // synced before it is renamed
    const QByteArray text = QJsonDocument(QJsonObject{{u"state"_s, state}, {u"files"_s, files}}).toJson();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.flush() ||
        ::fsync(file.handle()) != 0 || !file.commit())
        return failure(ErrorCode::Storage, u"The journal of the restore, %1, cannot be written: %2."_s.arg(
                                               m_journal, file.errorString()));
    return syncDirectoryOf(m_journal);
}

Done FileExchange::begin()
{
    for (Entry &entry : m_entries) {
        // Only now: what a store has beside its file goes when the store is closed.
        const QFileInfo target(entry.item.target);
        entry.existed = target.exists();
        if (entry.existed && !target.isFile())
            return failure(
                ErrorCode::Storage,
                u"%1 is no plain file, so that nothing can take its place."_s.arg(entry.item.target));
        if (Done removed = removeFile(entry.aside); !removed)
            return removed;
        if (entry.item.staged.isEmpty())
            continue;
        if (Done synced = syncToDisk(entry.item.staged); !synced)
            return synced;
    }
    tell("journal");
    return writeJournal(u"exchange"_s);
}

// The old file gets a second name first, so that there is no instant without one under its own.
Done FileExchange::replace(const Entry &entry)
{
    if (entry.existed) {
        tell("link");
        if (::link(encoded(entry.item.target).constData(), encoded(entry.aside).constData()) != 0)
            return systemFailure(u"%1 cannot be kept as %2"_s.arg(entry.item.target, entry.aside));
    }
    tell("replace");
    if (entry.item.staged.isEmpty())
        return removeFile(entry.item.target);
    return renameFile(entry.item.staged, entry.item.target);
}

Done FileExchange::exchange()
{
    for (const Entry &entry : std::as_const(m_entries)) {
        if (Done replaced = replace(entry); !replaced)
            return replaced;
        if (Done synced = syncDirectoryOf(entry.item.target); !synced)
            return synced;
    }
    return {};
}

Done FileExchange::keep()
{
    tell("keep");
    if (Done written = writeJournal(u"keep"_s); !written)
        return written;
    // What cannot be tidied up now, the next start does: the journal says that it is for good.
    (void)finish();
    return {};
}

Done FileExchange::finish()
{
    for (const Entry &entry : std::as_const(m_entries)) {
        tell("forget");
        const bool keeps = !entry.item.keptAs.isEmpty() && QFileInfo::exists(entry.aside);
        if (Done done = keeps ? renameFile(entry.aside, entry.item.keptAs) : removeFile(entry.aside); !done)
            return done;
    }
    tell("close");
    if (Done removed = removeFile(m_journal); !removed)
        return removed;
    return syncDirectoryOf(m_journal);
}

Done FileExchange::putBack(const Entry &entry)
{
    const Item &item = entry.item;
    if (entry.existed && QFileInfo::exists(entry.aside)) {
        // What the new database wrote beside itself would be taken for the old one's journal.
        for (const QString &suffix : {u"-wal"_s, u"-shm"_s}) {
            tell("clear");
            if (Done removed = item.staged.isEmpty() ? Done() : removeFile(item.target + suffix); !removed)
                return removed;
        }
        tell("put back");
        if (Done renamed = renameFile(entry.aside, item.target); !renamed)
            return renamed;
        // Two names of one file are left as they are by a rename.
        if (Done removed = removeFile(entry.aside); !removed)
            return removed;
    } else if (!entry.existed && !item.staged.isEmpty() && !QFileInfo::exists(item.staged)) {
        tell("take away");
        if (Done removed = removeFile(item.target); !removed)
            return removed;
    }
    tell("unstage");
    if (Done removed = item.staged.isEmpty() ? Done() : removeFile(item.staged); !removed)
        return removed;
    return syncDirectoryOf(item.target);
}

Done FileExchange::undo()
{
    for (auto entry = m_entries.crbegin(); entry != m_entries.crend(); ++entry) {
        if (Done back = putBack(*entry); !back)
            return back;
    }
    tell("close");
    if (Done removed = removeFile(m_journal); !removed)
        return removed;
    return syncDirectoryOf(m_journal);
}

Result<FileExchange::Recovery> FileExchange::recover(const QString &journal, const Step &step)
{
    QFile file(journal);
    if (!file.exists())
        return Recovery::None;
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage,
                       u"The journal of a restore that was interrupted, %1, cannot be read: %2. "
                       "The service's user needs read permission."_s.arg(journal, file.errorString()));
    const auto object = parseJsonObject(file.readAll());
    if (!object)
        return failure(
            ErrorCode::Storage,
            u"The journal of a restore that was interrupted, %1, cannot be understood. The files "
            "*.before-restore beside the database are as they were before; put them back, then remove it."_s
                .arg(journal));
    JsonReader reader(*object);
    FileExchange exchange(journal, {}, step);
    const QString state = reader.string("state"_L1);
    reader.objects("files"_L1, [&exchange](JsonReader &element) {
        Item item{element.string("target"_L1), element.string("staged"_L1, {}),
                  element.string("kept_as"_L1, {})};
        const QString aside = item.target + u".before-restore"_s;
        exchange.m_entries.append({std::move(item), aside, element.boolean("existed"_L1, true)});
    });
    if (const Done read = reader.finish(false); !read)
        return tl::unexpected(read.error());
    const bool keep = state == "keep"_L1;
    if (const Done done = keep ? exchange.finish() : exchange.undo(); !done)
        return tl::unexpected(done.error());
    return keep ? Recovery::Kept : Recovery::Undone;
}

}
