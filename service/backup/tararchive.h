// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <optional>

struct archive;

// Members of a tar archive, through libarchive: written one after the other, and read with nothing believed. A member
// that would land elsewhere (absolute, «..») or that is no plain file or directory (link, device) is refused before
// any byte of it is used. The compression around it is gzipfile's.
namespace quota::service
{

class TarWriter
{
public:
    using Sink = std::function<Done(QByteArrayView)>;
    explicit TarWriter(Sink sink);
    ~TarWriter();
    Q_DISABLE_COPY_MOVE(TarWriter)

    // Then exactly size bytes follow through write().
    Done begin(const QString &name, qint64 size, qint64 secondsSinceEpoch);
    Done write(QByteArrayView bytes);
    Done finish();

private:
    Done outcome(bool good);

    Sink m_sink;
    Done m_sinkFault;
    archive *m_archive;
};

struct TarMember
{
    QString name;
    qint64 size = 0; // as announced
    bool isDirectory = false;
};

class TarReader
{
public:
    // The next piece, valid until it is asked again; empty at the end.
    using Source = std::function<Result<QByteArrayView>()>;
    explicit TarReader(Source source);
    ~TarReader();
    Q_DISABLE_COPY_MOVE(TarReader)

    // The next member; none at the end of the archive.
    Result<std::optional<TarMember>> next();
    // Reads the member on; 0 at its end.
    Result<qsizetype> read(char *bytes, qsizetype size);

private:
    Error fault() const;

    Source m_source;
    Done m_sourceFault;
    archive *m_archive;
    bool m_opened = false;
};

// What is wrong with a member's name, if anything. Pure.
std::optional<QString> faultOfMemberName(QByteArrayView name);

}
