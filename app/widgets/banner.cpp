// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/banner.h"

#include "app/widgets/button.h"
#include "app/widgets/label.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

constexpr int shownAtOnce = 2;

int rank(Tone tone)
{
    switch (tone) {
    case Tone::Bad:
        return 0;
    case Tone::Warn:
        return 1;
    case Tone::Info:
        return 2;
    case Tone::Ok:
        return 3;
    case Tone::Neutral:
        break;
    }
    return 4;
}

}

Banner::Banner(QWidget *parent)
    : QWidget(parent)
    , m_fact(new Label(TextStep::Body, Role::Text, this))
    , m_meaning(new Label(TextStep::Body, Role::Muted, this))
    , m_action(makeButton(ButtonKind::Secondary, {}, this))
    , m_second(makeButton(ButtonKind::Secondary, {}, this))
    , m_close(makeIconButton(u"x"_s, {}, this))
{
    m_fact->setWeight(Weight::Strong);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    for (QPushButton *button : {m_action, m_second})
        setSmall(button, true);
    setSmall(m_close, true);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(42, 7, 12, 7);
    row->setSpacing(8);
    row->addWidget(m_fact);
    row->addSpacing(4);
    row->addWidget(m_meaning, 1);
    row->addWidget(m_action);
    row->addWidget(m_second);
    row->addWidget(m_close);
    connect(m_action, &QPushButton::clicked, this, &Banner::acted);
    connect(m_second, &QPushButton::clicked, this, &Banner::secondActed);
    connect(m_close, &QAbstractButton::clicked, this, &Banner::dismissed);
    setContent({});
}

void Banner::setContent(const BannerText &content)
{
    const bool another = m_content.fact != content.fact;
    m_content = content;
    m_fact->setText(content.fact);
    m_meaning->setText(content.meaning);
    m_action->setText(content.action);
    m_action->setVisible(!content.action.isEmpty());
    m_second->setText(content.second);
    m_second->setVisible(!content.second.isEmpty());
    m_close->setVisible(content.dismissible);
    setIconWords(m_close, tr("Dismiss"));
    setAccessibleName(content.fact);
    setAccessibleDescription(content.meaning);
    update();
    if (another && !content.fact.isEmpty()) {
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

QSize Banner::sizeHint() const
{
    const int line = space::smallControl(fontMetrics());
    return {QWidget::sizeHint().width(), line + 10};
}

void Banner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const Role strong = ink(m_content.tone);
    const QRectF box(rect());
    paint::box(painter, theme, box, space::radiusBanner, ground(m_content.tone),
               theme.isHighContrast() ? strong : Role::RoleCount);
    // The edge follows the round corners of the ground.
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath shape;
    shape.addRoundedRect(box, space::radiusBanner, space::radiusBanner);
    painter.setClipPath(shape);
    painter.fillRect(QRectF(0, 0, 3, height()), theme.color(strong));
    painter.restore();
    drawIcon(painter, this, QRectF(14, 0, 17, height()), glyphOf(m_content.tone), strong, 17);
}

bool Banner::event(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        setIconWords(m_close, tr("Dismiss"));
    return QWidget::event(event);
}

BannerStack::BannerStack(QWidget *parent)
    : QWidget(parent)
    , m_more(makeButton(ButtonKind::Link, {}, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_more, 0, Qt::AlignLeft);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_all = true;
        arrange();
    });
    arrange();
}

void BannerStack::show(const QString &id, const BannerText &content)
{
    for (const Entry &entry : std::as_const(m_entries)) {
        if (entry.id == id) {
            if (entry.banner->content() != content) {
                entry.banner->setContent(content);
                arrange();
            }
            return;
        }
    }
    auto *banner = new Banner(this);
    banner->setObjectName("banner-"_L1 + id);
    banner->setContent(content);
    connect(banner, &Banner::acted, this, [this, id] { Q_EMIT acted(id); });
    connect(banner, &Banner::secondActed, this, [this, id] { Q_EMIT secondActed(id); });
    connect(banner, &Banner::dismissed, this, [this, id] {
        remove(id);
        Q_EMIT dismissed(id);
    });
    m_entries.append({id, banner});
    arrange();
}

void BannerStack::remove(const QString &id)
{
    for (qsizetype at = 0; at < m_entries.size(); ++at) {
        if (m_entries.at(at).id == id) {
            m_entries.at(at).banner->hide();
            m_entries.at(at).banner->deleteLater(); // its own button may be the caller
            m_entries.removeAt(at);
            break;
        }
    }
    arrange();
}

bool BannerStack::has(const QString &id) const
{
    return std::any_of(m_entries.cbegin(), m_entries.cend(),
                       [&](const Entry &entry) { return entry.id == id; });
}

void BannerStack::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        arrange();
}

void BannerStack::arrange()
{
    std::stable_sort(m_entries.begin(), m_entries.end(), [](const Entry &left, const Entry &right) {
        return rank(left.banner->content().tone) < rank(right.banner->content().tone);
    });
    auto *column = static_cast<QVBoxLayout *>(layout());
    if (m_entries.size() <= shownAtOnce)
        m_all = false;
    for (int at = 0; at < m_entries.size(); ++at) {
        Banner *banner = m_entries.at(at).banner;
        column->removeWidget(banner);
        column->insertWidget(at, banner);
        banner->setVisible(m_all || at < shownAtOnce);
    }
    const int hidden = m_all ? 0 : qMax(0, int(m_entries.size()) - shownAtOnce);
    m_more->setText(tr("%n more", nullptr, hidden));
    m_more->setVisible(hidden > 0);
    setVisible(!m_entries.isEmpty());
}

}
