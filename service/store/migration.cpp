// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/database.h"
#include "service/store/schemafiles.h"

#include <QFile>

using namespace Qt::StringLiterals;

// How a database gets its tables: made whole at first, then brought up to date file by file.
namespace quota::service
{

// The schema is made in a file beside it, which then gets the name: whatever interrupts this, an empty or half
// made file never stands where the books are looked for.
Done Database::create(const DatabaseOptions &options)
{
    const QString path = options.path + ".new"_L1;
    QFile::remove(path);
    QFile::remove(path + "-journal"_L1);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner)) {
        return failure(
            ErrorCode::Storage,
            u"The database %1 cannot be created: %2. The service's user needs write permission on the "
            "directory."_s.arg(options.path, file.errorString()));
    }
    file.close();
    {
        Database database(options);
        auto done = database.connectTo(path, true);
        if (done)
            done = database.migrate();
        if (!done)
            return done;
    }
    if (!file.rename(options.path)) {
        return failure(ErrorCode::Storage,
                       u"The database %1 cannot be created: %2."_s.arg(options.path, file.errorString()));
    }
    return {};
}

int Database::newestSchema(const QString &schema)
{
    const auto files = schemaFiles(schema);
    return files.isEmpty() ? 0 : files.lastKey();
}

Done Database::migrate()
{
    const auto version = number(u"PRAGMA user_version"_s);
    if (!version)
        return tl::unexpected(version.error());
    m_schemaVersion = int(*version);
    const auto files = schemaFiles(m_options.schema);
    for (auto file = files.upperBound(m_schemaVersion); file != files.end(); ++file) {
        if (m_options.upTo != 0 && file.key() > m_options.upTo)
            break;
        if (auto done = step(file.key()); !done)
            return done;
    }
    return {};
}

// One file, one transaction, with its number: after a crash the next start goes on where this one stopped.
Done Database::step(int number)
{
    const auto statements = schemaStatements(schemaFiles(m_options.schema).value(number));
    if (!statements)
        return tl::unexpected(statements.error());
    Transaction transaction(*this);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    const auto version = this->number(u"PRAGMA user_version"_s);
    if (!version)
        return tl::unexpected(version.error());
    if (*version < number) { // else another process was faster
        for (const QString &statement : *statements) {
            if (auto done = change(statement); !done)
                return tl::unexpected(done.error());
        }
        for (const QString &mark : {u"PRAGMA application_id = %1"_s.arg(applicationId),
                                    u"PRAGMA user_version = %1"_s.arg(number)}) {
            if (auto done = change(mark); !done)
                return tl::unexpected(done.error());
        }
    }
    m_statements.clear(); // prepared against the tables of before
    m_fastStatements.clear();
    if (auto committed = transaction.commit(); !committed)
        return committed;
    m_schemaVersion = number;
    return {};
}

}
