// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/multipartform.h"

#include <algorithm>

using namespace quota::service;
using State = MultipartForm::State;

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

namespace
{

struct Outcome
{
    State state = State::Reading;
    std::optional<QByteArray> model;
    const char *fault = nullptr;
    bool operator==(const Outcome &) const = default;
};

}

static Outcome read(const QByteArray &boundary, QByteArrayView bytes, qsizetype piece)
{
    MultipartForm form(boundary);
    while (!bytes.isEmpty()) {
        // An own allocation of exactly that size, so that reading behind its end is seen.
        const qsizetype size = qMin(piece, bytes.size());
        const auto copy = std::make_unique<char[]>(size_t(size));
        std::copy_n(bytes.begin(), size, copy.get());
        form.feed(QByteArrayView(copy.get(), size));
        bytes = bytes.sliced(size);
    }
    form.finish();
    return {form.state(), form.model(), form.fault()};
}

static QByteArray unquoted(QByteArray value)
{
    const auto isAround = [](char character) {
        return character == '"' || character == '\'' || character == ' ';
    };
    while (!value.isEmpty() && isAround(value.front()))
        value.remove(0, 1);
    while (!value.isEmpty() && isAround(value.back()))
        value.chop(1);
    return value;
}

// A reader as lax as they come: sees a delimiter wherever its bytes are, takes any line end, any case, any quotes around a name, and
// the last model. What the strict one accepts it must not read differently.
static std::optional<QByteArray> laxModel(const QByteArray &boundary, const QByteArray &body)
{
    std::optional<QByteArray> model;
    const QByteArray delimiter = "--" + boundary;
    for (qsizetype at = body.indexOf(delimiter); at >= 0;) {
        const qsizetype begin = at + delimiter.size();
        at = body.indexOf(delimiter, begin);
        QByteArray part = body.sliced(begin, (at < 0 ? body.size() : at) - begin);
        part.replace("\r\n", "\n").replace('\r', '\n');
        const qsizetype blank = part.indexOf("\n\n");
        if (blank < 0)
            continue;
        QByteArray head = part.first(blank).toLower().replace('\t', ' ');
        for (const auto &[blanks, without] : {std::pair("; ", ";"), {" =", "="}, {"= ", "="}, {" ;", ";"}})
            head.replace(blanks, without);
        const qsizetype name = head.indexOf(";name=");
        QByteArray value = name < 0 ? QByteArray() : head.sliced(name + 6);
        if (const qsizetype end = value.indexOf('\n'); end >= 0)
            value.truncate(end);
        if (const qsizetype end = value.indexOf(';'); end >= 0)
            value.truncate(end);
        if (unquoted(value) == "model")
            model = part.sliced(blank + 2).trimmed();
    }
    return model;
}

// The first bytes are the boundary up to a line end, whose parity chooses the cut, the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray input(reinterpret_cast<const char *>(data), qsizetype(size));
    const qsizetype line = input.indexOf('\n');
    const QByteArray type = input.first(qMax<qsizetype>(0, line));
    if (const auto named = MultipartForm::boundaryOf(type))
        require(!named->isEmpty() && type.contains(*named));
    const QByteArray body = input.sliced(line + 1);
    const QByteArray boundary = MultipartForm::boundaryOf(type).value_or("b");

    const Outcome whole = read(boundary, body, qMax<qsizetype>(1, body.size()));
    require(whole.state == State::Whole || (whole.state == State::Malformed && whole.fault));
    for (const qsizetype piece : {1, 2, 7, 64})
        require(read(boundary, body, piece) == whole);
    if (whole.state == State::Whole)
        require(laxModel(boundary, body) == whole.model);
    return 0;
}
