// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/editkeydialog.h"
#include "app/keys/keyspage.h"
#include "app/keys/newkeydialog.h"
#include "app/keys/raisedialog.h"
#include "app/keys/secretdialog.h"
#include "app/whendone.h"
#include "app/widgets/button.h"

#include <QSaveFile>

using namespace Qt::StringLiterals;

// What the Keys page does when it is asked to; what it shows is in keyspage.cpp.
namespace quota::console
{

void KeysPage::createNew()
{
    if (!m_parts.session.canWrite())
        return;
    auto *dialog = new NewKeyDialog(m_parts.model, m_parts.session, m_parts.copier, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &NewKeyDialog::created, this,
            [this](const QList<CreatedKey> &keys) { showSecret(keys, false); });
    dialog->open();
}

void KeysPage::showSecret(const QList<CreatedKey> &keys, bool rotated)
{
    auto *dialog =
        new SecretDialog({m_parts.copier, m_parts.prompts}, keys,
                         rotated ? SecretDialog::Occasion::Rotated : SecretDialog::Occasion::Created,
                         m_parts.session.profile().url, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void KeysPage::edit(const KeyId &id)
{
    if (!m_parts.session.canWrite())
        return;
    const int row = m_parts.model.rowOf(id);
    const KeyOverview key = row >= 0 ? m_parts.model.key(row) : m_details->key();
    auto *dialog = new EditKeyDialog(m_parts.model, m_parts.session, key, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &EditKeyDialog::saved, this, [this](const KeyOverview &saved) {
        if (m_details->key().key.id == saved.key.id)
            m_details->setKey(saved, m_parts.session.format(), SystemClock().now());
    });
    dialog->open();
}

void KeysPage::raise(const KeyId &id)
{
    if (!m_parts.session.canWrite())
        return;
    const int row = m_parts.model.rowOf(id);
    const KeyOverview key = row >= 0 ? m_parts.model.key(row) : m_details->key();
    auto *dialog = new RaiseDialog(m_parts.model, m_parts.session, key, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RaiseDialog::saved, this, [this](const KeyOverview &saved) {
        if (m_details->key().key.id == saved.key.id)
            m_details->setKey(saved, m_parts.session.format(), SystemClock().now());
    });
    dialog->open();
}

void KeysPage::showMenu(const QModelIndex &index, const QPoint &at)
{
    if (!index.isValid())
        return;
    const KeyOverview key = m_parts.model.key(index.row());
    auto *menu = new QMenu(this);
    menu->setObjectName(u"keyMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    connect(addMenuAction(menu, u"info"_s, tr("Details")), &QAction::triggered, this,
            [this, id = key.key.id] { openKey(id); });
    connect(addMenuAction(menu, u"copy"_s, tr("Copy the id")), &QAction::triggered, this,
            [this, id = key.key.id] { m_parts.copier.copy(id.value); });
    menu->addSeparator();
    addVerbs(menu, key);
    menu->popup(at);
}

void KeysPage::addVerbs(QMenu *menu, const KeyOverview &key)
{
    const QString refusal = m_parts.session.writeRefusal();
    const auto add = [&](const QString &name, const QString &glyph, const QString &text, bool dangerous,
                         auto deed) {
        QAction *action = addMenuAction(menu, glyph, text, dangerous);
        action->setObjectName(name);
        action->setEnabled(refusal.isEmpty());
        action->setToolTip(refusal);
        connect(action, &QAction::triggered, this, deed);
    };
    const KeyId id = key.key.id;
    if (key.state == KeyState::Deleted) {
        add(u"restoreKey"_s, u"undo-2"_s, tr("Bring back"), false,
            [this, id] { apply(KeyModel::Verb::Restore, {id}); });
        return;
    }
    add(u"editKey"_s, u"pencil"_s, tr("Edit…"), false, [this, id] { edit(id); });
    if (isRaisable(key))
        add(u"raiseKey"_s, u"arrow-up"_s, tr("Raise for a time…"), false, [this, id] { raise(id); });
    if (key.key.disabled)
        add(u"enableKey"_s, u"circle-check"_s, tr("Enable"), false,
            [this, id] { apply(KeyModel::Verb::Enable, {id}); });
    else
        add(u"disableKey"_s, u"circle-pause"_s, tr("Disable"), false,
            [this, id] { apply(KeyModel::Verb::Disable, {id}); });
    add(u"rotateKey"_s, u"refresh-ccw-dot"_s, tr("Rotate the secret…"), false, [this, id] { rotate(id); });
    menu->addSeparator();
    add(u"deleteKey"_s, u"trash-2"_s, tr("Delete…"), true, [this, id] { remove({id}); });
}

void KeysPage::apply(KeyModel::Verb verb, const QList<KeyId> &ids)
{
    if (ids.isEmpty() || !m_parts.session.canWrite())
        return;
    banners()->remove(u"keysDeed"_s);
    if (verb != KeyModel::Verb::Disable || m_parts.session.profile().environment != Environment::Production) {
        m_parts.model.apply(verb, ids);
        return;
    }
    Confirmation question;
    question.title = ids.size() == 1 ? tr("Disable “%1”?").arg(nameOf(ids.first()))
                                     : tr("Disable %n key(s)?", nullptr, int(ids.size()));
    question.text = tr("This is production. Holders get 403 at once, until the key is enabled again.");
    question.verb = tr("Disable");
    m_parts.prompts.confirm(this, question, [this, verb, ids] { m_parts.model.apply(verb, ids); });
}

void KeysPage::remove(const QList<KeyId> &ids)
{
    if (ids.isEmpty() || !m_parts.session.canWrite())
        return;
    Confirmation question;
    if (ids.size() == 1) {
        question.title = tr("Delete “%1”?").arg(nameOf(ids.first()));
        question.text = tr("Its holder gets 401 at once. You can bring it back for 30 days.");
    } else {
        question.title = tr("Delete %n key(s)?", nullptr, int(ids.size()));
        question.text = tr("Their holders get 401 at once. You can bring them back for 30 days.");
        QStringList names;
        for (const KeyId &id : ids.mid(0, 8))
            names.append(nameOf(id));
        question.text += u"\n"_s + names.join(u" · "_s) + (ids.size() > 8 ? u" …"_s : QString());
    }
    question.verb = tr("Delete");
    m_parts.prompts.confirm(this, question, [this, ids] {
        banners()->remove(u"keysDeed"_s);
        m_parts.model.apply(KeyModel::Verb::Delete, ids);
    });
}

void KeysPage::rotate(const KeyId &id)
{
    if (!m_parts.session.canWrite())
        return;
    Confirmation question;
    question.title = tr("Rotate the secret of “%1”?").arg(nameOf(id));
    question.text = tr("The old secret stops working now. Type the label to confirm.");
    question.verb = tr("Rotate");
    question.typed = nameOf(id);
    m_parts.prompts.confirm(this, question, [this, id] {
        whenDone(m_parts.model.rotate(id), this, [this](const Result<CreatedKey> &answer) {
            if (answer)
                showSecret({*answer}, true);
            else
                tellError(tr("The secret was not rotated."), answer.error());
        });
    });
}

static QString doneWords(KeyModel::Verb verb, int count)
{
    switch (verb) {
    case KeyModel::Verb::Disable:
        return KeysPage::tr("%n key(s) disabled", nullptr, count);
    case KeyModel::Verb::Enable:
        return KeysPage::tr("%n key(s) enabled", nullptr, count);
    case KeyModel::Verb::Delete:
        return KeysPage::tr("%n key(s) deleted", nullptr, count);
    case KeyModel::Verb::Restore:
        return KeysPage::tr("%n key(s) brought back", nullptr, count);
    }
    Q_UNREACHABLE();
}

static KeyModel::Verb reverse(KeyModel::Verb verb)
{
    switch (verb) {
    case KeyModel::Verb::Disable:
        return KeyModel::Verb::Enable;
    case KeyModel::Verb::Enable:
        return KeyModel::Verb::Disable;
    case KeyModel::Verb::Delete:
        return KeyModel::Verb::Restore;
    case KeyModel::Verb::Restore:
        return KeyModel::Verb::Delete;
    }
    Q_UNREACHABLE();
}

void KeysPage::tellBatch(KeyModel::Verb verb, const QList<KeyId> &done, const QList<KeyFailure> &failures)
{
    if (verb == KeyModel::Verb::Delete && done.contains(m_details->key().key.id))
        m_details->hide();
    const bool undoable = verb == KeyModel::Verb::Disable || verb == KeyModel::Verb::Delete;
    if (!done.isEmpty() && undoable) {
        const QString profile = m_parts.session.profile().id;
        m_parts.undo.offer(doneWords(verb, int(done.size())), [this, verb, done, profile] {
            // The bar may outlast the service it was about.
            if (m_parts.session.profile().id == profile)
                m_parts.model.apply(reverse(verb), done);
        });
    }
    if (failures.isEmpty())
        return;
    const QString fact = tr("%n key(s) could not be changed.", nullptr, int(failures.size()));
    tellError(fact, failures.first().error);
}

void KeysPage::tellError(const QString &fact, const Error &error)
{
    banners()->show(u"keysDeed"_s,
                    {Tone::Bad, fact, tr("%1 (%2)").arg(error.message, toString(error.code)), {}, {}, true});
}

void KeysPage::exportKeys()
{
    if (!m_parts.session.client() || !m_export->isEnabled())
        return;
    setBusy(m_export, true);
    whenDone(m_parts.model.exportCsv(), this, [this](const Result<QByteArray> &csv) {
        setBusy(m_export, false);
        if (!csv)
            return tellError(tr("The keys were not exported."), csv.error());
        m_parts.prompts.saveFile(this, tr("Export keys"), u"keys.csv"_s, tr("CSV (*.csv)"),
                                 [this, bytes = *csv](const QString &path) {
                                     QSaveFile file(path);
                                     if (file.open(QIODevice::WriteOnly) &&
                                         file.write(bytes) == bytes.size() && file.commit())
                                         return;
                                     tellError(tr("The keys were not exported."),
                                               {ErrorCode::Storage, file.errorString(), {}, {}});
                                 });
    });
}

}
