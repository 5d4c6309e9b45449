// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/sourcetext.h"

#include <cstdlib>

using namespace quota;
using namespace quota::service;

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

// Whatever a file holds, what comes of it can stand in our store, and its secrets are nowhere in it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), qsizetype(size));
    const Timestamp now = fromMilliseconds(1'800'000'000'000);
    const auto plan = planText(QStringLiteral("file"), text, now);
    if (!plan) {
        require(!plan.error().message.isEmpty());
        return 0;
    }
    QSet<SecretHash> hashes;
    for (const ImportedKey &imported : plan->keys) {
        const ApiKey &key = imported.key;
        require(imported.secretHash.size() == 32 && !hashes.contains(imported.secretHash));
        hashes.insert(imported.secretHash);
        require(checkLimits(key.limits).has_value());
        require(key.inheritsLimits == key.limits.isEmpty());
        for (const Limit &limit : key.limits)
            require(limit.amount >= unlimitedAmount && limit.amount <= maximumAmount);
        require(key.label.toUcs4().size() <= maximumLabelLength && key.tail.size() <= 4);
        require(key.prefix.isEmpty() || checkPrefix(key.prefix).has_value());
        require(key.models.size() <= maximumModelsPerKey);
        require(imported.requests >= 0 && imported.tokens >= 0);
    }
    return 0;
}
