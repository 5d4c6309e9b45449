// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/json.h"

#include <QList>

#include <functional>

// Several files that change together: all new, or all as they were, whatever interrupts it. A journal says what is
// under way before anything happens; each file always has its name, as the old one or the new one; and whoever
// starts next calls recover() before it reads any of them. Restoring works through it.
namespace quota::service
{

class FileExchange
{
public:
    struct Item
    {
        QString target;
        QString staged; // beside the target, complete; empty: the target only goes
        QString keptAs; // where the old one stays in the end; empty: nowhere
    };
    // Told before each step that changes something on disk; tests end the process there.
    using Step = std::function<void(const char *name)>;

    FileExchange(QString journal, QList<Item> items, Step step = {});

    Done begin();    // the journal is on disk; nothing is changed. A device or a directory is never replaced
    Done exchange(); // all targets are new; not yet for good
    Done keep();     // for good; with an Error it is not, and can be undone
    Done undo();     // all targets are as they were; also after half an exchange()

    enum class Recovery
    {
        None, // nothing was under way
        Undone,
        Kept
    };
    static Result<Recovery> recover(const QString &journal, const Step &step = {});

private:
    struct Entry
    {
        Item item;
        QString aside;
        bool existed = false;
    };
    Done writeJournal(const QString &state);
    Done replace(const Entry &entry);
    Done putBack(const Entry &entry);
    Done finish();
    void tell(const char *name) const
    {
        if (m_step)
            m_step(name);
    }

    const QString m_journal;
    const Step m_step;
    QList<Entry> m_entries;
};

}
