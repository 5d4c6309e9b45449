// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/activityrow.h"

#include "app/care/backuptext.h"
#include "app/widgets/button.h"
#include "app/widgets/styleparts.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace quota::console
{

class ProgressBar : public QWidget
{
public:
    explicit ProgressBar(QWidget *parent)
        : QWidget(parent)
    {
        setFixedWidth(180);
    }
    void setShare(double share)
    {
        m_share = share;
        update();
    }
    QSize sizeHint() const override { return {180, 5}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Theme &theme = Theme::of(this);
        QRectF bar(0, (height() - 5) / 2.0, width(), 5);
        paint::box(painter, theme, bar, 2.5, Role::Track,
                   theme.isHighContrast() ? Role::Border : Role::RoleCount);
        bar.setWidth(qMax(5.0, bar.width() * m_share));
        paint::box(painter, theme, bar, 2.5, Role::BarNormal, Role::RoleCount);
    }

private:
    double m_share = 0;
};

ActivityRow::ActivityRow(RestoreDoor &door, Session &session, QWidget *parent)
    : QWidget(parent)
    , m_door(door)
    , m_session(session)
    , m_spinner(new Spinner(this, 14))
    , m_words(new Label(TextStep::Small, Role::Text, this))
    , m_bar(new ProgressBar(this))
    , m_cancel(makeButton(ButtonKind::Secondary, {}, this))
{
    setObjectName(u"activityRow"_s);
    m_words->setObjectName(u"activityWords"_s);
    m_words->setWeight(Weight::Medium);
    m_bar->setObjectName(u"activityBar"_s);
    m_cancel->setObjectName(u"cancelActivity"_s);
    setSmall(m_cancel, true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(m_spinner, 0, Qt::AlignVCenter);
    row->addWidget(m_words, 1);
    row->addWidget(m_bar, 0, Qt::AlignVCenter);
    row->addWidget(m_cancel);
    connect(door.teller(), SIGNAL(activityChanged()), this, SLOT(refresh()));
    connect(&session, &Session::writesChanged, this, &ActivityRow::refresh);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_cancel->setEnabled(false);
        m_door.cancel();
    });
    refresh();
}

void ActivityRow::refresh()
{
    m_cancel->setText(tr("Cancel"));
    m_bar->setAccessibleName(tr("Progress"));
    const auto activity = m_door.activity();
    const QString refusal = m_door.cancelRefusal();
    m_cancel->setEnabled(activity && refusal.isEmpty());
    m_cancel->setToolTip(refusal);
    if (!activity)
        return;
    const BackupText text(m_session.format(), SystemClock().now());
    m_words->setText(text.activity(*activity));
    const auto share = BackupText::share(*activity);
    m_bar->setVisible(share.has_value());
    if (share) {
        m_bar->setShare(*share);
        m_bar->setAccessibleDescription(m_session.format().wholePercent(*share));
    }
}

void ActivityRow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        refresh();
}

}
