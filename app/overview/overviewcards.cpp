// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/overview/overviewpage.h"

#include "app/keys/keytext.h"
#include "app/widgets/glyph.h"

using namespace Qt::StringLiterals;

// The lists and the service card of Overview; the page itself is in overviewpage.cpp.
namespace quota::console
{

static void empty(Card *card)
{
    while (QLayoutItem *item = card->body()->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
}

void OverviewPage::addRow(Card *card, const RankText &text, const KeyId &id)
{
    auto *row = new RankRow(text, card);
    row->setObjectName(card->objectName() + u'-' + id.value);
    connect(row, &RankRow::clicked, this, [this, id] { Q_EMIT keyOpened(id); });
    card->body()->addWidget(row);
}

void OverviewPage::addNothing(Card *card, const QString &words)
{
    auto *label = new Label(words, TextStep::Body, Role::Faint, card);
    label->setWordWrap(true);
    card->body()->addWidget(label);
}

void OverviewPage::showLists()
{
    const OverviewModel &model = m_parts.model;
    const Format format = m_parts.session.format();
    const Timestamp now = SystemClock().now();
    const KeyText words(format, now);
    for (Card *card : {m_busiest, m_runOut, m_ending})
        empty(card);

    const qint64 most = model.busiest().isEmpty() ? 0 : model.busiest().first().requests;
    for (const KeyShare &key : model.busiest()) {
        addRow(m_busiest,
               {key.name,
                format.number(key.requests),
                {},
                Tone::Neutral,
                {},
                double(key.requests) / double(most)},
               key.id);
    }
    if (model.busiest().isEmpty())
        addNothing(m_busiest, tr("No requests today."));

    for (const KeyRunOut &key : model.runningOut()) {
        RankText text{key.name,   format.dayTime(key.out.at, now), u"hourglass"_s,
                      Tone::Warn, words.quota(key.out.status),     {}};
        if (key.out.used) {
            text.value = tr("used up");
            text.glyph = u"octagon-x"_s;
            text.tone = Tone::Bad;
        } else if (key.out.at > now + std::chrono::days(2)) {
            text.glyph = u"clock"_s;
            text.tone = Tone::Neutral;
        }
        addRow(m_runOut, text, key.id);
    }
    if (model.runningOut().isEmpty())
        addNothing(m_runOut, tr("At today's pace no limit is used up before it is new."));

    for (const KeyOverview &key : model.ending()) {
        const bool soon = *key.key.expiresAt <= now + std::chrono::days(7);
        addRow(m_ending,
               {words.name(key.key),
                format.day(*key.key.expiresAt, now),
                soon ? u"hourglass"_s : u"clock"_s,
                soon ? Tone::Warn : Tone::Neutral,
                {},
                {}},
               key.key.id);
    }
    if (model.ending().isEmpty())
        addNothing(m_ending, tr("No key ends within 30 days."));
    for (Card *card : {m_busiest, m_runOut, m_ending})
        card->body()->addStretch(1);
}

static QString partName(const QString &name)
{
    if (name == "store"_L1)
        return OverviewPage::tr("Store");
    if (name == "schema"_L1)
        return OverviewPage::tr("Schema");
    if (name == "lanes"_L1)
        return OverviewPage::tr("Lanes");
    if (name == "providers"_L1)
        return OverviewPage::tr("Providers");
    if (name == "encryption"_L1)
        return OverviewPage::tr("Encryption");
    if (name == "backup"_L1)
        return OverviewPage::tr("Backup");
    if (name == "clock"_L1)
        return OverviewPage::tr("Clock");
    if (name == "disk"_L1)
        return OverviewPage::tr("Disk");
    return name; // of a newer service
}

static std::pair<QString, Role> partMark(PartState state)
{
    switch (state) {
    case PartState::Ok:
        return {u"circle-check"_s, Role::Ok};
    case PartState::Warning:
        return {u"triangle-alert"_s, Role::Warn};
    case PartState::Bad:
        return {u"octagon-x"_s, Role::Bad};
    case PartState::Unknown:
        break;
    }
    return {u"circle-dashed"_s, Role::Faint};
}

static void addPart(Card *card, const std::pair<QString, Role> &mark, const QString &name,
                    const QString &words)
{
    auto *holder = new QWidget(card);
    auto *row = new QHBoxLayout(holder);
    row->setContentsMargins(0, 5, 0, 5);
    row->setSpacing(8);
    auto *left = new Label(name, TextStep::Body, Role::Text, holder);
    auto *right = new Label(words, TextStep::Small, Role::Muted, holder);
    left->setElides(false);
    right->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(new Glyph(mark.first, mark.second, 16, holder));
    row->addWidget(left);
    row->addWidget(right, 1);
    if (card->body()->count() > 0)
        card->body()->addWidget(Card::makeRule(card));
    card->body()->addWidget(holder);
}

// What crosses a network in clear is read once by whoever listens; a line among others would not do.
void OverviewPage::showEncryption()
{
    const auto &health = m_parts.session.health();
    const QList<HealthPart> parts = health ? health->parts : QList<HealthPart>();
    for (const HealthPart &part : parts) {
        if (part.name == "encryption"_L1 &&
            (part.state == PartState::Warning || part.state == PartState::Bad))
            return banners()->show(
                u"encryption"_s,
                {Tone::Warn, tr("Encryption needs attention."), part.message, {}, {}, false});
    }
    banners()->remove(u"encryption"_s);
}

void OverviewPage::showService()
{
    const auto &health = m_parts.session.health();
    empty(m_service);
    m_service->body()->setSpacing(0);
    const bool demo = health && health->demo;
    if (demo)
        banners()->show(u"demo"_s, {Tone::Info,
                                    tr("Answers come from the built-in demo provider."),
                                    tr("Set up a provider to forward requests to a real model."),
                                    {},
                                    {},
                                    false});
    else
        banners()->remove(u"demo"_s);
    showEncryption();
    m_steps->setProgress(health && !demo, m_parts.model.hasKeys(), m_parts.session.canWrite(),
                         m_parts.session.profile().url);
    if (!health)
        return;
    const Format format = m_parts.session.format();
    addPart(m_service, partMark(health->ok ? PartState::Ok : PartState::Bad),
            tr("Up %1").arg(format.duration(std::chrono::seconds(health->uptimeSeconds))),
            health->version + u" · "_s + health->mode);
    for (const HealthPart &part : health->parts)
        addPart(m_service, partMark(part.state), partName(part.name), part.message);
    m_service->body()->addStretch(1);
}

}
