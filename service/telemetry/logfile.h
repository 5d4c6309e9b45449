// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QFile>

// The file a log is kept in: made with its directory, readable by its owner only, rotated by size into FILE.1 …
// FILE.N. A file that cannot be written never stops its caller: the first failure returns a text to show, later
// ones are silent, and now and then it is tried again. Not thread-safe; Log guards it.
namespace quota::service
{

class LogFile
{
public:
    // maximumBytes: rotated before a line would go beyond; kept: old files beside the current one, 0 or more.
    LogFile(QString path, qint64 maximumBytes, int kept);

    // Whole lines, one or more. Empty, or what a person must be told once.
    QString write(const QByteArray &lines);
    void close(); // until the next write, which opens it anew

    static constexpr std::chrono::seconds retryTime{30};

private:
    QString open();
    QString rotate();
    QString fail(const QString &what);

    const QString m_path;
    const qint64 m_maximumBytes;
    const int m_kept;
    QFile m_file;
    QElapsedTimer m_sinceFailure;
    bool m_told = false;
};

}
