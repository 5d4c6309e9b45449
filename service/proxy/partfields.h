// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"

#include <optional>

// The fields above a part of a form (RFC 7578 §4), read as strictly as multipartform needs them: whatever readers of
// forms could take in two ways is a fault. Pure.
namespace quota::service
{

// Parameters behind a value: «form-data; name="model"». Names in lower case, values without their quotes.
struct FieldParameter
{
    QByteArray name;
    QByteArray value;
};

// What a part's fields say.
struct PartFields
{
    bool isModel = false;
    std::optional<qint64> size; // Content-Length, which some readers go by
};

// Splits at semicolons: value, then «name=value» or «name="value"», no name twice, no escapes. Nothing when the text
// is something else.
std::optional<QList<FieldParameter>> parametersOf(QByteArrayView field, QByteArray *value);

// The fields, each line ended by CR LF; fault is set, an English text of the message catalogue, where there is one.
PartFields readPartFields(QByteArrayView lines, const char **fault);

}
