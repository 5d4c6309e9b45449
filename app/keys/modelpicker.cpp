// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/modelpicker.h"

#include "app/widgets/filterchips.h"
#include "app/widgets/flowlayout.h"
#include "app/widgets/spacing.h"

#include <QCompleter>
#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

ModelPicker::ModelPicker(QWidget *parent)
    : QWidget(parent)
    , m_flow(new FlowLayout(this))
    , m_line(new QLineEdit(this))
{
    m_line->setObjectName(u"addModel"_s);
    m_line->setFixedWidth(150);
    auto *completer = new QCompleter(&m_suggestions, m_line);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    m_line->setCompleter(completer);
    m_flow->addWidget(m_line);
    connect(m_line, &QLineEdit::textEdited, this, [this](const QString &text) {
        if (text.contains(u','))
            add();
        else
            Q_EMIT edited();
    });
    connect(m_line, &QLineEdit::editingFinished, this, &ModelPicker::add);
    connect(completer, qOverload<const QString &>(&QCompleter::activated), this, &ModelPicker::add,
            Qt::QueuedConnection);
    retranslate();
}

void ModelPicker::setModels(const QStringList &models)
{
    m_models = models;
    m_line->clear();
    showChips();
}

QStringList ModelPicker::models() const
{
    QStringList all = m_models;
    const QStringList typed = m_line->text().split(u',', Qt::SkipEmptyParts);
    for (const QString &name : typed) {
        if (!name.trimmed().isEmpty() && !all.contains(name.trimmed()))
            all.append(name.trimmed());
    }
    return all;
}

void ModelPicker::setSuggestions(const QStringList &models)
{
    m_suggestions.setStringList(models);
}

void ModelPicker::add()
{
    const QStringList all = models();
    const bool changed = all != m_models;
    m_models = all;
    m_line->clear();
    if (!changed)
        return;
    showChips();
    Q_EMIT edited();
}

void ModelPicker::showChips()
{
    const auto chips = findChildren<Chip *>();
    for (Chip *chip : chips) {
        chip->hide();
        chip->deleteLater();
    }
    for (qsizetype i = 0; i < m_models.size(); ++i) {
        auto *chip = new Chip(this);
        chip->setText(m_models.at(i));
        chip->setObjectName(u"model_"_s + m_models.at(i));
        chip->setCheckable(true);
        chip->setChecked(true);
        chip->setRemovable(true);
        connect(chip, &Chip::removed, this, [this, name = m_models.at(i)] {
            m_models.removeAll(name);
            showChips();
            m_line->setFocus();
            Q_EMIT edited();
        });
        m_flow->insertWidget(int(i), chip);
        chip->show();
    }
    retranslate();
    updateGeometry();
}

void ModelPicker::retranslate()
{
    m_line->setPlaceholderText(m_models.isEmpty() ? tr("All; or name one") : tr("Another model"));
    m_line->setAccessibleName(tr("Add a model"));
}

void ModelPicker::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
