// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/newkeydialog.h"

#include "app/keys/keysummary.h"
#include "app/whendone.h"
#include "app/widgets/glyph.h"
#include "app/widgets/spacing.h"

using namespace Qt::StringLiterals;

namespace quota::console
{

namespace
{

struct Template
{
    std::optional<QList<Limit>> limits;
    std::optional<qint64> atOnce;
    int days; // 0: never
};

Template templateOf(int choice)
{
    switch (choice) {
    case 0: // student trial
        return {QList<Limit>{{LimitUnit::Requests, LimitWindow::Day, 200},
                             {LimitUnit::Tokens, LimitWindow::Month, 2'000'000}},
                4, 30};
    case 1: // application
        return {QList<Limit>{{LimitUnit::Requests, LimitWindow::Day, 20'000},
                             {LimitUnit::Tokens, LimitWindow::Month, 100'000'000}},
                {},
                0};
    case 2: // batch job
        return {QList<Limit>{{LimitUnit::Requests, LimitWindow::Minute, 60},
                             {LimitUnit::Tokens, LimitWindow::Day, 10'000'000}},
                8, 7};
    default:
        return {{}, {}, 0};
    }
}

}

NewKeyDialog::NewKeyDialog(KeyModel &model, Session &session, CopyHelper &copier, QWidget *parent)
    : DialogFrame(space::dialogLarge, parent)
    , m_model(model)
    , m_session(session)
{
    setObjectName(u"newKeyDialog"_s);
    build(copier);
    retranslate();
    startFrom(0);
    m_dirty = false;
    m_form->focusLabel();
    whenDone(model.modelNames(), this, [this](const Result<QStringList> &names) {
        if (names)
            m_form->setSuggestions(*names);
    });
    whenDone(model.templates(), this, [this](const Result<QList<KeyTemplate>> &templates) {
        if (templates)
            showTemplates(*templates);
    });
    connect(verb(), &QPushButton::clicked, this, &NewKeyDialog::create);
}

void NewKeyDialog::build(CopyHelper &copier)
{
    auto *halves = new QHBoxLayout;
    halves->setSpacing(24);
    halves->addWidget(makeLeft(), 1);
    halves->addWidget(makeRight(copier));
    body()->addLayout(halves);
    m_error = new Label(TextStep::Body, Role::Bad, this);
    m_error->setObjectName(u"dialogError"_s);
    m_error->setWordWrap(true);
    m_error->hide();
    body()->addWidget(m_error);
    verb()->setObjectName(u"createKey"_s);
}

QWidget *NewKeyDialog::makeLeft()
{
    auto *left = new QWidget(this);
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins({});
    layout->setSpacing(space::betweenFields + 2);
    m_template = new Segmented(left);
    m_template->setObjectName(u"template"_s);
    m_templateField = new Field(m_template, left);
    m_followed = new Choice(left);
    m_followed->setObjectName(u"followedTemplate"_s);
    m_followedField = new Field(m_followed, left);
    m_followedField->hide();
    m_form = new KeyForm(m_session.format().zone(), left);
    m_prefix = new LineField(left);
    m_prefix->edit()->setObjectName(u"prefix"_s);
    m_prefix->edit()->setMaxLength(maximumPrefixLength);
    m_prefix->setFixedWidth(100);
    m_count = new AmountEdit(left);
    m_count->setObjectName(u"count"_s);
    m_count->setAmount(1);
    m_countField = new Field(m_count, left);
    m_countField->setFixedWidth(84);
    m_form->labelRow()->addWidget(m_prefix, 0, Qt::AlignTop);
    m_form->labelRow()->addWidget(m_countField, 0, Qt::AlignTop);
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_templateField);
    row->addWidget(m_followedField);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addWidget(m_form);
    layout->addStretch(1);
    connect(m_template, &Segmented::chosen, this, &NewKeyDialog::startFrom);
    connect(m_followed, &QComboBox::currentIndexChanged, this, &NewKeyDialog::follow);
    const auto changed = [this] {
        m_dirty = true;
        m_countField->setError({});
        m_prefix->setError({});
        summarise();
    };
    connect(m_form, &KeyForm::edited, this, changed);
    connect(m_prefix->edit(), &QLineEdit::textChanged, this, changed);
    connect(m_count, &QLineEdit::textChanged, this, changed);
    return left;
}

QWidget *NewKeyDialog::makeRight(CopyHelper &copier)
{
    auto *right = new QWidget(this);
    right->setFixedWidth(312);
    auto *layout = new QVBoxLayout(right);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    m_summary = new Card(right);
    m_summary->setObjectName(u"summary"_s);
    m_summary->setGround(Role::Canvas);
    m_summaryTitle = new Label(TextStep::Small, Role::Muted, m_summary);
    m_summaryTitle->setWeight(Weight::Strong);
    m_lines = new QVBoxLayout;
    m_lines->setSpacing(8);
    m_summary->body()->addWidget(m_summaryTitle);
    m_summary->body()->addLayout(m_lines);
    layout->addWidget(m_summary);
    auto *title = new QHBoxLayout;
    m_commandTitle = new Label(TextStep::Small, Role::Muted, right);
    m_commandTitle->setWeight(Weight::Strong);
    title->setSpacing(6);
    title->addWidget(new Glyph(u"terminal"_s, Role::Muted, 13, right));
    title->addWidget(m_commandTitle, 1);
    layout->addSpacing(6);
    layout->addLayout(title);
    m_command = new CodeBox(copier, right);
    m_command->setObjectName(u"command"_s);
    layout->addWidget(m_command);
    layout->addStretch(1);
    return right;
}

void NewKeyDialog::startFrom(int choice)
{
    const Template start = templateOf(choice);
    KeyValues values = m_form->values(SystemClock().now());
    values.limits = start.limits;
    values.concurrency = start.atOnce;
    values.expiresAt.reset();
    m_followed->setCurrentIndex(0);
    m_form->setValues(values);
    m_form->setExpiryDays(start.days);
    summarise();
}

// The first entry is for none.
const KeyTemplate *NewKeyDialog::followed() const
{
    const int index = m_followed->currentIndex() - 1;
    return index >= 0 && index < m_templates.size() ? &m_templates.at(index) : nullptr;
}

void NewKeyDialog::showTemplates(const QList<KeyTemplate> &templates)
{
    const KeyTemplate *chosen = followed();
    const QString name = chosen ? chosen->name : QString();
    const QSignalBlocker blocker(m_followed);
    m_templates = templates;
    m_followed->clear();
    m_followed->addItem(tr("none"));
    for (const KeyTemplate &one : std::as_const(m_templates)) {
        m_followed->addItem(one.name);
        if (one.name == name)
            m_followed->setCurrentIndex(m_followed->count() - 1);
    }
    m_followedField->setVisible(!m_templates.isEmpty());
}

void NewKeyDialog::follow()
{
    const KeyTemplate *chosen = followed();
    if (chosen) {
        KeyValues values = m_form->values(SystemClock().now());
        values.limits.reset();
        values.concurrency.reset();
        values.models = chosen->models;
        m_form->setValues(values);
        m_form->setExpiryDays(0);
        if (chosen->days)
            m_form->setExpiry(SystemClock().now() + std::chrono::days(*chosen->days));
    }
    m_form->setTemplate(chosen ? chosen->name : QString());
    summarise();
}

NewKey NewKeyDialog::wanted() const
{
    const KeyValues values = m_form->values(SystemClock().now());
    NewKey key;
    key.label = values.label;
    key.limits = values.limits;
    // Limits of its own are instead of a template's.
    if (const KeyTemplate *chosen = followed(); chosen && !values.limits)
        key.templateName = chosen->name;
    key.concurrency = values.concurrency;
    key.models = values.models;
    key.expiresAt = values.expiresAt;
    if (!m_prefix->text().isEmpty())
        key.prefix = m_prefix->text();
    key.count = int(qBound(qint64(0), m_count->amount().value_or(0), qint64(maximumKeysAtOnce + 1)));
    return key;
}

void NewKeyDialog::summarise()
{
    const NewKey key = wanted();
    QStringList spoken;
    while (QLayoutItem *item = m_lines->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    const QList<SummaryLine> lines =
        KeySummary::lines(key, followed(), m_session.format(), SystemClock().now());
    for (const SummaryLine &line : lines) {
        auto *holder = new QWidget(m_summary);
        auto *row = new QHBoxLayout(holder);
        row->setContentsMargins({});
        row->setSpacing(8);
        auto *words = new Label(line.text, TextStep::Body, Role::Text, holder);
        words->setWordWrap(true);
        row->addWidget(new Glyph(line.glyph, Role::Accent, 16, holder), 0, Qt::AlignTop);
        row->addWidget(words, 1);
        m_lines->addWidget(holder);
        spoken.append(line.text);
    }
    m_summary->setAccessibleName(spoken.join(u". "_s));
    m_command->setText(KeySummary::command(key, m_form->expiryWord()));
    verb()->setText(key.count > 1 ? tr("Create %n key(s)", nullptr, key.count) : tr("Create key"));
}

void NewKeyDialog::create()
{
    const NewKey key = wanted();
    bool good = m_form->check();
    if (key.count < 1 || key.count > maximumKeysAtOnce) {
        m_countField->setError(tr("1 to %1").arg(maximumKeysAtOnce));
        good = false;
    }
    if (key.prefix && !checkPrefix(*key.prefix)) {
        m_prefix->setError(tr("Letters a-z, digits, _ and - only."));
        good = false;
    }
    if (!good)
        return;
    m_error->hide();
    setWorking(true);
    whenDone(m_model.create(key), this, [this](const Result<QList<CreatedKey>> &answer) { finish(answer); });
}

void NewKeyDialog::finish(const Result<QList<CreatedKey>> &answer)
{
    setWorking(false);
    if (answer) {
        m_dirty = false;
        accept();
        Q_EMIT created(*answer);
        return;
    }
    const Error &error = answer.error();
    if (error.field.startsWith("prefix"_L1)) {
        m_prefix->setError(error.message);
    } else if (error.field.startsWith("count"_L1)) {
        m_countField->setError(error.message);
    } else if (!m_form->showError(error)) {
        m_error->setText(error.message);
        m_error->show();
    }
}

void NewKeyDialog::retranslate()
{
    DialogFrame::retranslate();
    setHeading(
        tr("New key"),
        tr("Issued on %1. The secret is shown once, after you create it.").arg(m_session.profile().name));
    m_templateField->setLabel(tr("Start from"));
    m_followedField->setLabel(tr("Follow a template"));
    m_followed->setAccessibleName(tr("Follow a template"));
    showTemplates(m_templates);
    m_template->setChoices({tr("Student trial"), tr("Application"), tr("Batch job"), tr("Blank")});
    m_prefix->setLabel(tr("Prefix"));
    m_prefix->setPlaceholder(u"sk-"_s);
    m_countField->setLabel(tr("How many"));
    m_summaryTitle->setText(tr("What the holder gets"));
    m_commandTitle->setText(tr("The same as a command"));
    summarise();
}

}
