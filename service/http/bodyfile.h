// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QObject>

#include <functional>
#include <memory>

// The body of a request on its way into a new file of mode 0600: pieces are written in another thread in their order,
// so that a slow disk stalls no lane. The exchange's handler owns it, in whose thread it is used and told; a file
// that is not kept is removed.
namespace quota::service
{

class BodyFile
{
public:
    // told: in receiver's thread, whenever pieces were written, all of them, or one could not be.
    BodyFile(QObject &receiver, const QString &path, std::function<void()> told);
    ~BodyFile();
    Q_DISABLE_COPY_MOVE(BodyFile)

    void write(const QByteArray &bytes);
    void finish(); // no more comes

    qint64 waiting() const; // bytes
    bool isWhole() const;   // finish() was called, and everything is written
    Done state() const;     // an Error when it could not be written
    QString keep();         // its path; from now on it is the caller's

private:
    struct Work;
    const std::shared_ptr<Work> m_work;
};

}
