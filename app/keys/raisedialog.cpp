// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/raisedialog.h"

#include "app/keys/keytext.h"
#include "app/whendone.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::console
{

static QList<Limit> raisableLimits(const KeyOverview &key)
{
    QList<Limit> limits;
    for (const LimitStatus &status : key.limits) {
        if (status.limit.isEnforced() && status.limit.window != LimitWindow::Total)
            limits.append(status.limit);
    }
    return limits;
}

static bool isRaisedNow(const KeyOverview &key, Timestamp now)
{
    return std::any_of(key.key.raises.begin(), key.key.raises.end(),
                       [now](const LimitRaise &raise) { return raise.until > now; });
}

bool isRaisable(const KeyOverview &key)
{
    return !key.key.deletedAt && (!raisableLimits(key).isEmpty() || isRaisedNow(key, SystemClock().now()));
}

RaiseDialog::RaiseDialog(KeyModel &model, Session &session, const KeyOverview &key, QWidget *parent)
    : DialogFrame(space::dialogSmall, parent)
    , m_model(model)
    , m_session(session)
    , m_key(key)
    , m_limits(raisableLimits(key))
{
    setObjectName(u"raiseDialog"_s);
    build();
    retranslate();
    choose();
    m_amount->setFocus();
}

void RaiseDialog::build()
{
    m_limit = new Choice(this);
    m_limit->setObjectName(u"raisedLimit"_s);
    m_limitField = new Field(m_limit, this);
    m_amount = new AmountEdit(this);
    m_amount->setObjectName(u"raisedAmount"_s);
    m_amountField = new Field(m_amount, this);
    m_windows = new AmountEdit(this);
    m_windows->setObjectName(u"raisedWindows"_s);
    m_windows->setAmount(1);
    m_windowsField = new Field(m_windows, this);
    m_error = new Label(TextStep::Body, Role::Bad, this);
    m_error->setObjectName(u"dialogError"_s);
    m_error->setWordWrap(true);
    m_error->hide();
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_amountField, 1, Qt::AlignTop);
    row->addWidget(m_windowsField, 1, Qt::AlignTop);
    body()->addWidget(m_limitField);
    body()->addLayout(row);
    body()->addWidget(m_error);
    m_end = makeButton(ButtonKind::Quiet, {}, u"undo-2"_s, this);
    m_end->setObjectName(u"endRaises"_s);
    m_end->setVisible(isRaisedNow(m_key, SystemClock().now()));
    addHelper(m_end);
    verb()->setObjectName(u"saveRaise"_s);
    connect(m_limit, &QComboBox::currentIndexChanged, this, &RaiseDialog::choose);
    connect(m_amount, &QLineEdit::textChanged, this, [this] { m_amountField->setError({}); });
    connect(m_windows, &QLineEdit::textChanged, this, [this] { m_windowsField->setError({}); });
    connect(m_end, &QPushButton::clicked, this, [this] { send(std::nullopt); });
    connect(verb(), &QPushButton::clicked, this, &RaiseDialog::save);
}

void RaiseDialog::choose()
{
    const Limit limit = m_limits.value(m_limit->currentIndex());
    m_amount->setAmount(qMax<qint64>(1, qMin(limit.amount * 2, maximumAmount)));
}

void RaiseDialog::save()
{
    const Limit limit = m_limits.value(m_limit->currentIndex());
    const auto amount = m_amount->amount();
    const auto windows = m_windows->amount();
    const bool isMore = amount && *amount > limit.amount && *amount <= maximumAmount;
    const bool areWindows = windows && *windows >= 1 && *windows <= maximumRaisedWindows;
    if (!isMore)
        m_amountField->setError(tr("More than %1").arg(m_session.format().number(limit.amount)));
    if (!areWindows)
        m_windowsField->setError(tr("1 to %1").arg(maximumRaisedWindows));
    if (isMore && areWindows)
        send(NewRaise{limit.unit, limit.window, *amount, int(*windows), m_key.key.version});
}

void RaiseDialog::send(const std::optional<NewRaise> &raise)
{
    m_error->hide();
    setWorking(true);
    whenDone(m_model.raise(m_key.key.id, raise), this, [this](const Result<KeyOverview> &answer) {
        setWorking(false);
        if (!answer) {
            m_error->setText(answer.error().message);
            m_error->show();
            return;
        }
        accept();
        Q_EMIT saved(*answer);
    });
}

void RaiseDialog::retranslate()
{
    DialogFrame::retranslate();
    const KeyText text(m_session.format(), SystemClock().now());
    setHeading(
        tr("Raise a limit of “%1”").arg(text.name(m_key.key)),
        tr("For the window that runs, and those that follow if you say so. Then the limit is what it was."));
    m_limitField->setLabel(tr("Limit"));
    m_amountField->setLabel(tr("Meanwhile"));
    m_windowsField->setLabel(tr("For how many windows"));
    m_windowsField->setHint(tr("1 is the one that runs."));
    const QSignalBlocker limits(m_limit);
    const int chosen = m_limit->currentIndex();
    m_limit->clear();
    for (const Limit &limit : std::as_const(m_limits))
        m_limit->addItem(text.limit(limit));
    m_limit->setCurrentIndex(qMax(0, chosen));
    m_limit->setAccessibleName(tr("Limit"));
    m_amount->setAccessibleName(tr("Meanwhile"));
    m_windows->setAccessibleName(tr("For how many windows"));
    m_end->setText(tr("End what is raised"));
    verb()->setText(tr("Raise"));
    verb()->setEnabled(!m_limits.isEmpty());
}

}
