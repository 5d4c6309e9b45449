// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/settingsfile.h"

#include "service/settings/envfile.h"
#include "service/settings/table.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr QByteArrayView sealedPrefix{"# sealed "};

// Quoted where it must be; nothing when no way of writing it reads back the same.
static std::optional<QByteArray> assignment(const GivenSetting &setting)
{
    for (const char *quote : {"", "\"", "'"}) {
        const QByteArray line = setting.name.toUtf8() + '=' + quote + setting.value.toUtf8() + quote;
        const EnvFile read = parseEnvFile(line);
        if (read.lines.size() == 1 && read.lines.first().value == setting.value)
            return line;
    }
    return std::nullopt;
}

static QByteArray sealedLine(const GivenSetting &setting, const std::optional<SealKey> &key)
{
    if (!key)
        return "# " + setting.name.toUtf8() + " is a secret, and left out: there was no seal key.\n";
    return sealedPrefix.toByteArray() + setting.name.toUtf8() + '=' +
           key->seal(setting.value.toUtf8()).toBase64() + '\n';
}

QByteArray settingsText(const QList<GivenSetting> &settings, const std::optional<SealKey> &key)
{
    QByteArray text = "# Settings of Quota Proxy at the time of the backup. Secrets are sealed with the seal "
                      "key of the data\n"
                      "# directory; quota-proxy backup restore reads them where it has that key.\n";
    for (const GivenSetting &setting : settings) {
        const auto line = assignment(setting);
        if (setting.secret)
            text += sealedLine(setting, key);
        else if (line)
            text += *line + '\n';
    }
    return text;
}

QByteArray plainSettingsText(const QList<GivenSetting> &settings)
{
    QByteArray text = "# Settings of Quota Proxy, restored from a backup.\n";
    for (const GivenSetting &setting : settings) {
        if (const auto line = assignment(setting))
            text += *line + '\n';
    }
    return text;
}

ArchivedSettings settingsFromText(const QByteArray &text, const std::optional<SealKey> &key)
{
    ArchivedSettings archived;
    const EnvFile file = parseEnvFile(text);
    for (const EnvLine &line : file.lines) {
        const Setting *known = findSetting(line.name);
        if (known && known->kind == SettingKind::Used)
            archived.settings.append({line.name, line.value, known->secret});
    }
    const QList<QByteArray> lines = text.split('\n');
    for (const QByteArray &line : lines) {
        const qsizetype equals = line.indexOf('=');
        if (!line.startsWith(sealedPrefix) || equals < 0)
            continue;
        const QString name =
            QString::fromUtf8(line.sliced(sealedPrefix.size(), equals - sealedPrefix.size()));
        const auto secret = key ? key->open(QByteArray::fromBase64(line.sliced(equals + 1).trimmed()))
                                : Result<QByteArray>(failure(ErrorCode::Storage, {}));
        if (secret && findSetting(name))
            archived.settings.append({name, QString::fromUtf8(*secret), true});
        else
            archived.unreadable.append(name);
    }
    return archived;
}

}
