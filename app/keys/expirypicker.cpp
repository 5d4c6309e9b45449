// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/expirypicker.h"

#include <QCalendarWidget>
#include <QDateTime>
#include <QEvent>
#include <QHBoxLayout>

using namespace Qt::StringLiterals;

namespace quota::console
{

enum Choices
{
    Never,
    SevenDays,
    ThirtyDays,
    Date
};

ExpiryPicker::ExpiryPicker(const QTimeZone &zone, QWidget *parent)
    : QWidget(parent)
    , m_zone(zone)
    , m_choice(new Segmented(this))
    , m_date(new QDateEdit(this))
{
    m_choice->setObjectName(u"expiry"_s);
    m_date->setObjectName(u"expiryDate"_s);
    m_date->setCalendarPopup(true);
    m_date->setDisplayFormat(u"yyyy-MM-dd"_s);
    const QDate today = QDateTime::currentDateTime().toTimeZone(zone).date();
    m_date->setMinimumDate(today);
    m_date->setDate(today.addDays(90));
    m_date->calendarWidget()->setVerticalHeaderFormat(QCalendarWidget::NoVerticalHeader);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(m_choice);
    layout->addWidget(m_date);
    layout->addStretch(1);
    connect(m_choice, &Segmented::chosen, this, [this] {
        showDate();
        Q_EMIT edited();
    });
    connect(m_date, &QDateEdit::dateChanged, this, [this] { Q_EMIT edited(); });
    retranslate();
    m_choice->setCurrent(Never);
    showDate();
}

void ExpiryPicker::setExpiry(std::optional<Timestamp> expiry)
{
    m_given = expiry;
    if (expiry) {
        const QDate date = QDateTime::fromMSecsSinceEpoch(toMilliseconds(*expiry), m_zone).date();
        m_date->setMinimumDate(qMin(date, m_date->minimumDate()));
        m_date->setDate(date);
    }
    m_choice->setCurrent(expiry ? Date : Never);
    showDate();
}

void ExpiryPicker::setDays(int days)
{
    m_choice->setCurrent(days == 7 ? SevenDays : days == 30 ? ThirtyDays : Never);
    showDate();
}

std::optional<Timestamp> ExpiryPicker::expiry(Timestamp now) const
{
    switch (m_choice->current()) {
    case SevenDays:
        return now + std::chrono::days(7);
    case ThirtyDays:
        return now + std::chrono::days(30);
    case Date:
        if (m_given &&
            QDateTime::fromMSecsSinceEpoch(toMilliseconds(*m_given), m_zone).date() == m_date->date())
            return m_given;
        return fromMilliseconds(m_date->date().addDays(1).startOfDay(m_zone).toMSecsSinceEpoch());
    default:
        return {};
    }
}

QString ExpiryPicker::commandWord() const
{
    switch (m_choice->current()) {
    case SevenDays:
        return u"7d"_s;
    case ThirtyDays:
        return u"30d"_s;
    case Date:
        return toIso(*expiry(Timestamp()));
    default:
        return {};
    }
}

void ExpiryPicker::showDate()
{
    m_date->setVisible(m_choice->current() == Date);
}

void ExpiryPicker::retranslate()
{
    //: «d» is days; short, in a row of choices
    m_choice->setChoices({tr("Never"), tr("7 d"), tr("30 d"), tr("Date…")});
    m_choice->setAccessibleName(tr("Expires"));
    m_date->setAccessibleName(tr("Last day"));
}

void ExpiryPicker::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
