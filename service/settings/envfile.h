// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QList>

// Reads a file of KEY=VALUE lines: blanks and # comments, matching quotes, an «export » in front. It says
// which lines it cannot read; what the names mean is the table's business.
namespace quota::service
{

struct EnvLine
{
    QString name;
    QString value;
    int number = 0; // from 1
};

struct EnvFile
{
    QList<EnvLine> lines; // in order; a name that stands twice counts where it stands last
    QList<int> malformed; // numbers of lines that are no assignment
};

// Pure.
EnvFile parseEnvFile(const QByteArray &text);
Result<EnvFile> readEnvFile(const QString &path);

}
