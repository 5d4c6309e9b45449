// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakebackups.h"

#include "shared/adminpaths.h"
#include "shared/health.h"
#include "shared/keytemplate.h"
#include "shared/usage.h"

#include <QDateTime>
#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimeZone>
#include <QUrl>
#include <QUrlQuery>

#include <algorithm>
#include <functional>

// An admin API over loopback for tests of the console: keeps a list of keys that really changes, makes up usage
// by a rule the test can foresee, and can refuse, hold or fall silent when told to.
namespace quota::console
{

class FakeAdmin
{
public:
    struct Call
    {
        QByteArray method;
        QString path;
        QUrlQuery query;
        QJsonObject body;
        QByteArray bytes; // the body as it came
        QByteArray token;
    };
    struct Answer
    {
        int status = 200;
        QJsonObject body;
        QByteArray raw = {}; // instead of the body
    };

    FakeAdmin()
    {
        health.ok = true;
        health.version = QStringLiteral("1.0.0");
        health.instance = QStringLiteral("f00d");
        health.mode = QStringLiteral("sqlite");
        health.timeZone = QStringLiteral("Asia/Shanghai");
        health.uptimeSeconds = 20'520;
        for (const char *name : {"store", "schema", "lanes", "providers", "clock", "disk"})
            health.parts.append({QString::fromLatin1(name), PartState::Ok, QStringLiteral("fine")});
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] { accept(); });
        start();
    }

    bool start()
    {
        return m_server.listen(QHostAddress::LocalHost, m_port) && (m_port = m_server.serverPort());
    }
    // Nobody answers at the address from now on.
    void stop()
    {
        m_server.close();
        const auto sockets = m_server.findChildren<QTcpSocket *>();
        for (QTcpSocket *socket : sockets)
            socket->abort();
    }
    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_port)); }

    // The next call whose «METHOD path» begins so is answered with this error.
    void refuseNext(const QString &beginning, int status, const QString &code, const QString &message)
    {
        m_refusals.append({beginning, status, code, message});
    }
    // Every such call is, until heal().
    void refuse(const QString &beginning, int status, const QString &code, const QString &message)
    {
        m_refusing = Refusal{beginning, status, code, message};
    }
    void heal() { m_refusing.reset(); }
    // Calls whose «METHOD path» begins so wait until release().
    void hold(const QString &beginning) { m_held = beginning; }
    void release()
    {
        m_held.clear();
        const auto waiting = std::exchange(m_waiting, {});
        for (const auto &[socket, call] : waiting) {
            if (socket)
                write(*socket, answer(call));
        }
    }
    qsizetype waiting() const { return m_waiting.size(); }

    qsizetype count(const QString &beginning) const
    {
        return std::count_if(calls.begin(), calls.end(),
                             [&](const Call &call) { return line(call).startsWith(beginning); });
    }
    const Call *last(const QString &beginning) const
    {
        for (auto call = calls.crbegin(); call != calls.crend(); ++call) {
            if (line(*call).startsWith(beginning))
                return &*call;
        }
        return nullptr;
    }

    KeyOverview &addKey(const QString &label)
    {
        KeyOverview overview;
        const int number = ++m_made;
        overview.key.id.value = QStringLiteral("key_%1").arg(number, 8, 36, QLatin1Char('0'));
        overview.key.label = label;
        overview.key.prefix = QStringLiteral("sk-");
        overview.key.tail = QStringLiteral("%1").arg(number * 7919 % 0xffff, 4, 16, QLatin1Char('0'));
        overview.key.createdAt = overview.key.updatedAt =
            SystemClock().now() - std::chrono::hours(24 * 40) + std::chrono::seconds(number);
        overview.key.inheritsLimits = true;
        overview.limits = {{{LimitUnit::Requests, LimitWindow::Day, 200}, 0, 0, endOfToday()}};
        overview.lastDays = {0, 0, 0, 0, 0, 0, 0};
        keys.append(overview);
        return keys.last();
    }
    KeyOverview *find(const QString &label)
    {
        const auto found = std::find_if(keys.begin(), keys.end(),
                                        [&](const KeyOverview &key) { return key.key.label == label; });
        return found == keys.end() ? nullptr : &*found;
    }
    Timestamp endOfToday() const
    {
        const QTimeZone zone(health.timeZone.toUtf8());
        const QDate today = QDateTime::currentDateTime().toTimeZone(zone).date();
        return fromMilliseconds(today.addDays(1).startOfDay(zone).toMSecsSinceEpoch());
    }

    QString token = QStringLiteral("operator-token-0123456789");
    Health health;
    QList<KeyOverview> keys;
    QList<KeyTemplate> templates;
    FakeBackups backups;
    QList<Call> calls;
    QStringList models{QStringLiteral("gpt-4o-mini"), QStringLiteral("deepseek-chat"),
                       QStringLiteral("qwen-plus"), QStringLiteral("gpt-4o")};
    // Sums of one model in the quarter hour that starts then.
    std::function<UsageSums(int model, Timestamp start)> quarter = [](int model, Timestamp start) {
        const qint64 number = toMilliseconds(start) / 900'000;
        UsageSums sums;
        sums.requests = 10 * (4 - model % 4) + number % 5;
        sums.refused = number % 3;
        sums.failed = number % 7 == 0 ? 1 : 0;
        sums.promptTokens = sums.requests * 450;
        sums.completionTokens = sums.requests * 200;
        return sums;
    };

private:
    struct Refusal
    {
        QString beginning;
        int status;
        QString code;
        QString message;
    };

    static QString line(const Call &call)
    {
        return QString::fromLatin1(call.method) + QLatin1Char(' ') + call.path;
    }

    void accept()
    {
        while (QTcpSocket *socket = m_server.nextPendingConnection()) {
            socket->setParent(&m_server);
            auto buffer = std::make_shared<QByteArray>();
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket, buffer] {
                buffer->append(socket->readAll());
                // No verb begins so: somebody speaks TLS to us.
                if (!buffer->isEmpty() && (buffer->front() < 'A' || buffer->front() > 'Z'))
                    return socket->abort();
                while (takeCall(*socket, *buffer)) {
                }
            });
        }
    }

    bool takeCall(QTcpSocket &socket, QByteArray &buffer)
    {
        const qsizetype end = buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        qsizetype length = 0;
        Call call;
        const QList<QByteArray> lines = buffer.left(end).split('\n');
        for (const QByteArray &header : lines.mid(1)) {
            const QByteArray name = header.left(header.indexOf(':')).toLower();
            const QByteArray value = header.mid(header.indexOf(':') + 1).trimmed();
            if (name == "content-length")
                length = value.toLongLong();
            if (name == "authorization")
                call.token = value.mid(7);
        }
        if (buffer.size() < end + 4 + length)
            return false;
        const QList<QByteArray> words = lines.first().trimmed().split(' ');
        const QUrl target = QUrl::fromEncoded(words.value(1));
        call.method = words.value(0);
        call.path = target.path();
        call.query = QUrlQuery(target);
        call.bytes = buffer.mid(end + 4, length);
        call.body = QJsonDocument::fromJson(call.bytes).object();
        buffer.remove(0, end + 4 + length);
        calls.append(call);
        if (!m_held.isEmpty() && line(call).startsWith(m_held))
            m_waiting.append({QPointer<QTcpSocket>(&socket), call});
        else
            write(socket, answer(call));
        return true;
    }

    static void write(QTcpSocket &socket, const Answer &answer)
    {
        const QByteArray body =
            answer.raw.isEmpty() ? QJsonDocument(answer.body).toJson(QJsonDocument::Compact) : answer.raw;
        socket.write("HTTP/1.1 " + QByteArray::number(answer.status) +
                     " Answer\r\nContent-Type: application/json\r\nContent-Length: " +
                     QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    static Answer error(int status, const QString &code, const QString &message, const QString &field = {})
    {
        const QJsonValue param = field.isEmpty() ? QJsonValue() : QJsonValue(field);
        return {status,
                {{QStringLiteral("error"),
                  QJsonObject{{QStringLiteral("message"), message},
                              {QStringLiteral("type"), QStringLiteral("invalid_request_error")},
                              {QStringLiteral("param"), param},
                              {QStringLiteral("code"), code}}}},
                {}};
    }

    Answer answer(const Call &call)
    {
        for (qsizetype i = 0; i < m_refusals.size(); ++i) {
            if (line(call).startsWith(m_refusals.at(i).beginning)) {
                const Refusal refusal = m_refusals.takeAt(i);
                return error(refusal.status, refusal.code, refusal.message);
            }
        }
        if (m_refusing && line(call).startsWith(m_refusing->beginning))
            return error(m_refusing->status, m_refusing->code, m_refusing->message);
        if (call.path == paths::healthz)
            return {health.ok ? 200 : 503,
                    {{QStringLiteral("ok"), health.ok},
                     {QStringLiteral("status"), QStringLiteral("ok")},
                     {QStringLiteral("version"), health.version}}};
        if (call.token.isEmpty())
            return error(401, QStringLiteral("unauthorized"), QStringLiteral("An admin token is needed."));
        if (QString::fromLatin1(call.token) != token)
            return error(403, QStringLiteral("forbidden"), QStringLiteral("This is not the admin token."));
        if (call.path == paths::health) {
            health.now = SystemClock().now();
            return {200, toJson(health)};
        }
        if (call.path.startsWith(paths::backups)) {
            const auto answer = backups.answer(call.method, call.path, call.body, call.bytes);
            if (answer.status >= 400)
                return error(answer.status, answer.code, answer.message);
            return {answer.status, answer.body, answer.raw};
        }
        if (call.path == paths::usage)
            return usage(call);
        if (call.path == paths::templates) {
            QJsonArray rows;
            for (const KeyTemplate &one : templates)
                rows.append(toJson(one));
            return {200, {{QStringLiteral("templates"), rows}}};
        }
        if (call.path == paths::keys)
            return call.method == "POST" ? create(call) : list(call);
        if (call.path.startsWith(paths::keys))
            return oneKey(call);
        return error(404, QStringLiteral("not_found"), QStringLiteral("There is no such route."));
    }

    Answer list(const Call &call) const
    {
        const QString search = call.query.queryItemValue(QStringLiteral("search"), QUrl::FullyDecoded);
        const auto state = keyStateFromString(call.query.queryItemValue(QStringLiteral("state")));
        QList<KeyOverview> matching;
        for (const KeyOverview &key : keys) {
            const bool stateFits = state ? key.state == *state : key.state != KeyState::Deleted;
            const QString text =
                key.key.label + QLatin1Char('\n') + key.key.id.value + QLatin1Char('\n') + key.key.preview();
            if (stateFits && text.contains(search, Qt::CaseInsensitive))
                matching.append(key);
        }
        sort(matching, call.query.queryItemValue(QStringLiteral("sort"), QUrl::FullyDecoded));
        const qsizetype total = matching.size();
        const qsizetype after = call.query.queryItemValue(QStringLiteral("after")).toLongLong();
        const qsizetype limit = qMax(1, call.query.queryItemValue(QStringLiteral("limit")).toInt());
        QJsonArray rows;
        for (const KeyOverview &key : matching.mid(after, limit))
            rows.append(toJson(key));
        const bool more = after + limit < total;
        return {200,
                {{QStringLiteral("success"), true},
                 {QStringLiteral("total"), total},
                 {QStringLiteral("count"), rows.size()},
                 {QStringLiteral("mode"), health.mode},
                 {QStringLiteral("keys"), rows},
                 {QStringLiteral("pagination"),
                  QJsonObject{{QStringLiteral("limit"), limit},
                              {QStringLiteral("next"),
                               more ? QJsonValue(QString::number(after + limit)) : QJsonValue()}}}}};
    }

    static void sort(QList<KeyOverview> &rows, QString word)
    {
        const bool descending = word.startsWith(QLatin1Char('-')) || word.isEmpty();
        if (word.startsWith(QLatin1Char('-')))
            word.remove(0, 1);
        const KeySort by = keySortFromString(word).value_or(KeySort::Created);
        const auto less = [by](const KeyOverview &left, const KeyOverview &right) {
            switch (by) {
            case KeySort::Created:
                return left.key.createdAt < right.key.createdAt;
            case KeySort::Label:
                return left.key.label < right.key.label;
            case KeySort::RequestsToday:
                return left.requestsToday < right.requestsToday;
            case KeySort::TokensToday:
                return left.tokensToday < right.tokensToday;
            case KeySort::LastUsed:
                return left.lastUsedAt < right.lastUsedAt;
            case KeySort::Expires:
                return left.key.expiresAt < right.key.expiresAt;
            }
            Q_UNREACHABLE();
        };
        std::stable_sort(rows.begin(), rows.end(), [&](const KeyOverview &left, const KeyOverview &right) {
            return descending ? less(right, left) : less(left, right);
        });
    }

    Answer create(const Call &call)
    {
        const auto wanted = newKeyFromJson(call.body, SystemClock().now());
        if (!wanted)
            return error(400, QStringLiteral("invalid_field"), wanted.error().message, wanted.error().field);
        QJsonArray made;
        for (int i = 0; i < wanted->count; ++i) {
            KeyOverview &key =
                addKey(wanted->count == 1 ? wanted->label : wanted->label + QStringLiteral(" %1").arg(i + 1));
            key.key.prefix = wanted->prefix.value_or(QStringLiteral("sk-"));
            key.key.createdAt = key.key.updatedAt = SystemClock().now();
            key.key.concurrency = wanted->concurrency;
            key.key.models = wanted->models;
            key.key.expiresAt = wanted->expiresAt;
            key.key.templateName = wanted->templateName;
            if (wanted->limits)
                setLimits(key, *wanted->limits);
            made.append(withSecret(key));
        }
        QJsonObject body = wanted->count == 1 ? made.first().toObject() : QJsonObject();
        body[QStringLiteral("success")] = true;
        body[QStringLiteral("keys")] = made;
        return {201, body};
    }

    static QJsonObject withSecret(const KeyOverview &key)
    {
        QJsonObject object = toJson(key);
        object[QStringLiteral("key")] =
            QString(key.key.prefix + QString(39, QLatin1Char('s')) + key.key.tail);
        return object;
    }

    static void setLimits(KeyOverview &key, const QList<Limit> &limits)
    {
        key.key.inheritsLimits = false;
        key.key.limits = limits;
        key.limits.clear();
        for (const Limit &limit : limits)
            key.limits.append({limit, 0, 0, {}});
    }

    Answer oneKey(const Call &call)
    {
        const QStringList words = call.path.mid(QString(paths::keys).size() + 1).split(QLatin1Char('/'));
        const auto key = std::find_if(keys.begin(), keys.end(), [&](const KeyOverview &known) {
            return known.key.id.value == words.first();
        });
        if (key == keys.end())
            return error(404, QStringLiteral("not_found"), QStringLiteral("There is no such key."));
        const QString verb = words.value(1);
        if (call.method == "GET")
            return {200, toJson(*key)};
        if (verb == QStringLiteral("raise"))
            return raise(*key, call);
        if (call.method == "DELETE")
            key->key.deletedAt = SystemClock().now();
        else if (call.method == "PATCH")
            return change(*key, call.body);
        else if (verb == QStringLiteral("disable"))
            key->key.disabled = true;
        else if (verb == QStringLiteral("enable"))
            key->key.disabled = false;
        else if (verb == QStringLiteral("restore"))
            key->key.deletedAt.reset();
        else if (verb == QStringLiteral("rotate"))
            key->key.tail = QStringLiteral("new0");
        touch(*key);
        return {200, verb == QStringLiteral("rotate") ? withSecret(*key) : toJson(*key)};
    }

    Answer raise(KeyOverview &key, const Call &call)
    {
        key.key.raises.clear();
        if (call.method == "POST") {
            const auto wanted = newRaiseFromJson(call.body);
            if (!wanted)
                return error(400, QStringLiteral("invalid_field"), wanted.error().message,
                             wanted.error().field);
            key.key.raises = {{wanted->unit, wanted->window, wanted->amount, endOfToday()}};
        }
        touch(key);
        return {200, toJson(key)};
    }

    Answer change(KeyOverview &key, const QJsonObject &body)
    {
        const auto wanted = keyChangeFromJson(body);
        if (!wanted)
            return error(400, QStringLiteral("invalid_field"), wanted.error().message, wanted.error().field);
        if (wanted->version && *wanted->version != key.key.version)
            return error(409, QStringLiteral("version_conflict"),
                         QStringLiteral("The key changed since it was read."));
        if (wanted->label)
            key.key.label = *wanted->label;
        if (wanted->limits)
            setLimits(key, *wanted->limits);
        if (wanted->concurrency || wanted->clearConcurrency)
            key.key.concurrency = wanted->concurrency;
        if (wanted->models)
            key.key.models = *wanted->models;
        if (wanted->expiresAt || wanted->clearExpiry)
            key.key.expiresAt = wanted->expiresAt;
        touch(key);
        return {200, toJson(key)};
    }

    static void touch(KeyOverview &key)
    {
        key.key.version += 1;
        key.key.updatedAt = SystemClock().now();
        key.state = key.key.stateAt(key.key.updatedAt);
    }

    Answer usage(const Call &call) const
    {
        const auto from =
            timestampFromIso(call.query.queryItemValue(QStringLiteral("from"), QUrl::FullyDecoded));
        const auto to = timestampFromIso(call.query.queryItemValue(QStringLiteral("to"), QUrl::FullyDecoded));
        if (!from || !to)
            return error(400, QStringLiteral("invalid_field"), QStringLiteral("from and to are needed."));
        UsageReport report;
        report.from = *from;
        report.to = *to;
        report.timeZone = call.query.queryItemValue(QStringLiteral("tz"), QUrl::FullyDecoded).toLatin1();
        report.bucket = usageBucketFromString(call.query.queryItemValue(QStringLiteral("bucket")))
                            .value_or(UsageBucket::Day);
        report.group = usageGroupFromString(call.query.queryItemValue(QStringLiteral("group")))
                           .value_or(UsageGroup::None);
        const qint64 length = report.bucket == UsageBucket::QuarterHour ? 900'000
                              : report.bucket == UsageBucket::Hour      ? 3'600'000
                                                                        : 86'400'000;
        const bool whole = report.group == UsageGroup::None;
        for (int model = 0; model < models.size(); ++model) {
            if (report.series.isEmpty() || !whole)
                report.series.append(UsageSeries{
                    whole ? QString() : models.at(model), whole ? QString() : models.at(model), {}, {}});
            UsageSeries &series = report.series.last();
            qsizetype index = 0;
            for (qint64 start = toMilliseconds(*from); start < toMilliseconds(*to);
                 start += length, ++index) {
                if (index == series.points.size())
                    series.points.append(UsagePoint{fromMilliseconds(start), {}});
                for (qint64 part = start; part < start + length; part += 900'000) {
                    if (fromMilliseconds(part) > SystemClock().now())
                        continue;
                    const UsageSums sums = quarter(model, fromMilliseconds(part));
                    series.points[index].sums += sums;
                    series.sums += sums;
                    report.sums += sums;
                }
            }
        }
        return {200, toJson(report)};
    }

    QTcpServer m_server;
    quint16 m_port = 0;
    int m_made = 0;
    QList<Refusal> m_refusals;
    std::optional<Refusal> m_refusing;
    QString m_held;
    QList<std::pair<QPointer<QTcpSocket>, Call>> m_waiting;
};

}
