// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/usagepage.h"

#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QSaveFile>
#include <QShortcut>

using namespace Qt::StringLiterals;

namespace quota::console
{

UsagePage::UsagePage(const Parts &parts, QWidget *parent)
    : Page(u"usage"_s, u"chart-column"_s, parent)
    , m_parts(parts)
    , m_filters(new UsageFilters(parts.model, parts.session, this))
    , m_tableOnly(makeButton(ButtonKind::Quiet, {}, u"table-2"_s, this))
    , m_export(makeButton(ButtonKind::Secondary, {}, u"download"_s, this))
{
    build();
    join();
    retranslate();
}

void UsagePage::build()
{
    m_tableOnly->setObjectName(u"tableOnly"_s);
    m_tableOnly->setCheckable(true);
    m_export->setObjectName(u"exportUsage"_s);
    head()->addAction(m_tableOnly);
    head()->addAction(m_export);
    body()->setSpacing(space::betweenCards - 2);
    body()->addWidget(m_filters);

    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins({});
    column->setSpacing(space::betweenCards - 2);
    m_charts = new QWidget(content);
    auto *charts = new QVBoxLayout(m_charts);
    charts->setContentsMargins({});
    charts->setSpacing(space::betweenCards - 2);
    m_requests = new ChartCard(u"requests"_s, m_charts);
    m_tokens = new ChartCard(u"tokens"_s, m_charts);
    m_refused = new ChartCard(u"refused"_s, m_charts);
    m_tokens->view()->setMostSteps(3);
    m_refused->view()->setMostSteps(3);
    charts->addWidget(m_requests, 17);
    auto *small = new QHBoxLayout;
    small->setSpacing(space::betweenCards - 2);
    small->addWidget(m_tokens, 1);
    small->addWidget(m_refused, 1);
    charts->addLayout(small, 10);
    column->addWidget(m_charts, 27);
    auto *card = new Card(content);
    card->setFlush(true);
    m_table = new TableView(card);
    m_table->setObjectName(u"usageTable"_s);
    m_table->setModel(&m_parts.model);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setColumnWeights({26, 11, 9, 11, 11, 9, 9, 10}, {180, 90, 80, 90, 90, 80, 80, 90});
    m_table->setMinimumHeight(34 + 3 * 36);
    card->body()->addWidget(m_table);
    column->addWidget(card, 10);
    m_state = new PageState(content, this);
    m_state->setObjectName(u"usageState"_s);
    m_state->setSkeletonColumns(3);
    body()->addWidget(m_state, 1);
}

void UsagePage::join()
{
    connect(m_tableOnly, &QPushButton::toggled, this, &UsagePage::setTableOnly);
    connect(m_export, &QPushButton::clicked, this, &UsagePage::exportCsv);
    auto *shortcut = new QShortcut(Qt::CTRL | Qt::Key_E, this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &UsagePage::exportCsv);
    for (ChartCard *card : {m_requests, m_tokens, m_refused})
        connect(card->view(), &ChartView::pointed, this,
                [this, view = card->view()](int bucket) { point(view, bucket); });
    connect(&m_parts.model, &UsageModel::changed, this, [this] {
        showCharts();
        showNote();
    });
    connect(&m_parts.model, &UsageModel::stateChanged, this, &UsagePage::showState);
    connect(&m_parts.session, &Session::stateChanged, this, &UsagePage::showState);
    connect(&m_parts.session, &Session::refreshDue, this, [this] {
        if (m_active)
            m_parts.model.refresh();
    });
    connect(m_state, &PageState::acted, this, [this] {
        m_parts.session.poll();
        m_parts.model.load();
    });
    connect(banners(), &BannerStack::acted, this, [this](const QString &id) {
        if (id == "usageLoad"_L1)
            refresh();
    });
}

QString UsagePage::title() const
{
    return tr("Usage");
}

void UsagePage::activate()
{
    m_active = true;
    m_parts.model.loadKeyNames();
    if (m_parts.model.report())
        m_parts.model.refresh();
    else
        m_parts.model.load();
    m_filters->focusFirst();
}

void UsagePage::deactivate()
{
    m_active = false;
}

void UsagePage::refresh()
{
    m_parts.model.refresh();
}

void UsagePage::focusFilter()
{
    m_filters->focusFirst();
}

void UsagePage::showCharts()
{
    const UsageModel &model = m_parts.model;
    const Format format = m_parts.session.format();
    const UsageSums sums = model.report() ? model.report()->sums : UsageSums();
    //: sum, steps: «215,844 · every 15 min»
    m_requests->setChart(model.requestsChart(), format, tr("Requests"),
                         tr("%1 · %2").arg(format.number(sums.requests), model.bucketWords()));
    m_tokens->setChart(model.tokensChart(), format, tr("Tokens"), format.compact(sums.tokens()));
    m_refused->setChart(model.refusedChart(), format, tr("Refused and failed"),
                        format.number(sums.refused + sums.failed));
}

void UsagePage::showNote()
{
    const UsageRange range = m_parts.model.range();
    const Format format = m_parts.session.format();
    head()->setNote(format.range(range.from, range.to) + u" · "_s + format.zoneName(range.from));
}

void UsagePage::showState()
{
    const UsageModel &model = m_parts.model;
    const bool offline = m_parts.session.state() == Session::State::Offline;
    const bool refused = m_parts.session.state() == Session::State::Refused;
    for (ChartCard *card : {m_requests, m_tokens, m_refused})
        card->view()->setStale(offline || refused);
    if (model.state() != UsageModel::State::Loading)
        banners()->remove(u"usageLoad"_s);
    switch (model.state()) {
    case UsageModel::State::Idle:
    case UsageModel::State::Loading:
        if (!model.report())
            m_state->set(PageState::State::Loading);
        return;
    case UsageModel::State::Failed: {
        const Error error = model.error().value_or(Error());
        const QString words = tr("%1 (%2)").arg(error.message, toString(error.code));
        if (!model.report())
            m_state->set(offline ? PageState::State::Offline : PageState::State::Error,
                         {{},
                          offline ? tr("Offline") : tr("Could not load the usage"),
                          words,
                          tr("Try again"),
                          {},
                          {}});
        else if (!offline && !refused)
            banners()->show(u"usageLoad"_s,
                            {Tone::Warn, tr("Could not load the usage."), words, tr("Try again"), {}, false});
        return;
    }
    case UsageModel::State::Ready:
        break;
    }
    if (model.isEmpty() && model.key().isEmpty())
        m_state->set(PageState::State::Empty, {u"chart-column"_s,
                                               tr("Nothing was used in this range"),
                                               tr("Requests appear here within seconds of being answered."),
                                               {},
                                               {},
                                               {}});
    else
        m_state->set(PageState::State::Content);
}

void UsagePage::setTableOnly(bool only)
{
    m_charts->setVisible(!only);
}

void UsagePage::point(const ChartView *source, int bucket)
{
    for (ChartCard *card : {m_requests, m_tokens, m_refused}) {
        if (card->view() != source)
            card->view()->setCrosshair(bucket);
    }
}

void UsagePage::exportCsv()
{
    if (!m_parts.model.report())
        return;
    m_parts.prompts.saveFile(
        this, tr("Export usage"), u"usage.csv"_s, tr("CSV (*.csv)"),
        [this, bytes = m_parts.model.csv()](const QString &path) {
            QSaveFile file(path);
            if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
                return;
            banners()->show(u"usageExport"_s,
                            {Tone::Bad, tr("The usage was not exported."), file.errorString(), {}, {}, true});
        });
}

void UsagePage::retranslate()
{
    head()->setTitle(title());
    m_tableOnly->setText(tr("Table only"));
    m_export->setText(tr("Export"));
    m_table->setAccessibleName(tr("Usage as a table"));
    showCharts();
    showNote();
    showState();
}

}
