// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QVariant>

#include <optional>

class QDBusVariant;

// Whether the desktop wants dark or light: the portal's color-scheme over D-Bus, followed while it changes.
// Where there is no portal, preference() stays empty and the palette at start decides.
namespace quota::console
{

class SystemTheme : public QObject
{
    Q_OBJECT

public:
    explicit SystemTheme(QObject *parent = nullptr);

    bool prefersDark() const;
    bool prefersContrast() const { return m_contrast; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void settingChanged(const QString &space, const QString &key, const QDBusVariant &value);

private:
    void read(const QString &key);
    bool take(const QString &key, QVariant value);

    bool m_paletteWasDark;
    std::optional<bool> m_dark;
    bool m_contrast = false;
};

}
