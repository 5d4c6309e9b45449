// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "program.h"
#include "rawclient.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <memory>
#include <random>
#include <vector>

using namespace Qt::StringLiterals;
using namespace quota::test;

// The worst night: under load a backup is made, then the service is killed and its database is noise. One command, and
// all is back: keys, limits, counts.
class DisasterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackFromNoise();

private:
    static constexpr int streams = 50;
    static constexpr int keys = 5;
    static constexpr int before = 4; // requests of each key that the backup knows
};

static QJsonObject json(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

static const QByteArray question = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
static const QByteArray streamedQuestion =
    R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]})";

static quint16 portOf(const Program &program)
{
    const QByteArray mark = "url=http://127.0.0.1:";
    const qsizetype at = program.log().lastIndexOf(mark);
    return quint16(program.log().mid(at + mark.size(), 5).split(' ').first().toUInt());
}

// The counters of the key by its own eyes.
static qint64 usedBy(quint16 port, const QByteArray &secret)
{
    const QJsonObject own = json(fetch(port, "GET", "/v1/usage", bearer(secret)).body);
    return own[u"limits"_s][0][u"used"_s].toInteger(-1);
}

void DisasterTest::comesBackFromNoise()
{
    FakeUpstream upstream;
    upstream.setAnswer([](const quota::service::HttpRequest &request) {
        if (!request.body.contains("\"stream\":true"))
            return Script::json(FakeUpstream::chatBody());
        Script script = Script::stream(FakeUpstream::chatEvents(20, true));
        script.paced = true;
        return script;
    });
    Program program;
    const QHash<QString, QString> settings{{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())},
                                           {u"QUOTA_TIMEZONE"_s, u"UTC"_s}};
    QVERIFY2(program.serve(settings), program.log().constData());
    const QStringList here{u"--data-dir"_s, program.data()};
    QList<QByteArray> secrets;
    for (int key = 0; key < keys; ++key) {
        const auto made = program.run(
            QStringList{u"keys"_s, u"create"_s, u"--limit"_s, u"requests/total=%1"_s.arg(streams + 100)} +
            here);
        QVERIFY2(made.code == 0, made.error.constData());
        secrets.append(made.out.trimmed());
        for (int request = 0; request < before; ++request)
            QCOMPARE(fetch(portOf(program), "POST", "/v1/chat/completions", bearer(secrets.last()), question)
                         .status,
                     200);
    }

    // The load: streams that are in the middle of their answer.
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int stream = 0; stream < streams; ++stream) {
        auto client = std::make_unique<RawClient>(portOf(program));
        client->send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secrets.at(stream % keys)) +
                     "Content-Type: application/json\r\nContent-Length: " +
                     QByteArray::number(streamedQuestion.size()) + "\r\n\r\n" + streamedQuestion);
        clients.push_back(std::move(client));
    }
    QTRY_COMPARE(upstream.answering(), streams);
    upstream.release(3);
    for (const auto &client : clients)
        QVERIFY(client->until("data: ").contains("200"));
    const auto backup = program.run(QStringList{u"backup"_s, u"create"_s, u"--json"_s} + here);
    QVERIFY2(backup.code == 0, backup.error.constData());
    const QString id = json(backup.out)[u"id"_s].toString();
    QVERIFY2(!id.isEmpty(), backup.out.constData());
    QCOMPARE(upstream.answering(), streams); // nobody was cut for it

    program.signal(SIGKILL);
    program.end();
    QFile database(program.data() + u"/quota.db"_s);
    QVERIFY(database.open(QIODevice::ReadWrite));
    std::mt19937 random(7);
    QByteArray noise(qsizetype(database.size()), Qt::Uninitialized);
    for (char &byte : noise)
        byte = char(random());
    QCOMPARE(database.write(noise), noise.size());
    database.close();
    for (const char *part : {"-wal", "-shm"})
        QFile::remove(program.data() + u"/quota.db"_s + QLatin1StringView(part));

    const auto refused = program.run(QStringList{u"serve"_s, u"--port"_s, u"0"_s} + here, settings);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("backup restore"), refused.error.constData());
    QFile same(program.data() + u"/quota.db"_s);
    QVERIFY(same.open(QIODevice::ReadOnly));
    QVERIFY(same.readAll() == noise); // looked at, not touched
    same.close();

    const auto restored = program.run(QStringList{u"backup"_s, u"restore"_s, id, u"--yes"_s} + here);
    QVERIFY2(restored.code == 0, (restored.out + restored.error).constData());
    const auto checked = program.run(QStringList{u"database"_s, u"check"_s} + here);
    QVERIFY2(checked.code == 0, checked.out.constData());
    Program::Ended status = program.run(QStringList{u"database"_s, u"status"_s, u"--json"_s} + here);
    QCOMPARE(json(status.out)[u"rows"_s][u"keys"_s].toInt(), keys);
    QCOMPARE(json(status.out)[u"rows"_s][u"requests"_s].toInt(), keys * before);

    QVERIFY2(program.serve(settings), program.log().constData());
    for (const QByteArray &secret : std::as_const(secrets)) {
        // What was under way when the backup was made may have cost something, so it counts; no request is forgotten.
        const qint64 used = usedBy(portOf(program), secret);
        QVERIFY2(used >= before && used <= before + streams / keys + streams,
                 QByteArray::number(used).constData());
        QCOMPARE(fetch(portOf(program), "POST", "/v1/chat/completions", bearer(secret), question).status,
                 200);
    }
    QCOMPARE(program.end(), 0);
}

QTEST_GUILESS_MAIN(DisasterTest)
#include "tst_disaster.moc"
