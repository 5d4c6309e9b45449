// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"
#include "service/http/parser.h"
#include "tests/support/wholerequest.h"

#include <cstdlib>
#include <memory>

using namespace quota::service;
using quota::test::WholeRequest;

namespace
{

// Small, so that inputs of a few hundred bytes reach them.
const ParserLimits limits{256, 1024, 16, 512};

void require(bool condition)
{
    if (!condition)
        std::abort();
}

struct Parsed
{
    HttpRequest request;
    bool keepAlive = false;
};

struct Outcome
{
    QList<Parsed> requests;
    RequestParser::State state = RequestParser::State::Head; // after the last
    ParseFault fault;
    qsizetype rest = 0; // bytes not taken
};

// All requests of the pieces, one after the other on one connection.
Outcome parse(const QList<QByteArrayView> &pieces, const ParserLimits &limits)
{
    Outcome outcome;
    WholeRequest whole(limits);
    QByteArray input;
    for (const QByteArrayView piece : pieces) {
        // An own allocation of exactly that size, so that reading behind its end is seen.
        const auto copy = std::make_unique<char[]>(size_t(piece.size()));
        std::copy(piece.begin(), piece.end(), copy.get());
        input.append(copy.get(), piece.size());
        while (whole.parser().state() != RequestParser::State::Failed && !input.isEmpty() &&
               whole.feed(input) == RequestParser::State::Complete) {
            const bool keepAlive = whole.parser().keepAlive();
            outcome.requests.append({whole.take(), keepAlive});
        }
    }
    outcome.state = whole.parser().state();
    outcome.fault = whole.parser().fault();
    outcome.rest = input.size();
    return outcome;
}

bool isFraming(QByteArrayView name)
{
    return equalsIgnoringCase(name, "Transfer-Encoding") || equalsIgnoringCase(name, "Content-Length");
}

QByteArray fieldsOf(const HttpRequest &request)
{
    QByteArray text;
    for (const HeaderField field : request.headers) {
        require(fields::isToken(field.name) && fields::isFieldValue(field.value));
        if (!isFraming(field.name))
            text += field.name.toByteArray() + ": " + field.value.toByteArray() + "\r\n";
    }
    return text;
}

bool isSame(const Parsed &left, const Parsed &right)
{
    return left.request.method == right.request.method && left.request.target == right.request.target &&
           left.request.minorVersion == right.request.minorVersion &&
           left.request.body == right.request.body && left.keepAlive == right.keepAlive &&
           fieldsOf(left.request) == fieldsOf(right.request);
}

void compare(const Outcome &left, const Outcome &right)
{
    require(left.state == right.state && left.requests.size() == right.requests.size());
    for (qsizetype i = 0; i < left.requests.size(); ++i)
        require(isSame(left.requests.at(i), right.requests.at(i)));
    if (left.state == RequestParser::State::Failed)
        require(left.fault.status == right.fault.status &&
                qstrcmp(left.fault.reason, right.fault.reason) == 0);
    else
        require(left.rest == right.rest);
}

// What was understood, said in the plainest way, is understood the same.
void checkCanonicalForm(const Parsed &parsed)
{
    const HttpRequest &request = parsed.request;
    require(request.body.size() <= limits.body && request.headers.size() <= limits.fields);
    require(request.target == "*" || request.target.startsWith('/'));
    const QByteArray bytes = request.method + ' ' + request.target + " HTTP/1." +
                             QByteArray::number(request.minorVersion) + "\r\n" + fieldsOf(request) +
                             "Content-Length: " + QByteArray::number(request.body.size()) + "\r\n\r\n" +
                             request.body;
    const Outcome again = parse({bytes}, {1024, 4096, 32, limits.body});
    require(again.requests.size() == 1 && again.rest == 0 && isSame(again.requests.first(), parsed));
}

}

// However the bytes are cut the same requests come out, within the limits, and none can be read in two ways.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const Outcome whole = parse({bytes}, limits);
    QList<QByteArrayView> single;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        single.append(bytes.sliced(i, 1));
    compare(parse(single, limits), whole);
    const qsizetype cut = qsizetype(qHash(bytes) % size);
    compare(parse({bytes.first(cut), bytes.sliced(cut)}, limits), whole);
    for (const Parsed &parsed : whole.requests)
        checkCanonicalForm(parsed);
    if (whole.state == RequestParser::State::Failed)
        require(whole.fault.status >= 400 && whole.fault.status <= 505 && qstrlen(whole.fault.reason) > 0);
    return 0;
}
