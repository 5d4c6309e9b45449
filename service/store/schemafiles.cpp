// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/schemafiles.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

// At global scope: the macro declares a function there. A static library's resources need it.
static void initialiseSchemaResource()
{
    Q_INIT_RESOURCE(quota_schema);
}

namespace quota::service
{

QMap<int, QString> schemaFiles(const QString &directory)
{
    initialiseSchemaResource();
    QMap<int, QString> files;
    for (const auto folder : {"common"_L1, "sqlite"_L1}) {
        const QDir place(directory + u'/' + folder);
        for (const QString &name : place.entryList({u"*.sql"_s}, QDir::Files, QDir::Name)) {
            bool isNumber = false;
            const int number = name.section(u'_', 0, 0).toInt(&isNumber);
            Q_ASSERT_X(isNumber && !files.contains(number), "schemaFiles", qPrintable(name));
            files.insert(number, place.filePath(name));
        }
    }
    return files;
}

Result<QStringList> schemaStatements(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Internal, u"The schema file %1 cannot be read."_s.arg(path),
                       file.errorString());
    QStringList statements;
    QString statement;
    for (const QString &line : QString::fromUtf8(file.readAll()).split(u'\n')) {
        const QString text = line.trimmed();
        if (text.isEmpty() || text.startsWith("--"_L1))
            continue;
        statement += line + u'\n';
        if (text.endsWith(u';')) {
            statements.append(statement.trimmed());
            statement.clear();
        }
    }
    if (!statement.isEmpty())
        statements.append(statement.trimmed());
    return statements;
}

}
