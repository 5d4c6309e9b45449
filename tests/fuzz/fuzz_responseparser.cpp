// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"
#include "service/http/parser.h"

#include <cstdlib>
#include <memory>

using namespace quota::service;

namespace
{

constexpr qsizetype maximumHead = 1024; // small, so that inputs of a few hundred bytes reach it

void require(bool condition)
{
    if (!condition)
        std::abort();
}

struct Outcome
{
    ResponseParser::State state = ResponseParser::State::Head;
    ResponseParser::State closed = ResponseParser::State::Head; // once the upstream has closed
    ParseFault fault;
    int status = 0;
    qint64 contentLength = -1;
    bool keepAlive = false;
    QByteArray fields; // without framing
    QByteArray body;
    qsizetype rest = 0; // bytes not taken
};

Outcome parse(const QList<QByteArrayView> &pieces, bool toHead)
{
    ResponseParser parser(toHead, maximumHead);
    Outcome outcome;
    for (const QByteArrayView piece : pieces) {
        // An own allocation of exactly that size, so that reading behind its end is seen.
        const auto copy = std::make_unique<char[]>(size_t(piece.size()));
        std::copy(piece.begin(), piece.end(), copy.get());
        QByteArrayView input(copy.get(), piece.size());
        outcome.body += parser.feed(input);
        outcome.rest += input.size();
    }
    outcome.state = parser.state();
    outcome.fault = parser.fault();
    outcome.status = parser.status();
    outcome.contentLength = parser.contentLength();
    outcome.keepAlive = parser.keepAlive();
    for (const HeaderField field : parser.headers()) {
        require(fields::isToken(field.name) && fields::isFieldValue(field.value));
        if (!equalsIgnoringCase(field.name, "Transfer-Encoding") &&
            !equalsIgnoringCase(field.name, "Content-Length"))
            outcome.fields += field.name.toByteArray() + ": " + field.value.toByteArray() + "\r\n";
    }
    parser.close();
    outcome.closed = parser.state();
    return outcome;
}

bool isSame(const Outcome &left, const Outcome &right)
{
    return left.state == right.state && left.closed == right.closed && left.status == right.status &&
           left.contentLength == right.contentLength && left.keepAlive == right.keepAlive &&
           left.fields == right.fields && left.body == right.body &&
           qstrcmp(left.fault.reason, right.fault.reason) == 0 &&
           (left.rest == right.rest || left.state == ResponseParser::State::Failed);
}

// What was understood, said in the plainest way, is understood the same.
void checkCanonicalForm(const Outcome &answer)
{
    const QByteArray bytes = "HTTP/1.1 " + QByteArray::number(answer.status) + " X\r\n" + answer.fields +
                             "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n\r\n" +
                             answer.body;
    // Written out, a head may be longer than it was.
    if (bytes.size() - answer.body.size() > maximumHead)
        return;
    const Outcome again = parse({bytes}, false);
    require(again.state == ResponseParser::State::Complete && again.status == answer.status &&
            again.body == answer.body && again.fields == answer.fields && again.rest == 0);
}

void check(QByteArrayView bytes, bool toHead)
{
    const Outcome whole = parse({bytes}, toHead);
    QList<QByteArrayView> single;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        single.append(bytes.sliced(i, 1));
    require(isSame(parse(single, toHead), whole));
    const qsizetype cut = qsizetype(qHash(bytes) % size_t(bytes.size()));
    require(isSame(parse({bytes.first(cut), bytes.sliced(cut)}, toHead), whole));

    require(whole.body.size() <= bytes.size());
    require(whole.closed == ResponseParser::State::Complete || whole.closed == ResponseParser::State::Failed);
    const bool bodyless = toHead || whole.status == 204 || whole.status == 304;
    require(!bodyless || whole.body.isEmpty());
    if (whole.state != ResponseParser::State::Complete)
        return;
    require(whole.status >= 200 && whole.status <= 599);
    require(bodyless || whole.contentLength < 0 || whole.body.size() == whole.contentLength);
    if (!bodyless)
        checkCanonicalForm(whole);
}

}

// However the bytes are cut the same answer comes out, and it cannot be read in two ways.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    check(bytes, false);
    check(bytes, true);
    return 0;
}
