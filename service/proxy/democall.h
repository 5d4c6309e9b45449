// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/upstreamcall.h"
#include "service/proxy/demoprovider.h"

#include <QTimer>

// The demo provider as an upstream: gives a DemoAnswer chunk by chunk, one a turn of the event loop, so that a
// holder sees it arrive as a real stream does.
namespace quota::service
{

class DemoCall : public UpstreamCall
{
public:
    explicit DemoCall(DemoAnswer answer);

    void pause() override { m_timer.stop(); }
    void resume() override { m_timer.start(); }
    // The demo reads no uploads: what is sent to it goes nowhere.
    void send(const QByteArray &) override {}
    void endBody() override {}
    bool congested() const override { return false; }

private:
    void giveNext();

    DemoAnswer m_answer;
    qsizetype m_next = 0;
    bool m_headGiven = false;
    QTimer m_timer;
};

}
