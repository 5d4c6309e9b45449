// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/textcount.h"

namespace quota::service
{

static constexpr std::array<QByteArrayView, 10> textNames{
    "content",           "text",      "input",       "output", "arguments", "refusal", "thinking",
    "reasoning_content", "reasoning", "partial_json"};

void countTexts(JsonScanner &scanner, bool counted, TokenEstimate &estimate)
{
    using Token = JsonScanner::Token;
    const Token token = scanner.token();
    if (token == Token::String && counted) {
        estimate.add(scanner.text());
    } else if (token == Token::Number && counted) {
        estimate.addTokens(1);
    } else if (token == Token::ArrayBegin) {
        forEachElement(scanner, [&](Token) { countTexts(scanner, counted, estimate); });
    } else if (token == Token::ObjectBegin) {
        forEachMember(scanner, [&](const QByteArray &name, Token) {
            countTexts(scanner, indexIn(textNames, name).has_value(), estimate);
        });
    }
}

}
