// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/id.h"
#include "shared/limit.h"

#include <QJsonObject>
#include <QStringList>

// Keys as both programs know them: what a key is, what makes and changes one, and how a list of them is asked
// for. A secret appears only in CreatedKey, the answer that makes it.
namespace quota
{

enum class KeyState
{
    Active,
    Disabled,
    Expired,
    Deleted
};
QString toString(KeyState state);
std::optional<KeyState> keyStateFromString(const QString &word);

inline constexpr int maximumLabelLength = 200; // characters
inline constexpr int maximumPrefixLength = 20; // characters of [A-Za-z0-9_-]
inline constexpr int maximumKeysAtOnce = 100;  // per create call
inline constexpr int maximumLimitsPerKey = 36; // units × windows × modes
inline constexpr int maximumRaisedWindows = 1'000;
inline constexpr int maximumModelsPerKey = 200;
inline constexpr qint64 maximumConcurrency = 100'000;
inline constexpr std::chrono::days deletedKeysKept{30};

struct ApiKey
{
    KeyId id;
    QString label;
    QString prefix; // as given at creation, «sk-»
    QString tail;   // the last four characters of the secret, to recognise it by
    bool disabled = false;
    bool inheritsLimits = true; // has none of its own: those of its template apply, or the instance's default
    QString templateName;       // the one it follows; empty: none
    QList<Limit> limits;        // at most one per unit, window and mode
    QList<LimitRaise> raises;   // at most one per unit and window; those that are over do nothing
    std::optional<qint64> concurrency; // its own
    QStringList models;                // allowed models; empty: all
    std::optional<Timestamp> expiresAt;
    std::optional<Timestamp> deletedAt;
    std::optional<Timestamp> rotatedAt;
    Timestamp createdAt;
    Timestamp updatedAt;
    qint64 version = 1; // grows with each change; edits carry it

    // Deleted before expired before disabled: what a holder must hear first.
    KeyState stateAt(Timestamp now) const;
    // «sk-…e41f»: safe to show and to log.
    QString preview() const { return prefix + QStringLiteral("…") + tail; }
    bool operator==(const ApiKey &) const = default;
};

// A key with what the books say of it; the row of every list.
struct KeyOverview
{
    ApiKey key;
    KeyState state = KeyState::Active;
    QList<LimitStatus> limits;         // those in force, with templates, defaults and raises
    std::optional<qint64> concurrency; // in force
    qint64 active = 0;                 // requests under way
    qint64 requestsToday = 0;
    qint64 tokensToday = 0;
    QList<qint64> lastDays; // requests of the last seven days, oldest first, today last
    std::optional<Timestamp> lastUsedAt;

    bool operator==(const KeyOverview &) const = default;
};

struct NewKey
{
    QString label;
    std::optional<QString> prefix; // nothing: the instance's default
    int count = 1;                 // 1..maximumKeysAtOnce; labels get « 1», « 2» … when more than one
    std::optional<QList<Limit>> limits; // nothing: the template's, or the instance's default
    // Gives limits and concurrency, and models and expiry where these are not given here. Followed: its changes are the
    // key's, too; else copied once.
    QString templateName;
    bool followsTemplate = true;
    std::optional<qint64> concurrency;
    QStringList models;
    std::optional<Timestamp> expiresAt;

    bool operator==(const NewKey &) const = default;
};

struct CreatedKey
{
    KeyOverview overview;
    QString secret; // shown once, stored nowhere
};

// What an edit changes; nothing in a field leaves it. clear… take a value away.
struct KeyChange
{
    std::optional<qint64> version; // given: refused with VersionConflict when the key has another
    std::optional<QString> label;
    std::optional<QList<Limit>> limits;
    bool inheritLimits = false;          // back to the instance's default, and no template
    std::optional<QString> templateName; // empty: no template any more, the instance's default applies
    bool followsTemplate = true;         // false: its limits and concurrency are copied
    std::optional<qint64> concurrency;
    bool clearConcurrency = false;
    std::optional<QStringList> models;
    std::optional<Timestamp> expiresAt;
    bool clearExpiry = false;
    std::optional<bool> disabled;

    bool operator==(const KeyChange &) const = default;
};

// The enforced limit of this unit and window gets another amount, for the window that runs and those that follow.
struct NewRaise
{
    LimitUnit unit = LimitUnit::Requests;
    LimitWindow window = LimitWindow::Day;
    qint64 amount = 0;
    int windows = 1; // 1..maximumRaisedWindows
    std::optional<qint64> version;

    bool operator==(const NewRaise &) const = default;
};

enum class KeySort
{
    Created,
    Label,
    RequestsToday,
    TokensToday,
    LastUsed,
    Expires
};
QString toString(KeySort sort);
std::optional<KeySort> keySortFromString(const QString &word);

struct KeyQuery
{
    QString search; // in label, id and preview, without case; a full secret finds its key by hash
    std::optional<KeyState> state; // nothing: all but deleted
    KeySort sort = KeySort::Created;
    bool descending = true;
    int limit = 100; // 1..1000 rows a page
    QString after;   // KeyPage::next of the page before
};

struct KeyPage
{
    QList<KeyOverview> keys;
    qint64 total = 0; // matching the query, all pages
    QString next;     // empty on the last page
    QString mode;     // memory, sqlite
};

// JSON of the admin API. Reading is strict: requests reject unknown fields, answers tolerate new ones.
QJsonObject toJson(const KeyOverview &overview);
Result<KeyOverview> keyOverviewFromJson(const QJsonObject &object);
QJsonObject toJson(const NewKey &key);
// Takes the aliases of the replaced system too: quota, totalQuota, total_quota (requests/total), daily_limit,
// dailyLimit (requests/day), expiresAt, expires_in / days / expiry_days (days from now).
Result<NewKey> newKeyFromJson(const QJsonObject &object, Timestamp now);
// In a change null takes away: limits (back to the default), concurrency, expires_at; models allows all.
// Whether an expiry lies in the past is for the caller to see, who has the time.
QJsonObject toJson(const KeyChange &change);
Result<KeyChange> keyChangeFromJson(const QJsonObject &object);
QJsonObject toJson(const NewRaise &raise);
Result<NewRaise> newRaiseFromJson(const QJsonObject &object);
QJsonArray toJson(const QList<Limit> &limits);
// The list «limits», each checked; not whether they go together.
QList<Limit> limitsFromJson(JsonReader &reader);

// Refuses two limits of the same unit, window and mode, and more than maximumLimitsPerKey.
Done checkLimits(const QList<Limit> &limits);
Done checkPrefix(const QString &prefix);

}
