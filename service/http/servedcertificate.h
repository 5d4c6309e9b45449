// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/certificate.h"

#include <atomic>
#include <mutex>

// The certificate in use, which can be changed while connections come in: the service puts it here, each server looks
// at it through a view of its own when it accepts.
namespace quota::service
{

// Everything may be called from any thread.
class ServedCertificate
{
public:
    void put(CertificatePointer certificate);
    // Takes the pair in these files, or logs why the one before stays; whether it was taken.
    bool reload(const QString &certificateFile, const QString &keyFile, Timestamp now);
    CertificatePointer get() const; // takes a lock
    quint64 version() const { return m_version.load(std::memory_order_acquire); }

private:
    mutable std::mutex m_mutex;
    CertificatePointer m_certificate;
    std::atomic<quint64> m_version = 0;
};

// The one in use as one thread sees it: one atomic load while nothing changes.
class CertificateView
{
public:
    explicit CertificateView(const ServedCertificate &served)
        : m_served(served)
    {}
    const Certificate &now();

private:
    const ServedCertificate &m_served;
    CertificatePointer m_certificate;
    quint64 m_version = 0;
};

}
