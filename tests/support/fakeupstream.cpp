// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"

#include "wholerequest.h"

#include <QSet>

using namespace quota::service;

namespace quota::test
{

Script Script::json(const QByteArray &body, int status)
{
    return {{"HTTP/1.1 " + QByteArray::number(status) +
             " X\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
             "\r\n\r\n" + body},
            Ending::Keep,
            false};
}

Script Script::stream(const QList<QByteArray> &events)
{
    Script script;
    script.pieces.append("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n");
    for (const QByteArray &event : events)
        script.pieces.append(QByteArray::number(event.size(), 16) + "\r\n" + event + "\r\n");
    script.pieces.append("0\r\n\r\n");
    return script;
}

// One connection; lives in the upstream's thread.
class FakeUpstream::Peer : public QObject
{
public:
    Peer(FakeUpstream &upstream, QTcpSocket *socket, QObject *parent)
        : QObject(parent)
        , m_upstream(upstream)
        , m_socket(socket)
        , m_requests({8192, 65536, 200, 64 * 1024 * 1024})
    {
        ++upstream.m_open;
        socket->setParent(this);
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        connect(socket, &QTcpSocket::readyRead, this, [this] { read(); });
        connect(socket, &QTcpSocket::bytesWritten, this, [this] {
            if (std::exchange(m_congested, false))
                writeNext();
        });
        connect(socket, &QTcpSocket::disconnected, this, [this] {
            if (m_answering) {
                --m_upstream.m_answering;
                ++m_upstream.m_cancelled;
            }
            m_answering = false;
            --m_upstream.m_open;
            deleteLater();
        });
    }

    void release(int pieces)
    {
        m_allowed += pieces;
        writeNext();
    }

private:
    void read()
    {
        m_input += m_socket->readAll();
        if (m_answering || m_requests.feed(m_input) != WholeRequest::State::Complete)
            return;
        const HttpRequest request = m_requests.take();
        {
            const std::lock_guard lock(m_upstream.m_mutex);
            m_upstream.m_requests.append(request);
            m_script = m_upstream.m_answer(request);
        }
        ++m_upstream.m_requestCount;
        m_next = 0;
        m_allowed = 1;
        m_answering = true;
        ++m_upstream.m_answering;
        writeNext();
    }

    void writeNext()
    {
        if (!m_answering || (m_script.paced && m_next >= m_allowed))
            return;
        m_congested = m_socket->bytesToWrite() > maximumUnsent; // a flood waits for its reader
        if (m_congested)
            return;
        if (m_next < m_script.pieces.size()) {
            m_socket->write(m_script.pieces.at(m_next++));
            m_socket->flush();
            QMetaObject::invokeMethod(
                this, [this] { writeNext(); }, Qt::QueuedConnection);
            return;
        }
        if (m_script.ending == Script::Ending::Hang)
            return;
        m_answering = false;
        --m_upstream.m_answering;
        if (m_script.ending == Script::Ending::Close)
            m_socket->disconnectFromHost();
        else if (m_script.ending == Script::Ending::Reset)
            m_socket->abort();
        else
            read(); // a request that came meanwhile
    }

    static constexpr qint64 maximumUnsent = 1024 * 1024;

    FakeUpstream &m_upstream;
    QTcpSocket *m_socket;
    WholeRequest m_requests;
    QByteArray m_input;
    Script m_script;
    qsizetype m_next = 0;
    qsizetype m_allowed = 0;
    bool m_answering = false;
    bool m_congested = false;
};

class FakeUpstream::Listener : public QTcpServer
{
public:
    explicit Listener(FakeUpstream &upstream)
    {
        setListenBacklogSize(4096);
        connect(this, &QTcpServer::newConnection, this, [this, &upstream] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                auto *peer = new Peer(upstream, socket, this);
                m_peers.insert(peer);
                connect(peer, &QObject::destroyed, this, [this, peer] { m_peers.remove(peer); });
            }
        });
    }

    void release(int pieces)
    {
        const auto peers = m_peers;
        for (Peer *peer : peers)
            peer->release(pieces);
    }

private:
    QSet<Peer *> m_peers;
};

FakeUpstream::FakeUpstream()
    : m_thread(std::make_unique<QThread>())
    , m_answer([](const HttpRequest &) { return Script::json(chatBody()); })
{
    m_listener = new Listener(*this); // deleted in its thread
    m_listener->listen(QHostAddress::LocalHost);
    m_port = m_listener->serverPort();
    m_listener->moveToThread(m_thread.get());
    QObject::connect(m_thread.get(), &QThread::finished, m_listener, &QObject::deleteLater);
    m_thread->start();
}

FakeUpstream::~FakeUpstream()
{
    m_thread->quit();
    m_thread->wait();
}

void FakeUpstream::setAnswer(Answer answer)
{
    const std::lock_guard lock(m_mutex);
    m_answer = std::move(answer);
}

QList<HttpRequest> FakeUpstream::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

void FakeUpstream::release(int pieces)
{
    QMetaObject::invokeMethod(m_listener, [this, pieces] { m_listener->release(pieces); });
}

QByteArray FakeUpstream::chatBody(int promptTokens, int completionTokens)
{
    return R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
           R"({"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":)" +
           QByteArray::number(promptTokens) + R"(,"completion_tokens":)" +
           QByteArray::number(completionTokens) + R"(,"total_tokens":)" +
           QByteArray::number(promptTokens + completionTokens) + "}}";
}

QList<QByteArray> FakeUpstream::chatEvents(int deltas, bool withUsage)
{
    const QByteArray start = R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",)";
    QList<QByteArray> events;
    for (int i = 0; i < deltas; ++i)
        events.append(start + R"("choices":[{"index":0,"delta":{"content":"word)" + QByteArray::number(i) +
                      R"( "},"finish_reason":null}]})" + "\n\n");
    events.append(start + R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})" + "\n\n");
    if (withUsage)
        events.append(start + R"("choices":[],"usage":{"prompt_tokens":7,"completion_tokens":)" +
                      QByteArray::number(deltas) + R"(,"total_tokens":)" + QByteArray::number(deltas + 7) +
                      "}}\n\n");
    events.append("data: [DONE]\n\n");
    return events;
}

}
