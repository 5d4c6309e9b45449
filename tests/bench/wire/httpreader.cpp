// SPDX-License-Identifier: GPL-3.0-or-later
#include "httpreader.h"

#include <algorithm>
#include <charconv>

namespace quota::bench
{

static constexpr std::size_t longestHead = 64 * 1024;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
}

std::string_view fieldOf(std::string_view head, std::string_view lowerName)
{
    for (std::size_t end = head.find("\r\n"); end != std::string_view::npos; end = head.find("\r\n")) {
        head.remove_prefix(end + 2);
        if (head.size() > lowerName.size() &&
            std::equal(lowerName.begin(), lowerName.end(), head.begin(),
                       [](char name, char c) { return name == lower(c); })) {
            std::string_view value = head.substr(lowerName.size(), head.find("\r\n") - lowerName.size());
            value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
            return value;
        }
    }
    return {};
}

void ContentReader::begin(std::string_view head)
{
    m_line.clear();
    m_length = m_left = 0;
    m_part = Part::Content;
    m_chunked = fieldOf(head, "transfer-encoding:") == "chunked";
    if (m_chunked) {
        m_state = State::Reading;
        m_part = Part::Size;
        return;
    }
    const std::string_view length = fieldOf(head, "content-length:");
    std::from_chars(length.data(), length.data() + length.size(), m_length);
    m_left = m_length;
    m_state = m_left > 0 ? State::Reading : State::Complete;
}

// Moves a line of the framing into m_line; false while its end is not there.
bool ContentReader::takeLine(std::string_view &input)
{
    const std::size_t end = input.find('\n');
    const std::size_t size = end == std::string_view::npos ? input.size() : end + 1;
    m_line += input.substr(0, size);
    input.remove_prefix(size);
    if (m_line.size() > 4096)
        m_state = State::Failed;
    if (end == std::string_view::npos)
        return false;
    if (m_line.size() < 2 || m_line[m_line.size() - 2] != '\r')
        m_state = State::Failed;
    else
        m_line.resize(m_line.size() - 2);
    return m_state == State::Reading;
}

void ContentReader::endLine()
{
    if (m_part == Part::Size) {
        const auto [end, error] = std::from_chars(m_line.data(), m_line.data() + m_line.size(), m_left, 16);
        if (error != std::errc() || end != m_line.data() + m_line.size())
            m_state = State::Failed;
        m_part = m_left > 0 ? Part::Content : Part::Trailer;
    } else if (m_part == Part::AfterContent) {
        if (!m_line.empty())
            m_state = State::Failed;
        m_part = Part::Size;
    } else if (m_line.empty()) {
        m_state = State::Complete;
    }
    m_line.clear();
}

std::string_view ContentReader::next(std::string_view &input)
{
    while (m_state == State::Reading && !input.empty()) {
        if (m_part != Part::Content) {
            if (takeLine(input))
                endLine();
            continue;
        }
        const std::string_view content =
            input.substr(0, std::size_t(std::min<std::uint64_t>(m_left, input.size())));
        input.remove_prefix(content.size());
        m_left -= content.size();
        if (m_left == 0 && m_chunked)
            m_part = Part::AfterContent;
        else if (m_left == 0)
            m_state = State::Complete;
        return content;
    }
    return {};
}

void AnswerReader::begin()
{
    m_state = State::Head;
    m_head.clear();
    m_fault.clear();
}

void AnswerReader::fail(std::string_view words)
{
    m_state = State::Failed;
    m_fault = words;
}

bool AnswerReader::takeHead(std::string_view &input)
{
    // The end of the head may be cut too: look from three bytes before what is new.
    const std::size_t from = m_head.size() < 3 ? 0 : m_head.size() - 3;
    const std::size_t before = m_head.size();
    m_head += input;
    const std::size_t end = m_head.find("\r\n\r\n", from);
    if (end == std::string::npos) {
        input = {};
        if (m_head.size() > longestHead)
            fail("a head without an end");
        return false;
    }
    input.remove_prefix(end + 4 - before);
    m_head.resize(end + 2);
    if (m_head.compare(0, 9, "HTTP/1.1 ") != 0 || m_head.size() < 14) {
        fail("not an HTTP/1.1 answer: " + m_head.substr(0, 40));
        return false;
    }
    m_status = (m_head[9] - '0') * 100 + (m_head[10] - '0') * 10 + (m_head[11] - '0');
    return true;
}

std::string_view AnswerReader::next(std::string_view &input)
{
    while (m_state == State::Head && !input.empty()) {
        if (!takeHead(input))
            return {};
        if (m_status < 200) {
            m_head.clear();
            continue;
        }
        const std::string_view connection = fieldOf(m_head, "connection:");
        m_keepAlive = connection != "close";
        if (m_status == 200 && fieldOf(m_head, "transfer-encoding:").empty() &&
            fieldOf(m_head, "content-length:").empty()) {
            fail("an answer without length or chunks");
            return {};
        }
        m_content.begin(m_head);
        m_state = State::Content;
    }
    if (m_state != State::Content)
        return {};
    const std::string_view content = m_content.next(input);
    if (m_content.state() == ContentReader::State::Complete)
        m_state = State::Complete;
    else if (m_content.state() == ContentReader::State::Failed)
        fail("broken chunks");
    return content;
}

}
