// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/ledger.h"
#include "shared/keytemplate.h"

#include <QHash>
#include <QMap>

#include <atomic>
#include <memory>
#include <mutex>

// All keys by the SHA-256 of their secret, with their accounts. The admin API changes it on the main thread;
// each lane looks keys up through a KeyringView of its own, which costs one atomic load while nothing changes
// and sees every change with the next request. No SQL, no I/O.
namespace quota::service
{

using SecretHash = QByteArray; // 32 bytes

// SHA-256 of the secret's bytes.
SecretHash hashSecret(QByteArrayView secret);
// prefix + 43 characters base64url of 256 random bits (libsodium).
QString makeSecret(const QString &prefix);
// «key_» + 12 characters of a-z2-7 from 60 random bits.
KeyId makeKeyId();

struct KeyEntry
{
    ApiKey key;
    SecretHash secretHash;
    QList<Limit> limits; // the key's own, its template's, or the instance's default; without raises
    std::optional<qint64> concurrency; // in force
    bool warns = false;                // has limits that are not enforced
    std::shared_ptr<Account> account;  // the same for every version of the key

    // Those in force, with raises that are not over.
    QList<Limit> limitsAt(Timestamp now) const;
    QList<LimitStatus> statusAt(Timestamp now) const { return account->status(limitsAt(now), now); }
};
using KeyEntryPointer = std::shared_ptr<const KeyEntry>;

using KeyTable = QHash<SecretHash, KeyEntryPointer>;

class Keyring
{
public:
    // leases: where the accounts of keys ask for theirs; null where nothing is durable.
    Keyring(QTimeZone zone, QList<Limit> defaultLimits, LeaseSource *leases = nullptr);

    const QTimeZone &timeZone() const { return m_zone; }

    // One key as the store holds it; with account counters to load when it is new here.
    struct StoredKey
    {
        ApiKey key;
        SecretHash secretHash;
        QList<WindowCounter> counters;
        std::optional<Timestamp> lastUsedAt;
    };
    // Main thread. New keys and new versions of known ones, published together.
    void put(const QList<StoredKey> &keys);
    struct Contents // of a store
    {
        QList<KeyTemplate> templates;
        QList<StoredKey> keys;
    };
    // Main thread. These and no others, published together, so that no key is ever seen without its template; known
    // ones keep their account as it is.
    void replaceAll(const Contents &contents);
    // Main thread. All of them, those that keys name among them; followers have the new limits with their next request.
    void putTemplates(const QList<KeyTemplate> &templates);
    QList<KeyTemplate> templates() const; // main thread; by name, with counts of the keys that follow
    std::optional<KeyTemplate> templateNamed(const QString &name) const; // main thread
    void remove(const KeyId &id); // main thread; for good, after the days of grace

    KeyEntryPointer byId(const KeyId &id) const;           // any thread; null when unknown
    KeyEntryPointer bySecret(QByteArrayView secret) const; // any thread; takes a lock: not for lanes
    QList<KeyEntryPointer> all() const;                    // any thread; no order
    QList<std::shared_ptr<Account>> accounts() const;      // any thread; no order

private:
    friend class KeyringView;
    struct Snapshot
    {
        KeyTable bySecret;
        QHash<KeyId, KeyEntryPointer> byId;
    };
    void add(Snapshot &next, const StoredKey &stored, const KeyEntryPointer &known) const;
    std::shared_ptr<const Snapshot> current() const;
    void setTemplates(const QList<KeyTemplate> &templates);
    void applyLimits(KeyEntry &entry) const;
    void publish(std::shared_ptr<const Snapshot> next);

    const QTimeZone m_zone;
    const QList<Limit> m_defaultLimits;
    QMap<QString, KeyTemplate> m_templates; // by name; main thread
    LeaseSource *const m_leases;
    mutable std::mutex m_mutex; // guards m_snapshot's replacement
    std::shared_ptr<const Snapshot> m_snapshot;
    std::atomic<quint64> m_generation{1};
};

// One lane's window on the keyring; used by that lane's thread only.
class KeyringView
{
public:
    explicit KeyringView(const Keyring &keyring);
    // Null for an unknown secret. Expired, disabled and deleted keys are found: the caller says what they are.
    KeyEntryPointer find(QByteArrayView secret);

private:
    const Keyring &m_keyring;
    quint64 m_generation = 0;
    std::shared_ptr<const Keyring::Snapshot> m_snapshot;
};

}
