// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/header.h"

#include "app/widgets/button.h"
#include "app/widgets/format.h"
#include "app/widgets/glyph.h"
#include "app/widgets/label.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QStyleOption>

namespace quota::console
{
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr int tileSide = 32;

Timestamp rightNow()
{
    return SystemClock().now();
}

}

ServiceButton::ServiceButton(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setStep(this, TextStep::Body, Weight::Strong);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setObjectName(u"serviceButton"_s);
}

void ServiceButton::setService(const ServiceLine &service)
{
    if (m_service == service)
        return;
    m_service = service;
    describe();
    updateGeometry();
    update();
}

void ServiceButton::describe()
{
    setAccessibleName(m_service.name);
    setAccessibleDescription(EnvironmentTag::longWord(m_service.environment) + u", "_s + addressLine());
    setToolTip(tr("Switch or edit the profile"));
}

QString ServiceButton::addressLine() const
{
    const QString address = m_service.url.toString(QUrl::RemoveUserInfo | QUrl::StripTrailingSlash);
    if (!m_service.roundTrip)
        return address;
    return address + u" · "_s + Format(Theme::of(this).language()).latency(*m_service.roundTrip);
}

QSize ServiceButton::sizeHint() const
{
    const QFontMetrics name(font());
    const QFontMetrics tag(fontOf(this, TextStep::Caption, Weight::Strong));
    const QFontMetrics address(fontOf(this, TextStep::Caption));
    const int first = name.horizontalAdvance(m_service.name) + 8 +
                      tag.horizontalAdvance(EnvironmentTag::word(m_service.environment)) + 10 + 8 + 16;
    return {tileSide + 10 + std::max(first, address.horizontalAdvance(addressLine())) + 12,
            std::max(44, name.height() + address.height() + 11)};
}

QSize ServiceButton::minimumSizeHint() const
{
    return {tileSide + 130, sizeHint().height()};
}

void ServiceButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const QRectF box(rect());
    if (underMouse() || isDown())
        paint::box(painter, theme, box.adjusted(-1, 0, 0, 0), space::radiusBanner, Role::Hover,
                   Role::RoleCount);
    QStyleOption option;
    option.initFrom(this);
    if (paint::showsFocus(option))
        paint::focusRing(painter, theme, box, space::radiusBanner);

    const QRectF tile(4, (height() - tileSide) / 2.0, tileSide, tileSide);
    const Role hue = ink(m_service.environment);
    paint::box(painter, theme, tile, space::radiusControl, ground(m_service.environment),
               theme.isHighContrast() ? hue : Role::RoleCount);
    drawIcon(painter, this, tile, u"server"_s, hue, 17);

    const QFontMetricsF name(font());
    const QFont small = theme.font(TextStep::Caption);
    const qreal both = name.height() + 1 + QFontMetricsF(small).height();
    QRectF line(tile.right() + 10, (height() - both) / 2, width() - tile.right() - 16, name.height());
    const QString tagWord = EnvironmentTag::word(m_service.environment);
    const QFont tagFont = theme.font(TextStep::Caption, Weight::Strong);
    const qreal tagWidth = QFontMetricsF(tagFont).horizontalAdvance(tagWord) + 10;

    painter.setFont(font());
    painter.setPen(theme.color(Role::Text));
    const qreal used =
        drawText(painter, line.adjusted(0, 0, -tagWidth - 32, 0), Qt::AlignLeft, m_service.name);
    QRectF tag(line.left() + used + 8, 0, tagWidth, QFontMetricsF(tagFont).height() + 2);
    tag.moveTop(std::round(line.center().y() - tag.height() / 2));
    paint::box(painter, theme, tag, space::radiusTag, ground(m_service.environment),
               theme.isHighContrast() ? hue : Role::RoleCount);
    painter.setFont(tagFont);
    painter.setPen(theme.color(hue));
    drawText(painter, tag, Qt::AlignHCenter, tagWord);
    drawIcon(painter, this, QRectF(tag.right() + 8, line.top(), 14, line.height()), u"chevron-down"_s,
             Role::Muted, 14);

    line.moveTop(line.bottom() + 1);
    line.setHeight(QFontMetricsF(small).height());
    painter.setFont(small);
    painter.setPen(theme.color(Role::Muted));
    drawText(painter, line, Qt::AlignLeft, addressLine());
}

void ServiceButton::changeEvent(QEvent *event)
{
    QAbstractButton::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        describe();
}

Header::Header(QWidget *parent)
    : QWidget(parent)
    , m_service(new ServiceButton(this))
    , m_health(new StateChip(this))
    , m_liveIcon(new Glyph(u"radio"_s, Role::Ok, 14, this))
    , m_live(new Label(TextStep::Small, Role::Text, this))
    , m_refresh(makeIconButton(u"refresh-cw"_s, {}, this))
{
    setObjectName(u"header"_s);
    setMinimumHeight(space::header);
    m_refresh->setObjectName(u"refresh"_s);
    m_health->setObjectName(u"healthChip"_s);
    m_health->hide();
    m_live->setElides(false);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(20, 3, 20, 4);
    row->setSpacing(space::betweenControls);
    row->addWidget(m_service);
    row->addSpacing(12);
    row->addWidget(m_health);
    row->addStretch(1);
    row->addWidget(m_liveIcon);
    row->addWidget(m_live);
    row->addSpacing(6);
    row->addWidget(m_refresh);
    connect(m_service, &QAbstractButton::clicked, this, &Header::serviceClicked);
    connect(m_refresh, &QToolButton::clicked, this, &Header::refreshClicked);
    connect(&m_tick, &QTimer::timeout, this, &Header::showFreshness);
    m_tick.setInterval(1s);
    m_tick.start();
    retranslate();
}

void Header::setService(const ServiceLine &service)
{
    m_service->setService(service);
}

void Header::setHealth(std::optional<Tone> tone, const QString &word, const QString &words)
{
    m_health->setVisible(tone.has_value());
    if (tone)
        m_health->setState(*tone, word);
    m_health->setToolTip(words);
    m_health->setAccessibleDescription(words);
}

void Header::setFreshness(std::optional<Timestamp> loadedAt, std::chrono::seconds interval)
{
    m_loadedAt = loadedAt;
    m_interval = interval;
    showFreshness();
}

void Header::setLoading(bool loading)
{
    setBusy(m_refresh, loading);
}

void Header::showFreshness()
{
    m_live->setVisible(m_loadedAt.has_value());
    m_liveIcon->setVisible(m_loadedAt.has_value());
    if (!m_loadedAt)
        return;
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(rightNow() - *m_loadedAt);
    const bool live = m_interval.count() > 0;
    const bool stale = live && age > 2 * m_interval;
    const Format format(Theme::of(this).language());
    const QString length = format.duration(std::max(age, 0s));
    if (stale)
        m_live->setText(tr("%1 old").arg(length));
    else if (live)
        m_live->setText(tr("Live · %1 ago").arg(length));
    else
        m_live->setText(tr("Loaded %1 ago").arg(length));
    m_live->setRole(stale ? Role::Warn : Role::Text);
    m_liveIcon->setGlyph(stale  ? u"triangle-alert"_s
                         : live ? u"radio"_s
                                : u"clock"_s,
                         stale  ? Role::Warn
                         : live ? Role::Ok
                                : Role::Muted);
}

void Header::retranslate()
{
    setIconWords(m_refresh, tr("Refresh (F5)"));
    m_service->setObjectName(u"serviceButton"_s);
    showFreshness();
}

void Header::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(this, Role::Surface));
    painter.fillRect(QRect(0, height() - 1, width(), 1), color(this, Role::Border));
}

void Header::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
