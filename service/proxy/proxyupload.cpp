// SPDX-License-Identifier: GPL-3.0-or-later
// The half of ProxyCall for uploads: passed on piece by piece, forms not before their model is known and judged.
#include "service/proxy/proxycall.h"
#include "service/proxy/tokenpolicy.h"

namespace quota::service
{

static bool isForm(QByteArrayView contentType)
{
    return contentType.toByteArray().toLower().startsWith("multipart/");
}

void ProxyCall::receiveUpload()
{
    if (const auto fault = judgeModel({}))
        return refuse(*fault, QString::fromUtf8(m_facts.chat.model));
    const HttpRequest &request = m_exchange.request();
    const bool namesModel = m_route.upload == RequestRoute::Upload::NamesModel;
    if (isForm(request.headers.value("Content-Type")) && (isRestricted() || namesModel)) {
        const auto boundary = UploadForm::boundaryOf(request.headers);
        if (!boundary)
            return refuse(HolderFault::InvalidForm);
        m_form = std::make_unique<UploadForm>(*boundary);
    } else if (isRestricted()) {
        // What is no form may be anything, with any model in it.
        return refuse(HolderFault::ModelNotAllowed);
    }
    m_isUpload = true;
    m_isUploading = true;
    const bool waits = m_form && m_route.upload != RequestRoute::Upload::Files;
    if (waits)
        m_form->expect(qMin(m_exchange.bodyLength(), m_resources.config.maximumHeldUpload));
    if (!waits)
        return beginUpload();
    m_isReadingUpload = true;
    m_exchange.streamBody();
}

void ProxyCall::beginUpload()
{
    const bool namesModel = m_route.upload == RequestRoute::Upload::NamesModel;
    if (namesModel || !m_facts.chat.model.isEmpty())
        m_facts.tokensToReserve = tokensToReserve(m_resources.config, m_route, m_facts.chat, 0);
    if (!chooseProvider() || !reserve()) {
        m_isUploading = false;
        return;
    }
    if (m_isReadingUpload)
        m_exchange.pauseBody();
    whenCovered([this] { passUpload(); });
}

void ProxyCall::passUpload()
{
    const qint64 length = m_exchange.bodyLength();
    forward(length == Exchange::chunked ? UpstreamRequest::unknownLength : length);
    if (!std::exchange(m_isReadingUpload, true))
        return m_exchange.streamBody();
    m_exchange.resumeBody();
    if (m_form)
        giveUpload(m_form->takePassable());
    if (m_uploadIsWhole)
        endUpload();
}

void ProxyCall::onRequestDrained()
{
    m_exchange.keepBody(0);
    m_exchange.resumeBody();
}

void ProxyCall::takeUpload(const QByteArray &bytes)
{
    if (!m_isUploading)
        return;
    if (!m_form)
        return giveUpload(bytes);
    if (m_form->feed(bytes) == UploadForm::State::Malformed)
        return refuseForm();
    if (const auto fault = takeFormModel())
        return refuseUpload(*fault, QString::fromUtf8(m_facts.chat.model));
    if (m_call)
        giveUpload(m_form->takePassable());
    else if (!m_coverWait)
        holdUpload();
}

std::optional<HolderFault> ProxyCall::takeFormModel()
{
    if (m_formNamedModel || !m_form->model())
        return std::nullopt;
    m_formNamedModel = true;
    return judgeModel(*m_form->model());
}

// Until the model is known. A key that may use any model does not need it that much: beyond the bound its form goes
// where requests without a model go.
void ProxyCall::holdUpload()
{
    const qint64 most = m_resources.config.maximumHeldUpload;
    const bool tooMuch = m_form->kept() > most;
    if (m_formNamedModel || (tooMuch && !isRestricted())) {
        beginUpload();
    } else if (tooMuch) {
        refuseUpload(HolderFault::ModelTooLate, QString::number(most));
    } else {
        m_exchange.keepBody(m_form->kept()); // or it fails, and we hear of it
    }
}

void ProxyCall::giveUpload(const QByteArray &bytes)
{
    m_call->send(bytes);
    if (m_call->congested())
        m_exchange.pauseBody();
    else
        m_exchange.keepBody(0);
}

void ProxyCall::endUpload()
{
    if (!m_isUploading)
        return;
    if (m_form) {
        if (m_form->finish() == UploadForm::State::Malformed)
            return refuseForm();
        if (!m_call && isRestricted() && m_facts.chat.model.isEmpty())
            return refuseUpload(HolderFault::ModelNotAllowed);
        m_uploadIsWhole = true;
        if (!m_call)
            return m_coverWait ? void() : beginUpload(); // and back here
        giveUpload(m_form->takeRest());
    }
    m_isUploading = false;
    m_call->endBody();
}

void ProxyCall::refuseForm()
{
    refuseUpload(HolderFault::InvalidForm, message(m_language, m_form->fault()));
}

void ProxyCall::refuseUpload(HolderFault fault, const QString &subject)
{
    m_isUploading = false;
    if (m_exchange.headSent()) {
        // The upstream has begun to answer what was not even whole.
        settle(RequestOutcome::ClientGone, m_exchange.status());
        m_call.reset();
        return m_exchange.abort();
    }
    // It got too little to act on.
    m_call.reset();
    m_coverWait.reset();
    m_books.giveBack();
    refuse(fault, subject);
}

}
