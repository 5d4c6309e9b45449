// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <optional>
#include <span>

// Names of JSON members, as the readers in front of models take them: most by their very bytes, some without case,
// some up to a NUL. For chatrequest. Pure.
namespace quota::service
{

// Which of the names, none of them empty, this one is.
std::optional<size_t> placeOf(QByteArrayView name, std::span<const QByteArrayView> names);
// Which of the names, all of them ASCII, this one is to readers that go without case; an empty one when it is none.
QByteArrayView takenFor(QByteArrayView name, std::span<const QByteArrayView> names);
// Whether a text has a U+FFFD, which stands where there was no character.
bool hasBrokenCharacter(QByteArrayView text);

}
