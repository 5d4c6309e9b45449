// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/envfile.h"

#include <QFile>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qint64 maximumFileBytes = 1024 * 1024;

// Nothing when a quote is left open or followed by more than a comment.
static std::optional<QString> unquoted(const QString &text)
{
    if (text.isEmpty() || (text.front() != u'"' && text.front() != u'\'')) {
        static const QRegularExpression comment(u"(^|\\s+)#.*$"_s);
        return QString(text).remove(comment);
    }
    const qsizetype closing = text.indexOf(text.front(), 1);
    if (closing < 0)
        return std::nullopt;
    const QString rest = text.sliced(closing + 1).trimmed();
    if (!rest.isEmpty() && rest.front() != u'#')
        return std::nullopt;
    return text.sliced(1, closing - 1);
}

EnvFile parseEnvFile(const QByteArray &text)
{
    static const QRegularExpression assignment(u"^(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=(.*)$"_s);
    EnvFile file;
    QString whole = QString::fromUtf8(text);
    if (whole.startsWith(QChar::ByteOrderMark))
        whole.remove(0, 1);
    const QStringList lines = whole.split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString line = lines[i].trimmed();
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        const auto match = assignment.match(line);
        const auto value = match.hasMatch() ? unquoted(match.captured(2).trimmed()) : std::nullopt;
        if (value)
            file.lines.append({match.captured(1), *value, int(i) + 1});
        else
            file.malformed.append(int(i) + 1);
    }
    return file;
}

Result<EnvFile> readEnvFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage, file.errorString());
    const QByteArray text = file.read(maximumFileBytes + 1);
    if (text.size() > maximumFileBytes)
        return failure(ErrorCode::Storage, u"larger than 1 MB"_s);
    return parseEnvFile(text);
}

}
