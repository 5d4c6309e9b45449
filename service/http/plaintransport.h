// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/transport.h"

#include <QSocketNotifier>

#include <optional>

// A connected TCP descriptor, read and written directly: what most connections of the data path are. Owns the
// descriptor.
namespace quota::service
{

class PlainTransport : public Transport
{
public:
    // descriptor: connected; never waited for, whether it blocks or not.
    explicit PlainTransport(int descriptor);
    ~PlainTransport() override;

    qint64 receive(char *data, qint64 maximumSize) override;
    qint64 send(const iovec *parts, int count) override;
    bool isQuiet() const override;
    void setReading(bool on) override;
    void setWriting(bool on) override;
    void endSending() override;
    void close(bool reset = false) override;

private:
    // Takes its event itself: a signal and who hears it would be a quarter of a kilobyte a connection.
    class Watch : public QSocketNotifier
    {
    public:
        Watch(PlainTransport &transport, Type type)
            : QSocketNotifier(transport.m_descriptor, type)
            , m_transport(transport)
        {}

    protected:
        bool event(QEvent *event) override;

    private:
        PlainTransport &m_transport;
    };

    int m_descriptor;
    std::optional<Watch> m_readNotifier;
    std::optional<Watch> m_writeNotifier; // made when it is first waited for: most never are
};

}
