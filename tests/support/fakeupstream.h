// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/parser.h"

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

// A scripted OpenAI-like upstream on a port of its own, in a thread of its own: answers each request as the test
// says (JSON, a stream piece by piece, silence, a cut, garbage) and remembers what it was sent.
namespace quota::test
{

struct Script
{
    enum class Ending
    {
        Keep,
        Close,
        Hang,
        Reset
    };
    QList<QByteArray> pieces; // raw bytes, one write each, one turn of the event loop apart
    Ending ending = Ending::Keep;
    bool paced = false; // each further piece only after FakeUpstream::release()

    static Script json(const QByteArray &body, int status = 200);
    static Script stream(const QList<QByteArray> &events); // chunked text/event-stream
    static Script hang() { return {{}, Ending::Hang, false}; }
};

class FakeUpstream
{
public:
    using Answer = std::function<Script(const service::HttpRequest &)>;

    FakeUpstream();
    ~FakeUpstream();

    quint16 port() const { return m_port; }
    QByteArray baseUrl() const { return "http://127.0.0.1:" + QByteArray::number(m_port) + "/v1"; }

    void setAnswer(Answer answer); // default: chatAnswer()
    QList<service::HttpRequest> requests() const;
    qint64 requestCount() const { return m_requestCount; }
    // Connections that are open now, those with an answer under way, and those that were closed during one.
    int openConnections() const { return m_open; }
    int answering() const { return m_answering; }
    int cancelled() const { return m_cancelled; }
    void release(int pieces = 1); // for paced scripts, all connections

    static QByteArray chatBody(int promptTokens = 7, int completionTokens = 5);
    static QList<QByteArray> chatEvents(int deltas, bool withUsage);

private:
    class Peer;
    class Listener;
    std::unique_ptr<QThread> m_thread;
    Listener *m_listener = nullptr;
    mutable std::mutex m_mutex;
    Answer m_answer;
    QList<service::HttpRequest> m_requests;
    std::atomic<qint64> m_requestCount{0};
    std::atomic<int> m_open{0};
    std::atomic<int> m_answering{0};
    std::atomic<int> m_cancelled{0};
    quint16 m_port = 0;
};

}
