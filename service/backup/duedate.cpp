// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/duedate.h"

#include "shared/json.h"

#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace quota::service
{

std::optional<Timestamp> DueDate::read(const QString &schedule) const
{
    QFile file(m_path);
    constexpr qint64 longest = 4096;
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const auto object = parseJsonObject(file.read(longest));
    if (!object || (*object)["schedule"_L1].toString() != schedule)
        return std::nullopt;
    return timestampFromIso((*object)["due"_L1].toString());
}

bool DueDate::write(const QString &schedule, Timestamp due) const
{
    QSaveFile file(m_path);
    const QByteArray text =
        QJsonDocument(QJsonObject{{u"schedule"_s, schedule}, {u"due"_s, toIso(due)}}).toJson();
    return file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
           file.write(text) == text.size() && file.commit();
}

}
