// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/parser.h"

// Requests read head and body together, one after another, for tests that look at both as one.
namespace quota::test
{

class WholeRequest
{
public:
    using State = service::RequestParser::State;

    explicit WholeRequest(const service::ParserLimits &limits)
        : m_parser(limits)
    {}

    // Takes bytes from the front of input. After Complete, take() gives the request and starts the next.
    State feed(QByteArray &input)
    {
        if (m_parser.state() == State::Head) {
            const State state = m_parser.feed(input);
            if (state == State::Body || state == State::Complete)
                m_request = m_parser.take();
        }
        if (m_parser.state() == State::Body)
            m_parser.feedBody(input, m_request.body);
        return m_parser.state();
    }
    service::HttpRequest take()
    {
        m_parser.restart();
        return std::exchange(m_request, {});
    }
    const service::RequestParser &parser() const { return m_parser; }

private:
    service::RequestParser m_parser;
    service::HttpRequest m_request;
};

}
