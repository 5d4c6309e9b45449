// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/passphrasedialog.h"

#include "app/widgets/spacing.h"

using namespace Qt::StringLiterals;

namespace quota::console
{

PassphraseDialog::PassphraseDialog(Occasion occasion, const QString &what, QWidget *parent)
    : DialogFrame(space::dialogSmall, parent)
    , m_occasion(occasion)
    , m_what(what)
    , m_wanted(new QCheckBox(this))
    , m_first(makeSecretEdit(this))
    , m_again(makeSecretEdit(this))
    , m_firstField(new Field(m_first, this))
    , m_againField(new Field(m_again, this))
    , m_meaning(new Label(TextStep::Small, Role::Muted, this))
{
    setObjectName(u"passphraseDialog"_s);
    m_wanted->setObjectName(u"encryptBackup"_s);
    m_first->setObjectName(u"passphrase"_s);
    m_again->setObjectName(u"passphraseAgain"_s);
    m_meaning->setObjectName(u"passphraseMeaning"_s);
    m_meaning->setWordWrap(true);
    verb()->setObjectName(u"givePassphrase"_s);
    body()->addWidget(m_wanted);
    body()->addWidget(m_firstField);
    body()->addWidget(m_againField);
    body()->addWidget(m_meaning);
    m_wanted->setVisible(occasion == Occasion::NewBackup);
    connect(m_wanted, &QCheckBox::toggled, this, [this] {
        showFields();
        if (m_wanted->isChecked())
            m_first->setFocus();
    });
    for (QLineEdit *edit : {m_first, m_again})
        connect(edit, &QLineEdit::textEdited, this, [this] {
            m_firstField->setError({});
            m_againField->setError({});
        });
    connect(verb(), &QPushButton::clicked, this, &PassphraseDialog::submit);
    retranslate();
    if (occasion == Occasion::Verify)
        m_first->setFocus();
    else
        verb()->setFocus();
}

bool PassphraseDialog::isDirty() const
{
    return m_occasion == Occasion::NewBackup && !m_first->text().isEmpty();
}

void PassphraseDialog::showFields()
{
    const bool isNew = m_occasion == Occasion::NewBackup;
    const bool wanted = !isNew || m_wanted->isChecked();
    // They keep their place, so that the button does not move away from the pointer.
    m_firstField->setEnabled(wanted);
    m_againField->setVisible(isNew);
    m_againField->setEnabled(wanted);
    if (!isNew)
        m_meaning->setText(tr("This backup opens with its passphrase only."));
    else if (wanted)
        m_meaning->setText(
            tr("All of it can be restored on any host, secrets of providers included. Without the "
               "passphrase nobody can open it: keep it elsewhere."));
    else
        m_meaning->setText(tr("Secrets of providers inside stay sealed: on another host they must be entered "
                              "again. Keys, limits and usage can be restored anywhere."));
}

void PassphraseDialog::submit()
{
    const QByteArray passphrase = m_first->text().toUtf8();
    if (m_occasion == Occasion::NewBackup && m_wanted->isChecked()) {
        if (passphrase.size() < shortest)
            return m_firstField->setError(tr("At least %1 characters; a few words are good.").arg(shortest));
        if (m_first->text() != m_again->text())
            return m_againField->setError(tr("The two are not the same."));
    }
    if (m_occasion == Occasion::Verify && passphrase.isEmpty())
        return m_firstField->setError(tr("Give the passphrase of this backup."));
    const bool none = m_occasion == Occasion::NewBackup && !m_wanted->isChecked();
    m_first->clear();
    m_again->clear();
    accept();
    Q_EMIT given(none ? QByteArray() : passphrase);
}

void PassphraseDialog::retranslate()
{
    DialogFrame::retranslate();
    const bool isNew = m_occasion == Occasion::NewBackup;
    setHeading(
        isNew ? tr("Back up now") : tr("Passphrase of the backup"),
        isNew ? tr("Keys, limits, usage, providers and settings go into one file. It counts only when it was "
                   "opened again and every row was counted.")
              : m_what);
    m_wanted->setText(tr("Encrypt it with a passphrase"));
    m_firstField->setLabel(tr("Passphrase"));
    m_againField->setLabel(tr("Passphrase again"));
    verb()->setText(isNew ? tr("Back up") : tr("Verify"));
    showFields();
}

}
