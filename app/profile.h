// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QList>
#include <QObject>
#include <QSettings>
#include <QUrl>

#include <memory>
#include <optional>

// The services this console knows. A ProfileStore reads and writes them in one settings file; tokens are never
// in it, only whether one is kept in the keychain. Connect edits profiles, the session uses one at a time.
namespace quota::console
{

QString toString(Environment environment);
Environment environmentFromString(const QString &word); // unknown words: Production, the careful one

struct ServiceProfile
{
    QString id; // random, never reused; names the token in the keychain
    QString name;
    QString group; // empty: no group
    QUrl url;
    Environment environment = Environment::Dev;
    bool readOnly = false;  // writes are refused by the console, with the reason
    bool tokenKept = false; // the keychain holds the token; otherwise it is asked for

    bool operator==(const ServiceProfile &) const = default;
};

// What a person may type becomes an address: «host» and «host:port» get http on this computer and https
// elsewhere. Nothing when it is no http or https address of a host.
std::optional<QUrl> serviceUrlFromText(const QString &text);
bool isThisComputer(const QUrl &url); // localhost or a loopback address

class ProfileStore : public QObject
{
    Q_OBJECT

public:
    explicit ProfileStore(const QString &settingsFile, QObject *parent = nullptr);

    QList<ServiceProfile> profiles() const { return m_profiles; } // by group, then name
    std::optional<ServiceProfile> profile(const QString &id) const;
    // Adds, or replaces the one with the same id; an empty id gets a new one. The stored profile is returned.
    ServiceProfile save(ServiceProfile profile);
    void remove(const QString &id);

    QString lastUsed() const; // id; empty when never connected
    void setLastUsed(const QString &id);

    // Small things remembered for one profile (column widths, colours of models).
    QVariant memory(const QString &id, const QString &name) const;
    void setMemory(const QString &id, const QString &name, const QVariant &value);

Q_SIGNALS:
    void changed();

private:
    void load();
    void sort();

    QSettings m_settings;
    QList<ServiceProfile> m_profiles;
};

}
