// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/archive.h"

#include "service/backup/gzipfile.h"
#include "service/backup/handmade.h"
#include "service/backup/sealedfile.h"
#include "service/backup/tararchive.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qsizetype pieceSize = 256 * 1024;
static constexpr qint64 largestManifest = 1024 * 1024;
static constexpr int mostMembers = 10'000;

// --- packing ---

static Done eachPiece(const QString &path, BackupProgress &progress,
                      const std::function<Done(QByteArrayView)> &use)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage, u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
    QByteArray buffer(pieceSize, Qt::Uninitialized);
    for (;;) {
        if (Done go = progress.checkCancelled(); !go)
            return go;
        const qint64 got = file.read(buffer.data(), buffer.size());
        if (got < 0)
            return failure(ErrorCode::Storage, u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
        if (got == 0)
            return {};
        progress.add(got);
        if (Done done = use(QByteArrayView(buffer).first(got)); !done)
            return done;
    }
}

static Result<BackupManifest::Member> describe(const FileToPack &file, BackupProgress &progress)
{
    BackupManifest::Member member;
    member.name = file.member;
    QCryptographicHash digest(QCryptographicHash::Sha256);
    const Done read = eachPiece(file.path, progress, [&](QByteArrayView piece) -> Done {
        digest.addData(piece);
        member.size += piece.size();
        return {};
    });
    if (!read)
        return tl::unexpected(read.error());
    member.sha256 = digest.result().toHex();
    return member;
}

static Done pack(TarWriter &tar, const BackupManifest &manifest, const QList<FileToPack> &files,
                 BackupProgress &progress)
{
    const qint64 seconds = toMilliseconds(manifest.created) / 1000;
    const QByteArray text = toText(manifest);
    if (Done begun = tar.begin(QString(manifestMember), text.size(), seconds); !begun)
        return begun;
    if (Done written = tar.write(text); !written)
        return written;
    for (const FileToPack &file : files) {
        if (Done begun = tar.begin(file.member, manifest.member(file.member)->size, seconds); !begun)
            return begun;
        if (Done done =
                eachPiece(file.path, progress, [&tar](QByteArrayView piece) { return tar.write(piece); });
            !done)
            return done;
    }
    return tar.finish();
}

Done packArchive(QIODevice &target, BackupManifest &manifest, const QList<FileToPack> &files,
                 BackupProgress &progress)
{
    qint64 total = 0;
    for (const FileToPack &file : files)
        total += QFile(file.path).size();
    progress.begin("pack", 2 * total);
    manifest.members.clear();
    for (const FileToPack &file : files) {
        const auto member = describe(file, progress);
        if (!member)
            return tl::unexpected(member.error());
        manifest.members.append(*member);
    }
    GzipWriter gzip(target);
    TarWriter tar([&gzip](QByteArrayView bytes) { return gzip.write(bytes); });
    if (Done done = pack(tar, manifest, files, progress); !done)
        return done;
    return gzip.finish();
}

// --- unpacking ---

namespace
{

class Unpacker
{
public:
    Unpacker(const UnpackRequest &request, QIODevice &file, BackupProgress &progress)
        : m_request(request)
        , m_gzip(file)
        , m_progress(progress)
        , m_tar([this] { return nextPiece(); })
        , m_handmade(request.directory)
    {}

    Result<UnpackedBackup> unpack();

private:
    Result<QByteArrayView> nextPiece();
    Done checkBounds() const;
    Done takeMember(const TarMember &member);
    Done takeManifest(const TarMember &member);
    Done takeListed(const TarMember &member);
    Done eachPieceOf(const TarMember &member, const std::function<Done(QByteArrayView)> &use);
    Done drain();
    UnpackedBackup result() const;

    const UnpackRequest &m_request;
    GzipReader m_gzip;
    BackupProgress &m_progress;
    TarReader m_tar;
    HandmadeBackup m_handmade;
    std::optional<BackupManifest> m_manifest;
    QStringList m_taken;
    qint64 m_position = 0;
    qint64 m_bytes = 0; // that came out of the compression
    qint64 m_memberBytes = 0;
    int m_members = 0;
};

}

Result<QByteArrayView> Unpacker::nextPiece()
{
    if (const Done go = m_progress.checkCancelled(); !go)
        return tl::unexpected(go.error());
    const auto piece = m_gzip.read();
    m_progress.add(m_gzip.position() - std::exchange(m_position, m_gzip.position()));
    if (!piece)
        return piece;
    m_bytes += piece->size();
    if (const Done bounded = checkBounds(); !bounded)
        return tl::unexpected(bounded.error());
    return piece;
}

Done Unpacker::checkBounds() const
{
    if (qMax(m_bytes, m_memberBytes) <= m_request.maximumBytes)
        return {};
    return failure(
        ErrorCode::Storage,
        u"The backup is refused: what comes out of it is larger than BACKUP_MAX_SIZE (%1 MB). If that is "
        "right, allow more."_s.arg(m_request.maximumBytes / (1024 * 1024)));
}

Done Unpacker::eachPieceOf(const TarMember &member, const std::function<Done(QByteArrayView)> &use)
{
    QByteArray buffer(pieceSize, Qt::Uninitialized);
    qint64 left = member.size;
    for (;;) {
        const auto got = m_tar.read(buffer.data(), buffer.size());
        if (!got)
            return tl::unexpected(got.error());
        if (*got == 0)
            break;
        left -= *got;
        m_memberBytes += *got; // of a sparse member more than the archive holds
        if (Done bounded = checkBounds(); !bounded)
            return bounded;
        if (left < 0)
            return failure(ErrorCode::Storage, u"The backup is damaged: “%1” is longer than it says."_s.arg(
                                                   member.name.left(120)));
        if (Done done = use(QByteArrayView(buffer).first(*got)); !done)
            return done;
    }
    if (left != 0)
        return failure(ErrorCode::Storage,
                       u"The backup is damaged: “%1” is shorter than it says."_s.arg(member.name.left(120)));
    return {};
}

Done Unpacker::takeManifest(const TarMember &member)
{
    if (member.size > largestManifest)
        return failure(ErrorCode::Storage, u"The backup is refused: its manifest is larger than 1 MB."_s);
    QByteArray text;
    const Done read = eachPieceOf(member, [&text](QByteArrayView piece) -> Done {
        text.append(piece);
        return {};
    });
    if (!read)
        return read;
    if (!m_gzip.hasDigest()) {
        return failure(
            ErrorCode::Storage,
            u"The backup is damaged: its end is missing, or it was packed anew. Take another one; of one "
            "that was packed by hand, leave manifest.json out."_s);
    }
    auto manifest = manifestFromText(text);
    if (!manifest)
        return failure(ErrorCode::Storage,
                       u"The manifest of the backup cannot be used: %1"_s.arg(manifest.error().message));
    if (manifest->totalSize() > m_request.maximumBytes) {
        return failure(
            ErrorCode::Storage,
            u"The backup is refused: it holds %1 MB, and BACKUP_MAX_SIZE allows %2 MB. If that is right, "
            "allow more."_s.arg(manifest->totalSize() / (1024 * 1024))
                .arg(m_request.maximumBytes / (1024 * 1024)));
    }
    m_manifest = std::move(*manifest);
    return {};
}

Done Unpacker::takeListed(const TarMember &member)
{
    const auto *listed = m_manifest->member(member.name);
    if (!listed || m_taken.contains(member.name) || member.size != listed->size) {
        return failure(ErrorCode::Storage,
                       u"The backup is refused: its member “%1” is not as its manifest says."_s.arg(
                           member.name.left(120)));
    }
    QFile file(QDir(m_request.directory).filePath(member.name));
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
        return failure(ErrorCode::Storage,
                       u"%1 cannot be written: %2."_s.arg(file.fileName(), file.errorString()));
    QCryptographicHash digest(QCryptographicHash::Sha256);
    const Done done = eachPieceOf(member, [&](QByteArrayView piece) -> Done {
        digest.addData(piece);
        if (file.write(piece.data(), piece.size()) != piece.size()) {
            return failure(ErrorCode::Storage, u"%1 cannot be written: %2. Free some space."_s.arg(
                                                   file.fileName(), file.errorString()));
        }
        return {};
    });
    if (!done)
        return done;
    if (!file.flush())
        return failure(ErrorCode::Storage, u"%1 cannot be written: %2. Free some space."_s.arg(
                                               file.fileName(), file.errorString()));
    if (digest.result().toHex() != listed->sha256)
        return failure(ErrorCode::Storage,
                       u"The backup is damaged: “%1” does not have the digest that its manifest says."_s.arg(
                           member.name));
    m_taken.append(member.name);
    return {};
}

Done Unpacker::takeMember(const TarMember &member)
{
    if (++m_members > mostMembers)
        return failure(ErrorCode::Storage,
                       u"The backup is refused: it has more than %1 members."_s.arg(mostMembers));
    if (m_members == 1 && member.name == manifestMember)
        return takeManifest(member);
    if (m_manifest)
        return takeListed(member);
    if (member.isDirectory)
        return {};
    if (Done begun = m_handmade.begin(member.name); !begun)
        return begun;
    if (Done done = eachPieceOf(member, [this](QByteArrayView piece) { return m_handmade.write(piece); });
        !done)
        return done;
    return m_handmade.end();
}

// What is behind the last member belongs to the checks.
Done Unpacker::drain()
{
    for (;;) {
        const auto piece = nextPiece();
        if (!piece)
            return tl::unexpected(piece.error());
        if (piece->isEmpty())
            return {};
        for (const char c : *piece) {
            if (c != '\0')
                return failure(ErrorCode::Storage, u"The backup is damaged: there is more after its end."_s);
        }
    }
}

UnpackedBackup Unpacker::result() const
{
    UnpackedBackup unpacked;
    unpacked.manifest = m_manifest;
    const auto pathOf = [this](QLatin1StringView name) {
        return m_taken.contains(name) ? QDir(m_request.directory).filePath(name) : QString();
    };
    unpacked.database = pathOf(databaseMember);
    unpacked.settings = pathOf(settingsMember);
    unpacked.sealKey = pathOf(sealKeyMember);
    return unpacked;
}

Result<UnpackedBackup> Unpacker::unpack()
{
    for (;;) {
        const auto member = m_tar.next();
        if (!member)
            return tl::unexpected(member.error());
        if (!*member)
            break;
        if (const Done taken = takeMember(**member); !taken)
            return tl::unexpected(taken.error());
    }
    if (const Done drained = drain(); !drained)
        return tl::unexpected(drained.error());
    if (!m_manifest)
        return m_handmade.result();
    if (m_taken.size() != m_manifest->members.size())
        return failure(ErrorCode::Storage,
                       u"The backup is damaged: a member that its manifest lists is missing."_s);
    return result();
}

Result<UnpackedBackup> unpackArchive(const UnpackRequest &request, BackupProgress &progress)
{
    QFile file(request.archive);
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(file.exists() ? ErrorCode::Storage : ErrorCode::NotFound,
                       u"The backup %1 cannot be read: %2."_s.arg(request.archive, file.errorString()));
    }
    const bool sealed = isSealed(file);
    QFile plain(QDir(request.directory).filePath(u"plain.tar.gz"_s));
    if (sealed) {
        if (request.passphrase.isEmpty())
            return invalidField(
                u"passphrase"_s,
                u"passphrase: the backup is encrypted; give the passphrase that it was made with."_s);
        progress.begin("unseal");
        if (!plain.open(QIODevice::ReadWrite | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
            return failure(ErrorCode::Storage,
                           u"%1 cannot be written: %2."_s.arg(plain.fileName(), plain.errorString()));
        if (const Done unsealed = unsealFile(file, plain, request.passphrase); !unsealed) {
            plain.remove();
            return tl::unexpected(unsealed.error());
        }
        plain.seek(0);
    }
    progress.begin("unpack", file.size());
    Unpacker unpacker(request, sealed ? plain : file, progress);
    auto unpacked = unpacker.unpack();
    if (unpacked)
        unpacked->encrypted = sealed;
    if (sealed)
        plain.remove();
    return unpacked;
}

}
