// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/fileanswer.h"

#include <functional>
#include <optional>

// A request to the admin API on its way: collects the body, asks, gives the answer, from a file if need be. Lanes and
// the admin API's own listener make it; the exchange owns it.
namespace quota::service
{

class AdminExchange : public ExchangeHandler
{
public:
    using Reply = std::function<void(const HttpAnswer &)>;
    // Calls reply once or never, in the exchange's thread, perhaps when the exchange is gone.
    using Ask = std::function<void(HttpRequest request, const QByteArray &id, Reply reply)>;

    static void begin(Exchange &exchange, Ask ask);

private:
    AdminExchange(Exchange &exchange, Ask ask);
    void onBodyReceived() override;
    void onAnswerDrained() override;
    void answer(const HttpAnswer &answer);

    Exchange &m_exchange;
    const Ask m_ask;
    std::optional<FileAnswer> m_file;
};

}
