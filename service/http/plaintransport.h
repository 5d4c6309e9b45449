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
    Q_OBJECT

public:
    // descriptor: connected; never waited for, whether it blocks or not.
    explicit PlainTransport(int descriptor, QObject *parent = nullptr);
    ~PlainTransport() override;

    qint64 receive(char *data, qint64 maximumSize) override;
    qint64 send(const iovec *parts, int count) override;
    bool isQuiet() const override;
    void setReading(bool on) override;
    void setWriting(bool on) override;
    void endSending() override;
    void close(bool reset = false) override;

private:
    int m_descriptor;
    std::optional<QSocketNotifier> m_readNotifier;
    std::optional<QSocketNotifier> m_writeNotifier; // made when it is first waited for: most never are
};

}
