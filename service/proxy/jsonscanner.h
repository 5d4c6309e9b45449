// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <bitset>
#include <cstring>

// A strict pull scanner for JSON (RFC 8259) that knows where each token lies, so that bodies are read and edited
// without building a document of them. chatrequest and usagereader use it. Names that come twice are all reported;
// what that means is for the reader to say. Pure; holds a view of the text it is given.
namespace quota::service
{

class JsonScanner
{
public:
    enum class Token
    {
        ObjectBegin,
        ObjectEnd,
        ArrayBegin,
        ArrayEnd,
        Name, // of a member; its value is the next token
        String,
        Number,
        True,
        False,
        Null,
        End,  // of the text, after one whole value
        Fault // reason() and begin() say what and where; comes again with every call
    };
    enum class Rest
    {
        Refused, // nothing but white space may follow the value
        Ignored  // End comes after the value, whatever follows
    };

    static constexpr int maximumDepth = 128;

    explicit JsonScanner(QByteArrayView text, Rest rest = Rest::Refused);

    Token next();
    Token token() const { return m_token; } // the last one
    int depth() const { return m_depth; }   // of containers open after the last token

    // The last token's place in the text; a string's includes its quotes.
    qsizetype begin() const { return m_begin; }
    qsizetype end() const { return m_position; }
    QByteArrayView raw() const { return m_text.sliced(m_begin, m_position - m_begin); }
    // The last name or string, decoded to UTF-8; half a surrogate pair becomes U+FFFD. The view is good until the
    // next call.
    QByteArrayView text();
    // The last number, when it is whole and at most 10^15 from zero («12», «1e3», «5.0»).
    bool wholeNumber(qint64 *value) const;

    // Reads on until no container deeper than that is open.
    void leave(int depth);
    // What is wrong, an English text of the message catalogue.
    const char *reason() const { return m_reason; }

private:
    Token fault(const char *reason, qsizetype position);
    Token value();
    Token open(char bracket, Token token);
    Token close();
    Token finish();
    Token endsEarly();
    Token string(Token token);
    bool escape();
    Token number();
    Token word(QByteArrayView word, Token token);
    Token ended(Token token);
    bool skipSpace(); // whether anything follows
    bool skipSomeSpace();

    enum class Expect
    {
        Value,
        FirstElement, // a value or ]
        FirstName,    // a name or }
        Name,
        Separator, // a comma or the closing bracket
        Nothing
    };

    QByteArrayView m_text;
    Rest m_rest;
    qsizetype m_position = 0;
    qsizetype m_begin = 0;
    qsizetype m_textEnd = 0; // of the last name or string, before its closing quote
    int m_depth = 0;
    bool m_inObject = false; // the innermost container is one
    Expect m_expect = Expect::Value;
    Token m_token = Token::End;
    bool m_hasEscapes = false;
    QByteArray m_decoded;
    const char *m_reason = nullptr;
    std::bitset<maximumDepth> m_isObject; // by depth - 1
};

// Whether a name or text is that literal; as cheap as comparing a number or two.
template <size_t size>
bool isText(QByteArrayView text, const char (&literal)[size])
{
    return text.size() == qsizetype(size - 1) && std::memcmp(text.data(), literal, size - 1) == 0;
}

// Calls member(name, token) for each member of the object whose ObjectBegin was the last token; what the call
// leaves unread of the value is skipped. The name is good until the call reads a text. The same for the elements of
// an array.
template <class Member>
void forEachMember(JsonScanner &scanner, Member member)
{
    const int depth = scanner.depth();
    while (scanner.next() == JsonScanner::Token::Name) {
        const QByteArrayView name = scanner.text();
        member(name, scanner.next());
        scanner.leave(depth);
    }
}

template <class Element>
void forEachElement(JsonScanner &scanner, Element element)
{
    using Token = JsonScanner::Token;
    const int depth = scanner.depth();
    for (Token token = scanner.next(); token != Token::ArrayEnd && token != Token::Fault;
         token = scanner.next()) {
        element(token);
        scanner.leave(depth);
    }
}

}
