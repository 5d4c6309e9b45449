// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/requestroute.h"
#include "service/proxy/tokenpolicy.h"

#include <QTest>

using namespace quota;
using namespace quota::service;

// What a target says of a request, however it is spelled.
class TestRequestRoute : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsWhatGenerates_data();
    void knowsWhatGenerates();
    void knowsUploads();
    void findsTheModel_data();
    void findsTheModel();
    void takesTheCeilingOfTheModel_data();
    void takesTheCeilingOfTheModel();
    void namesTheMissingCeiling();
};

void TestRequestRoute::knowsWhatGenerates_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("generates");
    for (const char *path :
         {"/v1/chat/completions", "/v1/chat/completions/", "/v1//chat/completions", "/v1/chat%2Fcompletions",
          "/v1/%63hat/completions", "/v1/Chat/Completions", "/v1/completions", "/v1/embeddings",
          "/v1/responses", "/v1/messages", "/v1/moderations", "/v1/images/generations", "/v1/audio/speech",
          "/v1/engines/m/completions", "/v1/deployments/m/chat/completions",
          "/v1/openai/deployments/m/embeddings", "/v1/models/gemini:generateContent"})
        QTest::newRow(path) << QByteArray(path) << true;
    for (const char *path : {"/v1/files", "/v1/responses/resp_1", "/v1/chat", "/v1/models/ft:x:y", "/v1",
                             "/v1/", "/v1/audio/transcriptions"})
        QTest::newRow(path) << QByteArray(path) << false;
}

void TestRequestRoute::knowsWhatGenerates()
{
    QFETCH(QByteArray, path);
    QTEST(routeOf(path).generates, "generates");
}

void TestRequestRoute::knowsUploads()
{
    using Upload = RequestRoute::Upload;
    QVERIFY(routeOf("/v1/audio/transcriptions").upload == Upload::NamesModel);
    QVERIFY(routeOf("/v1/audio//Transcriptions/").upload == Upload::NamesModel);
    QVERIFY(routeOf("/v1/images/edits").upload == Upload::NamesModel);
    QVERIFY(routeOf("/v1/files").upload == Upload::Files);
    QVERIFY(routeOf("/v1/uploads/up_1/parts").upload == Upload::Files);
    QVERIFY(routeOf("/v1/files/f/content").upload == Upload::Other);
    QVERIFY(routeOf("/v1/filesystem").upload == Upload::Other);
}

void TestRequestRoute::findsTheModel_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<bool>("clear");
    QTest::addColumn<QByteArray>("model");
    const auto row = [](const char *target, const char *model) {
        QTest::newRow(target) << QByteArray(target) << (model != nullptr) << QByteArray(model);
    };
    row("/v1/chat/completions", "");
    row("/v1/chat/completions?x=1", "");
    row("/v1/chat/completions?model=a", "a");
    row("/v1/chat/completions?x=1&model=a%2Fb&y", "a/b");
    row("/v1/chat/completions?%6dodel=a", "a");
    row("/v1/chat/completions?x=1;model=a", "a");
    row("/v1/chat/completions?model=a&model=a", "a");
    row("/v1/chat/completions?model=a&model=b", nullptr);
    row("/v1/chat/completions?model=", nullptr);
    row("/v1/chat/completions?model", nullptr);
    row("/v1/chat/completions?Model=a", nullptr);
    row("/v1/chat/completions?model[]=a", nullptr);
    row("/v1/chat/completions?model=a+b", nullptr);
    row("/v1/chat/completions?model=a%2", nullptr);
    row("/v1/chat/completions?model=a%zz", nullptr);
    row("/v1/chat/completions?models=a", "");
    row("/v1/engines/a/completions", "a");
    row("/v1/engines/a/completions?model=b", nullptr);
    row("/v1/%65ngines/a/completions", "a");
    row("/v1/openai/deployments/a/embeddings", "a");
    row("/v1/models/a", "a");
    row("/v1/models/a%2Fb", "a/b");
    row("/v1/models/a/b", "a/b");
    row("/v1/models/ft:a:b", "ft:a:b");
    row("/v1/models/a:generateContent", "a");
    row("/v1/models", "");
    row("/v1/files/models/x", "");
}

void TestRequestRoute::findsTheModel()
{
    QFETCH(QByteArray, target);
    const auto model = modelOfTarget(target);
    QTEST(model.has_value(), "clear");
    if (model)
        QTEST(*model, "model");
}

void TestRequestRoute::takesTheCeilingOfTheModel_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<qint64>("ceiling");
    QTest::newRow("of the model") << QByteArray("/v1/chat/completions") << QByteArray("a") << qint64(10);
    QTest::newRow("the first that fits")
        << QByteArray("/v1/chat/completions") << QByteArray("b-1") << qint64(20);
    QTest::newRow("the usual") << QByteArray("/v1/chat/completions") << QByteArray("ab") << qint64(4096);
    QTest::newRow("no model") << QByteArray("/v1/chat/completions") << QByteArray() << qint64(4096);
    QTest::newRow("none of embeddings") << QByteArray("/v1/embeddings") << QByteArray("a") << qint64(0);
}

void TestRequestRoute::takesTheCeilingOfTheModel()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, model);
    Config config;
    config.modelCeilings = {{"a", 10}, {"b*", 20}, {"b-1", 30}};
    QTEST(outputCeiling(config, routeOf(path), model), "ceiling");
}

void TestRequestRoute::namesTheMissingCeiling()
{
    Config config;
    QCOMPARE(missingCeilingName(config, routeOf("/v1/chat/completions")), QByteArrayView());
    for (const auto &[policy, ofChat] :
         {std::pair(MissingCeiling::MaxTokens, "max_tokens"),
          std::pair(MissingCeiling::MaxCompletionTokens, "max_completion_tokens")}) {
        config.missingCeiling = policy;
        QCOMPARE(missingCeilingName(config, routeOf("/v1/chat/completions")), QByteArrayView(ofChat));
        QCOMPARE(missingCeilingName(config, routeOf("/v1/completions")), QByteArrayView("max_tokens"));
        QCOMPARE(missingCeilingName(config, routeOf("/v1/messages")), QByteArrayView("max_tokens"));
        QCOMPARE(missingCeilingName(config, routeOf("/v1/responses")), QByteArrayView("max_output_tokens"));
        QCOMPARE(missingCeilingName(config, routeOf("/v1/embeddings")), QByteArrayView());
        QCOMPARE(missingCeilingName(config, routeOf("/v1/other")), QByteArrayView());
    }
}

QTEST_GUILESS_MAIN(TestRequestRoute)
#include "tst_requestroute.moc"
