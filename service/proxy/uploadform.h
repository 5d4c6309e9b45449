// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"
#include "service/proxy/multipartform.h"

// A form on its way to an upstream: keeps what came until its reader knows the model, then gives it on, and keeps the
// end until the form is known to be whole and to name no other model. The upstream never has a form that it could act
// on before that. proxycall feeds it. Pure; what it keeps is bounded by who feeds it.
namespace quota::service
{

class UploadForm
{
public:
    using State = MultipartForm::State;

    // Of a request with these fields; nothing when nobody could say for sure where its parts end.
    static std::optional<QByteArray> boundaryOf(const HeaderList &headers);

    explicit UploadForm(const QByteArray &boundary);

    // expected: bytes of the whole body where they are known, so that a large form is not copied as it grows.
    void expect(qint64 bytes);
    State feed(QByteArrayView bytes);
    State finish() { return m_form.finish(); }

    const std::optional<QByteArray> &model() const { return m_form.model(); }
    const char *fault() const { return m_form.fault(); }
    qsizetype kept() const { return m_kept.size(); }

    // What may go to the upstream now: all but the end.
    QByteArray takePassable();
    // And the end, once finish() said Whole.
    QByteArray takeRest() { return std::exchange(m_kept, {}); }

private:
    MultipartForm m_form;
    const qsizetype m_end; // bytes of the line that closes the form
    QByteArray m_kept;
};

}
