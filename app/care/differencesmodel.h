// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/cell.h"
#include "app/widgets/format.h"
#include "shared/backupinfo.h"

#include <QAbstractTableModel>

// What a restore would change, row by row: keys that go, come and change, settings, providers; what each is now, after
// it, and what that means for a holder. The wizard fills it from a dry run.
namespace quota::console
{

class DifferencesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        WhatColumn,
        NowColumn,
        AfterColumn,
        EffectColumn,
        ColumnCount
    };

    explicit DifferencesModel(QObject *parent = nullptr);

    void setOutcome(const RestoreOutcome &outcome, const Format &format);
    qint64 total() const { return m_total; } // the named ones, and those that are only counted

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QByteArray asText() const; // for a file, columns parted by tabs

private:
    struct Row
    {
        TwoLines what;
        QString now;
        QString after;
        StateValue effect;
    };
    void addKeys(const RestoreDifferences &differences);
    void addRest(const RestoreOutcome &outcome, const Format &format);

    QList<Row> m_rows;
    qint64 m_total = 0;
};

}
