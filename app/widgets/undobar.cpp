// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/undobar.h"

#include "app/widgets/button.h"
#include "app/widgets/label.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

namespace quota::console
{
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

UndoBar::UndoBar(QWidget *window)
    : QWidget(window)
    , m_fact(new Label(TextStep::Body, Role::UndoText, this))
    , m_more(new Label(TextStep::Small, Role::UndoAction, this))
    , m_seconds(new Label(TextStep::Small, Role::UndoAction, this))
    , m_undo(makeButton(ButtonKind::Link, {}, this))
    , m_close(makeIconButton(u"x"_s, {}, this))
{
    setObjectName(u"undoBar"_s);
    m_fact->setWeight(Weight::Medium);
    m_seconds->setElides(false);
    setInk(m_undo, Role::UndoAction);
    setStep(m_undo, TextStep::Body, Weight::Strong);
    m_undo->setObjectName(u"undo"_s);
    m_close->setObjectName(u"undoClose"_s);
    setInk(m_close, Role::UndoAction);
    setSmall(m_undo, true);
    setSmall(m_close, true);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(40, 6, 8, 6);
    row->setSpacing(10);
    row->addWidget(m_fact, 1);
    row->addWidget(m_more);
    row->addWidget(m_undo);
    row->addWidget(m_seconds);
    row->addWidget(m_close);

    window->installEventFilter(this);
    connect(m_undo, &QPushButton::clicked, this, &UndoBar::undo);
    connect(m_close, &QToolButton::clicked, this, [this] {
        next();
        Q_EMIT expired();
    });
    connect(&m_timer, &QTimer::timeout, this, &UndoBar::tick);
    m_timer.setInterval(1s);
    hide();
}

void UndoBar::offer(const QString &fact, std::function<void()> undo)
{
    Q_ASSERT(undo);
    m_offers.append({fact, std::move(undo)});
    if (m_offers.size() == 1) {
        m_left = seconds;
        m_timer.start();
        show();
        raise();
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
    refresh();
}

void UndoBar::undo()
{
    if (m_offers.isEmpty())
        return;
    const std::function<void()> undo = m_offers.constFirst().undo;
    next();
    undo();
    Q_EMIT undone();
}

void UndoBar::tick()
{
    if (m_offers.isEmpty())
        return;
    const bool looked = underMouse() || m_undo->hasFocus() || m_close->hasFocus();
    if (looked)
        return;
    if (--m_left > 0) {
        refresh();
        return;
    }
    next();
    Q_EMIT expired();
}

void UndoBar::next()
{
    m_offers.removeFirst();
    m_left = seconds;
    if (m_offers.isEmpty()) {
        m_timer.stop();
        hide();
        return;
    }
    m_timer.start();
    refresh();
}

void UndoBar::refresh()
{
    if (m_offers.isEmpty())
        return;
    m_fact->setText(m_offers.constFirst().fact);
    setAccessibleName(m_offers.constFirst().fact);
    m_undo->setText(tr("Undo"));
    m_seconds->setText(tr("%1 s").arg(m_left));
    const int others = int(m_offers.size()) - 1;
    m_more->setText(tr("and %n more", nullptr, others));
    m_more->setVisible(others > 0);
    setIconWords(m_close, tr("Dismiss"));
    place();
}

QSize UndoBar::sizeHint() const
{
    const QSize hint = layout()->totalSizeHint();
    return {qBound(360, hint.width(), 640), space::control(fontMetrics()) + 12};
}

void UndoBar::place()
{
    QSize size = sizeHint();
    size.setWidth(qMin(size.width(), parentWidget()->width() - 32));
    setGeometry((parentWidget()->width() - size.width()) / 2, parentWidget()->height() - size.height() - 24,
                size.width(), size.height());
}

void UndoBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const bool edged = theme.isDark() || theme.isHighContrast();
    paint::box(painter, theme, rect(), space::radiusBanner, Role::UndoGround,
               edged ? Role::SegmentEdge : Role::RoleCount);
    drawIcon(painter, this, QRectF(14, 0, 16, height()), u"undo-2"_s, Role::UndoText, 16);
}

bool UndoBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void UndoBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::StyleChange)
        refresh();
}

}
