// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/usagefilters.h"

#include <QCalendarWidget>
#include <QEvent>
#include <QHBoxLayout>

using namespace Qt::StringLiterals;

namespace quota::console
{

static const UsageGroup groups[] = {UsageGroup::Model, UsageGroup::Key, UsageGroup::Provider,
                                    UsageGroup::None};
static const std::optional<UsageBucket> buckets[] = {
    {}, UsageBucket::QuarterHour, UsageBucket::Hour, UsageBucket::Day};

UsageFilters::UsageFilters(UsageModel &model, Session &session, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_session(session)
    , m_span(new Segmented(this))
    , m_dates(new QWidget(this))
    , m_first(new QDateEdit(m_dates))
    , m_to(new Label(TextStep::Body, Role::Muted, m_dates))
    , m_last(new QDateEdit(m_dates))
    , m_group(new Choice(this))
    , m_key(new Choice(this))
    , m_bucket(new Choice(this))
    , m_compare(new QCheckBox(this))
    , m_rows(new Choice(this))
{
    build();
    retranslate();
    join();
}

void UsageFilters::build()
{
    m_span->setObjectName(u"usageSpan"_s);
    m_first->setObjectName(u"firstDay"_s);
    m_last->setObjectName(u"lastDay"_s);
    m_group->setObjectName(u"usageGroup"_s);
    m_key->setObjectName(u"usageKey"_s);
    m_bucket->setObjectName(u"usageBucket"_s);
    m_compare->setObjectName(u"compare"_s);
    m_rows->setObjectName(u"tableRows"_s);
    m_key->setMaximumWidth(170);
    const QDate today = QDateTime::currentDateTime().toTimeZone(m_session.format().zone()).date();
    for (QDateEdit *edit : {m_first, m_last}) {
        edit->setCalendarPopup(true);
        edit->setDisplayFormat(u"yyyy-MM-dd"_s);
        edit->setMaximumDate(today);
        edit->calendarWidget()->setVerticalHeaderFormat(QCalendarWidget::NoVerticalHeader);
    }
    m_first->setDate(today.addDays(-13));
    m_last->setDate(today);
    m_to->setText(u"–"_s);
    m_to->setElides(false);
    auto *dates = new QHBoxLayout(m_dates);
    dates->setContentsMargins({});
    dates->setSpacing(6);
    dates->addWidget(m_first);
    dates->addWidget(m_to);
    dates->addWidget(m_last);
    m_dates->hide();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(10);
    row->addWidget(m_span);
    row->addWidget(m_dates);
    row->addWidget(m_group);
    row->addWidget(m_key);
    row->addWidget(m_bucket);
    row->addWidget(m_compare);
    row->addStretch(1);
    row->addWidget(m_rows);
}

void UsageFilters::join()
{
    connect(m_span, &Segmented::chosen, this, [this](int span) {
        m_dates->setVisible(UsageSpan(span) == UsageSpan::Custom);
        choose();
    });
    connect(m_first, &QDateEdit::dateChanged, this, &UsageFilters::choose);
    connect(m_last, &QDateEdit::dateChanged, this, &UsageFilters::choose);
    connect(m_bucket, &QComboBox::activated, this, &UsageFilters::choose);
    connect(m_group, &QComboBox::activated, this,
            [this](int index) { m_model.setGroup(groups[qBound(0, index, 3)]); });
    connect(m_key, &QComboBox::activated, this,
            [this] { m_model.setKey(KeyId{m_key->currentData().toString()}); });
    connect(m_compare, &QCheckBox::toggled, &m_model, &UsageModel::setComparing);
    connect(m_rows, &QComboBox::activated, this, [this](int index) {
        m_model.setRows(index == 0 ? UsageModel::Rows::Groups : UsageModel::Rows::Times);
    });
    connect(&m_model, &UsageModel::keyNamesChanged, this, &UsageFilters::showKeys);
    connect(&m_model, &UsageModel::changed, this, &UsageFilters::showBuckets);
}

void UsageFilters::focusFirst()
{
    m_span->setFocus();
    if (auto *button = m_span->findChild<QAbstractButton *>())
        button->setFocus();
}

void UsageFilters::setGroupShown(UsageGroup group)
{
    for (int i = 0; i < 4; ++i) {
        if (groups[i] == group)
            m_group->setCurrentIndex(i);
    }
    m_model.setGroup(group);
}

void UsageFilters::setKeyShown(const KeyId &key)
{
    m_model.setKey(key);
    showKeys();
}

void UsageFilters::choose()
{
    UsageChoice choice;
    choice.span = UsageSpan(qBound(0, m_span->current(), 4));
    choice.bucket = buckets[qBound(0, m_bucket->currentIndex(), 3)];
    if (choice.span == UsageSpan::Custom) {
        choice.first = m_first->date();
        choice.last = m_last->date();
    }
    m_model.setChoice(choice);
}

void UsageFilters::showBuckets()
{
    const UsageRange range = m_model.range();
    for (int i = 1; i < 4; ++i)
        m_bucket->setItemData(i, bucketFits(range, *buckets[i]) ? QVariant() : QVariant(0), Qt::UserRole - 1);
}

void UsageFilters::showKeys()
{
    m_key->clear();
    m_key->addItem(tr("All keys"), QString());
    for (const auto &[id, name] : m_model.keyNames())
        m_key->addItem(name, id.value);
    const int chosen = m_key->findData(m_model.key().value);
    if (chosen < 0)
        m_key->addItem(m_model.key().value, m_model.key().value);
    m_key->setCurrentIndex(chosen < 0 ? m_key->count() - 1 : chosen);
}

static void setWords(Choice *choice, const QStringList &words, const QString &name)
{
    const int chosen = qMax(0, choice->currentIndex());
    choice->clear();
    choice->addItems(words);
    choice->setCurrentIndex(chosen);
    choice->setAccessibleName(name);
}

void UsageFilters::retranslate()
{
    m_span->setChoices({tr("24 h"), tr("7 d"), tr("30 d"), tr("Month"), tr("Custom…")});
    m_span->setAccessibleName(tr("Range"));
    m_first->setAccessibleName(tr("First day"));
    m_last->setAccessibleName(tr("Last day"));
    setWords(m_group, {tr("By model"), tr("By key"), tr("By provider"), tr("Not grouped")}, tr("Group"));
    setWords(m_bucket, {tr("Automatic steps"), tr("15 minutes"), tr("Hours"), tr("Days")},
             tr("Steps of time"));
    setWords(m_rows, {tr("Table: sums"), tr("Table: by time")}, tr("Rows of the table"));
    m_compare->setText(tr("Compare"));
    m_compare->setToolTip(tr("Compare with the period before"));
    m_key->setAccessibleName(tr("Key"));
    showKeys();
    showBuckets();
}

void UsageFilters::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
