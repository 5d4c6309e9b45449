// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/adminexchange.h"

#include "service/admin/adminapi.h"
#include "service/admin/uploadexchange.h"

#include <QPointer>

namespace quota::service
{

AdminExchange::AdminExchange(Exchange &exchange, Ask ask)
    : m_exchange(exchange)
    , m_ask(std::move(ask))
{}

void AdminExchange::begin(Exchange &exchange, Ask ask)
{
    if (UploadExchange::isFor(exchange.request()))
        return UploadExchange::begin(exchange, std::move(ask));
    exchange.setHandler(std::unique_ptr<AdminExchange>(new AdminExchange(exchange, std::move(ask))));
    exchange.receiveBody(AdminApi::maximumBody);
}

void AdminExchange::onBodyReceived()
{
    m_ask(m_exchange.request(), m_exchange.id(),
          [this, exchange = QPointer(&m_exchange)](const HttpAnswer &answer) {
              if (exchange)
                  this->answer(answer);
          });
}

void AdminExchange::onAnswerDrained()
{
    if (m_file)
        m_file->goOn();
}

void AdminExchange::answer(const HttpAnswer &answer)
{
    if (answer.bodyFile.isEmpty())
        return m_exchange.answer(answer);
    m_file.emplace(m_exchange, answer);
    m_file->goOn();
}

}
