// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/comparedialog.h"

#include "app/care/backuptext.h"
#include "app/widgets/card.h"
#include "app/widgets/spacing.h"

using namespace Qt::StringLiterals;

namespace quota::console
{

CompareDialog::CompareDialog(const BackupInfo &one, const BackupInfo &other, Session &session,
                             QWidget *parent)
    : DialogFrame(space::dialogMedium, parent)
    , m_older(one.createdAt < other.createdAt ? one : other)
    , m_newer(one.createdAt < other.createdAt ? other : one)
    , m_session(session)
    , m_table(new QWidget(this))
{
    setObjectName(u"compareDialog"_s);
    body()->addWidget(m_table);
    cancelButton()->hide();
    verb()->setObjectName(u"closeCompare"_s);
    connect(verb(), &QPushButton::clicked, this, &QDialog::accept);
    retranslate();
}

QList<CompareDialog::Row> CompareDialog::rows() const
{
    const Format format = m_session.format();
    const BackupText text(format, SystemClock().now());
    const auto difference = [&format](qint64 older, qint64 newer) {
        if (older == newer)
            return tr("same");
        return (newer > older ? u"+"_s : QString()) + format.number(newer - older);
    };
    const auto schema = [](const BackupInfo &backup) {
        return backup.schema > 0 ? QString::number(backup.schema) : u"—"_s;
    };
    const auto same = [](const QString &older, const QString &newer) {
        return older == newer ? tr("same") : tr("differs");
    };
    QList<Row> rows{
        {tr("Kind"), text.kind(m_older.kind), text.kind(m_newer.kind), {}},
        {tr("State"), text.state(m_older).word, text.state(m_newer).word, {}},
        {tr("Version"), text.version(m_older), text.version(m_newer), same(m_older.version, m_newer.version)},
        {tr("Schema"), schema(m_older), schema(m_newer), difference(m_older.schema, m_newer.schema)},
        {tr("Size"), format.bytes(m_older.size), format.bytes(m_newer.size),
         m_older.size == m_newer.size ? tr("same")
                                      : (m_newer.size > m_older.size ? u"+"_s : u"−"_s) +
                                            format.bytes(qAbs(m_newer.size - m_older.size))},
        {tr("Instance"), m_older.instance.left(8), m_newer.instance.left(8),
         same(m_older.instance, m_newer.instance)},
    };
    QStringList tables = m_older.rows.keys();
    for (const QString &table : m_newer.rows.keys()) {
        if (!tables.contains(table))
            tables.append(table);
    }
    const auto known = [](const BackupInfo &backup, const QString &table) {
        return backup.rows.contains(table);
    };
    for (const QString &table : std::as_const(tables)) {
        const bool both = known(m_older, table) && known(m_newer, table);
        rows.append({table == "keys"_L1       ? tr("Keys")
                     : table == "requests"_L1 ? tr("Request rows")
                                              : table,
                     known(m_older, table) ? format.number(m_older.rows.value(table)) : u"—"_s,
                     known(m_newer, table) ? format.number(m_newer.rows.value(table)) : u"—"_s,
                     both ? difference(m_older.rows.value(table), m_newer.rows.value(table)) : QString()});
    }
    return rows;
}

void CompareDialog::addRow(int line, const Row &row, bool head)
{
    const TextStep step = head ? TextStep::Small : TextStep::Body;
    const QStringList texts{row.name, row.older, row.newer, row.difference};
    for (int column = 0; column < texts.size(); ++column) {
        const bool changed = column == 3 && row.difference != tr("same");
        auto *label =
            new Label(texts.at(column), step,
                      head || column == 0 || (column == 3 && !changed) ? Role::Muted : Role::Text, m_table);
        label->setObjectName(u"compare-%1-%2"_s.arg(line).arg(column));
        if (column > 0)
            label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_grid->addWidget(label, line * 2, column);
    }
    m_grid->addWidget(Card::makeRule(m_table), line * 2 + 1, 0, 1, 4);
}

void CompareDialog::retranslate()
{
    DialogFrame::retranslate();
    setHeading(tr("Compare two backups"),
               tr("What is known of each. To see key by key what a restore would change, open Restore…"));
    verb()->setText(tr("Close"));
    delete m_grid;
    const auto old = m_table->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly);
    qDeleteAll(old);
    m_grid = new QGridLayout(m_table);
    m_grid->setContentsMargins({});
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(7);
    for (int column = 0; column < 4; ++column)
        m_grid->setColumnStretch(column, 1);
    const BackupText text(m_session.format(), SystemClock().now());
    addRow(0, {{}, text.made(m_older), text.made(m_newer), tr("Difference")}, true);
    int line = 0;
    const auto all = rows();
    for (const Row &row : all)
        addRow(++line, row, false);
}

}
