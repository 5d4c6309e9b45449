// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/overview/overviewpage.h"

#include "app/keys/keytext.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace quota::console
{

static qint64 requestsOf(const UsageSums &sums)
{
    return sums.requests;
}

static qint64 tokensOf(const UsageSums &sums)
{
    return sums.tokens();
}

static qint64 refusedOf(const UsageSums &sums)
{
    return sums.refused;
}

static qint64 failedOf(const UsageSums &sums)
{
    return sums.failed;
}

OverviewPage::OverviewPage(const Parts &parts, QWidget *parent)
    : Page(u"overview"_s, u"layout-dashboard"_s, parent)
    , m_parts(parts)
    , m_new(makeButton(ButtonKind::Primary, {}, u"plus"_s, this))
{
    build();
    join();
    retranslate();
}

void OverviewPage::build()
{
    m_new->setObjectName(u"overviewNewKey"_s);
    head()->addAction(m_new);
    auto *content = new QWidget;
    auto *outer = new QVBoxLayout(content);
    outer->setContentsMargins({});
    m_figures = new QWidget(content);
    auto *column = new QVBoxLayout(m_figures);
    column->setContentsMargins({});
    column->setSpacing(space::betweenCards);
    auto *tiles = new QHBoxLayout;
    tiles->setSpacing(space::betweenCards);
    const auto tile = [&](const QString &id) {
        auto *made = new Tile(m_figures);
        made->setObjectName(id);
        tiles->addWidget(made, 1);
        connect(made, &Tile::clicked, this, &OverviewPage::usageWanted);
        return made;
    };
    m_requests = tile(u"tileRequests"_s);
    m_tokens = tile(u"tileTokens"_s);
    m_refused = tile(u"tileRefused"_s);
    m_failed = tile(u"tileFailed"_s);
    column->addLayout(tiles);

    auto *middle = new QHBoxLayout;
    middle->setSpacing(space::betweenCards);
    m_curve = new ChartCard(u"today"_s, m_figures);
    m_openUsage = makeButton(ButtonKind::Link, {}, m_curve);
    m_openUsage->setObjectName(u"openUsage"_s);
    m_curve->addAction(m_openUsage);
    m_service = new Card(m_figures);
    m_service->setObjectName(u"service"_s);
    m_checkNow = makeButton(ButtonKind::Link, {}, m_service);
    m_checkNow->setObjectName(u"checkNow"_s);
    m_service->addAction(m_checkNow);
    middle->addWidget(m_curve, 17);
    middle->addWidget(m_service, 10);
    column->addLayout(middle, 27);
    buildLists(column);

    m_steps = new FirstSteps(m_parts.copier, content);
    m_steps->hide();
    outer->addWidget(m_figures, 1);
    outer->addWidget(m_steps);
    outer->addStretch();
    m_state = new PageState(content, this);
    m_state->setObjectName(u"overviewState"_s);
    m_state->setSkeletonColumns(4);
    body()->addWidget(m_state, 1);
}

void OverviewPage::buildLists(QVBoxLayout *column)
{
    auto *lists = new QHBoxLayout;
    lists->setSpacing(space::betweenCards);
    const auto card = [&](const QString &id) {
        auto *made = new Card(m_figures);
        made->setObjectName(id);
        made->body()->setSpacing(6);
        made->setMinimumHeight(200);
        lists->addWidget(made, 1);
        return made;
    };
    m_busiest = card(u"busiest"_s);
    m_allKeys = makeButton(ButtonKind::Link, {}, m_busiest);
    m_allKeys->setObjectName(u"allKeys"_s);
    m_busiest->addAction(m_allKeys);
    m_runOut = card(u"runOut"_s);
    m_over80 = makeButton(ButtonKind::Link, {}, m_runOut);
    m_over80->setObjectName(u"over80"_s);
    m_runOut->addAction(m_over80);
    m_ending = card(u"ending"_s);
    m_soon = makeButton(ButtonKind::Link, {}, m_ending);
    m_soon->setObjectName(u"endingSoon"_s);
    m_ending->addAction(m_soon);
    for (QPushButton *link : {m_openUsage, m_checkNow, m_allKeys, m_over80, m_soon})
        setSmall(link, true);
    column->addLayout(lists, 22);
}

void OverviewPage::join()
{
    connect(m_new, &QPushButton::clicked, this, &OverviewPage::keyWanted);
    connect(m_openUsage, &QPushButton::clicked, this, &OverviewPage::usageWanted);
    connect(m_allKeys, &QPushButton::clicked, this, &OverviewPage::keysWanted);
    connect(m_over80, &QPushButton::clicked, this, &OverviewPage::runningOutWanted);
    connect(m_soon, &QPushButton::clicked, this, &OverviewPage::endingWanted);
    connect(m_steps, &FirstSteps::keyWanted, this, &OverviewPage::keyWanted);
    connect(m_checkNow, &QPushButton::clicked, &m_parts.session, &Session::poll);
    connect(m_state, &PageState::acted, this, [this] {
        m_parts.session.poll();
        m_parts.model.load();
    });
    connect(&m_parts.model, &OverviewModel::changed, this, &OverviewPage::showAll);
    connect(&m_parts.model, &OverviewModel::stateChanged, this, &OverviewPage::showState);
    connect(&m_parts.session, &Session::stateChanged, this, &OverviewPage::showState);
    connect(&m_parts.session, &Session::healthArrived, this, &OverviewPage::showService);
    connect(&m_parts.session, &Session::profileChanged, this, &OverviewPage::showAll);
    connect(&m_parts.session, &Session::writesChanged, this, &OverviewPage::showWrites);
    connect(&m_parts.session, &Session::refreshDue, this, [this] {
        if (m_active)
            m_parts.model.load();
    });
    connect(banners(), &BannerStack::acted, this, [this](const QString &id) {
        if (id == "overviewLoad"_L1)
            refresh();
    });
}

QString OverviewPage::title() const
{
    return tr("Overview");
}

void OverviewPage::activate()
{
    m_active = true;
    m_parts.model.load();
    m_new->setFocus();
}

void OverviewPage::deactivate()
{
    m_active = false;
}

void OverviewPage::refresh()
{
    m_parts.model.load();
}

void OverviewPage::showAll()
{
    const Format format = m_parts.session.format();
    const Timestamp now = SystemClock().now();
    head()->setNote(format.longDay(now) + u" · "_s + format.zoneName(now));
    showTiles();
    m_curve->setChart(m_parts.model.chart(), format, tr("Requests per 15 minutes"), {});
    showLists();
    showService();
    showWrites();
}

void OverviewPage::showTiles()
{
    showTile(m_requests, tr("Requests"), u"arrow-left-right"_s, requestsOf, false);
    showTile(m_tokens, tr("Tokens"), u"binary"_s, tokensOf, false);
    showTile(m_refused, tr("Refused by a limit"), u"shield-x"_s, refusedOf, true);
    showTile(m_failed, tr("Failed at a provider"), u"circle-x"_s, failedOf, true);
}

void OverviewPage::showTile(Tile *tile, const QString &name, const QString &glyph,
                            qint64 (*pick)(const UsageSums &), bool lessIsGood)
{
    const OverviewModel &model = m_parts.model;
    const Format format = m_parts.session.format();
    TileText text;
    text.name = name;
    text.glyph = glyph;
    if (model.loadedAt()) {
        const FigureText figure = format.figure(pick(model.today()));
        text.figure = figure.figure;
        text.unit = figure.unit;
        text.curve = model.curve(pick);
        if (const auto change = model.change(pick)) {
            const double shown = std::round(*change * 1000); // a tenth of a percent
            text.direction = shown > 0 ? 1 : shown < 0 ? -1 : 0;
            text.change = format.percent(std::abs(*change));
            if (lessIsGood && text.direction != 0)
                text.changeTone = text.direction < 0 ? Tone::Ok : Tone::Warn;
            text.note = tr("vs yesterday, same time");
        } else {
            text.note = tr("nothing yesterday until now");
        }
    }
    tile->setContent(text);
}

void OverviewPage::showState()
{
    const OverviewModel &model = m_parts.model;
    const auto session = m_parts.session.state();
    const bool old = session == Session::State::Offline || session == Session::State::Refused;
    for (Tile *tile : {m_requests, m_tokens, m_refused, m_failed})
        tile->setStale(old);
    m_curve->view()->setStale(old);
    m_steps->setVisible(model.loadedAt() && model.isUnused());
    m_figures->setVisible(!m_steps->isVisibleTo(m_steps->parentWidget()));
    if (model.state() != OverviewModel::State::Loading)
        banners()->remove(u"overviewLoad"_s);
    if (model.state() == OverviewModel::State::Failed) {
        const Error error = model.error().value_or(Error());
        const QString words = tr("%1 (%2)").arg(error.message, toString(error.code));
        const bool offline = session == Session::State::Offline;
        if (!model.loadedAt())
            m_state->set(offline ? PageState::State::Offline : PageState::State::Error,
                         {{},
                          offline ? tr("Offline") : tr("Could not load the overview"),
                          words,
                          tr("Try again"),
                          {},
                          {}});
        else if (!old)
            banners()->show(
                u"overviewLoad"_s,
                {Tone::Warn, tr("Could not load the overview."), words, tr("Try again"), {}, false});
    } else if (model.loadedAt()) {
        m_state->set(PageState::State::Content);
    } else {
        m_state->set(PageState::State::Loading);
    }
}

void OverviewPage::showWrites()
{
    const QString refusal = m_parts.session.writeRefusal();
    m_new->setEnabled(refusal.isEmpty());
    m_new->setToolTip(refusal.isEmpty() ? tr("New key (Ctrl+N)") : refusal);
}

void OverviewPage::retranslate()
{
    head()->setTitle(title());
    m_new->setText(tr("New key"));
    m_openUsage->setText(tr("Open usage"));
    m_service->setTitle(tr("Service"));
    m_checkNow->setText(tr("Check now"));
    m_busiest->setTitle(tr("Busiest keys today"));
    m_allKeys->setText(tr("All keys"));
    m_runOut->setTitle(tr("Run out first"));
    m_over80->setText(tr("Over 80 %"));
    m_ending->setTitle(tr("End first"));
    m_soon->setText(tr("Within 14 days"));
    showAll();
    showState();
}

}
