// SPDX-License-Identifier: GPL-3.0-or-later
#include "books.h"

#include "httpreader.h"
#include "poller.h"
#include "protocol.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <sstream>

namespace quota::bench
{

struct Answer
{
    int status = 0;
    std::string content;
};

// One request on a connection of its own; status 0 when there is no answer.
static Answer ask(std::uint16_t port, const std::string &request)
{
    const int descriptor = connectToLoopback(port, 0);
    AnswerReader reader;
    reader.begin();
    Answer answer;
    bool sent = false;
    while (descriptor >= 0 && reader.state() < AnswerReader::State::Complete) {
        pollfd ready{descriptor, short(sent ? POLLIN : POLLOUT), 0};
        if (::poll(&ready, 1, 5'000) != 1)
            break;
        if (!sent) {
            sent = true;
            if (::send(descriptor, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size()))
                break;
            continue;
        }
        char block[4096];
        const ssize_t size = ::recv(descriptor, block, sizeof block, 0);
        if (size <= 0)
            break;
        std::string_view input(block, std::size_t(size));
        while (!input.empty() && reader.state() < AnswerReader::State::Complete)
            answer.content += reader.next(input);
    }
    if (reader.state() == AnswerReader::State::Complete)
        answer.status = reader.status();
    if (descriptor >= 0)
        ::close(descriptor);
    return answer;
}

static Books booksOfLua(const Candidate &candidate)
{
    const Answer answer = ask(candidate.port, "GET /books HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    unsigned long long requests = 0;
    unsigned long long tokens = 0;
    if (std::sscanf(answer.content.c_str(), "%llu requests, %llu tokens", &requests, &tokens) != 2)
        stop("nginx+lua does not tell its books: " + answer.content);
    return {requests, tokens};
}

// Lines of CSV: day, key, label, requests, refused, failed, prompt, completion, tokens, and what may be added after.
static Books booksOfOurs(const Candidate &candidate, const Place &place)
{
    std::istringstream lines(usageOfOurs(candidate, place));
    Books books;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        std::vector<std::string> row;
        for (std::string cell; std::getline(cells, cell, ',');)
            row.push_back(cell);
        if (row.size() < 9 || row[0] == "day")
            continue;
        books.requests += std::stoull(row[3]);
        books.tokens += std::stoull(row[8]);
    }
    return books;
}

Books readBooks(const Candidate &candidate, const Place &place)
{
    return candidate.kind == Kind::NginxLua ? booksOfLua(candidate) : booksOfOurs(candidate, place);
}

void checkRefusals(const Candidate &candidate, Failures &failures)
{
    const std::string wrong = ChatRequest(candidate.port, "sk-nobodys", {}).text();
    std::string none = wrong;
    const std::size_t field = none.find("Authorization:");
    none.erase(field, none.find("\r\n", field) + 2 - field);
    for (const std::string &request : {wrong, none}) {
        const Answer answer = ask(candidate.port, request);
        if (answer.status != 401)
            failures.add(nameOf(candidate.kind) + ": a request without a good key got status " +
                         std::to_string(answer.status) + ", not 401: " + answer.content.substr(0, 200));
    }
}

}
