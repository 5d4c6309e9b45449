// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/manifest.h"

#include <QJsonDocument>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace quota::service
{

const BackupManifest::Member *BackupManifest::member(const QString &name) const
{
    for (const Member &member : members) {
        if (member.name == name)
            return &member;
    }
    return nullptr;
}

qint64 BackupManifest::totalSize() const
{
    qint64 total = 0;
    for (const Member &member : members)
        total = member.size > std::numeric_limits<qint64>::max() - total ? std::numeric_limits<qint64>::max()
                                                                         : total + member.size;
    return total;
}

QByteArray toText(const BackupManifest &manifest)
{
    QJsonObject rows;
    for (auto it = manifest.rows.begin(); it != manifest.rows.end(); ++it)
        rows[it.key()] = it.value();
    QJsonArray members;
    for (const BackupManifest::Member &member : manifest.members) {
        members.append(QJsonObject{{u"name"_s, member.name},
                                   {u"size"_s, member.size},
                                   {u"sha256"_s, QString::fromLatin1(member.sha256)}});
    }
    return QJsonDocument(QJsonObject{{u"format"_s, manifest.format},
                                     {u"program"_s, u"quota-proxy"_s},
                                     {u"version"_s, manifest.version},
                                     {u"schema"_s, manifest.schema},
                                     {u"instance"_s, manifest.instance},
                                     {u"created"_s, toIso(manifest.created)},
                                     {u"kind"_s, toString(manifest.kind)},
                                     {u"rows"_s, rows},
                                     {u"members"_s, members}})
        .toJson();
}

static bool isDigest(const QByteArray &text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

static void readMember(JsonReader &reader, BackupManifest &manifest)
{
    BackupManifest::Member member;
    member.name = reader.string("name"_L1);
    member.size = reader.integer("size"_L1, 0);
    member.sha256 = reader.string("sha256"_L1).toLatin1();
    if (member.name != databaseMember && member.name != settingsMember && member.name != sealKeyMember)
        reader.fail("name"_L1, u"“%1” is no member of a backup."_s.arg(member.name.left(60)));
    else if (manifest.member(member.name))
        reader.fail("name"_L1, u"“%1” stands twice."_s.arg(member.name));
    else if (!isDigest(member.sha256))
        reader.fail("sha256"_L1, u"must be 64 hexadecimal digits."_s);
    manifest.members.append(member);
}

Result<BackupManifest> manifestFromText(const QByteArray &text)
{
    const auto object = parseJsonObject(text);
    if (!object)
        return tl::unexpected(object.error());
    JsonReader reader(*object);
    BackupManifest manifest;
    manifest.format = int(reader.integer("format"_L1, 1, 1'000'000));
    if (!reader.failed() && manifest.format > BackupManifest::newestFormat) {
        return failure(
            ErrorCode::Storage,
            u"The backup has format %1, and this program reads formats up to %2: a newer version made "
            "it. Restore it with that version."_s.arg(manifest.format)
                .arg(BackupManifest::newestFormat));
    }
    manifest.version = reader.string("version"_L1);
    manifest.schema = int(reader.integer("schema"_L1, 1, 1'000'000));
    manifest.instance = reader.string("instance"_L1);
    const auto created = reader.timestamp("created"_L1);
    if (!created)
        reader.fail("created"_L1, u"must be an instant, but is absent."_s);
    manifest.created = created.value_or(Timestamp());
    manifest.kind = backupKindFromString(reader.string("kind"_L1, {})).value_or(BackupKind::Manual);
    const QJsonObject rows = reader.object("rows"_L1);
    for (auto it = rows.begin(); it != rows.end(); ++it)
        manifest.rows.insert(it.key(), it.value().toInteger(-1));
    reader.objects("members"_L1, [&manifest](JsonReader &element) { readMember(element, manifest); });
    if (!reader.failed() && !manifest.member(databaseMember))
        reader.fail("members"_L1, u"the database is missing."_s);
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return manifest;
}

}
