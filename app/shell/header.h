// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/chip.h"
#include "shared/clock.h"

#include <QAbstractButton>
#include <QTimer>
#include <QToolButton>
#include <QUrl>

#include <optional>

// The header of the window: which service this is (tile in the environment's colour, name, tag, address and
// round trip), whether it is well, how old what is seen is, and refresh. It shows what it is told and asks by
// signals.
namespace quota::console
{

struct ServiceLine
{
    QString name;
    Environment environment = Environment::Dev;
    QUrl url;
    std::optional<std::chrono::milliseconds> roundTrip;
    bool operator==(const ServiceLine &) const = default;
};

class ServiceButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ServiceButton(QWidget *parent);
    void setService(const ServiceLine &service);
    const ServiceLine &service() const { return m_service; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QString addressLine() const;
    void describe();

    ServiceLine m_service;
};

class Header : public QWidget
{
    Q_OBJECT

public:
    explicit Header(QWidget *parent);

    void setService(const ServiceLine &service);
    // Nothing known yet: no chip. Words: tooltip with the parts that are not well.
    void setHealth(std::optional<Tone> tone, const QString &word, const QString &words = {});
    // When what is on screen was loaded and how often it is anew (zero: not live). Older than two intervals
    // shows as stale by itself.
    void setFreshness(std::optional<Timestamp> loadedAt, std::chrono::seconds interval);
    void setLoading(bool loading); // refresh turns into a spinner

Q_SIGNALS:
    void serviceClicked(); // open the menu of profiles at serviceButton()
    void refreshClicked();
    void healthClicked();

public:
    ServiceButton *serviceButton() const { return m_service; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void showFreshness();

    ServiceButton *m_service;
    StateChip *m_health;
    class Glyph *m_liveIcon;
    class Label *m_live;
    QToolButton *m_refresh;
    QTimer m_tick;
    std::optional<Timestamp> m_loadedAt;
    std::chrono::seconds m_interval{0};
};

}
