// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/ledger.h"

#include <QTimeZone>

#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace quota;
using namespace quota::service;

// Prints what the ledger costs a request: its reservation with four limits and a concurrency, the status for the answer's
// header fields, and its settlement, under leases that are granted at once. Usage: bench_ledger [REQUESTS] [KEYS].
// Processor time of this process; a figure for a person, no pass or fail.

namespace
{

class GrantAtOnce : public LeaseSource
{
public:
    void ask(const std::shared_ptr<Account> &account, const LeaseAmounts &amounts) override
    {
        ++asked;
        account->granted(amounts);
    }
    qint64 asked = 0;
};

double processorSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

}

int main(int argc, char **argv)
{
    const qint64 requests = argc > 1 ? std::atoll(argv[1]) : 2'000'000;
    const qint64 keys = argc > 2 ? std::atoll(argv[2]) : 1'000;
    if (requests < 1 || keys < 1) {
        std::fprintf(stderr, "Usage: bench_ledger [REQUESTS] [KEYS]\n");
        return 2;
    }
    const QList<Limit> limits{{LimitUnit::Requests, LimitWindow::Minute, maximumAmount},
                              {LimitUnit::Requests, LimitWindow::Day, maximumAmount},
                              {LimitUnit::Tokens, LimitWindow::Day, maximumAmount},
                              {LimitUnit::Tokens, LimitWindow::Month, maximumAmount}};
    GrantAtOnce source;
    std::vector<std::shared_ptr<Account>> accounts;
    for (qint64 key = 0; key < keys; ++key)
        accounts.push_back(std::make_shared<Account>(QTimeZone("Asia/Shanghai"),
                                                     KeyId{QStringLiteral("key_%1").arg(key)}, &source));
    // Ten thousand requests a second.
    Timestamp now = fromMilliseconds(1'790'000'000'000);
    const double begun = processorSeconds();
    for (qint64 request = 0; request < requests; ++request) {
        if (request % 10 == 0)
            now += std::chrono::milliseconds(1);
        Account &account = *accounts[size_t(request % keys)];
        auto ticket = account.reserve(limits, 100, 1'000, now);
        if (!ticket || !ticket->isCovered()) {
            std::fprintf(stderr, "A request was refused or not covered.\n");
            return 1;
        }
        account.status(limits, now);
        ticket->settle(1, 700);
    }
    const double seconds = processorSeconds() - begun;
    std::printf("ledger: %.0f ns a request (%lld requests of %lld keys, %lld leases asked for)\n",
                seconds / double(requests) * 1e9, static_cast<long long>(requests),
                static_cast<long long>(keys), static_cast<long long>(source.asked));
    return 0;
}
