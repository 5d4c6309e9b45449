// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/backupmodel.h"

#include "app/care/backuptext.h"

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// The list as rows; what is asked of the service is in backupdeeds.cpp.
namespace quota::console
{

BackupModel::BackupModel(Session &session, QObject *parent)
    : QAbstractTableModel(parent)
    , m_session(session)
{
    m_poll.setInterval(700ms);
    connect(&m_poll, &QTimer::timeout, this, &BackupModel::refresh);
    connect(&session, &Session::closed, this, [this] {
        ++m_serial;
        beginResetModel();
        m_list = {};
        endResetModel();
        m_deed.reset();
        m_asking = false;
        m_loadedAt.reset();
        m_error.reset();
        m_poll.stop();
        setState(State::Idle);
        Q_EMIT activityChanged();
    });
    const auto repaint = [this] {
        if (!m_list.backups.isEmpty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, BackupColumnCount - 1));
    };
    connect(&session, &Session::stateChanged, this, repaint);
    connect(&session, &Session::formatChanged, this, [this, repaint] {
        repaint();
        Q_EMIT headerDataChanged(Qt::Horizontal, 0, BackupColumnCount - 1);
    });
}

// Values that nobody can vouch for any more are shown faint.
bool BackupModel::isOld() const
{
    return m_session.state() == Session::State::Offline || m_session.state() == Session::State::Refused;
}

int BackupModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_list.backups.size());
}

int BackupModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(BackupColumnCount);
}

static CellKind kindOf(int column)
{
    switch (column) {
    case BackupCheckColumn:
        return CellKind::Check;
    case MadeColumn:
        return CellKind::TwoLines;
    case BackupStateColumn:
        return CellKind::State;
    case BackupKeysColumn:
    case BackupRequestsColumn:
    case SizeColumn:
        return CellKind::Number;
    case BackupMenuColumn:
        return CellKind::Menu;
    default:
        return CellKind::Text;
    }
}

static QString textOf(const BackupInfo &backup, const BackupText &text, const Format &format, int column)
{
    switch (column) {
    case MadeColumn:
        return text.made(backup);
    case KindColumn:
        return text.kind(backup.kind);
    case BackupStateColumn:
        return text.state(backup).word;
    case BackupKeysColumn:
        return text.keys(backup);
    case BackupRequestsColumn:
        return text.requests(backup);
    case SizeColumn:
        return format.bytes(backup.size);
    case VersionColumn:
        return text.version(backup);
    case RestoreColumn:
        return BackupModel::tr("Restore…");
    default:
        return {};
    }
}

static QVariant valueOf(const BackupInfo &backup, const BackupText &text, const Format &format, int column)
{
    switch (kindOf(column)) {
    case CellKind::TwoLines:
        return QVariant::fromValue(TwoLines{text.made(backup), backup.id});
    case CellKind::State:
        return QVariant::fromValue(text.state(backup));
    case CellKind::Number:
        return QVariant::fromValue(NumberValue{textOf(backup, text, format, column), {}});
    default:
        return {};
    }
}

static QString tooltipOf(const BackupInfo &backup, const BackupText &text, int column)
{
    switch (column) {
    case MadeColumn:
        return backup.id;
    case BackupStateColumn:
        return text.stateWords(backup);
    case BackupKeysColumn:
    case BackupRequestsColumn:
        return text.rowLines(backup);
    case VersionColumn:
        return backup.schema > 0 ? BackupModel::tr("Schema %1").arg(backup.schema) : QString();
    default:
        return {};
    }
}

static QString wordsOf(const BackupInfo &backup, const BackupText &text, const Format &format, int column)
{
    switch (column) {
    case BackupCheckColumn:
        return BackupModel::tr("Select %1").arg(backup.id);
    case MadeColumn:
        return BackupModel::tr("Backup %1, made %2").arg(backup.id, text.made(backup));
    case BackupStateColumn:
        return text.stateWords(backup);
    case BackupKeysColumn:
        return BackupModel::tr("%1 keys").arg(text.keys(backup));
    case BackupRequestsColumn:
        return BackupModel::tr("%1 request rows").arg(text.requests(backup));
    case BackupMenuColumn:
        return BackupModel::tr("Actions for %1").arg(backup.id);
    default:
        return textOf(backup, text, format, column);
    }
}

QVariant BackupModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const BackupInfo &backup = m_list.backups.at(index.row());
    const Format format = m_session.format();
    const BackupText text(format, SystemClock().now());
    switch (role) {
    case Qt::DisplayRole:
        return textOf(backup, text, format, index.column());
    case Qt::AccessibleTextRole:
        return wordsOf(backup, text, format, index.column());
    case Qt::ToolTipRole:
        return tooltipOf(backup, text, index.column());
    case CellKindRole:
        return int(kindOf(index.column()));
    case CellRole:
        return valueOf(backup, text, format, index.column());
    case CellInkRole:
        if (index.column() == RestoreColumn)
            return int(m_session.canWrite() ? Role::Accent : Role::Disabled);
        return int(index.column() == KindColumn || index.column() == VersionColumn ? Role::Muted
                                                                                   : Role::Text);
    case CellFadedRole:
        return isOld();
    case CellBusyRole:
        return m_deed && m_deed->id == backup.id && !backup.id.isEmpty();
    default:
        return {};
    }
}

static QString headingOf(int column)
{
    switch (column) {
    case MadeColumn:
        return BackupModel::tr("Made");
    case KindColumn:
        return BackupModel::tr("Kind");
    case BackupStateColumn:
        return BackupModel::tr("State");
    case BackupKeysColumn:
        return BackupModel::tr("Keys");
    case BackupRequestsColumn:
        return BackupModel::tr("Request rows");
    case SizeColumn:
        return BackupModel::tr("Size");
    case VersionColumn:
        return BackupModel::tr("Version");
    default:
        return {};
    }
}

QVariant BackupModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole)
        return headingOf(section);
    if (orientation == Qt::Horizontal && role == CellKindRole)
        return int(kindOf(section));
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && kindOf(section) == CellKind::Number)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    return QAbstractTableModel::headerData(section, orientation, role);
}

std::optional<BackupInfo> BackupModel::find(const QString &id) const
{
    for (const BackupInfo &backup : m_list.backups) {
        if (backup.id == id)
            return backup;
    }
    return {};
}

std::optional<BackupInfo> BackupModel::lastGood() const
{
    for (const BackupInfo &backup : m_list.backups) {
        if (backup.state == BackupState::Good)
            return backup;
    }
    return {};
}

qint64 BackupModel::totalSize() const
{
    return std::accumulate(m_list.backups.begin(), m_list.backups.end(), qint64(0),
                           [](qint64 sum, const BackupInfo &backup) { return sum + backup.size; });
}

// New values come into the rows that are there; what is gone leaves, what is new comes where the service has it.
void BackupModel::mergeRows(const QList<BackupInfo> &rows)
{
    const auto idsOf = [](const QList<BackupInfo> &backups) {
        QStringList ids;
        for (const BackupInfo &backup : backups)
            ids.append(backup.id);
        return ids;
    };
    const QStringList wanted = idsOf(rows);
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (wanted.contains(m_list.backups.at(row).id))
            continue;
        beginRemoveRows({}, row, row);
        m_list.backups.removeAt(row);
        endRemoveRows();
    }
    for (int row = 0; row < rows.size(); ++row) {
        if (row < m_list.backups.size() && m_list.backups.at(row).id == rows.at(row).id)
            continue;
        if (idsOf(m_list.backups).contains(rows.at(row).id)) { // another order: rare, and worth a fresh look
            beginResetModel();
            m_list.backups = rows;
            endResetModel();
            return;
        }
        beginInsertRows({}, row, row);
        m_list.backups.insert(row, rows.at(row));
        endInsertRows();
    }
    for (int row = 0; row < rows.size(); ++row) {
        if (m_list.backups.at(row) == rows.at(row))
            continue;
        m_list.backups[row] = rows.at(row);
        Q_EMIT dataChanged(index(row, 0), index(row, BackupColumnCount - 1));
    }
}

}
