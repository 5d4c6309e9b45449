// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/backupcards.h"

#include "app/care/backuptext.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

BackupCards::BackupCards(BackupModel &model, Session &session, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_session(session)
    , m_last(makeFace(u"lastBackup"_s))
    , m_schedule(makeFace(u"backupSchedule"_s))
    , m_space(makeFace(u"backupSpace"_s))
    , m_state(new StateChip(m_last.card))
    , m_disk(new StateChip(m_space.card))
    , m_prune(makeButton(ButtonKind::Link, {}, m_schedule.card))
{
    m_state->setObjectName(u"lastBackupState"_s);
    m_disk->setObjectName(u"diskState"_s);
    m_prune->setObjectName(u"pruneBackups"_s);
    m_last.card->addAction(m_state);
    m_schedule.card->addAction(m_prune);
    m_space.card->addAction(m_disk);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(space::betweenCards);
    row->addWidget(m_last.card, 1);
    row->addWidget(m_schedule.card, 1);
    row->addWidget(m_space.card, 1);
    connect(&model, &BackupModel::stateChanged, this, &BackupCards::refresh);
    connect(&session, &Session::healthArrived, this, &BackupCards::refresh);
    connect(&session, &Session::formatChanged, this, &BackupCards::refresh);
    refresh();
}

BackupCards::Face BackupCards::makeFace(const QString &name)
{
    auto *card = new Card(this);
    card->setObjectName(name);
    Face face{card, new Label(TextStep::Title, Role::Text, card),
              new Label(TextStep::Small, Role::Muted, card), new Label(TextStep::Small, Role::Faint, card)};
    face.figure->setObjectName(name + u"Figure"_s);
    face.first->setObjectName(name + u"First"_s);
    face.second->setObjectName(name + u"Second"_s);
    card->body()->setSpacing(3);
    card->body()->addWidget(face.figure);
    card->body()->addWidget(face.first);
    card->body()->addWidget(face.second);
    card->body()->addStretch(1);
    return face;
}

// How the service judges a part of itself; nothing: it does not say.
static std::optional<HealthPart> partOf(const Session &session, QLatin1StringView name)
{
    const auto &health = session.health();
    for (const HealthPart &part : health ? health->parts : QList<HealthPart>()) {
        if (part.name == name)
            return part;
    }
    return {};
}

static Tone toneOf(PartState state)
{
    switch (state) {
    case PartState::Ok:
        return Tone::Ok;
    case PartState::Warning:
        return Tone::Warn;
    case PartState::Bad:
        return Tone::Bad;
    case PartState::Unknown:
        return Tone::Neutral;
    }
    Q_UNREACHABLE();
}

void BackupCards::refresh()
{
    m_last.card->setTitle(tr("Last good backup"));
    m_schedule.card->setTitle(tr("Schedule and retention"));
    m_space.card->setTitle(tr("Space"));
    m_prune->setText(tr("Tidy up…"));
    m_prune->setToolTip(tr("Deletes what need no longer be kept"));
    // As high as the chips beside it, so that the titles of the three stand in one line.
    m_prune->setMaximumHeight(m_state->sizeHint().height());
    const QString refusal = m_session.writeRefusal();
    m_prune->setEnabled(refusal.isEmpty() && m_model.loadedOnce() && !m_model.isBusy());
    if (!refusal.isEmpty())
        m_prune->setToolTip(refusal);
    showLast();
    showSchedule();
    showSpace();
}

void BackupCards::showLast()
{
    const Timestamp now = SystemClock().now();
    const Format format = m_session.format();
    const BackupText text(format, now);
    const auto good = m_model.lastGood();
    const auto part = partOf(m_session, "backup"_L1);
    const bool known = m_model.loadedOnce();
    m_state->setVisible(known);
    if (!known || !good) {
        m_last.figure->setText(known ? tr("None yet") : u"—"_s);
        m_last.first->setText(known ? tr("Nothing could be brought back if the store were lost.")
                                    : QString());
        m_last.second->setText({});
        m_state->setState(Tone::Warn, tr("Not safe"));
        return;
    }
    m_last.figure->setText(format.relative(good->createdAt, now));
    //: when, kind
    m_last.first->setText(tr("%1 · %2").arg(text.made(*good), text.kind(good->kind)));
    //: keys, size
    m_last.second->setText(tr("%1 keys · %2").arg(text.keys(*good), format.bytes(good->size)));
    const bool warns = part && (part->state == PartState::Warning || part->state == PartState::Bad);
    m_state->setState(warns ? toneOf(part->state) : Tone::Ok, warns ? tr("Needs a look") : tr("Verified"));
    m_state->setToolTip(warns ? part->message : text.stateWords(*good));
    if (warns)
        m_last.second->setText(part->message);
}

void BackupCards::showSchedule()
{
    const Timestamp now = SystemClock().now();
    const Format format = m_session.format();
    const BackupText text(format, now);
    const BackupList &list = m_model.list();
    if (!m_model.loadedOnce()) {
        m_schedule.figure->setText(u"—"_s);
        m_schedule.first->setText({});
        m_schedule.second->setText({});
        return;
    }
    m_schedule.figure->setText(text.schedule(list.schedule));
    m_schedule.first->setText(list.nextAt ? tr("Next: %1").arg(format.dayTime(*list.nextAt, now))
                                          : tr("Backups are made by hand only."));
    m_schedule.second->setText(text.retention(list));
}

void BackupCards::showSpace()
{
    const Format format = m_session.format();
    const BackupList &list = m_model.list();
    const auto disk = partOf(m_session, "disk"_L1);
    m_disk->setVisible(disk.has_value());
    if (disk) {
        const bool good = disk->state == PartState::Ok;
        m_disk->setState(toneOf(disk->state), good ? tr("Enough room") : tr("Little room"));
        m_disk->setToolTip(disk->message);
    }
    if (!m_model.loadedOnce()) {
        m_space.figure->setText(u"—"_s);
        m_space.first->setText({});
        m_space.second->setText({});
        return;
    }
    m_space.figure->setText(format.bytes(m_model.totalSize()));
    m_space.first->setText(tr("%n backup(s)", nullptr, int(list.backups.size())));
    m_space.second->setText(list.directory);
}

void BackupCards::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        refresh();
}

}
