// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeadmin.h"

#include "app/keys/keyclash.h"
#include "app/keys/keymodel.h"
#include "app/keys/keysummary.h"
#include "app/keys/snippets.h"
#include "app/overview/forecast.h"
#include "app/whendone.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace quota;
using namespace quota::console;

class TestKeyModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void pagesByKeySet();
    void refreshKeepsTheOrder();
    void aLateAnswerDoesNotOverwriteANewerQuestion();
    void batchTellsWhatFailed();
    void createRefusedWhileReadOnly();
    void failureKeepsRows();
    void closedSessionEmptiesTheModel();
    void exportsAllPages();
    void matchesViews_data();
    void matchesViews();
    void writesCommands_data();
    void writesCommands();
    void masksSecrets();
    void mergesEdits();
    void sendsOnlyChanges();
    void foretells_data();
    void foretells();

private:
    QStringList labels() const;

    std::unique_ptr<FakeAdmin> m_admin;
    std::unique_ptr<quota::console::Session> m_session;
    std::unique_ptr<KeyModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestKeyModel::init()
{
    m_admin = std::make_unique<FakeAdmin>();
    m_session = std::make_unique<quota::console::Session>();
    m_model = std::make_unique<KeyModel>(*m_session);
    m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get());
    ServiceProfile profile;
    profile.id = u"p"_s;
    profile.url = m_admin->url();
    m_session->open(profile, m_admin->token);
    QTRY_COMPARE(m_session->state(), quota::console::Session::State::Connected);
}

void TestKeyModel::cleanup()
{
    m_tester.reset();
    m_model.reset();
    m_session.reset();
    m_admin.reset();
}

QStringList TestKeyModel::labels() const
{
    QStringList labels;
    for (const KeyOverview &key : m_model->rows())
        labels.append(key.key.label);
    return labels;
}

void TestKeyModel::pagesByKeySet()
{
    for (int i = 0; i < 5; ++i)
        m_admin->addKey(u"k%1"_s.arg(i));
    m_model->setPageSize(2);
    m_model->setSort(KeySort::Label, false);
    QTRY_COMPARE(labels(), (QStringList{u"k0"_s, u"k1"_s}));
    QCOMPARE(m_model->total(), 5);
    QVERIFY(m_model->hasNext() && !m_model->hasPrevious());
    m_model->nextPage();
    QTRY_COMPARE(labels(), (QStringList{u"k2"_s, u"k3"_s}));
    QCOMPARE(m_model->firstRow(), 2);
    m_model->nextPage();
    QTRY_COMPARE(labels(), QStringList{u"k4"_s});
    QVERIFY(!m_model->hasNext() && m_model->hasPrevious());
    m_model->previousPage();
    QTRY_COMPARE(labels(), (QStringList{u"k2"_s, u"k3"_s}));
    QTRY_COMPARE(m_model->count(KeyView::All), std::optional<qint64>(5));
    QCOMPARE(m_model->count(KeyView::NeverUsed), std::optional<qint64>(5));
}

void TestKeyModel::refreshKeepsTheOrder()
{
    for (const char *label : {"a", "b", "c"})
        m_admin->addKey(QString::fromLatin1(label)).requestsToday = label[0];
    m_model->setSort(KeySort::RequestsToday, true);
    QTRY_COMPARE(labels(), (QStringList{u"c"_s, u"b"_s, u"a"_s}));
    m_admin->find(u"a"_s)->requestsToday = 1'000;
    m_admin->keys.removeIf([](const KeyOverview &key) { return key.key.label == "b"_L1; });
    m_admin->addKey(u"new"_s).requestsToday = 2'000;
    QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
    m_model->refresh();
    QTRY_COMPARE(labels(), (QStringList{u"new"_s, u"c"_s, u"a"_s}));
    QCOMPARE(m_model->key(2).requestsToday, 1'000);
    QCOMPARE(reset.size(), 0);
}

void TestKeyModel::aLateAnswerDoesNotOverwriteANewerQuestion()
{
    m_admin->addKey(u"one"_s);
    m_admin->addKey(u"two"_s);
    m_admin->hold(u"GET /admin/keys"_s);
    m_model->load();
    m_model->setSearch(u"two"_s);
    QTRY_COMPARE(m_admin->waiting(), 2);
    m_admin->release();
    QTRY_COMPARE(labels(), QStringList{u"two"_s});
}

void TestKeyModel::batchTellsWhatFailed()
{
    const KeyId good = m_admin->addKey(u"good"_s).key.id;
    m_model->load();
    QTRY_COMPARE(m_model->rowCount(), 1);
    QSignalSpy done(m_model.get(), &KeyModel::batchDone);
    m_model->apply(KeyModel::Verb::Disable, {good, KeyId{u"key_unknown"_s}});
    QVERIFY(m_model->isPending(good));
    QTRY_COMPARE(done.size(), 1);
    QCOMPARE(done.first().at(1).value<QList<KeyId>>(), QList<KeyId>{good});
    const auto failures = done.first().at(2).value<QList<KeyFailure>>();
    QCOMPARE(failures.size(), 1);
    QVERIFY(failures.first().error.code == ErrorCode::NotFound);
    QVERIFY(!m_model->isPending(good));
    QVERIFY(m_model->key(0).state == KeyState::Disabled);
}

void TestKeyModel::createRefusedWhileReadOnly()
{
    ServiceProfile profile = m_session->profile();
    profile.readOnly = true;
    m_session->updateProfile(profile);
    const auto answer = m_model->create({});
    QVERIFY(answer.isFinished());
    QVERIFY(!answer.result());
    QCOMPARE(m_admin->count(u"POST"_s), 0);
}

void TestKeyModel::failureKeepsRows()
{
    m_admin->addKey(u"stays"_s);
    m_model->load();
    QTRY_COMPARE(m_model->rowCount(), 1);
    m_admin->refuseNext(u"GET /admin/keys"_s, 503, u"unavailable"_s, u"Stopping."_s);
    m_model->refresh();
    QTRY_COMPARE(m_model->state(), KeyModel::State::Failed);
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(m_model->error()->message, u"Stopping."_s);
}

void TestKeyModel::closedSessionEmptiesTheModel()
{
    m_admin->addKey(u"gone"_s);
    m_model->load();
    QTRY_COMPARE(m_model->rowCount(), 1);
    m_session->close();
    QCOMPARE(m_model->rowCount(), 0);
    QCOMPARE(m_model->state(), KeyModel::State::Idle);
    QVERIFY(!m_model->loadedOnce());
}

void TestKeyModel::exportsAllPages()
{
    for (int i = 0; i < 1203; ++i)
        m_admin->addKey(u"k%1"_s.arg(i));
    std::optional<Result<QByteArray>> csv;
    whenDone(m_model->exportCsv(), this, [&](const Result<QByteArray> &answer) { csv = answer; });
    QTRY_VERIFY(csv);
    QVERIFY(*csv);
    QCOMPARE((*csv)->count("\r\n"), 1204);
}

static KeyOverview keyWith(qint64 used, qint64 amount, LimitWindow window = LimitWindow::Day)
{
    KeyOverview key;
    key.limits = {{{LimitUnit::Requests, window, amount}, used, 0, {}}};
    key.lastUsedAt = fromMilliseconds(0);
    return key;
}

void TestKeyModel::matchesViews_data()
{
    QTest::addColumn<int>("view");
    QTest::addColumn<qint64>("used");
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<int>("days"); // until it ends; 0: never
    QTest::addColumn<bool>("fits");
    const auto row = [](const char *name, KeyView view, qint64 used, qint64 amount, int days, bool fits) {
        QTest::newRow(name) << int(view) << used << amount << days << fits;
    };
    row("79 %", KeyView::Over80, 79, 100, 0, false);
    row("80 %", KeyView::Over80, 80, 100, 0, true);
    row("blocked", KeyView::Over80, 0, 0, 0, true);
    row("unlimited is never near", KeyView::Over80, 1'000'000, -1, 0, false);
    row("ends in 14 days", KeyView::ExpiresSoon, 0, 1, 14, true);
    row("ends in 15 days", KeyView::ExpiresSoon, 0, 1, 15, false);
    row("has ended", KeyView::ExpiresSoon, 0, 1, -1, false);
    row("never ends", KeyView::ExpiresSoon, 0, 1, 0, false);
    row("no limit", KeyView::NoLimit, 0, -1, 0, true);
    row("a limit", KeyView::NoLimit, 0, 5, 0, false);
    row("used", KeyView::NeverUsed, 0, 5, 0, false);
}

void TestKeyModel::matchesViews()
{
    QFETCH(int, view);
    QFETCH(qint64, used);
    QFETCH(qint64, amount);
    QFETCH(int, days);
    const Timestamp now = fromMilliseconds(1'800'000'000'000);
    KeyOverview key = keyWith(used, amount);
    if (days != 0)
        key.key.expiresAt = now + std::chrono::days(days);
    QTEST(matches(KeyView(view), key, now), "fits");
}

void TestKeyModel::writesCommands_data()
{
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("words");
    QTest::newRow("plain") << u"lab"_s << u"--label lab"_s;
    QTest::newRow("space") << u"my lab"_s << u"--label 'my lab'"_s;
    QTest::newRow("quote") << u"a'b"_s << u"--label 'a'\\''b'"_s;
    QTest::newRow("substitution") << u"$(id)"_s << u"--label '$(id)'"_s;
    QTest::newRow("chinese") << u"王"_s << u"--label '王'"_s;
}

void TestKeyModel::writesCommands()
{
    QFETCH(QString, label);
    QFETCH(QString, words);
    NewKey key;
    key.label = label;
    key.limits = QList<Limit>{{LimitUnit::Tokens, LimitWindow::Month, 5}};
    const QString command = KeySummary::command(key, u"7d"_s);
    QVERIFY2(command.contains(words), qPrintable(command));
    QVERIFY(command.startsWith(u"quota-proxy keys create"_s));
    QVERIFY(command.contains(u"--limit tokens/month=5"_s));
    QVERIFY(command.contains(u"--expires 7d"_s));
}

void TestKeyModel::masksSecrets()
{
    const QString secret = u"lab_0123456789abcdef"_s;
    QCOMPARE(maskedSecret(secret, u"lab_"_s, u"cdef"_s, 4), u"lab_••••cdef"_s);
    for (const auto language : {SnippetLanguage::Curl, SnippetLanguage::Python, SnippetLanguage::Node}) {
        const QString code = snippet(language, QUrl(u"https://q.example.com/base"_s), secret, u"m"_s);
        QVERIFY2(code.contains(u"https://q.example.com/base/v1"_s), qPrintable(code));
        QCOMPARE(code.count(secret), 1);
    }
}

void TestKeyModel::mergesEdits()
{
    const KeyValues read{u"a"_s, {}, {}, {}, {}};
    KeyValues mine = read;
    mine.label = u"mine"_s;
    mine.concurrency = 3;
    KeyValues theirs = read;
    theirs.label = u"theirs"_s;
    theirs.models = {u"m"_s};
    QCOMPARE(KeyClash::between(read, mine, theirs), QList<KeyField>{KeyField::Label});
    const KeyValues merged = KeyClash::merged(read, mine, theirs);
    QCOMPARE(merged.label, u"mine"_s);
    QCOMPARE(merged.concurrency, std::optional<qint64>(3));
    QCOMPARE(merged.models, QStringList{u"m"_s});
    theirs.label = u"mine"_s;
    QVERIFY(KeyClash::between(read, mine, theirs).isEmpty());
}

void TestKeyModel::sendsOnlyChanges()
{
    KeyValues from{u"a"_s, QList<Limit>{{LimitUnit::Requests, LimitWindow::Day, 5}}, 3, {}, {}};
    KeyValues to = from;
    QVERIFY(KeyClash::isEmpty(KeyClash::change(from, to, 4)));
    to.limits.reset();
    to.concurrency.reset();
    const KeyChange change = KeyClash::change(from, to, 4);
    QCOMPARE(change.version, std::optional<qint64>(4));
    QVERIFY(change.inheritLimits && change.clearConcurrency);
    QVERIFY(!change.label && !change.models && !change.expiresAt && !change.clearExpiry);
}

void TestKeyModel::foretells_data()
{
    QTest::addColumn<int>("window");
    QTest::addColumn<qint64>("used");
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<qint64>("hours"); // from now; −1: does not run out
    // Now is six in the evening, UTC; a day's window has 18 of its 24 hours behind it.
    QTest::newRow("in three hours") << int(LimitWindow::Day) << qint64(60) << qint64(70) << qint64(3);
    QTest::newRow("not before midnight") << int(LimitWindow::Day) << qint64(30) << qint64(70) << qint64(-1);
    QTest::newRow("used up") << int(LimitWindow::Day) << qint64(70) << qint64(70) << qint64(0);
    QTest::newRow("unused") << int(LimitWindow::Day) << qint64(0) << qint64(70) << qint64(-1);
    QTest::newRow("in all, at last week's pace")
        << int(LimitWindow::Total) << qint64(760) << qint64(1000) << qint64(240);
    QTest::newRow("a minute passes") << int(LimitWindow::Minute) << qint64(60) << qint64(60) << qint64(-1);
    QTest::newRow("no limit") << int(LimitWindow::Day) << qint64(60) << qint64(-1) << qint64(-1);
}

void TestKeyModel::foretells()
{
    QFETCH(int, window);
    QFETCH(qint64, used);
    QFETCH(qint64, amount);
    QFETCH(qint64, hours);
    const Timestamp now = *timestampFromIso(u"2026-11-23T18:00:00Z"_s);
    KeyOverview key = keyWith(used, amount, LimitWindow(window));
    key.lastDays = {24, 24, 24, 24, 24, 24, 24};
    if (LimitWindow(window) != LimitWindow::Total)
        key.limits[0].resetsAt = now + 6h;
    const auto out = runOut(key, QTimeZone::utc(), now);
    QCOMPARE(out.has_value(), hours >= 0);
    if (out)
        QCOMPARE(toIso(out->at), toIso(now + std::chrono::hours(hours)));
}

QTEST_MAIN(TestKeyModel)
#include "tst_keymodel.moc"
