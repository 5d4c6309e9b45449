// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/differencesmodel.h"

using namespace Qt::StringLiterals;

namespace quota::console
{

DifferencesModel::DifferencesModel(QObject *parent)
    : QAbstractTableModel(parent)
{}

void DifferencesModel::setOutcome(const RestoreOutcome &outcome, const Format &format)
{
    beginResetModel();
    m_rows.clear();
    m_total = outcome.differences.settings.size();
    if (outcome.scope != RestoreScope::Settings) {
        const RestoreDifferences &differences = outcome.differences;
        m_total += differences.keysAdded + differences.keysRemoved + differences.keysChanged;
        addKeys(differences);
    }
    addRest(outcome, format);
    endResetModel();
}

void DifferencesModel::addKeys(const RestoreDifferences &differences)
{
    const auto name = [](const RestoreDifferences::Key &key) {
        return TwoLines{key.label.isEmpty() ? key.id : key.label, key.label.isEmpty() ? QString() : key.id};
    };
    for (const auto &key : differences.removed)
        m_rows.append({name(key),
                       tr("here, made since"),
                       tr("gone"),
                       {Tone::Bad, tr("Its holder gets 401"), u"user-minus"_s}});
    for (const auto &key : differences.changed)
        m_rows.append({name(key),
                       tr("as it is now"),
                       tr("as it was then"),
                       {Tone::Warn, tr("Limits, state or use change back"), u"pencil"_s}});
    for (const auto &key : differences.added)
        m_rows.append(
            {name(key), tr("not here"), tr("as it was then"), {Tone::Ok, tr("Comes back"), u"user-plus"_s}});
}

void DifferencesModel::addRest(const RestoreOutcome &outcome, const Format &format)
{
    const RestoreDifferences &differences = outcome.differences;
    if (outcome.scope == RestoreScope::All && differences.providersCurrent != differences.providersBackup) {
        ++m_total;
        m_rows.append({{tr("Providers"), {}},
                       format.number(differences.providersCurrent),
                       format.number(differences.providersBackup),
                       {Tone::Warn, tr("Requests take other ways"), u"cloud"_s}});
    }
    for (const auto &setting : differences.settings)
        m_rows.append({{setting.name, {}},
                       setting.current.isEmpty() ? tr("not set") : setting.current,
                       setting.backup.isEmpty() ? tr("not set") : setting.backup,
                       {Tone::Info, tr("With the next start"), u"settings"_s}});
}

int DifferencesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int DifferencesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant DifferencesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows.at(index.row());
    const QStringList texts{row.what.first, row.now, row.after, row.effect.word};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole:
        return texts.at(index.column());
    case CellKindRole:
        if (index.column() == WhatColumn)
            return int(row.what.second.isEmpty() ? CellKind::Text : CellKind::TwoLines);
        return int(index.column() == EffectColumn ? CellKind::State : CellKind::Text);
    case CellRole:
        if (index.column() == WhatColumn)
            return QVariant::fromValue(row.what);
        return index.column() == EffectColumn ? QVariant::fromValue(row.effect) : QVariant();
    default:
        return {};
    }
}

QVariant DifferencesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case WhatColumn:
        return tr("What");
    case NowColumn:
        return tr("Now");
    case AfterColumn:
        return tr("After restore");
    case EffectColumn:
        return tr("Effect");
    default:
        return {};
    }
}

QByteArray DifferencesModel::asText() const
{
    QStringList lines{
        QStringList{tr("What"), tr("Id"), tr("Now"), tr("After restore"), tr("Effect")}.join(u'\t')};
    for (const Row &row : m_rows) {
        QStringList cells{row.what.first, row.what.second, row.now, row.after, row.effect.word};
        for (QString &cell : cells)
            cell.replace(u'\t', u' ').replace(u'\n', u' ');
        lines.append(cells.join(u'\t'));
    }
    return (lines.join(u'\n') + u'\n').toUtf8();
}

}
