// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/jsonscanner.h"
#include "service/proxy/tokenestimate.h"

// Finds the words in a JSON value of a prompt or an answer, for estimates: strings in content, text, arguments
// and the like count, wherever they are nested; roles, addresses and the contents of files do not. Pure.
namespace quota::service
{

struct CountedTexts
{
    TokenEstimate estimate;
    qint64 count = 0;   // of texts, token numbers included
    qsizetype last = 0; // where the last of them begins
};

// Consumes the value whose first token was the last one. counted: a bare string (or token number) here is text.
void countTexts(JsonScanner &scanner, bool counted, CountedTexts &texts);

}
