// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The little HTTP that both ends of the bench read: a head at once, content by length or in chunks, cut anywhere.
// What does not fit is a fault in words, never guessed around.
namespace quota::bench
{

// The value of a field of a head; `lowerName` in lower case with its colon. Empty when it is not there.
std::string_view fieldOf(std::string_view head, std::string_view lowerName);

// Content after a head.
class ContentReader
{
public:
    enum class State
    {
        Reading,
        Complete,
        Failed
    };

    // Takes the framing from a head; without any there is no content.
    void begin(std::string_view head);
    // The next piece of content out of the input, which moves on; empty when the input is used up or it ended.
    std::string_view next(std::string_view &input);
    State state() const { return m_state; }
    // 0 in chunks.
    std::uint64_t length() const { return m_length; }

private:
    enum class Part
    {
        Content,
        Size,
        AfterContent,
        Trailer
    };
    bool takeLine(std::string_view &input);
    void endLine();

    State m_state = State::Complete;
    Part m_part = Part::Content;
    bool m_chunked = false;
    std::uint64_t m_length = 0;
    std::uint64_t m_left = 0;
    std::string m_line;
};

// One answer after another.
class AnswerReader
{
public:
    enum class State
    {
        Head,
        Content,
        Complete,
        Failed
    };

    void begin();
    // As ContentReader::next; interim answers (1xx) are passed over.
    std::string_view next(std::string_view &input);
    State state() const { return m_state; }
    int status() const { return m_status; }
    bool keepAlive() const { return m_keepAlive; }
    const std::string &head() const { return m_head; }
    const std::string &fault() const { return m_fault; }

private:
    bool takeHead(std::string_view &input);
    void fail(std::string_view words);

    State m_state = State::Head;
    int m_status = 0;
    bool m_keepAlive = true;
    std::string m_head;
    std::string m_fault;
    ContentReader m_content;
};

}
