// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"
#include "shared/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

#include <functional>
#include <limits>
#include <optional>

// Strict reading of JSON objects: a missing, mistyped, out-of-range or unknown field is an Error that names
// the field's full path. Used by the values of shared/ in both directions. Pure.
namespace quota
{

// Parses UTF-8 text that must hold one JSON object; depth is bounded by Qt (1024).
Result<QJsonObject> parseJsonObject(const QByteArray &text);

// Reads fields of one object and remembers which ones were asked for. The first fault is kept; later reads
// return defaults, so a caller reads everything and asks for the fault once.
class JsonReader
{
public:
    // The path is the prefix for messages («limits[2]»); empty at the top.
    explicit JsonReader(QJsonObject object, QString path = {});

    bool has(QLatin1StringView name) const; // present, even when null
    bool isNull(QLatin1StringView name) const;

    QString string(QLatin1StringView name);                          // required
    QString string(QLatin1StringView name, const QString &fallback); // absent or null: the fallback
    bool boolean(QLatin1StringView name, bool fallback);
    // Whole numbers only, also those written as strings of digits; range inclusive.
    qint64 integer(QLatin1StringView name, qint64 minimum = std::numeric_limits<qint64>::min(),
                   qint64 maximum = std::numeric_limits<qint64>::max());
    qint64 integerOr(QLatin1StringView name, qint64 fallback,
                     qint64 minimum = std::numeric_limits<qint64>::min(),
                     qint64 maximum = std::numeric_limits<qint64>::max());
    // ISO 8601 with zone; absent or null: nothing.
    std::optional<Timestamp> timestamp(QLatin1StringView name);
    QStringList strings(QLatin1StringView name);    // absent or null: empty
    QList<qint64> integers(QLatin1StringView name); // absent or null: empty
    QJsonObject object(QLatin1StringView name);     // absent or null: empty
    // Calls read with the object, which must be there; its faults are this reader's.
    void nested(QLatin1StringView name, const std::function<void(JsonReader &)> &read);
    // Calls read for each element, which must be objects; absent or null: no call.
    void objects(QLatin1StringView name, const std::function<void(JsonReader &)> &read);

    // The value as it stands, for fields of more than one type; undefined when absent.
    QJsonValue raw(QLatin1StringView name) { return take(name); }
    // Marks a field as known without reading it.
    void ignore(QLatin1StringView name);
    // Records a fault of the caller's own finding («must not be negative»).
    void fail(QLatin1StringView name, const QString &message);
    // The same for a fault found elsewhere, which names its own path.
    void fail(const Done &done);
    // The first fault; with rejectUnknown also any field that was never asked for.
    Done finish(bool rejectUnknown);
    bool failed() const { return m_error.has_value(); }
    QString pathOf(QLatin1StringView name) const;

private:
    QJsonValue take(QLatin1StringView name);

    QJsonObject m_object;
    QString m_path;
    QStringList m_known;
    std::optional<Error> m_error;
};

// null when there is nothing, ISO text otherwise.
QJsonValue toJson(const std::optional<Timestamp> &time);

}
