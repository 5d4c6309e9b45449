// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/tararchive.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

using namespace Qt::StringLiterals;

namespace quota::service
{

std::optional<QString> faultOfMemberName(QByteArrayView name)
{
    constexpr qsizetype longest = 4096;
    const QString shown = QString::fromUtf8(name.first(qMin<qsizetype>(name.size(), 120)));
    if (name.isEmpty() || name.size() > longest)
        return u"a member has no name, or one of more than %1 bytes"_s.arg(longest);
    if (name.startsWith('/'))
        return u"the member “%1” has an absolute path"_s.arg(shown);
    for (const char c : name) {
        if (uchar(c) < 0x20 || c == 0x7f)
            return u"the name of a member holds a control character"_s;
    }
    const QList<QByteArray> parts = name.toByteArray().split('/');
    if (parts.contains(".."))
        return u"the member “%1” leads out of the archive (“..”)"_s.arg(shown);
    return std::nullopt;
}

// --- writing ---

TarWriter::TarWriter(Sink sink)
    : m_sink(std::move(sink))
    , m_archive(archive_write_new())
{
    archive_write_set_format_pax_restricted(m_archive); // ustar, but for members beyond 8 GB
    archive_write_set_bytes_per_block(m_archive, 0);
    const auto write = [](archive *, void *self, const void *bytes, size_t size) -> la_ssize_t {
        auto *writer = static_cast<TarWriter *>(self);
        if (writer->m_sinkFault)
            writer->m_sinkFault =
                writer->m_sink(QByteArrayView(static_cast<const char *>(bytes), qsizetype(size)));
        return writer->m_sinkFault ? la_ssize_t(size) : -1;
    };
    archive_write_open(m_archive, this, nullptr, write, nullptr);
}

TarWriter::~TarWriter()
{
    archive_write_free(m_archive);
}

Done TarWriter::outcome(bool good)
{
    if (good)
        return {};
    if (!m_sinkFault)
        return m_sinkFault;
    const char *words = archive_error_string(m_archive);
    return failure(ErrorCode::Storage, u"The backup cannot be packed: %1."_s.arg(
                                           QString::fromLocal8Bit(words ? words : "unknown fault")));
}

Done TarWriter::begin(const QString &name, qint64 size, qint64 secondsSinceEpoch)
{
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                              archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.toUtf8().constData());
    archive_entry_set_size(entry.get(), size);
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    archive_entry_set_mtime(entry.get(), secondsSinceEpoch, 0);
    return outcome(archive_write_header(m_archive, entry.get()) == ARCHIVE_OK);
}

Done TarWriter::write(QByteArrayView bytes)
{
    return outcome(archive_write_data(m_archive, bytes.data(), size_t(bytes.size())) == bytes.size());
}

Done TarWriter::finish()
{
    return outcome(archive_write_close(m_archive) == ARCHIVE_OK);
}

// --- reading ---

TarReader::TarReader(Source source)
    : m_source(std::move(source))
    , m_archive(archive_read_new())
{
    archive_read_support_format_tar(m_archive);
    // Names are bytes: a locale must not decide whether a backup can be read.
    archive_read_set_options(m_archive, "hdrcharset=BINARY");
}

TarReader::~TarReader()
{
    archive_read_free(m_archive);
}

Error TarReader::fault() const
{
    if (!m_sourceFault)
        return m_sourceFault.error();
    const char *words = archive_error_string(m_archive);
    return Error{
        ErrorCode::Storage,
        u"The file is no backup, or a damaged one: what is compressed in it is no whole tar archive."_s,
        QString::fromLocal8Bit(words ? words : ""),
        {}};
}

Result<std::optional<TarMember>> TarReader::next()
{
    if (!m_opened) {
        m_opened = true;
        const auto read = [](archive *, void *self, const void **bytes) -> la_ssize_t {
            auto *reader = static_cast<TarReader *>(self);
            const auto piece = reader->m_source();
            if (!piece) {
                reader->m_sourceFault = tl::unexpected(piece.error());
                return -1;
            }
            *bytes = piece->data();
            return piece->size();
        };
        if (archive_read_open(m_archive, this, nullptr, read, nullptr) != ARCHIVE_OK)
            return tl::unexpected(fault());
    }
    archive_entry *entry = nullptr;
    const int code = archive_read_next_header(m_archive, &entry);
    // A source that fails behind the last member is an end to libarchive, which has seen enough.
    if (!m_sourceFault)
        return tl::unexpected(fault());
    if (code == ARCHIVE_EOF)
        return std::optional<TarMember>();
    // A warning is a header that libarchive had to guess at.
    if (code != ARCHIVE_OK)
        return tl::unexpected(fault());
    const char *name = archive_entry_pathname(entry);
    const auto wrong = faultOfMemberName(name ? name : "");
    const auto type = archive_entry_filetype(entry);
    const bool isPlain = (type == AE_IFREG || type == AE_IFDIR) && !archive_entry_hardlink(entry) &&
                         !archive_entry_symlink(entry);
    if (wrong || !isPlain) {
        return failure(
            ErrorCode::Storage,
            u"The backup is refused: %1. Nothing was unpacked."_s.arg(wrong.value_or(
                u"the member “%1” is a link or a device, and a backup holds plain files only"_s.arg(
                    QString::fromUtf8(name ? name : "").left(120)))));
    }
    return TarMember{QString::fromUtf8(name), qMax<qint64>(0, archive_entry_size(entry)), type == AE_IFDIR};
}

Result<qsizetype> TarReader::read(char *bytes, qsizetype size)
{
    const la_ssize_t got = archive_read_data(m_archive, bytes, size_t(size));
    if (got < 0)
        return tl::unexpected(fault());
    return qsizetype(got);
}

}
