// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/linereader.h"
#include "service/http/message.h"

#include <optional>
#include <utility>

// A strict, incremental HTTP/1.1 parser in both directions (RFC 9112, fields after RFC 9110 §5): requests in,
// responses back. The connection and the upstream client feed it bytes as they come; where they are cut changes
// nothing. What could be read in two ways is refused, never guessed: conflicting, repeated or malformed lengths,
// folded fields, bare line feeds, spaces before colons, a Host that contradicts the target. A minor version above
// 1.1 is read as 1.1 (RFC 9110 §6.2). Pure.
namespace quota::service
{

struct ParserLimits
{
    qsizetype requestLine = 8 * 1024; // bytes; beyond: 414
    qsizetype head = 32 * 1024;       // bytes of start line and fields; beyond: 431
    int fields = 100;                 // beyond: 431
    qint64 body = 32 * 1024 * 1024;   // bytes of content; beyond: 413
    QByteArray unboundedPath{};       // whose handler bounds the content itself
};

struct ParseFault
{
    int status = 400;        // what a server answers; 502 on the client's side
    const char *reason = ""; // English, for the log and the answer
};

// The chunked transfer coding, RFC 9112 §7.1: sizes, extensions (ignored), trailers (ignored).
class ChunkedDecoder
{
public:
    explicit ChunkedDecoder(qint64 maximumBody)
        : m_maximumBody(maximumBody)
    {}

    // Takes bytes from the front of input and appends content to output until the input or the body ends.
    void decode(QByteArrayView &input, QByteArray &output);
    // The same without a copy: takes bytes from the front of input up to the end of one run of content, and returns
    // the run. Empty when the input or the body ended before there was any.
    QByteArrayView next(QByteArrayView &input);
    bool complete() const { return m_state == State::Complete; }
    const std::optional<ParseFault> &fault() const { return m_fault; }

private:
    enum class State
    {
        Size,
        Data,
        DataEnd,
        Trailer,
        Complete
    };
    void readLine(QByteArrayView &input);
    void readSize(QByteArrayView line);
    void readTrailer(QByteArrayView line);
    void failAtLineEnd(LineReader::Outcome outcome);

    qint64 m_maximumBody;
    State m_state = State::Size;
    LineReader m_lines;
    qint64 m_left = 0;  // of the chunk
    qint64 m_total = 0; // of content, chunks announced included
    qint64 m_excess = 0;
    qsizetype m_trailerBytes = 0;
    int m_trailers = 0;
    std::optional<ParseFault> m_fault;
};

class RequestParser
{
public:
    enum class State
    {
        Head,
        Body,
        Complete,
        Failed
    };

    explicit RequestParser(const ParserLimits &limits)
        : m_limits(limits)
        , m_chunks(limits.body)
    {}

    // Takes bytes from the front of input up to the end of the head; Body or Complete follow.
    State feed(QByteArray &input);
    // The request without its body, once its head is whole.
    HttpRequest take();
    // In state Body: takes bytes from the front of input and appends what is content.
    State feedBody(QByteArray &input, QByteArray &content);
    // Ready for the next request, after Complete.
    void restart() { *this = RequestParser(m_limits); }
    State state() const { return m_state; }
    const ParseFault &fault() const { return m_fault; }

    bool begun() const { return m_begun; } // a byte of the request line came
    bool expectsContinue() const { return m_expectsContinue; }
    bool keepAlive() const { return m_keepAlive; } // what the client asked for, by version and Connection
    // Bytes of content that are still to come; unknownLength with the chunked coding.
    static constexpr qint64 unknownLength = -1;
    qint64 bodyLeft() const { return m_chunked ? unknownLength : m_bodyLeft; }
    // What is known of the request until it is taken; of a head that failed, what was read before the fault.
    const HttpRequest &request() const { return m_request; }

private:
    void fail(int status, const char *reason);
    void skipEmptyLines(QByteArrayView &input);
    void readLine(QByteArrayView &input);
    void readRequestLine(QByteArrayView line);
    void readFieldLine(QByteArrayView line);
    void readHost(QByteArrayView value);
    void readContentLength(QByteArrayView value);
    void readTransferEncoding(QByteArrayView value);
    void readConnection(QByteArrayView value);
    void finishHead();

    ParserLimits m_limits;
    State m_state = State::Head;
    ParseFault m_fault;
    HttpRequest m_request;
    LineReader m_lines;
    ChunkedDecoder m_chunks;
    QByteArray m_authority; // of an absolute target
    QByteArrayView m_standardPort;
    qsizetype m_headBytes = 0;
    qint64 m_bodyLeft = 0;
    int m_leadingBytes = 0; // of empty lines before the request
    bool m_begun = false;
    bool m_hasHost = false;
    bool m_hasLength = false;
    bool m_chunked = false;
    bool m_expectsContinue = false;
    bool m_wantsClose = false;
    bool m_wantsKeepAlive = false;
    bool m_keepAlive = true;
};

class ResponseParser
{
public:
    enum class State
    {
        Head,
        Body,
        Complete,
        Failed
    };

    // toHead: the response to a HEAD request has no content whatever its fields say (RFC 9112 §6.3).
    ResponseParser(bool toHead, qsizetype maximumHead)
        : m_toHead(toHead)
        , m_maximumHead(maximumHead)
        , m_chunks(maximumBody)
    {}

    // Takes bytes from the front of input and returns the content among them. Interim (1xx) answers are skipped.
    QByteArray feed(QByteArrayView &input);
    // The same without a copy: takes bytes up to the end of one run of content, which is returned and lies in what
    // was input. To be called until the input is empty or the state says that no more belongs to this answer.
    QByteArrayView next(QByteArrayView &input);
    bool isOver() const { return m_state == State::Complete || m_state == State::Failed; }
    HeaderList takeHeaders() { return std::exchange(m_headers, {}); }
    // The upstream closed: completes a response that is delimited by that, else a fault.
    void close();

    State state() const { return m_state; }
    bool hasHead() const { return m_hasHead; }
    const ParseFault &fault() const { return m_fault; }
    int status() const { return m_status; }
    const HeaderList &headers() const { return m_headers; }
    qint64 contentLength() const { return m_contentLength; } // -1: not given
    bool keepAlive() const { return m_keepAlive; }

    static constexpr qint64 maximumBody = qint64(1) << 50; // a stream may go on as long as its upstream likes
    static constexpr int maximumFields = 1000;
    static constexpr int maximumInterim = 16; // 1xx answers before the real one

private:
    void fail(const char *reason);
    void readLine(QByteArrayView &input);
    void readStatusLine(QByteArrayView line);
    void finishHead();
    void readFraming();

    bool m_toHead;
    qsizetype m_maximumHead;
    State m_state = State::Head;
    ParseFault m_fault{502, ""};
    LineReader m_lines;
    qsizetype m_headBytes = 0; // of interim answers too
    int m_interim = 0;
    int m_status = 0; // 0: no status line yet
    int m_minorVersion = 1;
    HeaderList m_headers;
    ChunkedDecoder m_chunks;
    qint64 m_contentLength = -1;
    qint64 m_bodyLeft = 0;
    bool m_hasHead = false;
    bool m_chunked = false;
    bool m_untilClose = false;
    bool m_keepAlive = true;
};

}
