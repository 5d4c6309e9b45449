// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/backuptext.h"

using namespace Qt::StringLiterals;

namespace quota::console
{

QString BackupText::made(const BackupInfo &backup) const
{
    return m_format.dayTime(backup.createdAt, m_now);
}

QString BackupText::kind(BackupKind kind) const
{
    switch (kind) {
    case BackupKind::Manual:
        return tr("By hand");
    case BackupKind::Scheduled:
        return tr("Scheduled");
    case BackupKind::Safety:
        return tr("Safety copy");
    case BackupKind::BeforeMigration:
        return tr("Before an update");
    case BackupKind::Foreign:
        return tr("Brought here");
    }
    Q_UNREACHABLE();
}

StateValue BackupText::state(const BackupInfo &backup) const
{
    switch (backup.state) {
    case BackupState::Good:
        return {Tone::Ok,
                backup.verifiedAt ? tr("Verified %1").arg(m_format.dayTime(*backup.verifiedAt, m_now))
                                  : tr("Verified"),
                {}};
    case BackupState::Damaged:
        return {Tone::Bad, tr("Damaged"), {}};
    case BackupState::Unverified:
        return {Tone::Neutral, tr("Not verified"), u"circle-dashed"_s};
    }
    Q_UNREACHABLE();
}

QString BackupText::stateWords(const BackupInfo &backup) const
{
    if (backup.fault.isEmpty())
        return state(backup).word;
    //: state, what is wrong
    return tr("%1: %2").arg(state(backup).word, backup.fault);
}

QString BackupText::count(const BackupInfo &backup, const QString &table) const
{
    return backup.rows.contains(table) ? m_format.number(backup.rows.value(table)) : u"—"_s;
}

QString BackupText::keys(const BackupInfo &backup) const
{
    return count(backup, u"keys"_s);
}

QString BackupText::requests(const BackupInfo &backup) const
{
    return count(backup, u"requests"_s);
}

QString BackupText::version(const BackupInfo &backup) const
{
    if (!backup.version.isEmpty())
        return backup.version;
    return backup.state == BackupState::Good ? tr("made by hand") : u"—"_s;
}

QString BackupText::rowLines(const BackupInfo &backup) const
{
    if (backup.rows.isEmpty())
        return tr("What is inside is known once it was verified.");
    QStringList lines;
    for (auto row = backup.rows.cbegin(); row != backup.rows.cend(); ++row)
        lines.append(u"%1: %2"_s.arg(row.key(), m_format.number(row.value())));
    return lines.join(u'\n');
}

QString BackupText::summary(const BackupInfo &backup) const
{
    QStringList parts{made(backup), kind(backup.kind), state(backup).word};
    if (!backup.version.isEmpty())
        parts.append(tr("version %1").arg(backup.version));
    parts.append(m_format.bytes(backup.size));
    if (backup.encrypted)
        parts.append(tr("encrypted"));
    return parts.join(u" · "_s);
}

QString BackupText::schedule(const QString &setting) const
{
    const QStringList words = setting.split(u' ', Qt::SkipEmptyParts);
    const QString first = words.value(0);
    if (first == "off"_L1)
        return tr("No schedule");
    if (first == "hourly"_L1)
        return tr("Every hour");
    if (first == "daily"_L1)
        return tr("Every day at %1").arg(words.value(1));
    if (first == "weekly"_L1) {
        static const QStringList short_{u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};
        const QStringList days{tr("Monday"), tr("Tuesday"),  tr("Wednesday"), tr("Thursday"),
                               tr("Friday"), tr("Saturday"), tr("Sunday")};
        const qsizetype day = short_.indexOf(words.value(1).left(3).toLower());
        if (day >= 0)
            //: day of the week, time
            return tr("Every %1 at %2").arg(days.at(day), words.value(2));
    }
    return setting.isEmpty() ? u"—"_s : setting;
}

QString BackupText::retention(const BackupList &list) const
{
    return tr("Keeps %1 daily, %2 weekly, %3 monthly")
        .arg(m_format.number(list.keptDaily), m_format.number(list.keptWeekly),
             m_format.number(list.keptMonthly));
}

static QString stageWords(const QString &stage)
{
    if (stage == "copy"_L1)
        return BackupText::tr("copying the database");
    if (stage == "pack"_L1)
        return BackupText::tr("packing");
    if (stage == "unpack"_L1)
        return BackupText::tr("unpacking");
    if (stage == "check"_L1)
        return BackupText::tr("checking every row");
    if (stage == "compare"_L1)
        return BackupText::tr("comparing");
    if (stage == "migrate"_L1)
        return BackupText::tr("bringing its tables up to date");
    if (stage == "safety"_L1)
        return BackupText::tr("making the safety copy");
    if (stage == "swap"_L1)
        return BackupText::tr("putting it in place");
    return stage;
}

QString BackupText::activity(const BackupActivity &activity) const
{
    QString action = activity.action;
    if (action == "create"_L1)
        action = tr("Backing up");
    else if (action == "verify"_L1)
        action = tr("Verifying");
    else if (action == "restore"_L1)
        action = tr("Restoring");
    else if (action == "compare"_L1)
        action = tr("Comparing");
    else if (action == "upload"_L1)
        action = tr("Uploading");
    else if (action == "download"_L1)
        action = tr("Downloading");
    const QString stage = stageWords(activity.stage);
    QString words = stage.isEmpty() ? action : tr("%1: %2").arg(action, stage);
    if (const auto part = share(activity))
        words += u" · "_s + m_format.wholePercent(*part);
    return words;
}

std::optional<double> BackupText::share(const BackupActivity &activity)
{
    if (activity.total <= 0)
        return {};
    return qBound(0.0, double(activity.done) / double(activity.total), 1.0);
}

}
