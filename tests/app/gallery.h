// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/page.h"
#include "app/widgets/banner.h"
#include "app/widgets/button.h"
#include "app/widgets/card.h"
#include "app/widgets/cell.h"
#include "app/widgets/chip.h"
#include "app/widgets/codebox.h"
#include "app/widgets/copyhelper.h"
#include "app/widgets/field.h"
#include "app/widgets/filterchips.h"
#include "app/widgets/flowlayout.h"
#include "app/widgets/format.h"
#include "app/widgets/label.h"
#include "app/widgets/pagestate.h"
#include "app/widgets/quotabar.h"
#include "app/widgets/searchfield.h"
#include "app/widgets/segmented.h"
#include "app/widgets/tableview.h"
#include "app/widgets/tile.h"
#include "app/widgets/undobar.h"

#include <QAbstractTableModel>
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QProgressBar>
#include <QRadioButton>
#include <QTabBar>

// One of each component, for tests that walk over them and for pictures. Test files only.
namespace gallery
{
using namespace quota::console;
using namespace Qt::StringLiterals;

inline Label *heading(const QString &text, QWidget *parent)
{
    auto *label = new Label(text, TextStep::Small, Role::Muted, parent);
    label->setWeight(Weight::Strong);
    return label;
}

inline QWidget *buttons(QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    const QList<std::pair<ButtonKind, QString>> kinds{{ButtonKind::Primary, u"Primary"_s},
                                                      {ButtonKind::Secondary, u"Secondary"_s},
                                                      {ButtonKind::Quiet, u"Quiet"_s},
                                                      {ButtonKind::Danger, u"Danger"_s}};
    for (const auto &[kind, word] : kinds)
        line->addWidget(makeButton(kind, word, row));
    auto *disabled = makeButton(ButtonKind::Primary, u"Disabled"_s, row);
    disabled->setEnabled(false);
    line->addWidget(disabled);
    line->addWidget(makeButton(ButtonKind::Secondary, u"导出"_s, u"download"_s, row));
    line->addWidget(makeButton(ButtonKind::Primary, u"New key"_s, u"plus"_s, row));
    line->addWidget(makeButton(ButtonKind::Link, u"Open usage"_s, row));
    auto *busy = makeButton(ButtonKind::Primary, u"Creating"_s, row);
    setBusy(busy, true);
    line->addWidget(busy);
    line->addWidget(makeIconButton(u"refresh-cw"_s, u"Refresh"_s, row));
    line->addStretch();
    return row;
}

inline QWidget *inputs(QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(12);
    auto *label = new LineField(row);
    label->setLabel(u"Label"_s);
    label->setText(u"thesis-lab"_s);
    label->setHint(u"Who gets this key"_s);
    auto *wrong = new Field(new AmountEdit(row), row);
    wrong->setLabel(u"Amount"_s);
    static_cast<AmountEdit *>(wrong->editor())->setText(u"2oo"_s);
    wrong->setError(u"Not a number. Try 200, 2 M or 200 万."_s);
    auto *example = new LineField(row);
    example->setLabel(u"标签"_s);
    example->setPlaceholder(u"王小明 · 个人试用"_s);
    auto *unit = new Choice(row);
    unit->addItems({u"requests"_s, u"tokens"_s});
    unit->setAccessibleName(u"Unit"_s);
    auto *spin = new QSpinBox(row);
    spin->setValue(4);
    spin->setAccessibleName(u"At once"_s);
    auto *search = new SearchField(row);
    search->setPlaceholderText(u"Label, id, or paste a key"_s);
    search->setAccessibleName(u"Search"_s);
    for (QWidget *widget : QList<QWidget *>{label, wrong, example})
        line->addWidget(widget, 1, Qt::AlignTop);
    line->addWidget(unit, 0, Qt::AlignVCenter);
    line->addWidget(spin, 0, Qt::AlignVCenter);
    line->addWidget(search, 1, Qt::AlignVCenter);
    return row;
}

inline QWidget *choices(QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(16);
    auto *range = new Segmented(row);
    range->setChoices({u"1 h"_s, u"24 h"_s, u"7 d"_s, u"30 d"_s});
    range->setCurrent(1);
    line->addWidget(range);
    for (const auto environment : {Environment::Dev, Environment::Test, Environment::Production}) {
        auto *tag = new EnvironmentTag(row);
        tag->setEnvironment(environment);
        line->addWidget(tag);
    }
    auto *on = new QCheckBox(u"Compare with the day before"_s, row);
    on->setChecked(true);
    line->addWidget(on);
    auto *off = new QCheckBox(u"只读"_s, row);
    line->addWidget(off);
    auto *radio = new QRadioButton(u"Everything"_s, row);
    radio->setChecked(true);
    line->addWidget(radio);
    line->addStretch();
    return row;
}

inline QWidget *chips(QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(new StateChip(Tone::Ok, u"Active"_s, row));
    line->addWidget(new StateChip(Tone::Warn, u"Nearly used"_s, row));
    line->addWidget(new StateChip(Tone::Bad, u"已用尽"_s, row));
    line->addWidget(new StateChip(Tone::Info, u"Not used yet"_s, row));
    line->addWidget(new StateChip(Tone::Neutral, u"Disabled"_s, row));
    auto *views = new FilterChips(row);
    views->setEntries({{u"All"_s, u"1,284"_s}, {u"Over 80 %"_s, u"37"_s}, {u"从未使用"_s, u"104"_s}});
    line->addWidget(views, 1);
    auto *filter = new Chip(row);
    filter->setText(u"label: lab"_s);
    filter->setRemovable(true);
    line->addWidget(filter);
    return row;
}

inline QWidget *bars(QWidget *parent)
{
    auto *card = new Card(parent);
    auto *row = new QHBoxLayout;
    row->setSpacing(24);
    card->body()->addLayout(row);
    const QList<QuotaValue> values{{62, 0, 200, u"62"_s, u"of 200 a day"_s},
                                   {12840, 600, 20000, u"12,840"_s, u"of 20,000 a day"_s},
                                   {1840, 0, 2000, u"1,840"_s, u"of 2,000 in all"_s},
                                   {200, 0, 200, u"200"_s, u"/ 200 每日"_s},
                                   {62, 0, -1, u"62"_s, u"No limit"_s}};
    for (const QuotaValue &value : values) {
        auto *bar = new QuotaBar(card);
        bar->setValue(value);
        row->addWidget(bar);
    }
    return card;
}

inline QWidget *tiles(QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(14);
    const QList<qint64> curve{31, 26, 22, 28, 44, 60, 71, 80, 74, 62, 66, 55, 40, 30, 34, 28};
    const QList<TileText> texts{
        {u"Requests"_s,
         u"arrow-left-right"_s,
         u"48,216"_s,
         {},
         u"12.4 %"_s,
         1,
         Tone::Neutral,
         u"vs yesterday, same time"_s,
         curve},
        {u"Token 用量"_s, u"binary"_s, u"3,140"_s, u"万"_s, u"8.1 %"_s, 1, Tone::Neutral,
         u"对比昨天同一时刻"_s, curve},
        {u"Refused"_s, u"shield-x"_s, u"312"_s, {}, u"−38 %"_s, -1, Tone::Ok, u"298 limit · 14 key"_s, curve},
        {u"First byte, p95"_s, u"timer"_s, {}, {}, {}, 0, Tone::Neutral, u"not measured yet"_s, {}}};
    for (const TileText &text : texts) {
        auto *tile = new Tile(row);
        tile->setContent(text);
        line->addWidget(tile);
    }
    return row;
}

inline QWidget *states(QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(14);
    const QList<std::pair<PageState::State, StateText>> all{
        {PageState::State::Loading, {}},
        {PageState::State::Empty,
         {u"key-round"_s,
          u"No keys yet"_s,
          u"Make one and hand it to its holder."_s,
          u"New key"_s,
          u"plus"_s,
          {}}},
        {PageState::State::NoMatch,
         {{}, u"Nothing matches"_s, u"No key has the label “labb”."_s, u"Clear the filter"_s, {}, {}}},
        {PageState::State::Error,
         {{},
          u"Could not load the keys"_s,
          u"The service answered 500 (store_busy)."_s,
          u"Try again"_s,
          {},
          u"Troubleshoot"_s}},
        {PageState::State::Offline, {{}, u"离线"_s, u"tokyo-1 已 3 分钟无响应。"_s, u"查找原因"_s, {}, {}}}};
    for (const auto &[state, text] : all) {
        auto *card = new Card(row);
        auto *page = new PageState(new QWidget(card), card);
        page->set(state, text);
        page->setMinimumHeight(150);
        card->body()->addWidget(page);
        line->addWidget(card, 1);
    }
    return row;
}

inline QWidget *code(CopyHelper &copier, QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(14);
    auto *box = new CodeBox(copier, row);
    box->setText(u"quota-proxy keys create\n  --label '王小明 · 个人试用'\n  --limit requests/day=200"_s);
    line->addWidget(box, 1, Qt::AlignTop);
    auto *tabs = new QTabBar(row);
    tabs->setExpanding(false);
    for (const QString &word : {u"curl"_s, u"Python"_s, u"Node"_s})
        tabs->addTab(word);
    tabs->setCurrentIndex(1);
    tabs->setAccessibleName(u"Snippets"_s);
    line->addWidget(tabs, 0, Qt::AlignTop);
    auto *progress = new QProgressBar(row);
    progress->setTextVisible(false);
    progress->setValue(40);
    line->addWidget(progress, 1);
    return row;
}

inline QWidget *build(CopyHelper &copier)
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(28, 20, 28, 20);
    column->setSpacing(10);
    column->addWidget(new Label(u"Components 组件"_s, TextStep::Title, Role::Text, page));
    const auto add = [&](const QString &name, QWidget *part) {
        column->addWidget(heading(name, page));
        column->addWidget(part);
    };
    add(u"Buttons"_s, buttons(page));
    add(u"Inputs"_s, inputs(page));
    add(u"Choices"_s, choices(page));
    add(u"Chips"_s, chips(page));
    add(u"Quota bars: settled is solid, reserved is pale; amber with a sign from 80 %, red at 100 %"_s,
        bars(page));
    add(u"Tiles"_s, tiles(page));
    auto *banners = new BannerStack(page);
    banners->show(u"read-only"_s, {Tone::Info,
                                   u"Read-only profile."_s,
                                   u"You see everything and change nothing here."_s,
                                   {},
                                   {},
                                   true});
    banners->show(u"offline"_s, {Tone::Warn, u"Connection lost 40 s ago."_s,
                                 u"Shown is the state of 09:11:28. Trying again in 8 s."_s, u"Try now"_s,
                                 u"Troubleshoot"_s, false});
    banners->show(u"demo"_s, {Tone::Neutral, u"Demo provider."_s, {}, {}, {}, false});
    add(u"Banners"_s, banners);
    add(u"Page states"_s, states(page));
    add(u"Code"_s, code(copier, page));
    return page;
}

// Rows of the keys page as a model gives them.
class KeyRows : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : 12; }
    int columnCount(const QModelIndex & = {}) const override { return 9; }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal)
            return {};
        static const QStringList heads{{},          u"Key"_s,   u"State"_s,  u"Tightest limit"_s,
                                       u"7 days"_s, u"Today"_s, u"Tokens"_s, u"Last used"_s,
                                       {}};
        if (role == Qt::DisplayRole)
            return heads.at(section);
        if (role == CellKindRole)
            return int(kinds().at(section));
        if (role == Qt::TextAlignmentRole && (section == 5 || section == 6))
            return int(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    }

    QVariant data(const QModelIndex &index, int role) const override
    {
        const int row = index.row();
        const bool off = row == 9;
        if (role == CellKindRole)
            return int(kinds().at(index.column()));
        if (role == CellFadedRole)
            return off;
        if (role == CellBusyRole)
            return row == 6;
        if (role == Qt::AccessibleTextRole)
            return u"cell %1 %2"_s.arg(row).arg(index.column());
        if (role == Qt::DisplayRole && index.column() == 7)
            return row % 3 ? u"%1 min ago"_s.arg(row * 4) : u"now"_s;
        if (role == CellRole)
            return cell(row, index.column());
        return {};
    }

private:
    static const QList<CellKind> &kinds()
    {
        static const QList<CellKind> all{CellKind::Check,  CellKind::TwoLines,  CellKind::State,
                                         CellKind::Quota,  CellKind::Sparkline, CellKind::Number,
                                         CellKind::Number, CellKind::Text,      CellKind::Menu};
        return all;
    }

    QVariant cell(int row, int column) const
    {
        static const QStringList names{u"course-nlp-2026 · 42"_s, u"客服机器人 production"_s,
                                       u"thesis-lab"_s,           u"ci-evals nightly"_s,
                                       u"王小明 · 个人试用"_s,    u"李老师 备课助手"_s};
        const Format format(Language::English);
        const qint64 used = 200 - row * 18;
        const QuotaValue quota{used, row == 1 ? 9 : 0, row == 10 ? -1 : 200, format.number(used),
                               row == 10 ? u"No limit"_s : u"of 200 a day"_s};
        switch (column) {
        case 1:
            return QVariant::fromValue(TwoLines{names.at(row % 6), u"key_7q2mx94c · course_…e41f"_s});
        case 2:
            if (row == 9)
                return QVariant::fromValue(StateValue{Tone::Neutral, u"Disabled"_s, {}});
            if (quota.tone() == Tone::Bad)
                return QVariant::fromValue(StateValue{Tone::Bad, u"Used up"_s, {}});
            if (quota.tone() == Tone::Warn)
                return QVariant::fromValue(StateValue{Tone::Warn, row == 2 ? u"Slowed"_s : u"Nearly used"_s,
                                                      row == 2 ? u"gauge"_s : QString()});
            return QVariant::fromValue(StateValue{Tone::Ok, u"Active"_s, {}});
        case 3:
            return QVariant::fromValue(quota);
        case 4:
            return QVariant::fromValue(SparklineValue{
                row == 9 ? QList<qint64>{} : QList<qint64>{12, 9, 22, 31, 40, 33 + row, 18 + row * 3}});
        case 5:
            return QVariant::fromValue(NumberValue{format.number(used * 71), {}});
        case 6:
            return QVariant::fromValue(NumberValue{u"9.82"_s, u"M"_s});
        default:
            return {};
        }
    }
};

class KeysPage : public Page
{
public:
    explicit KeysPage(QWidget *parent)
        : Page(u"keys"_s, u"key-round"_s, parent)
        , m_rows(new KeyRows(this))
    {
        auto *export_ = makeButton(ButtonKind::Secondary, u"Export"_s, u"download"_s, head());
        auto *create = makeButton(ButtonKind::Primary, u"New key"_s, u"plus"_s, head());
        head()->addAction(export_);
        head()->addAction(create);
        auto *views = new FilterChips(this);
        views->setEntries({{u"All"_s, u"1,284"_s}, {u"Over 80 %"_s, u"37"_s}, {u"Never used"_s, u"104"_s}});
        body()->addWidget(views);
        auto *card = new Card(this);
        card->setFlush(true);
        body()->addWidget(card, 1);
        auto *filter = new QHBoxLayout;
        filter->setContentsMargins(12, 9, 12, 9);
        filter->setSpacing(8);
        auto *search = new SearchField(card);
        search->setPlaceholderText(u"Label, id, or paste a key"_s);
        search->setMinimumWidth(290);
        filter->addWidget(search);
        auto *state = new Choice(card);
        state->addItems({u"State: any"_s, u"Active"_s});
        filter->addWidget(state);
        filter->addStretch();
        filter->addWidget(new Label(u"Sorted by use today"_s, TextStep::Body, Role::Muted, card));
        card->body()->setSpacing(0);
        card->body()->addLayout(filter);
        card->body()->addWidget(Card::makeRule(card));
        m_table = new TableView(card);
        m_table->setObjectName(u"keysTable"_s);
        m_table->setModel(m_rows);
        m_table->setColumnWeights({0, 5, 2, 4, 1, 1, 1, 2, 0}, {40, 190, 110, 190, 84, 80, 80, 100, 40});
        m_table->setSortable({1, 5, 6});
        m_table->horizontalHeader()->setSortIndicatorShown(true);
        m_table->horizontalHeader()->setSortIndicator(5, Qt::DescendingOrder);
        card->body()->addWidget(m_table, 1);
        retranslate();
    }

    QString title() const override
    {
        return Theme::of(this).language() == Language::Chinese ? u"密钥"_s : u"Keys"_s;
    }
    TableView *table() const { return m_table; }

protected:
    void retranslate() override
    {
        head()->setTitle(title());
        head()->setNote(u"1,284 keys · 41 used in the last hour"_s);
    }

private:
    KeyRows *m_rows;
    TableView *m_table;
};

}
