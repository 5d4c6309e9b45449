// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/adminexchange.h"
#include "service/http/bodyfile.h"
#include "service/messages.h"

#include <memory>
#include <optional>

// An upload to the admin API: asks first whether and whereto, then gives the body to a file as it comes, and asks again
// with the file. Who is refused is never read; who leaves leaves nothing. AdminExchange begins it; the exchange owns it.
namespace quota::service
{

class UploadExchange : public ExchangeHandler
{
public:
    static bool isFor(const HttpRequest &request);
    static void begin(Exchange &exchange, AdminExchange::Ask ask);

private:
    UploadExchange(Exchange &exchange, AdminExchange::Ask ask);
    void onBodyArrived(const QByteArray &bytes) override;
    void onBodyReceived() override;
    void onBodyFailed() override { m_file.reset(); }
    void onGone() override { m_file.reset(); }

    void ask(const QString &bodyFile, void (UploadExchange::*then)(const HttpAnswer &));
    void admitted(const HttpAnswer &answer);
    void taken(const HttpAnswer &answer) { m_exchange.answer(answer); }
    void fileMoved();
    void refuse(const HttpAnswer &answer);

    Exchange &m_exchange;
    const AdminExchange::Ask m_ask;
    std::unique_ptr<BodyFile> m_file;  // null: not yet, or no more
    std::optional<HttpAnswer> m_fault; // told at the body's end: many clients read no answer while they send
    bool m_bodyIsWhole = false;
    qint64 m_received = 0;
    qint64 m_maximum = 0;
};

// 413, naming the setting.
HttpAnswer uploadTooLarge(qint64 maximum, Language language);

}
