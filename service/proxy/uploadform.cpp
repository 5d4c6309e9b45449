// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/uploadform.h"

namespace quota::service
{

std::optional<QByteArray> UploadForm::boundaryOf(const HeaderList &headers)
{
    std::optional<QByteArray> boundary;
    int types = 0;
    for (const HeaderField field : headers) {
        if (!equalsIgnoringCase(field.name, "Content-Type"))
            continue;
        ++types;
        boundary = MultipartForm::boundaryOf(field.value);
    }
    return types == 1 ? boundary : std::nullopt;
}

UploadForm::UploadForm(const QByteArray &boundary)
    : m_form(boundary)
    , m_end(boundary.size() + QByteArrayView("\r\n----\r\n").size())
{}

void UploadForm::expect(qint64 bytes)
{
    if (bytes > 0)
        m_kept.reserve(bytes);
}

UploadForm::State UploadForm::feed(QByteArrayView bytes)
{
    m_kept += bytes;
    return m_form.feed(bytes);
}

QByteArray UploadForm::takePassable()
{
    const qsizetype size = m_kept.size() - m_end;
    if (size <= 0)
        return {};
    QByteArray end = m_kept.last(m_end);
    QByteArray passable = std::exchange(m_kept, std::move(end));
    passable.truncate(size);
    return passable;
}

}
