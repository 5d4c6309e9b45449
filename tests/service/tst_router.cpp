// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/router.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::service;

class TestRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data();
    void finds();
    void refuses_data();
    void refuses();
    void orderDoesNotMatter();
};

enum Handler
{
    Root,
    Keys,
    CreateKey,
    Key,
    DeleteKey,
    Rotate,
    BatchDelete,
    Models,
    HeadModels,
    Forward,
    Any
};

static Router router()
{
    Router router;
    router.add("GET", "/", Root);
    router.add("GET", "/admin/keys", Keys);
    router.add("POST", "/admin/keys", CreateKey);
    router.add("GET", "/admin/keys/{id}", Key);
    router.add("DELETE", "/admin/keys/{id}", DeleteKey);
    router.add("POST", "/admin/keys/{id}/{verb}", Rotate);
    router.add("POST", "/admin/keys/batch/delete", BatchDelete);
    router.add("POST", "/v1/{rest...}", Forward);
    router.add("GET", "/v1/models", Models);
    router.add("HEAD", "/v1/models", HeadModels);
    router.add(Router::anyMethod, "/any/{rest...}", Any);
    return router;
}

void TestRouter::finds_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("handler");
    QTest::addColumn<QStringList>("parameters");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &path, int handler,
                        const QStringList &parameters = {}) {
        QTest::newRow(name) << method << path << handler << parameters;
    };
    row("root", "GET", "/", Root);
    row("literal", "GET", "/admin/keys", Keys);
    row("method", "POST", "/admin/keys", CreateKey);
    row("slash at the end", "GET", "/admin/keys/", Keys);
    row("encoded literal", "GET", "/admin/%6beys", Keys);
    row("head", "HEAD", "/admin/keys", Keys);
    row("head of its own", "HEAD", "/v1/models", HeadModels);
    row("parameter", "GET", "/admin/keys/key_abc", Key, {u"key_abc"_s});
    row("encoded slash", "GET", "/admin/keys/a%2Fb", Key, {u"a/b"_s});
    row("decoded once", "GET", "/admin/keys/a%252Fb", Key, {u"a%2Fb"_s});
    row("plus stays", "GET", "/admin/keys/a+b%2b", Key, {u"a+b+"_s});
    row("utf-8", "DELETE", "/admin/keys/%E4%B8%AD", DeleteKey, {u"中"_s});
    row("two parameters", "POST", "/admin/keys/a/rotate", Rotate, {u"a"_s, u"rotate"_s});
    row("literal before parameter", "POST", "/admin/keys/batch/delete", BatchDelete);
    row("literal before rest", "GET", "/v1/models", Models);
    row("rest", "POST", "/v1/chat/completions", Forward, {u"chat/completions"_s});
    row("rest where a literal lacks the method", "POST", "/v1/models", Forward, {u"models"_s});
    row("rest keeps the slash", "POST", "/v1/a/", Forward, {u"a/"_s});
    row("any method", "PROPFIND", "/any/x", Any, {u"x"_s});
}

void TestRouter::finds()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    const Router::Match match = router().match(method, path);
    QCOMPARE(match.status, 200);
    QTEST(match.handler, "handler");
    QTEST(match.parameters, "parameters");
}

void TestRouter::refuses_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("allow");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &path, int status,
                        const QByteArray &allow = {}) {
        QTest::newRow(name) << method << path << status << allow;
    };
    row("unknown", "GET", "/nothing", 404);
    row("too long", "GET", "/admin/keys/a/b/c", 404);
    row("capitals", "GET", "/Admin/keys", 404);
    row("empty parameter", "POST", "/admin/keys//rotate", 404);
    row("empty segment", "GET", "/admin//keys", 404);
    row("empty rest", "POST", "/v1", 404);
    row("encoded slash is no slash", "GET", "/admin%2Fkeys", 404);
    row("method", "PUT", "/admin/keys", 405, "GET, HEAD, POST");
    row("method of a parameter", "POST", "/admin/keys/a", 405, "DELETE, GET, HEAD");
    row("slash at the end is the list", "DELETE", "/admin/keys/", 405, "GET, HEAD, POST");
    row("two routes", "PUT", "/v1/models", 405, "GET, HEAD, POST");
    row("methods know case", "get", "/admin/keys", 405, "GET, HEAD, POST");
    row("half an escape", "GET", "/admin/keys/a%2", 400);
    row("no escape", "GET", "/admin/keys/a%zz", 400);
    row("bare percent", "GET", "/admin/keys/%", 400);
    row("NUL", "GET", "/admin/keys/a%00", 400);
    row("not utf-8", "GET", "/admin/keys/%ff", 400);
    row("dots", "POST", "/v1/../admin/keys", 400);
    row("encoded dots", "POST", "/v1/%2e%2E/admin/keys", 400);
    row("one dot", "GET", "/admin/./keys", 400);
    row("relative", "GET", "admin/keys", 400);
    row("star", "OPTIONS", "*", 400);
    row("nothing", "GET", "", 400);
}

void TestRouter::refuses()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    const Router::Match match = router().match(method, path);
    QTEST(match.status, "status");
    QTEST(match.allow, "allow");
    QCOMPARE(match.handler, -1);
    QVERIFY(match.parameters.isEmpty());
}

void TestRouter::orderDoesNotMatter()
{
    for (const bool literalFirst : {true, false}) {
        Router router;
        if (literalFirst)
            router.add("GET", "/a/b", 1);
        router.add("GET", "/{rest...}", 3);
        router.add("GET", "/a/{x}", 2);
        if (!literalFirst)
            router.add("GET", "/a/b", 1);
        QCOMPARE(router.match("GET", "/a/b").handler, 1);
        QCOMPARE(router.match("GET", "/a/c").handler, 2);
        QCOMPARE(router.match("GET", "/c").handler, 3);
    }
}

QTEST_GUILESS_MAIN(TestRouter)
#include "tst_router.moc"
