// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/settings/values.h"

#include <functional>
#include <optional>

// How the text of one setting gets into Config: a reader stores the value, or says what is wrong with the text.
// The table of settings is made of these. Pure.
namespace quota::service
{

using Reader = std::function<std::optional<Text>(Config &, const QString &)>;

// Stores what a reader of values.h returns in a field of Config.
template <class Field, class Read>
Reader into(Field Config::*field, Read read)
{
    return [field, read](Config &config, const QString &text) -> std::optional<Text> {
        auto value = read(text);
        if (!value)
            return value.error();
        config.*field = Field(std::move(*value));
        return std::nullopt;
    };
}

template <class Field>
Reader integer(Field Config::*field, qint64 minimum, qint64 maximum)
{
    return into(field, [=](const QString &text) { return readInteger(text, minimum, maximum); });
}

inline Reader size(qint64 Config::*field, qint64 minimum, qint64 maximum)
{
    return into(field, [=](const QString &text) { return readSize(text, minimum, maximum); });
}

inline Reader duration(std::chrono::milliseconds Config::*field, std::chrono::milliseconds minimum,
                       std::chrono::milliseconds maximum = std::chrono::hours(1))
{
    return into(field, [=](const QString &text) { return readDuration(text, minimum, maximum); });
}

template <class Value>
Reader oneOf(Value Config::*field, QList<std::pair<QString, Value>> words)
{
    return [=](Config &config, const QString &text) -> std::optional<Text> {
        QStringList known;
        for (const auto &[word, value] : words) {
            if (text.toLower() == word) {
                config.*field = value;
                return std::nullopt;
            }
            known.append(word);
        }
        return Text{QT_TRANSLATE_NOOP("service", "“%1” does not do; write one of %2."),
                    {text.left(80), known.join(QStringLiteral(", "))}};
    };
}

// A request limit that every key without limits of its own gets.
Reader defaultLimit(LimitWindow window);
// A secret travels in a header, so it must be printable ASCII without blanks.
Reader secret(QByteArray Config::*field);
Reader proxyUrl(QUrl Config::*field);
Reader path(QString Config::*field); // «~» is the home directory
std::optional<Text> readKeyPrefix(Config &config, const QString &text);
std::optional<Text> readDatabaseUrl(Config &config, const QString &text);
std::optional<Text> readServiceName(Config &config, const QString &text);

}
