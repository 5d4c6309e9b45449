// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/segmented.h"
#include "shared/clock.h"

#include <QDateEdit>
#include <QTimeZone>

#include <optional>

// When a key ends: never, in 7 or 30 days, or at the end of a day of the service's time zone.
namespace quota::console
{

class ExpiryPicker : public QWidget
{
    Q_OBJECT

public:
    ExpiryPicker(const QTimeZone &zone, QWidget *parent);

    void setExpiry(std::optional<Timestamp> expiry); // shown as a date
    void setDays(int days);                          // 7 or 30; 0: never
    std::optional<Timestamp> expiry(Timestamp now) const;
    QString commandWord() const; // «30d», «2026-12-24», empty for never

Q_SIGNALS:
    void edited();

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void showDate();

    QTimeZone m_zone;
    std::optional<Timestamp> m_given; // stays exact as long as its date is not changed
    Segmented *m_choice;
    QDateEdit *m_date;
};

}
