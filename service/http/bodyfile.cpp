// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/bodyfile.h"

#include <QFile>
#include <QThreadPool>

#include <deque>
#include <mutex>

namespace quota::service
{

struct BodyFile::Work : std::enable_shared_from_this<BodyFile::Work>
{
    explicit Work(const QString &path)
        : file(path)
    {}
    ~Work()
    {
        file.close();
        if (!kept)
            file.remove();
    }
    Q_DISABLE_COPY_MOVE(Work)

    void begin(std::unique_lock<std::mutex> &lock);
    void writeAll();
    Done writeOne(const QByteArray &bytes);

    std::mutex mutex; // guards all but the file, which belongs to the thread that works
    std::deque<QByteArray> pieces;
    qint64 waiting = 0;
    Done state;
    bool working = false;
    bool finished = false;
    bool whole = false;
    bool kept = false;
    QObject *receiver = nullptr; // null: nobody listens any more
    std::function<void()> told;
    QFile file;
};

void BodyFile::Work::begin(std::unique_lock<std::mutex> &lock)
{
    if (std::exchange(working, true))
        return;
    lock.unlock();
    QThreadPool::globalInstance()->start([self = shared_from_this()] { self->writeAll(); });
}

Done BodyFile::Work::writeOne(const QByteArray &bytes)
{
    const bool good =
        (file.isOpen() || file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered,
                                    QFile::ReadOwner | QFile::WriteOwner)) &&
        file.write(bytes) == bytes.size();
    if (good)
        return {};
    return failure(
        ErrorCode::Storage,
        QStringLiteral("%1 cannot be written: %2. Free some space there, and give the service's user "
                       "write permission.")
            .arg(file.fileName(), file.errorString()));
}

void BodyFile::Work::writeAll()
{
    std::unique_lock lock(mutex);
    while (receiver && state && !pieces.empty()) {
        const QByteArray piece = std::move(pieces.front());
        pieces.pop_front();
        lock.unlock();
        Done done = writeOne(piece);
        lock.lock();
        waiting -= piece.size();
        state = std::move(done);
    }
    working = false;
    whole = finished && state && pieces.empty();
    // Under the lock: who listens is not gone before the call is on its way.
    if (receiver)
        QMetaObject::invokeMethod(receiver, told, Qt::QueuedConnection);
}

BodyFile::BodyFile(QObject &receiver, const QString &path, std::function<void()> told)
    : m_work(std::make_shared<Work>(path))
{
    m_work->receiver = &receiver;
    m_work->told = std::move(told);
}

BodyFile::~BodyFile()
{
    const std::lock_guard lock(m_work->mutex);
    m_work->receiver = nullptr;
    m_work->pieces.clear();
}

void BodyFile::write(const QByteArray &bytes)
{
    std::unique_lock lock(m_work->mutex);
    m_work->pieces.push_back(bytes);
    m_work->waiting += bytes.size();
    m_work->begin(lock);
}

void BodyFile::finish()
{
    std::unique_lock lock(m_work->mutex);
    m_work->finished = true;
    m_work->begin(lock);
}

qint64 BodyFile::waiting() const
{
    const std::lock_guard lock(m_work->mutex);
    return m_work->waiting;
}

bool BodyFile::isWhole() const
{
    const std::lock_guard lock(m_work->mutex);
    return m_work->whole;
}

Done BodyFile::state() const
{
    const std::lock_guard lock(m_work->mutex);
    return m_work->state;
}

QString BodyFile::keep()
{
    const std::lock_guard lock(m_work->mutex);
    m_work->kept = true;
    return m_work->file.fileName();
}

}
