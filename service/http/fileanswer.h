// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/exchange.h"

#include <QFile>

// An answer whose body lies in a file: read piece by piece, no faster than the client takes it, so that a download
// of any size needs the memory of one piece. The exchange's handler owns it.
namespace quota::service
{

class FileAnswer
{
public:
    // answer names a file; what is missing is answered with 404. goOn() follows, the first time at once.
    FileAnswer(Exchange &exchange, const HttpAnswer &answer);

    void goOn(); // gives what the client takes now

private:
    Exchange &m_exchange;
    QFile m_file;
    qint64 m_left = 0;
};

}
