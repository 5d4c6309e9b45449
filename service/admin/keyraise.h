// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "service/messages.h"

// A limit that is raised for a time: what a raise may be, and until when it holds. For the routes of keys.
namespace quota::service
{

// Instead of one of the same unit and window; those that are over go. InvalidField when the key has no such limit that
// is enforced, or when it would not be raised.
Done addRaise(const Keyring &keyring, const NewRaise &raise, Timestamp now, Language language, ApiKey &key);

// The end of the window that runs at this instant, and of so many together with it.
Timestamp endOfWindows(LimitWindow window, int windows, Timestamp now, const QTimeZone &zone);

}
