// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/limitseditor.h"

#include "app/widgets/button.h"
#include "app/widgets/spacing.h"
#include "shared/apikey.h"

#include <QEvent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::console
{

static const LimitWindow windows[] = {LimitWindow::Minute, LimitWindow::Hour,  LimitWindow::Day,
                                      LimitWindow::Week,   LimitWindow::Month, LimitWindow::Total};
// How «no limit at all» is written, because no limits would mean the default of the service.
static const Limit noLimit{LimitUnit::Requests, LimitWindow::Total, unlimitedAmount};

LimitsEditor::LimitsEditor(QWidget *parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
    , m_label(new Label(TextStep::Body, Role::Text, this))
    , m_note(new Label(TextStep::Small, Role::Faint, this))
    , m_add(makeButton(ButtonKind::Link, {}, u"plus"_s, this))
    , m_unlimited(new QCheckBox(this))
{
    m_label->setWeight(Weight::Medium);
    m_note->setWordWrap(true);
    m_note->setObjectName(u"limitsNote"_s);
    m_add->setObjectName(u"addLimit"_s);
    m_unlimited->setObjectName(u"unlimited"_s);
    m_layout->setContentsMargins({});
    m_layout->setSpacing(6);
    m_layout->addWidget(m_label);
    m_layout->addWidget(m_note);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(16);
    foot->addWidget(m_add);
    foot->addWidget(m_unlimited);
    foot->addStretch(1);
    m_layout->addLayout(foot);
    connect(m_add, &QPushButton::clicked, this, [this] {
        addRow({LimitUnit::Requests, LimitWindow::Day, 200}, true);
        changed();
    });
    connect(m_unlimited, &QCheckBox::toggled, this, &LimitsEditor::changed);
    retranslate();
    changed();
}

void LimitsEditor::setLimits(const std::optional<QList<Limit>> &limits)
{
    while (!m_rows.isEmpty())
        removeRow(m_rows.first().widget);
    const bool unlimited = limits && std::all_of(limits->begin(), limits->end(), [](const Limit &limit) {
                               return limit.amount == unlimitedAmount;
                           });
    m_unlimited->setChecked(unlimited);
    if (limits && !unlimited) {
        for (const Limit &limit : *limits) {
            if (limit.amount != unlimitedAmount)
                addRow(limit, false);
        }
    }
    changed();
}

std::optional<QList<Limit>> LimitsEditor::limits() const
{
    if (m_unlimited->isChecked())
        return QList<Limit>{noLimit};
    if (m_rows.isEmpty())
        return {};
    QList<Limit> limits;
    for (const Row &row : m_rows)
        limits.append({LimitUnit(row.unit->currentIndex()), windows[qMax(0, row.window->currentIndex())],
                       row.amount->amount().value_or(-2), LimitMode(qMax(0, row.mode->currentIndex()))});
    return limits;
}

QString LimitsEditor::fault() const
{
    const auto wanted = limits();
    if (!wanted || m_unlimited->isChecked())
        return {};
    QStringList kinds;
    for (qsizetype i = 0; i < wanted->size(); ++i) {
        const Limit &limit = wanted->at(i);
        if (limit.amount < 0 || limit.amount > maximumAmount)
            return tr("“%1” is no amount. Give a whole number such as 200, 2 M or 2e6; 0 blocks.")
                .arg(m_rows.at(i).amount->text());
        const QString kind = toString(limit.unit) + u'/' + toString(limit.window) + toString(limit.mode);
        if (kinds.contains(kind))
            return tr("Two limits count the same in the same window. Keep one of them.");
        kinds.append(kind);
    }
    return {};
}

void LimitsEditor::setError(const QString &error)
{
    m_error = error;
    changed();
}

void LimitsEditor::addRow(const Limit &limit, bool focus)
{
    auto *widget = new QWidget(this);
    auto *line = new QHBoxLayout(widget);
    line->setContentsMargins({});
    line->setSpacing(8);
    Row row{widget,
            new AmountEdit(widget),
            new Choice(widget),
            new Label(TextStep::Body, Role::Muted, widget),
            new Choice(widget),
            new Choice(widget),
            makeIconButton(u"trash-2"_s, {}, widget)};
    const QString number = QString::number(m_rows.size());
    row.amount->setObjectName(u"limitAmount"_s + number);
    row.unit->setObjectName(u"limitUnit"_s + number);
    row.window->setObjectName(u"limitWindow"_s + number);
    row.mode->setObjectName(u"limitMode"_s + number);
    row.remove->setObjectName(u"removeLimit"_s + number);
    row.amount->setFixedWidth(96);
    row.unit->setMinimumWidth(104);
    row.window->setMinimumWidth(96);
    row.mode->setMinimumWidth(104);
    row.per->setElides(false);
    line->addWidget(row.amount);
    line->addWidget(row.unit);
    line->addWidget(row.per);
    line->addWidget(row.window);
    line->addWidget(row.mode);
    line->addWidget(row.remove);
    line->addStretch(1);
    fill(row);
    row.amount->setAmount(limit.amount);
    row.unit->setCurrentIndex(int(limit.unit));
    row.mode->setCurrentIndex(int(limit.mode));
    row.window->setCurrentIndex(
        int(std::find(std::begin(windows), std::end(windows), limit.window) - windows));
    connect(row.amount, &AmountEdit::amountChanged, this, &LimitsEditor::changed);
    connect(row.amount, &QLineEdit::textEdited, this, &LimitsEditor::changed);
    connect(row.unit, &QComboBox::currentIndexChanged, this, &LimitsEditor::changed);
    connect(row.window, &QComboBox::currentIndexChanged, this, &LimitsEditor::changed);
    connect(row.mode, &QComboBox::currentIndexChanged, this, &LimitsEditor::changed);
    connect(row.remove, &QToolButton::clicked, this, [this, widget] {
        removeRow(widget);
        changed();
        m_add->setFocus();
    });
    m_layout->insertWidget(1 + int(m_rows.size()), widget);
    m_rows.append(row);
    if (focus) {
        row.amount->setFocus();
        row.amount->selectAll();
    }
}

void LimitsEditor::removeRow(QWidget *widget)
{
    m_rows.removeIf([widget](const Row &row) { return row.widget == widget; });
    m_layout->removeWidget(widget);
    widget->hide();
    widget->deleteLater();
}

void LimitsEditor::changed()
{
    const bool unlimited = m_unlimited->isChecked();
    for (const Row &row : std::as_const(m_rows))
        row.widget->setVisible(!unlimited);
    m_add->setVisible(!unlimited);
    m_add->setEnabled(m_rows.size() < maximumLimitsPerKey);
    const QString fault = this->fault().isEmpty() ? m_error : this->fault();
    m_note->setRole(fault.isEmpty() ? Role::Faint : Role::Bad);
    if (!fault.isEmpty())
        m_note->setText(fault);
    else if (unlimited)
        m_note->setText(tr("Nothing holds this key back."));
    else
        m_note->setText(m_rows.isEmpty() ? noteWithoutRows() : QString());
    m_note->setVisible(!m_note->text().isEmpty());
    m_error.clear();
    Q_EMIT edited();
}

QString LimitsEditor::noteWithoutRows() const
{
    return m_template.isEmpty() ? tr("The default limits of the service apply.")
                                : tr("The limits of the template “%1” apply.").arg(m_template);
}

void LimitsEditor::setTemplate(const QString &name)
{
    m_template = name;
    changed();
}

void LimitsEditor::fill(const Row &row)
{
    const QSignalBlocker units(row.unit);
    const QSignalBlocker spans(row.window);
    const QSignalBlocker modes(row.mode);
    const int unit = row.unit->currentIndex();
    const int window = row.window->currentIndex();
    const int mode = row.mode->currentIndex();
    row.unit->clear();
    row.unit->addItems({tr("requests"), tr("tokens")});
    row.window->clear();
    row.window->addItems({tr("minute"), tr("hour"), tr("day"), tr("week"), tr("month"), tr("in all")});
    row.mode->clear();
    row.mode->addItems({tr("refuses"), tr("warns"), tr("observes")});
    row.mode->setToolTip(
        tr("Refuses: a request without room gets 429.\nWarns: it passes, and its holder is told.\n"
           "Observes: it passes, and only you see it."));
    row.mode->setCurrentIndex(qMax(0, mode));
    row.unit->setCurrentIndex(qMax(0, unit));
    row.window->setCurrentIndex(qMax(0, window));
    row.per->setText(tr("per"));
    row.amount->setAccessibleName(tr("Amount"));
    row.unit->setAccessibleName(tr("What is counted"));
    row.window->setAccessibleName(tr("Window"));
    row.mode->setAccessibleName(tr("What happens without room"));
    setIconWords(row.remove, tr("Remove this limit"));
}

void LimitsEditor::retranslate()
{
    m_label->setText(tr("Limits"));
    m_add->setText(tr("Add a limit"));
    m_unlimited->setText(tr("No limit at all"));
    for (const Row &row : std::as_const(m_rows))
        fill(row);
}

void LimitsEditor::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        changed();
    }
}

}
