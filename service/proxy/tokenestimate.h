// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

// How many tokens a text is about, where nobody measured: one for each CJK character, one for each four bytes of
// all else. chatrequest estimates prompts with it, usagemeter the answers of streams without usage. Pure.
namespace quota::service
{

class TokenEstimate
{
public:
    void add(QByteArrayView utf8);
    void add(const TokenEstimate &other);
    void addTokens(qint64 tokens) { m_tokens += tokens; }
    qint64 tokens() const { return m_tokens + (m_bytes + 3) / 4; }

private:
    // Its length in bytes.
    qsizetype addCharacter(QByteArrayView utf8);

    qint64 m_tokens = 0;
    qint64 m_bytes =
        0; // of all that is not CJK; rounded up once, so many small pieces cost what their sum does
};

// Han, kana, hangul, and the full-width forms.
bool isCjk(char32_t character);

}
