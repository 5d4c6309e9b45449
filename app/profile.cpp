// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <QUuid>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::console
{

QString toString(Environment environment)
{
    switch (environment) {
    case Environment::Production:
        return u"production"_s;
    case Environment::Test:
        return u"test"_s;
    case Environment::Dev:
        return u"dev"_s;
    }
    Q_UNREACHABLE();
}

Environment environmentFromString(const QString &word)
{
    if (word == "test"_L1)
        return Environment::Test;
    if (word == "dev"_L1)
        return Environment::Dev;
    return Environment::Production;
}

std::optional<QUrl> serviceUrlFromText(const QString &text)
{
    QString address = text.trimmed();
    if (address.isEmpty() || address.contains(QRegularExpression(u"\\s"_s)))
        return {};
    const bool schemeGiven = address.contains("://"_L1);
    QUrl url(schemeGiven ? address : "http://"_L1 + address, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasQuery() ||
        url.hasFragment())
        return {};
    if (!schemeGiven && !isThisComputer(url))
        url.setScheme(u"https"_s);
    if (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)
        return {};
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(path);
    return url;
}

bool isThisComputer(const QUrl &url)
{
    if (url.host().compare("localhost"_L1, Qt::CaseInsensitive) == 0)
        return true;
    const QHostAddress address(url.host());
    return !address.isNull() && address.isLoopback();
}

ProfileStore::ProfileStore(const QString &settingsFile, QObject *parent)
    : QObject(parent)
    , m_settings(settingsFile, QSettings::IniFormat)
{
    load();
}

std::optional<ServiceProfile> ProfileStore::profile(const QString &id) const
{
    const auto found = std::find_if(m_profiles.begin(), m_profiles.end(),
                                    [&](const ServiceProfile &p) { return p.id == id; });
    if (found == m_profiles.end())
        return {};
    return *found;
}

ServiceProfile ProfileStore::save(ServiceProfile profile)
{
    if (profile.id.isEmpty())
        profile.id = QUuid::createUuid().toString(QUuid::Id128);
    m_settings.beginGroup("profiles/"_L1 + profile.id);
    m_settings.setValue(u"name"_s, profile.name);
    m_settings.setValue(u"group"_s, profile.group);
    m_settings.setValue(u"url"_s, profile.url.toString());
    m_settings.setValue(u"environment"_s, toString(profile.environment));
    m_settings.setValue(u"readOnly"_s, profile.readOnly);
    m_settings.setValue(u"tokenKept"_s, profile.tokenKept);
    m_settings.endGroup();
    m_settings.sync();

    erase_if(m_profiles, [&](const ServiceProfile &known) { return known.id == profile.id; });
    m_profiles.append(profile);
    sort();
    Q_EMIT changed();
    return profile;
}

void ProfileStore::remove(const QString &id)
{
    m_settings.remove("profiles/"_L1 + id);
    m_settings.remove("memory/"_L1 + id);
    if (lastUsed() == id)
        m_settings.remove(u"lastProfile"_s);
    m_settings.sync();
    erase_if(m_profiles, [&](const ServiceProfile &known) { return known.id == id; });
    Q_EMIT changed();
}

QString ProfileStore::lastUsed() const
{
    return m_settings.value(u"lastProfile"_s).toString();
}

void ProfileStore::setLastUsed(const QString &id)
{
    m_settings.setValue(u"lastProfile"_s, id);
}

QVariant ProfileStore::memory(const QString &id, const QString &name) const
{
    return m_settings.value("memory/"_L1 + id + u'/' + name);
}

void ProfileStore::setMemory(const QString &id, const QString &name, const QVariant &value)
{
    m_settings.setValue("memory/"_L1 + id + u'/' + name, value);
}

void ProfileStore::load()
{
    m_settings.beginGroup(u"profiles"_s);
    const QStringList ids = m_settings.childGroups();
    for (const QString &id : ids) {
        m_settings.beginGroup(id);
        ServiceProfile profile;
        profile.id = id;
        profile.name = m_settings.value(u"name"_s).toString();
        profile.group = m_settings.value(u"group"_s).toString();
        profile.url = QUrl(m_settings.value(u"url"_s).toString());
        profile.environment = environmentFromString(m_settings.value(u"environment"_s).toString());
        profile.readOnly = m_settings.value(u"readOnly"_s).toBool();
        profile.tokenKept = m_settings.value(u"tokenKept"_s).toBool();
        m_settings.endGroup();
        if (serviceUrlFromText(profile.url.toString()))
            m_profiles.append(profile);
    }
    m_settings.endGroup();
    sort();
}

void ProfileStore::sort()
{
    std::sort(m_profiles.begin(), m_profiles.end(),
              [](const ServiceProfile &left, const ServiceProfile &right) {
                  if (const int byGroup = QString::localeAwareCompare(left.group, right.group); byGroup != 0)
                      return byGroup < 0;
                  return QString::localeAwareCompare(left.name, right.name) < 0;
              });
}

}
