// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/differencesview.h"

#include "app/widgets/button.h"
#include "app/widgets/glyph.h"
#include "app/widgets/spacing.h"

using namespace Qt::StringLiterals;

namespace quota::console
{

DifferencesView::DifferencesView(QWidget *parent)
    : QWidget(parent)
    , m_table(nullptr)
    , m_none(new Label(TextStep::Body, Role::Muted, this))
    , m_count(new Label(TextStep::Small, Role::Muted, this))
    , m_save(makeButton(ButtonKind::Link, {}, this))
    , m_notes(new Label(TextStep::Small, Role::Muted, this))
    , m_promise(new Banner(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(12);
    auto *figures = new QHBoxLayout;
    figures->setSpacing(12);
    m_gone = makeFigure(u"keysGone"_s, figures);
    m_back = makeFigure(u"keysBack"_s, figures);
    m_changed = makeFigure(u"keysChanged"_s, figures);
    m_books = makeFigure(u"booksChange"_s, figures);
    column->addLayout(figures);
    auto *card = new Card(this);
    card->setGround(Role::Raised);
    card->setFlush(true);
    card->body()->setSpacing(0);
    m_table = new TableView(card);
    m_table->setObjectName(u"differences"_s);
    m_table->setModel(&m_model);
    m_table->setColumnWeights({34, 20, 20, 26}, {180, 130, 130, 210});
    m_none->setObjectName(u"noDifferences"_s);
    m_none->setAlignment(Qt::AlignCenter);
    m_none->setMinimumHeight(80);
    card->body()->addWidget(m_table, 1);
    card->body()->addWidget(m_none, 1);
    card->setMinimumHeight(170);
    column->addWidget(card, 1);
    auto *foot = new QHBoxLayout;
    m_count->setObjectName(u"differencesCount"_s);
    m_save->setObjectName(u"saveComparison"_s);
    foot->addWidget(m_count, 1);
    foot->addWidget(m_save);
    column->addLayout(foot);
    m_notes->setObjectName(u"restoreNotes"_s);
    m_notes->setWordWrap(true);
    column->addWidget(m_notes);
    m_promise->setObjectName(u"safetyPromise"_s);
    column->addWidget(m_promise);
    connect(m_save, &QPushButton::clicked, this, &DifferencesView::saveWanted);
}

DifferencesView::Figure DifferencesView::makeFigure(const QString &name, QHBoxLayout *row)
{
    auto *card = new Card(this);
    card->setObjectName(name);
    card->setGround(Role::Sunken);
    Figure figure{card, new Glyph(u"info"_s, Role::Muted, 20, card),
                  new Label(TextStep::Figure, Role::Text, card), new Label(TextStep::Body, Role::Text, card),
                  new Label(TextStep::Small, Role::Muted, card)};
    figure.figure->setObjectName(name + u"Figure"_s);
    figure.figure->setWeight(Weight::Strong);
    figure.figure->setElides(false);
    figure.words->setWeight(Weight::Medium);
    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(figure.glyph, 0, Qt::AlignVCenter);
    line->addWidget(figure.figure, 1);
    card->body()->setSpacing(1);
    card->body()->addLayout(line);
    card->body()->addWidget(figure.words);
    card->body()->addWidget(figure.note);
    row->addWidget(card, 1);
    return figure;
}

void DifferencesView::fill(const Figure &figure, const QString &glyph, Role role, const QString &number,
                           const QString &words, const QString &note)
{
    figure.glyph->setGlyph(glyph, role);
    figure.figure->setText(number);
    figure.figure->setRole(role);
    figure.words->setText(words);
    figure.note->setText(note);
    figure.card->setAccessibleName(u"%1 %2"_s.arg(number, words));
}

void DifferencesView::setOutcome(const RestoreOutcome &outcome, const Format &format)
{
    const RestoreDifferences &differences = outcome.differences;
    m_model.setOutcome(outcome, format);
    const auto role = [](qint64 count, Role some) { return count == 0 ? Role::Faint : some; };
    const bool keys = outcome.scope != RestoreScope::Settings;
    const auto count = [keys](qint64 value) { return keys ? value : 0; };
    fill(m_gone, u"user-minus"_s, role(count(differences.keysRemoved), Role::Bad),
         format.number(count(differences.keysRemoved)), tr("keys will disappear"), tr("Made since."));
    fill(m_back, u"user-plus"_s, role(count(differences.keysAdded), Role::Ok),
         format.number(count(differences.keysAdded)), tr("keys come back"), tr("As they were then."));
    fill(m_changed, u"pencil"_s, role(count(differences.keysChanged), Role::Warn),
         format.number(count(differences.keysChanged)), tr("keys change back"), tr("Edited since."));
    const bool settings = outcome.scope == RestoreScope::Settings;
    const qint64 rows = differences.currentRequests - differences.backupRequests;
    if (settings)
        fill(m_books, u"settings"_s, role(differences.settings.size(), Role::Info),
             format.number(differences.settings.size()), tr("settings change"), tr("With the next start."));
    else if (outcome.scope == RestoreScope::Keys)
        fill(m_books, u"chart-column"_s, Role::Faint, format.number(0), tr("requests leave the books"),
             tr("Usage stays as it is."));
    else if (rows >= 0)
        fill(m_books, u"chart-column"_s, role(rows, Role::Warn), format.number(rows),
             tr("requests leave the books"), tr("The safety copy keeps them."));
    else
        fill(m_books, u"chart-column"_s, Role::Ok, format.number(-rows), tr("requests come back"),
             tr("Into the books."));
    const bool none = m_model.rowCount() == 0;
    m_table->setVisible(!none);
    m_none->setVisible(none);
    m_none->setText(settings ? tr("The settings are the same.") : tr("Keys and settings are the same."));
    m_count->setText(none ? QString()
                          //: shown, all
                          : tr("%1 of %2 differences")
                                .arg(format.number(m_model.rowCount()), format.number(m_model.total())));
    m_save->setText(tr("Save the comparison…"));
    m_save->setVisible(!none);
    m_table->setAccessibleName(tr("Differences"));
    m_notes->setText(differences.notes.join(u'\n'));
    m_notes->setVisible(!differences.notes.isEmpty());
    m_promise->setContent({Tone::Info,
                           tr("A safety copy is taken first."),
                           tr("You can go back to this moment from the list of backups."),
                           {},
                           {},
                           false});
}

QStringList DifferencesView::sentences(const RestoreOutcome &outcome, const Format &format)
{
    const RestoreDifferences &differences = outcome.differences;
    QStringList lines;
    const auto add = [&lines](qint64 count, const QString &words) {
        if (count > 0)
            lines.append(words);
    };
    const auto whole = [](qint64 count) { return int(qBound(qint64(0), count, qint64(INT_MAX))); };
    const auto counted = [&](QString words, qint64 count) {
        return words.replace(QString::number(count), format.number(count));
    };
    if (outcome.scope != RestoreScope::Settings) {
        add(differences.keysRemoved, counted(tr("%n key(s) disappear; their holders get 401.", nullptr,
                                                whole(differences.keysRemoved)),
                                             differences.keysRemoved));
        add(differences.keysAdded, counted(tr("%n key(s) come back.", nullptr, whole(differences.keysAdded)),
                                           differences.keysAdded));
        add(differences.keysChanged,
            counted(tr("%n key(s) change back to what they were.", nullptr, whole(differences.keysChanged)),
                    differences.keysChanged));
    }
    if (outcome.scope == RestoreScope::All) {
        const qint64 rows = differences.currentRequests - differences.backupRequests;
        add(rows, counted(tr("%n request(s) leave the books.", nullptr, whole(rows)), rows));
        add(-rows, counted(tr("%n request(s) come back into the books.", nullptr, whole(-rows)), -rows));
    }
    add(differences.settings.size(), tr("%n setting(s) change, with the next start of the service.", nullptr,
                                        int(differences.settings.size())));
    if (lines.isEmpty())
        lines.append(tr("Nothing in keys and settings changes."));
    lines.append(tr("A safety copy of what is there now is taken first."));
    return lines;
}

}
