// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/keyring.h"

#include <sodium.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

static void fillRandomly(void *bytes, size_t size)
{
    if (sodium_init() < 0)
        qFatal("libsodium found no source of random numbers.");
    randombytes_buf(bytes, size);
}

SecretHash hashSecret(QByteArrayView secret)
{
    // Once a request; QCryptographicHash takes half as long again for so short a text.
    SecretHash hash(crypto_hash_sha256_BYTES, Qt::Uninitialized);
    crypto_hash_sha256(reinterpret_cast<unsigned char *>(hash.data()),
                       reinterpret_cast<const unsigned char *>(secret.data()), size_t(secret.size()));
    return hash;
}

QString makeSecret(const QString &prefix)
{
    QByteArray random(32, Qt::Uninitialized);
    fillRandomly(random.data(), size_t(random.size()));
    const QByteArray text = random.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    return prefix + QLatin1StringView(text);
}

KeyId makeKeyId()
{
    static constexpr char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    quint64 random = 0;
    fillRandomly(&random, sizeof random);
    QString id = u"key_"_s;
    for (int character = 0; character < 12; ++character) {
        id += QLatin1Char(alphabet[random & 31]);
        random >>= 5;
    }
    return KeyId{id};
}

Keyring::Keyring(QTimeZone zone, QList<Limit> defaultLimits, LeaseSource *leases)
    : m_zone(std::move(zone))
    , m_defaultLimits(std::move(defaultLimits))
    , m_leases(leases)
    , m_snapshot(std::make_shared<const Snapshot>())
{}

void Keyring::add(Snapshot &next, const StoredKey &stored, const KeyEntryPointer &known) const
{
    auto entry = std::make_shared<KeyEntry>();
    entry->key = stored.key;
    entry->secretHash = stored.secretHash;
    applyLimits(*entry);
    if (known) {
        entry->account = known->account;
    } else {
        entry->account = std::make_shared<Account>(m_zone, stored.key.id, m_leases);
        entry->account->load(stored.counters, stored.lastUsedAt);
    }
    next.byId.insert(stored.key.id, entry);
    next.bySecret.insert(stored.secretHash, entry);
}

QList<Limit> KeyEntry::limitsAt(Timestamp now) const
{
    QList<Limit> inForce = limits;
    for (const LimitRaise &raise : key.raises) {
        if (now >= raise.until)
            continue;
        for (Limit &limit : inForce) {
            const bool isMeant =
                limit.isEnforced() && limit.unit == raise.unit && limit.window == raise.window;
            if (isMeant && (raise.amount == unlimitedAmount || raise.amount > limit.amount))
                limit.amount = raise.amount;
        }
    }
    return inForce;
}

void Keyring::applyLimits(KeyEntry &entry) const
{
    const ApiKey &key = entry.key;
    const auto followed = m_templates.constFind(key.templateName);
    const bool follows = !key.templateName.isEmpty() && followed != m_templates.constEnd();
    entry.limits = follows ? followed->limits : key.inheritsLimits ? m_defaultLimits : key.limits;
    entry.concurrency = key.concurrency ? key.concurrency : follows ? followed->concurrency : std::nullopt;
    entry.warns = std::any_of(entry.limits.begin(), entry.limits.end(),
                              [](const Limit &limit) { return limit.mode != LimitMode::Enforce; });
}

void Keyring::setTemplates(const QList<KeyTemplate> &templates)
{
    m_templates.clear();
    for (const KeyTemplate &one : templates)
        m_templates.insert(one.name, one);
}

void Keyring::putTemplates(const QList<KeyTemplate> &templates)
{
    setTemplates(templates);
    auto next = std::make_shared<Snapshot>(*current());
    for (KeyEntryPointer &known : next->byId) {
        if (known->key.templateName.isEmpty())
            continue;
        auto entry = std::make_shared<KeyEntry>(*known);
        applyLimits(*entry);
        next->bySecret.insert(entry->secretHash, entry);
        known = std::move(entry);
    }
    publish(std::move(next));
}

QList<KeyTemplate> Keyring::templates() const
{
    QMap<QString, KeyTemplate> templates = m_templates;
    for (KeyTemplate &one : templates)
        one.keys = 0;
    const auto snapshot = current();
    for (const KeyEntryPointer &entry : snapshot->byId) {
        if (const auto followed = templates.find(entry->key.templateName); followed != templates.end())
            ++followed->keys;
    }
    return templates.values();
}

std::optional<KeyTemplate> Keyring::templateNamed(const QString &name) const
{
    const auto known = m_templates.constFind(name);
    return known == m_templates.constEnd() ? std::nullopt : std::optional(*known);
}

void Keyring::put(const QList<StoredKey> &keys)
{
    auto next = std::make_shared<Snapshot>(*current());
    for (const StoredKey &stored : keys) {
        const KeyEntryPointer known = next->byId.value(stored.key.id);
        if (known)
            next->bySecret.remove(known->secretHash);
        add(*next, stored, known);
    }
    publish(std::move(next));
}

void Keyring::replaceAll(const Contents &contents)
{
    setTemplates(contents.templates);
    const auto before = current();
    auto next = std::make_shared<Snapshot>();
    for (const StoredKey &stored : contents.keys)
        add(*next, stored, before->byId.value(stored.key.id));
    publish(std::move(next));
}

void Keyring::remove(const KeyId &id)
{
    auto next = std::make_shared<Snapshot>(*current());
    if (const KeyEntryPointer known = next->byId.take(id))
        next->bySecret.remove(known->secretHash);
    publish(std::move(next));
}

KeyEntryPointer Keyring::byId(const KeyId &id) const
{
    return current()->byId.value(id);
}

KeyEntryPointer Keyring::bySecret(QByteArrayView secret) const
{
    return current()->bySecret.value(hashSecret(secret));
}

QList<KeyEntryPointer> Keyring::all() const
{
    return current()->byId.values();
}

QList<std::shared_ptr<Account>> Keyring::accounts() const
{
    const auto snapshot = current();
    QList<std::shared_ptr<Account>> accounts;
    accounts.reserve(snapshot->byId.size());
    for (const KeyEntryPointer &entry : snapshot->byId)
        accounts.append(entry->account);
    return accounts;
}

std::shared_ptr<const Keyring::Snapshot> Keyring::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_snapshot;
}

void Keyring::publish(std::shared_ptr<const Snapshot> next)
{
    // The old snapshot dies after the lock is free: it may be the last owner of many entries.
    const std::lock_guard lock(m_mutex);
    m_snapshot.swap(next);
    m_generation.fetch_add(1, std::memory_order_release);
}

KeyringView::KeyringView(const Keyring &keyring)
    : m_keyring(keyring)
{}

KeyEntryPointer KeyringView::find(QByteArrayView secret)
{
    if (m_keyring.m_generation.load(std::memory_order_acquire) != m_generation) {
        const std::lock_guard lock(m_keyring.m_mutex);
        m_snapshot = m_keyring.m_snapshot;
        m_generation = m_keyring.m_generation.load(std::memory_order_relaxed);
    }
    return m_snapshot->bySecret.value(hashSecret(secret));
}

}
