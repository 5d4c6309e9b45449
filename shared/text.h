// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/json.h"

// Rules for the short texts a person gives: labels, names, models. One line each, so that no table, log line or
// header can be broken by them. Pure.
namespace quota
{

// Code points, which is what a person counts; a surrogate pair is one.
qsizetype characterCount(const QString &text);
// Control characters, line and paragraph separators, halves of a surrogate pair.
bool hasUnprintable(const QString &text);

// The text without space around it; a fault of this field when it is longer or holds what does not print.
QString checkedLine(JsonReader &reader, QLatin1StringView name, const QString &text, qsizetype maximum);
// A list of model names: trimmed, none empty, none twice, at most so many.
QStringList checkedModels(JsonReader &reader, QLatin1StringView name, const QStringList &models,
                          qsizetype maximum);

}
