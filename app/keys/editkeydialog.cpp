// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/editkeydialog.h"

#include "app/keys/keytext.h"
#include "app/whendone.h"
#include "app/widgets/spacing.h"

#include <QGridLayout>

using namespace Qt::StringLiterals;

namespace quota::console
{

EditKeyDialog::EditKeyDialog(KeyModel &model, Session &session, const KeyOverview &key, QWidget *parent)
    : DialogFrame(space::dialogMedium, parent)
    , m_model(model)
    , m_session(session)
    , m_key(key)
    , m_form(new KeyForm(session.format().zone(), this))
    , m_clash(new Card(this))
    , m_clashText(new Label(TextStep::Body, Role::Text, m_clash))
    , m_error(new Label(TextStep::Body, Role::Bad, this))
{
    setObjectName(u"editKeyDialog"_s);
    m_clash->setObjectName(u"clash"_s);
    m_clash->setGround(Role::WarnSoft);
    m_clashText->setWordWrap(true);
    m_clashText->setWeight(Weight::Medium);
    m_clash->body()->addWidget(m_clashText);
    m_clash->hide();
    m_error->setObjectName(u"dialogError"_s);
    m_error->setWordWrap(true);
    m_error->hide();
    body()->addWidget(m_clash);
    body()->addWidget(m_form);
    body()->addWidget(m_error);
    verb()->setObjectName(u"saveKey"_s);
    m_form->setValues(KeyClash::valuesOf(key.key));
    m_form->setTemplate(key.key.templateName);
    whenDone(model.modelNames(), this, [this](const Result<QStringList> &names) {
        if (names)
            m_form->setSuggestions(*names);
    });
    connect(verb(), &QPushButton::clicked, this, &EditKeyDialog::save);
    retranslate();
    m_form->focusLabel();
}

bool EditKeyDialog::isDirty() const
{
    const KeyValues now = m_form->values(SystemClock().now());
    return !KeyClash::isEmpty(KeyClash::change(KeyClash::valuesOf(m_key.key), now, 0)) || !m_rows.isEmpty();
}

void EditKeyDialog::save()
{
    if (!m_form->check())
        return;
    m_error->hide();
    if (!m_rows.isEmpty())
        takeChoices();
    const KeyChange change = KeyClash::change(KeyClash::valuesOf(m_key.key),
                                              m_form->values(SystemClock().now()), m_key.key.version);
    if (KeyClash::isEmpty(change)) {
        accept();
        return;
    }
    setWorking(true);
    whenDone(m_model.update(m_key.key.id, change), this,
             [this](const Result<KeyOverview> &answer) { finish(answer); });
}

void EditKeyDialog::finish(const Result<KeyOverview> &answer)
{
    if (answer) {
        setWorking(false);
        m_key = *answer;
        m_form->setValues(KeyClash::valuesOf(answer->key));
        accept();
        Q_EMIT saved(*answer);
        return;
    }
    if (answer.error().code == ErrorCode::VersionConflict) {
        whenDone(m_model.fetch(m_key.key.id), this, [this](const Result<KeyOverview> &now) {
            setWorking(false);
            if (now)
                return showClash(*now);
            m_error->setText(now.error().message);
            m_error->show();
        });
        return;
    }
    setWorking(false);
    if (!m_form->showError(answer.error())) {
        m_error->setText(answer.error().message);
        m_error->show();
    }
}

void EditKeyDialog::showClash(const KeyOverview &now)
{
    const KeyValues read = KeyClash::valuesOf(m_key.key);
    m_mine = m_form->values(SystemClock().now());
    m_theirs = KeyClash::valuesOf(now.key);
    const QList<KeyField> clashes = KeyClash::between(read, m_mine, m_theirs);
    m_form->setValues(KeyClash::merged(read, m_mine, m_theirs));
    m_form->setTemplate(now.key.templateName);
    m_key = now;
    if (clashes.isEmpty()) {
        save(); // what they changed and what I changed do not meet
        return;
    }
    for (const KeyField field : clashes)
        addClashRow(field, m_mine, m_theirs);
    m_form->setEnabled(false);
    m_clash->show();
    retranslate();
    m_rows.first().choice->setFocus();
}

void EditKeyDialog::addClashRow(KeyField field, const KeyValues &mine, const KeyValues &theirs)
{
    const Format format = m_session.format();
    const Timestamp now = SystemClock().now();
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(2);
    ClashRow row{field, new Label(TextStep::Body, Role::Text, m_clash), new Segmented(m_clash),
                 new Label(TextStep::Small, Role::Text, m_clash),
                 new Label(TextStep::Small, Role::Text, m_clash)};
    row.name->setWeight(Weight::Medium);
    row.choice->setObjectName(u"clashChoice%1"_s.arg(int(field)));
    row.mine->setObjectName(u"clashMine%1"_s.arg(int(field)));
    row.theirs->setObjectName(u"clashTheirs%1"_s.arg(int(field)));
    row.choice->setChoices({tr("Mine"), tr("Theirs")});
    row.choice->setCurrent(0);
    row.mine->setText(tr("Mine: %1").arg(KeyClash::textOf(field, mine, format, now)));
    row.theirs->setText(tr("Theirs: %1").arg(KeyClash::textOf(field, theirs, format, now)));
    grid->addWidget(row.name, 0, 0);
    grid->addWidget(row.mine, 0, 1);
    grid->addWidget(row.theirs, 1, 1);
    grid->addWidget(row.choice, 0, 2, 2, 1, Qt::AlignVCenter);
    grid->setColumnMinimumWidth(0, 80);
    grid->setColumnStretch(1, 1);
    m_clash->body()->addLayout(grid);
    m_rows.append(row);
}

void EditKeyDialog::takeChoices()
{
    KeyValues chosen = m_form->values(SystemClock().now());
    for (const ClashRow &row : std::as_const(m_rows)) {
        KeyClash::copy(row.field, row.choice->current() == 1 ? m_theirs : m_mine, chosen);
        for (QWidget *widget : {static_cast<QWidget *>(row.name), static_cast<QWidget *>(row.choice),
                                static_cast<QWidget *>(row.mine), static_cast<QWidget *>(row.theirs)}) {
            widget->hide();
            widget->deleteLater();
        }
    }
    m_rows.clear();
    m_clash->hide();
    m_form->setEnabled(true);
    m_form->setValues(chosen);
}

void EditKeyDialog::retranslate()
{
    DialogFrame::retranslate();
    const QString name = KeyText(m_session.format(), SystemClock().now()).name(m_key.key);
    setHeading(tr("Edit “%1”").arg(name), m_key.key.id.value + u" · "_s + m_key.key.preview());
    m_clashText->setText(tr("Someone changed this key while you edited. Choose for each field."));
    for (const ClashRow &row : std::as_const(m_rows)) {
        row.name->setText(KeyClash::nameOf(row.field));
        row.choice->setAccessibleName(KeyClash::nameOf(row.field));
        row.choice->setChoices({tr("Mine"), tr("Theirs")});
    }
    verb()->setText(tr("Save"));
}

}
