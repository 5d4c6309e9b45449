// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/config.h"

#include "service/http/certificate.h"
#include "service/settings/authorities.h"
#include "service/settings/checks.h"
#include "service/settings/envfile.h"
#include "service/settings/table.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

enum class Origin
{
    Option,
    Environment,
    EnvFile
};

// One value as somebody gave it.
struct Given
{
    Origin origin = Origin::Option;
    QString name; // canonical or alias
    QString value;
    QString where; // for a person
};

class Loader
{
public:
    Loader(const SettingSources &sources, Language language)
        : m_sources(sources)
        , m_language(language)
    {}

    tl::expected<LoadedConfig, QList<Error>> load();

private:
    void readFile();
    void warnOfNearMisses();
    void apply(const Setting &setting);
    QList<Given> givenFor(const Setting &setting) const;
    bool agree(const Setting &setting, const QList<Given> &given);
    void useFallback(const Setting &setting);
    void report(const Setting &setting, const QString &value, const QString &source);
    void complete();
    void readAuthorityFile();
    void checkCertificate();
    void fault(const QString &field, const QString &where, const Text &text);

    const SettingSources &m_sources;
    const Language m_language;
    QString m_filePath;
    EnvFile m_file;
    LoadedConfig m_loaded;
    QList<Error> m_faults;
};

tl::expected<LoadedConfig, QList<Error>> Loader::load()
{
    readFile();
    warnOfNearMisses();
    for (const Setting &setting : settingTable())
        apply(setting);
    complete();
    readAuthorityFile();
    for (const SettingFault &wrong : faultsBetween(m_loaded.config))
        fault(wrong.field, {}, wrong.text);
    checkCertificate();
    if (!m_faults.isEmpty())
        return tl::unexpected<QList<Error>>(m_faults);
    return m_loaded;
}

void Loader::fault(const QString &field, const QString &where, const Text &text)
{
    const QString words = text.in(m_language);
    const QString place = field.isEmpty() ? where : where.isEmpty() ? field : field + u" ("_s + where + u')';
    m_faults.append({ErrorCode::InvalidField, place.isEmpty() ? words : place + u": "_s + words, {}, field});
}

void Loader::readFile()
{
    m_filePath = m_sources.envFile.isEmpty() ? u".env"_s : m_sources.envFile;
    if (m_sources.envFile.isEmpty() && !QFileInfo::exists(m_filePath))
        return;
    auto file = readEnvFile(m_filePath);
    if (!file) {
        fault({}, m_filePath,
              {QT_TRANSLATE_NOOP("service",
                                 "this env file cannot be read (%1); check its path and who may read it."),
               {file.error().message}});
        return;
    }
    m_file = std::move(*file);
    m_loaded.config.envFile = QFileInfo(m_filePath).absoluteFilePath();
    for (const int number : std::as_const(m_file.malformed)) {
        fault({}, u"%1:%2"_s.arg(m_filePath).arg(number),
              {QT_TRANSLATE_NOOP("service", "this line is not NAME=VALUE, a comment or blank."), {}});
    }
    QStringList seen;
    for (const EnvLine &line : std::as_const(m_file.lines)) {
        const QString where = u"%1:%2"_s.arg(m_filePath).arg(line.number);
        if (!findSetting(line.name)) {
            const QString nearest = nearestWord(line.name, settingNames());
            fault(line.name, where,
                  nearest.isEmpty()
                      ? Text{QT_TRANSLATE_NOOP("service", "this setting is not known; remove the line."), {}}
                      : Text{QT_TRANSLATE_NOOP("service", "this setting is not known; did you mean %1?"),
                             {nearest}});
        }
        if (seen.contains(line.name))
            m_loaded.config.notices.append(
                u"%1 stands more than once in %2; the last line counts."_s.arg(line.name, m_filePath));
        seen.append(line.name);
    }
}

// The environment belongs to everybody, so that a name that is only like one of ours is no fault there.
void Loader::warnOfNearMisses()
{
    constexpr qsizetype shortest = 8;
    const QStringList known = settingNames();
    for (auto it = m_sources.environment.keyBegin(); it != m_sources.environment.keyEnd(); ++it) {
        if (it->size() < shortest || known.contains(*it))
            continue;
        const QString nearest = nearestWord(*it, known);
        if (!nearest.isEmpty() && qAbs(nearest.size() - it->size()) <= 1 &&
            nearest.left(3).compare(it->left(3), Qt::CaseInsensitive) == 0) {
            m_loaded.config.notices.append(
                u"The environment holds %1, which is not a setting; was %2 meant?"_s.arg(*it, nearest));
        }
    }
}

QList<Given> Loader::givenFor(const Setting &setting) const
{
    QList<Given> given;
    if (const auto option = m_sources.options.constFind(QString(setting.name));
        option != m_sources.options.constEnd())
        given.append({Origin::Option, QString(setting.name), option->trimmed(), u"option"_s});

    QList<SettingAlias> names{{setting.name}};
    names += setting.aliases;
    const auto add = [&](const SettingAlias &alias, Origin origin, const QString &text,
                         const QString &where) {
        const QString value = text.trimmed();
        if (!value.isEmpty()) // NAME= is how compose files leave a setting out
            given.append(
                {origin, QString(alias.name), alias.translate ? alias.translate(value) : value, where});
    };
    for (const SettingAlias &alias : std::as_const(names)) {
        add(alias, Origin::Environment, m_sources.environment.value(QString(alias.name)),
            u"environment, %1"_s.arg(alias.name));
    }
    for (const SettingAlias &alias : std::as_const(names)) {
        const EnvLine *last = nullptr;
        for (const EnvLine &line : m_file.lines) {
            if (line.name == alias.name)
                last = &line;
        }
        if (last)
            add(alias, Origin::EnvFile, last->value, u"%1:%2"_s.arg(m_filePath).arg(last->number));
    }
    return given;
}

static QString comparable(const Setting &setting, const QString &value)
{
    if (setting.name == "DATABASE_URL"_L1) {
        if (const auto location = readDatabase(value))
            return location->memory ? u"memory:"_s : QDir::cleanPath(location->path);
    }
    return value;
}

// The same name in two places is what precedence is for; two names with different values are a mistake that
// could open the wrong database, unless an option says what is meant.
bool Loader::agree(const Setting &setting, const QList<Given> &given)
{
    const Given &first = given.front();
    for (const Given &other : given) {
        if (first.origin != Origin::Option && other.name != first.name &&
            comparable(setting, other.value) != comparable(setting, first.value)) {
            fault(QString(setting.name), {},
                  {QT_TRANSLATE_NOOP("service",
                                     "%1 (%2) and %3 (%4) name the same setting and disagree; keep one."),
                   {first.name, first.where, other.name, other.where}});
            return false;
        }
    }
    return true;
}

void Loader::report(const Setting &setting, const QString &value, const QString &source)
{
    const bool masked = setting.secret && !value.isEmpty();
    const QString shown = masked ? (setting.shown ? setting.shown(value) : u"********"_s) : value;
    m_loaded.report.append({QString(setting.name), shown, source, message(m_language, setting.help)});
}

void Loader::useFallback(const Setting &setting)
{
    if (setting.kind != SettingKind::Used)
        return;
    const QString value = setting.fallback.isEmpty() && setting.hostFallback
                              ? setting.hostFallback(m_sources.environment)
                              : setting.fallback;
    report(setting, value, u"default"_s);
    if (value.isEmpty())
        return;
    const auto wrong = setting.read(m_loaded.config, value);
    Q_ASSERT(!wrong);
}

static bool isEqualAlias(const Setting &setting, const QString &name)
{
    return std::any_of(setting.aliases.begin(), setting.aliases.end(),
                       [&](const SettingAlias &alias) { return alias.name == name && alias.equal; });
}

void Loader::apply(const Setting &setting)
{
    const QList<Given> given = givenFor(setting);
    if (given.isEmpty()) {
        useFallback(setting);
        return;
    }
    if (!agree(setting, given))
        return;
    const Given &chosen = given.front();
    report(setting, chosen.value, chosen.where);
    if (setting.kind == SettingKind::NoEffect) {
        m_loaded.config.notices.append(
            u"%1 (%2) is accepted and has no effect in this version."_s.arg(chosen.name, chosen.where));
        return;
    }
    if (chosen.name != setting.name && !isEqualAlias(setting, chosen.name))
        m_loaded.config.notices.append(
            u"%1 (%2) is an old name; write %3."_s.arg(chosen.name, chosen.where, setting.name));
    if (const auto wrong = setting.read(m_loaded.config, chosen.value))
        fault(chosen.name, chosen.where, *wrong);
    else if (setting.kind == SettingKind::Used)
        m_loaded.config.given.append({QString(setting.name), chosen.value, setting.secret});
}

// What depends on another setting.
void Loader::complete()
{
    Config &config = m_loaded.config;
    config.dataDirectory = QDir::cleanPath(QDir(config.dataDirectory).absolutePath());
    const QDir data(config.dataDirectory);
    if (!config.memoryMode)
        config.databasePath = QDir::cleanPath(data.absoluteFilePath(config.databasePath));
    config.logFile = config.logFile.compare("none"_L1, Qt::CaseInsensitive) == 0
                         ? QString()
                         : QDir::cleanPath(data.absoluteFilePath(config.logFile));
    config.backupDirectory = QDir::cleanPath(data.absoluteFilePath(config.backupDirectory));
    for (QString Config::*file : {&Config::tlsCertificateFile, &Config::tlsKeyFile}) {
        if (!(config.*file).isEmpty())
            config.*file = QDir::cleanPath(data.absoluteFilePath(config.*file));
    }
    if (config.upstreamBaseUrl.isEmpty() && !config.upstreamSecret.isEmpty())
        config.upstreamBaseUrl = QUrl(u"https://api.deepseek.com/v1"_s);
}

void Loader::readAuthorityFile()
{
    if (const auto wrong = readAuthorities(m_loaded.config, m_sources.checksFiles))
        fault(wrong->setting, {}, wrong->text);
}

void Loader::checkCertificate()
{
    Config &config = m_loaded.config;
    if (!m_sources.checksFiles || config.tlsCertificateFile.isEmpty() || config.tlsKeyFile.isEmpty())
        return;
    const auto certificate =
        loadCertificate(config.tlsCertificateFile, config.tlsKeyFile, SystemClock().now(), m_language);
    if (certificate)
        config.notices += (*certificate)->warnings;
    else
        m_faults += certificate.error();
}

}

tl::expected<LoadedConfig, QList<Error>> loadConfig(const SettingSources &sources, Language language)
{
    return Loader(sources, language).load();
}

}
