// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/values.h"

#include <QFileInfo>
#include <QHostAddress>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::service
{

static tl::unexpected<Text> wrong(const char *english, QStringList arguments)
{
    return tl::unexpected<Text>(Text{english, std::move(arguments)});
}

static QString shortened(const QString &text)
{
    return text.size() > 80 ? text.left(80) + u'…' : text;
}

Reading<qint64> readInteger(const QString &text, qint64 minimum, qint64 maximum)
{
    bool isNumber = false;
    const qint64 number = text.toLongLong(&isNumber);
    if (!isNumber || number < minimum || number > maximum) {
        return wrong(QT_TRANSLATE_NOOP("service", "“%1” does not do; give a whole number from %2 to %3."),
                     {shortened(text), QString::number(minimum), QString::number(maximum)});
    }
    return number;
}

Reading<bool> readBoolean(const QString &text)
{
    const QString word = text.toLower();
    if (word == "true"_L1 || word == "1"_L1 || word == "yes"_L1 || word == "on"_L1)
        return true;
    if (word == "false"_L1 || word == "0"_L1 || word == "no"_L1 || word == "off"_L1)
        return false;
    return wrong(QT_TRANSLATE_NOOP("service", "“%1” does not do; write true or false."), {shortened(text)});
}

static std::optional<std::pair<qint64, QString>> numberWithUnit(const QString &text)
{
    static const QRegularExpression form(u"^(\\d{1,18})\\s*([A-Za-z]*)$"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return std::pair(match.captured(1).toLongLong(), match.captured(2).toLower());
}

Reading<qint64> readSize(const QString &text, qint64 minimum, qint64 maximum)
{
    static constexpr std::array<std::pair<QLatin1StringView, qint64>, 11> units{{{""_L1, 1},
                                                                                 {"b"_L1, 1},
                                                                                 {"k"_L1, 1LL << 10},
                                                                                 {"kb"_L1, 1LL << 10},
                                                                                 {"kib"_L1, 1LL << 10},
                                                                                 {"m"_L1, 1LL << 20},
                                                                                 {"mb"_L1, 1LL << 20},
                                                                                 {"mib"_L1, 1LL << 20},
                                                                                 {"g"_L1, 1LL << 30},
                                                                                 {"gb"_L1, 1LL << 30},
                                                                                 {"gib"_L1, 1LL << 30}}};
    if (const auto parts = numberWithUnit(text)) {
        for (const auto &[unit, factor] : units) {
            if (parts->second == unit && parts->first <= maximum / factor && parts->first * factor >= minimum)
                return parts->first * factor;
        }
    }
    return wrong(QT_TRANSLATE_NOOP("service",
                                   "“%1” does not do; give a size from %2 to %3 bytes, like 32mb or "
                                   "1048576."),
                 {shortened(text), QString::number(minimum), QString::number(maximum)});
}

Reading<std::chrono::milliseconds> readDuration(const QString &text, std::chrono::milliseconds minimum,
                                                std::chrono::milliseconds maximum)
{
    static constexpr std::array<std::pair<QLatin1StringView, std::chrono::milliseconds>, 5> units{
        {{""_L1, 1s}, {"s"_L1, 1s}, {"ms"_L1, 1ms}, {"m"_L1, 1min}, {"h"_L1, 1h}}};
    if (const auto parts = numberWithUnit(text)) {
        for (const auto &[unit, factor] : units) {
            if (parts->second == unit && parts->first <= maximum / factor && parts->first * factor >= minimum)
                return parts->first * factor;
        }
    }
    const auto seconds = [](std::chrono::milliseconds time) {
        return QString::number(double(time.count()) / 1000);
    };
    return wrong(QT_TRANSLATE_NOOP("service",
                                   "“%1” does not do; give a duration from %2 to %3 seconds, like 30, "
                                   "30s or 2m."),
                 {shortened(text), seconds(minimum), seconds(maximum)});
}

Reading<QString> readHost(const QString &text)
{
    QString host = text;
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.sliced(1, host.size() - 2);
    const bool dotted = host.contains(u':') || host.count(u'.') == 3; // Qt takes «1» for 0.0.0.1
    if (host.compare("localhost"_L1, Qt::CaseInsensitive) == 0 || (dotted && !QHostAddress(host).isNull()))
        return host.toLower();
    return wrong(QT_TRANSLATE_NOOP("service", "“%1” is not an address; give an IP address of this host, like "
                                              "127.0.0.1, 0.0.0.0 or ::1, or localhost."),
                 {shortened(text)});
}

bool isLoopbackHost(const QString &host)
{
    return host == "localhost"_L1 || QHostAddress(host).isLoopback();
}

// Qt 6.4 lists no links (PRC, US/Pacific, Etc/GMT-7), and Qt takes rules of POSIX for zones: what the host's zone
// database has a file for is a zone.
static bool isZoneOfHost(const QString &id)
{
    static const QRegularExpression name(u"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"_s);
    return name.match(id).hasMatch() && QFileInfo(u"/usr/share/zoneinfo/"_s + id).isFile();
}

Reading<QTimeZone> readTimeZone(const QString &text)
{
    const QByteArray id = text.toUtf8();
    if (isZoneOfHost(text) || QTimeZone::availableTimeZoneIds().contains(id)) {
        const QTimeZone zone(id);
        if (zone.isValid())
            return zone;
    }
    return wrong(QT_TRANSLATE_NOOP("service",
                                   "“%1” is not a time zone known on this host; give an IANA name, "
                                   "like Asia/Shanghai or UTC."),
                 {shortened(text)});
}

Reading<QUrl> readBaseUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const QString scheme = url.scheme();
    // The text itself is not quoted where it may hold a password.
    if (text.contains(u'@'))
        return wrong(QT_TRANSLATE_NOOP("service",
                                       "a base URL must not hold credentials; give the secret as the "
                                       "provider's key."),
                     {});
    if (!url.isValid() || (scheme != "http"_L1 && scheme != "https"_L1) || url.host().isEmpty() ||
        url.port(80) == 0) {
        return wrong(QT_TRANSLATE_NOOP("service", "“%1” is not a base URL; write it like "
                                                  "https://api.example.com/v1."),
                     {shortened(text)});
    }
    if (url.hasQuery() || url.hasFragment())
        return wrong(QT_TRANSLATE_NOOP("service", "a base URL has no query and no fragment; write it like "
                                                  "https://api.example.com/v1."),
                     {});
    return url;
}

Reading<DatabaseLocation> readDatabase(const QString &text)
{
    if (text == "memory:"_L1 || text == ":memory:"_L1 || text == "memory"_L1)
        return DatabaseLocation{true, {}};
    static const QRegularExpression schemed(u"^([A-Za-z][A-Za-z0-9+.]*):(.*)$"_s,
                                            QRegularExpression::DotMatchesEverythingOption);
    QString path = text;
    if (const auto match = schemed.match(text); match.hasMatch()) {
        const QString scheme = match.captured(1).toLower();
        // What stands behind another scheme may hold a password and is not repeated.
        if (scheme == "postgresql"_L1 || scheme == "postgres"_L1)
            return wrong(QT_TRANSLATE_NOOP("service", "PostgreSQL is not in this version; give a file, like "
                                                      "sqlite:quota.db, or memory:."),
                         {});
        if (scheme != "sqlite"_L1 && scheme != "sqlite3"_L1 && scheme != "file"_L1)
            return wrong(QT_TRANSLATE_NOOP("service",
                                           "“%1:” is not a kind of database known here; give a path, "
                                           "sqlite:PATH, file:PATH or memory:."),
                         {shortened(scheme)});
        path = match.captured(2);
        if (path == ":memory:"_L1)
            return DatabaseLocation{true, {}};
        if (path.startsWith("//"_L1)) // «sqlite:///var/x» and «file:///var/x» both name /var/x
            path = path.sliced(2);
    }
    if (path.isEmpty() || path.endsWith(u'/') || path.contains(QChar(0)))
        return wrong(QT_TRANSLATE_NOOP("service", "“%1” names no file; give a path, sqlite:PATH or memory:."),
                     {shortened(text)});
    return DatabaseLocation{false, path};
}

bool isWeakToken(const QString &token)
{
    static const QStringList known{u"admin"_s,
                                   u"changeme"_s,
                                   u"password"_s,
                                   u"secret"_s,
                                   u"test"_s,
                                   u"token"_s,
                                   u"default"_s,
                                   u"example"_s,
                                   u"devadmintoken"_s,
                                   u"devadmintokenchangeinproduction"_s,
                                   u"changemeinproduction"_s,
                                   u"youradmintoken"_s,
                                   u"youradmintokenhere"_s,
                                   u"yoursecureadmintoken"_s,
                                   u"yoursecureadmintokenhere"_s,
                                   u"admintokenchangeme"_s,
                                   u"changethisadmintoken"_s,
                                   u"secureadmintoken"_s,
                                   u"supersecretadmintoken"_s,
                                   u"0123456789abcdef"_s,
                                   u"1234567890123456"_s};
    if (token.size() < 16)
        return true;
    QString letters;
    for (const QChar character : token) {
        if (character.isLetterOrNumber())
            letters += character.toLower();
    }
    if (known.contains(letters))
        return true;
    return std::all_of(token.begin(), token.end(),
                       [&](QChar character) { return character == token.front(); });
}

// Letters put in, left out, changed, or swapped with their neighbour.
static qsizetype editDistance(const QString &left, const QString &right)
{
    const qsizetype width = right.size() + 1;
    std::vector<qsizetype> distances(size_t((left.size() + 1) * width));
    const auto at = [&](qsizetype i, qsizetype j) -> qsizetype & { return distances[size_t(i * width + j)]; };
    for (qsizetype i = 0; i <= left.size(); ++i) {
        for (qsizetype j = 0; j <= right.size(); ++j) {
            if (i == 0 || j == 0) {
                at(i, j) = i + j;
                continue;
            }
            const qsizetype changed = at(i - 1, j - 1) + (left[i - 1] == right[j - 1] ? 0 : 1);
            at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, changed});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
        }
    }
    return at(left.size(), right.size());
}

QString nearestWord(const QString &word, const QStringList &candidates)
{
    // A third of the letters may be wrong; beyond that a proposal would puzzle more than help.
    qsizetype best = qMax<qsizetype>(1, word.size() / 3) + 1;
    QString nearest;
    if (word.size() > 100)
        return nearest;
    for (const QString &candidate : candidates) {
        const qsizetype distance = editDistance(word.toLower(), candidate.toLower());
        if (distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

}
