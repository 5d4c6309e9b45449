// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/systemtheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QPalette>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

// QStyleHints::colorScheme() of Qt 6.5 says the same; on 6.4 the portal is asked.
// https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
const QString service = u"org.freedesktop.portal.Desktop"_s;
const QString path = u"/org/freedesktop/portal/desktop"_s;
const QString interface = u"org.freedesktop.portal.Settings"_s;
const QString appearance = u"org.freedesktop.appearance"_s;

}

SystemTheme::SystemTheme(QObject *parent)
    : QObject(parent)
    , m_paletteWasDark(QGuiApplication::palette().color(QPalette::Window).lightnessF() < 0.5F)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(service, path, interface, u"SettingChanged"_s, this,
                SLOT(settingChanged(QString, QString, QDBusVariant)));
    read(u"color-scheme"_s);
    read(u"contrast"_s);
}

bool SystemTheme::prefersDark() const
{
    return m_dark.value_or(m_paletteWasDark);
}

void SystemTheme::read(const QString &key)
{
    QDBusMessage question = QDBusMessage::createMethodCall(service, path, interface, u"Read"_s);
    question.setArguments({appearance, key});
    auto *watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, key, watcher] {
        const QDBusPendingReply<QDBusVariant> answer = *watcher;
        watcher->deleteLater();
        if (!answer.isError() && take(key, answer.value().variant()))
            Q_EMIT changed();
    });
}

void SystemTheme::settingChanged(const QString &space, const QString &key, const QDBusVariant &value)
{
    if (space == appearance && take(key, value.variant()))
        Q_EMIT changed();
}

bool SystemTheme::take(const QString &key, QVariant value)
{
    // «Read» wraps its answer in one more variant than «SettingChanged» does.
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    const uint number = value.toUInt();
    if (key == "color-scheme"_L1) {
        const std::optional<bool> before = m_dark;
        // 0 is «no preference».
        m_dark = number == 1 ? std::optional(true) : number == 2 ? std::optional(false) : std::nullopt;
        return before != m_dark;
    }
    if (key == "contrast"_L1) {
        const bool before = m_contrast;
        m_contrast = number == 1;
        return before != m_contrast;
    }
    return false;
}

}
