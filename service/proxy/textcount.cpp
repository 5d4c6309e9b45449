// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/textcount.h"

namespace quota::service
{

static bool namesText(QByteArrayView name)
{
    switch (name.size()) {
    case 4:
        return isText(name, "text");
    case 5:
        return isText(name, "input");
    case 6:
        return isText(name, "output");
    case 7:
        return isText(name, "content") || isText(name, "refusal");
    case 8:
        return isText(name, "thinking");
    case 9:
        return isText(name, "arguments") || isText(name, "reasoning");
    case 12:
        return isText(name, "partial_json");
    case 17:
        return isText(name, "reasoning_content");
    default:
        return false;
    }
}

void countTexts(JsonScanner &scanner, bool counted, CountedTexts &texts)
{
    using Token = JsonScanner::Token;
    const Token token = scanner.token();
    if (counted && (token == Token::String || token == Token::Number)) {
        ++texts.count;
        texts.last = scanner.begin();
        if (token == Token::String)
            texts.estimate.add(scanner.text());
        else
            texts.estimate.addTokens(1);
    } else if (token == Token::ArrayBegin) {
        forEachElement(scanner, [&](Token) { countTexts(scanner, counted, texts); });
    } else if (token == Token::ObjectBegin) {
        forEachMember(scanner,
                      [&](QByteArrayView name, Token) { countTexts(scanner, namesText(name), texts); });
    }
}

}
