// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/exchange.h"

#include <QFile>

// An answer whose body lies in a file: read piece by piece, no faster than the client takes it, so that a download
// of any size needs the memory of one piece. The exchange owns it.
namespace quota::service
{

class FileAnswer : public QObject
{
public:
    // Answers with the file, or plainly when the answer names none.
    static void send(Exchange &exchange, const HttpAnswer &answer);

private:
    FileAnswer(Exchange &exchange, const HttpAnswer &answer);
    void feed();

    Exchange &m_exchange;
    QFile m_file;
    qint64 m_left = 0;
};

}
