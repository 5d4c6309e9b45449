// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/differencesmodel.h"
#include "app/widgets/banner.h"
#include "app/widgets/card.h"
#include "app/widgets/tableview.h"

// What a restore would change, as the wizard shows it: four figures, the list of differences, notes of what cannot
// be brought back here, and the promise of a safety copy. Filled from a dry run.
namespace quota::console
{

class DifferencesView : public QWidget
{
    Q_OBJECT

public:
    explicit DifferencesView(QWidget *parent);

    void setOutcome(const RestoreOutcome &outcome, const Format &format);
    const DifferencesModel &model() const { return m_model; }
    static QStringList sentences(const RestoreOutcome &outcome, const Format &format); // for the confirmation

Q_SIGNALS:
    void saveWanted();

private:
    struct Figure
    {
        Card *card;
        class Glyph *glyph;
        Label *figure;
        Label *words;
        Label *note;
    };
    Figure makeFigure(const QString &name, QHBoxLayout *row);
    static void fill(const Figure &figure, const QString &glyph, Role role, const QString &number,
                     const QString &words, const QString &note);

    DifferencesModel m_model;
    Figure m_gone;
    Figure m_back;
    Figure m_changed;
    Figure m_books;
    TableView *m_table;
    Label *m_none;
    Label *m_count;
    QPushButton *m_save;
    Label *m_notes;
    Banner *m_promise;
};

}
