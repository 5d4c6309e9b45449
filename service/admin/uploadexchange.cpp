// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/uploadexchange.h"

#include "service/admin/adminapi.h"
#include "shared/adminpaths.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace quota::service
{

// Pieces that wait for the disk; beyond, the client waits.
static constexpr qint64 mostWaiting = 1024 * 1024;

bool UploadExchange::isFor(const HttpRequest &request)
{
    return request.method == "POST" && request.path() == QByteArrayView(paths::uploadBackup.latin1());
}

HttpAnswer uploadTooLarge(qint64 maximum, Language language)
{
    return errorAnswer(
        413,
        {ErrorCode::InvalidField,
         message(language,
                 QT_TRANSLATE_NOOP("service", "The backup is larger than %1 bytes, the most that is taken "
                                              "here. BACKUP_MAX_SIZE sets it."),
                 {QString::number(maximum)}),
         {},
         {}},
        u"request_too_large"_s);
}

UploadExchange::UploadExchange(Exchange &exchange, AdminExchange::Ask ask)
    : m_exchange(exchange)
    , m_ask(std::move(ask))
{}

void UploadExchange::begin(Exchange &exchange, AdminExchange::Ask ask)
{
    auto handler = std::unique_ptr<UploadExchange>(new UploadExchange(exchange, std::move(ask)));
    UploadExchange &upload = *handler;
    exchange.setHandler(std::move(handler));
    upload.ask({}, &UploadExchange::admitted);
}

void UploadExchange::ask(const QString &bodyFile, void (UploadExchange::*then)(const HttpAnswer &))
{
    HttpRequest request = m_exchange.request();
    request.bodyFile = bodyFile;
    m_ask(std::move(request), m_exchange.id(),
          [this, then, exchange = QPointer(&m_exchange)](const HttpAnswer &answer) {
              if (exchange)
                  (this->*then)(answer);
          });
}

void UploadExchange::admitted(const HttpAnswer &answer)
{
    constexpr int goOn = 100;
    if (answer.status != goOn)
        return m_exchange.answer(answer);
    m_maximum = answer.maximumBody;
    m_file = std::make_unique<BodyFile>(m_exchange, answer.bodyFile, [this] { fileMoved(); });
    m_exchange.streamBody();
}

void UploadExchange::onBodyArrived(const QByteArray &bytes)
{
    if (!m_file && !m_fault)
        return;
    m_received += bytes.size();
    if (m_received > m_maximum)
        return refuse(uploadTooLarge(
            m_maximum, languageFromHeader(m_exchange.request().headers.value("Accept-Language"))));
    if (m_fault)
        return;
    m_file->write(bytes);
    if (m_file->waiting() > mostWaiting)
        m_exchange.pauseBody();
}

void UploadExchange::onBodyReceived()
{
    m_bodyIsWhole = true;
    if (m_file)
        m_file->finish();
    else if (m_fault)
        m_exchange.answer(*m_fault);
}

void UploadExchange::fileMoved()
{
    if (!m_file)
        return;
    if (const Done state = m_file->state(); !state) {
        m_file.reset();
        m_fault = errorAnswer(state.error());
        if (m_bodyIsWhole)
            return m_exchange.answer(*m_fault);
        return m_exchange.resumeBody();
    }
    if (!m_file->isWhole()) {
        if (m_file->waiting() <= mostWaiting / 2)
            m_exchange.resumeBody();
        return;
    }
    const QString path = m_file->keep();
    m_file.reset();
    ask(path, &UploadExchange::taken);
}

void UploadExchange::refuse(const HttpAnswer &answer)
{
    m_file.reset();
    m_exchange.answer(answer);
}

}
