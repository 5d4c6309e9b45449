// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QTemporaryFile>

// A file that a verb writes for a person: it gets its name only when it is whole and on the disk, is its owner's alone,
// and takes nobody's place. Until keep() it stands beside its name, and goes with this object.
namespace quota::service
{

class OutputFile
{
public:
    explicit OutputFile(QString path);

    Done open();
    QIODevice &device() { return m_file; }
    Done keep();
    // Why it cannot be written: what the device says, and what may help.
    Error fault() const;

private:
    const QString m_path;
    QTemporaryFile m_file;
};

}
