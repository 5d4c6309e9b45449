// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QFile>
#include <QSaveFile>

// Archives on this computer as devices for AdminClient: one that a download is written to, of mode 0600, which gets
// its name only when it is whole; and one that an upload is read from. Both count, and fail once they are cancelled.
namespace quota::console
{

class ArchiveTarget : public QIODevice
{
    Q_OBJECT

public:
    ArchiveTarget(const QString &path, QObject *parent);

    Done begin();
    Done finish(); // gives it its name
    void cancel() { m_cancelled = true; }
    bool isCancelled() const { return m_cancelled; }
    qint64 written() const { return m_written; }
    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *data, qint64 maximum) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    Done failed() const;

    QSaveFile m_file;
    qint64 m_written = 0;
    bool m_cancelled = false;
};

class ArchiveSource : public QIODevice
{
    Q_OBJECT

public:
    ArchiveSource(const QString &path, QObject *parent);

    Done begin();
    void cancel() { m_cancelled = true; }
    bool isCancelled() const { return m_cancelled; }
    qint64 read() const { return m_read; }
    bool isSequential() const override { return false; }
    qint64 size() const override { return m_file.size(); }

protected:
    qint64 readData(char *data, qint64 maximum) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QFile m_file;
    qint64 m_read = 0;
    bool m_cancelled = false;
};

}
