// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keyform.h"

#include "app/widgets/spacing.h"
#include "shared/apikey.h"

#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

KeyForm::KeyForm(const QTimeZone &zone, QWidget *parent)
    : QWidget(parent)
    , m_label(new LineField(this))
    , m_labelRow(new QHBoxLayout)
    , m_limits(new LimitsEditor(this))
    , m_expiry(new ExpiryPicker(zone, this))
    , m_expiryField(new Field(m_expiry, this))
    , m_atOnce(new AmountEdit(this))
    , m_atOnceField(new Field(m_atOnce, this))
    , m_models(new ModelPicker(this))
    , m_modelsField(new Field(m_models, this))
{
    m_label->edit()->setObjectName(u"keyLabel"_s);
    m_label->edit()->setMaxLength(maximumLabelLength);
    m_atOnce->setObjectName(u"atOnce"_s);
    m_atOnce->setFixedWidth(96);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(space::betweenFields + 2);
    m_labelRow->setSpacing(12);
    m_labelRow->addWidget(m_label, 1, Qt::AlignTop);
    layout->addLayout(m_labelRow);
    layout->addWidget(m_limits);
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_expiryField, 0, Qt::AlignTop);
    row->addWidget(m_atOnceField, 0, Qt::AlignTop);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addWidget(m_modelsField);
    connect(m_label->edit(), &QLineEdit::textEdited, this, [this] { m_label->setError({}); });
    connect(m_label->edit(), &QLineEdit::textChanged, this, &KeyForm::edited);
    connect(m_limits, &LimitsEditor::edited, this, &KeyForm::edited);
    connect(m_expiry, &ExpiryPicker::edited, this, &KeyForm::edited);
    connect(m_atOnce, &QLineEdit::textChanged, this, [this] {
        m_atOnceField->setError({});
        Q_EMIT edited();
    });
    connect(m_models, &ModelPicker::edited, this, &KeyForm::edited);
    retranslate();
}

void KeyForm::setValues(const KeyValues &values)
{
    m_label->setText(values.label);
    m_limits->setLimits(values.limits);
    m_expiry->setExpiry(values.expiresAt);
    m_atOnce->setAmount(values.concurrency);
    m_models->setModels(values.models);
}

KeyValues KeyForm::values(Timestamp now) const
{
    KeyValues values;
    values.label = m_label->text().trimmed();
    values.limits = m_limits->limits();
    values.concurrency = m_atOnce->amount();
    values.models = m_models->models();
    values.expiresAt = m_expiry->expiry(now);
    return values;
}

bool KeyForm::check()
{
    const QString typed = m_atOnce->text().trimmed();
    const auto atOnce = m_atOnce->amount();
    const bool fits = typed.isEmpty() || (atOnce && *atOnce >= 0 && *atOnce <= maximumConcurrency);
    if (!fits)
        m_atOnceField->setError(tr("0 to %1, or empty").arg(maximumConcurrency));
    return m_limits->fault().isEmpty() && fits;
}

bool KeyForm::showError(const Error &error)
{
    if (error.field.startsWith("label"_L1))
        m_label->setError(error.message);
    else if (error.field.startsWith("limits"_L1))
        m_limits->setError(error.message);
    else if (error.field.startsWith("concurrency"_L1))
        m_atOnceField->setError(error.message);
    else if (error.field.startsWith("models"_L1))
        m_modelsField->setError(error.message);
    else if (error.field.startsWith("expires"_L1))
        m_expiryField->setError(error.message);
    else
        return false;
    return true;
}

void KeyForm::focusLabel()
{
    m_label->edit()->setFocus();
}

void KeyForm::retranslate()
{
    m_label->setLabel(tr("Label"));
    m_label->setPlaceholder(tr("Who or what uses it"));
    m_expiryField->setLabel(tr("Expires"));
    m_atOnceField->setLabel(tr("At once"));
    m_atOnce->setPlaceholderText(tr("any"));
    m_modelsField->setLabel(tr("Models"));
}

void KeyForm::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
