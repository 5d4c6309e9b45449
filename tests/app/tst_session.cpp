// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeadmin.h"

#include "app/session.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace quota;
using namespace quota::console;
using State = quota::console::Session::State;

class TestSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connects();
    void pollsByItself();
    void restsWhileUnseen();
    void saysOfflineAndRecovers();
    void saysThatTheTokenIsRefused();
    void agesWithoutAnswers();
    void refusesWrites_data();
    void refusesWrites();
    void dropsAnswersToAClosedService();
    void tellsTheServicesZone();
    void followsTheLanguage();

private:
    static ServiceProfile profileOf(const FakeAdmin &admin, bool readOnly = false)
    {
        ServiceProfile profile;
        profile.id = u"p"_s;
        profile.name = u"tokyo-1"_s;
        profile.url = admin.url();
        profile.readOnly = readOnly;
        return profile;
    }
};

void TestSession::connects()
{
    FakeAdmin admin;
    quota::console::Session session;
    QSignalSpy opened(&session, &quota::console::Session::opened);
    QVERIFY(!session.isOpen());
    QCOMPARE(session.client(), nullptr);
    session.open(profileOf(admin), admin.token);
    QCOMPARE(session.state(), State::Connecting);
    QCOMPARE(opened.size(), 1);
    QTRY_COMPARE(session.state(), State::Connected);
    QCOMPARE(session.health()->version, u"1.0.0"_s);
    QVERIFY(session.roundTrip());
    QVERIFY(session.lastAnswerAt());
    QVERIFY(session.canWrite());
    session.close();
    QCOMPARE(session.state(), State::Closed);
    QCOMPARE(session.client(), nullptr);
    QVERIFY(!session.health());
}

void TestSession::pollsByItself()
{
    FakeAdmin admin;
    quota::console::Session session;
    QSignalSpy due(&session, &quota::console::Session::refreshDue);
    session.setPollInterval(20ms);
    session.open(profileOf(admin), admin.token);
    QTRY_VERIFY(admin.count(u"GET /admin/health"_s) >= 3);
    QVERIFY(due.size() >= 2);
}

void TestSession::restsWhileUnseen()
{
    FakeAdmin admin;
    quota::console::Session session;
    session.setPollInterval(10ms);
    session.open(profileOf(admin), admin.token);
    QTRY_COMPARE(session.state(), State::Connected);
    session.setSeen(false);
    // Even an answer that comes now starts no next round.
    QSignalSpy arrived(&session, &quota::console::Session::healthArrived);
    session.checkHealth();
    QVERIFY(arrived.wait());
    QVERIFY(session.untilNextPoll() == 0s);
    const auto asked = admin.count(u"GET /admin/health"_s);
    session.setSeen(true);
    QTRY_VERIFY(admin.count(u"GET /admin/health"_s) > asked);
}

void TestSession::saysOfflineAndRecovers()
{
    FakeAdmin admin;
    quota::console::Session session;
    session.open(profileOf(admin), admin.token);
    QTRY_COMPARE(session.state(), State::Connected);
    admin.stop();
    session.poll();
    QTRY_COMPARE(session.state(), State::Offline);
    QVERIFY(session.failingSince());
    QVERIFY(session.error());
    QVERIFY(session.health()); // what was known stays
    QVERIFY(!session.canWrite());
    QVERIFY(admin.start());
    QSignalSpy due(&session, &quota::console::Session::refreshDue);
    session.poll();
    QTRY_COMPARE(session.state(), State::Connected);
    QVERIFY(!session.failingSince());
    QCOMPARE(due.size(), 1);
}

void TestSession::saysThatTheTokenIsRefused()
{
    FakeAdmin admin;
    quota::console::Session session;
    session.open(profileOf(admin), u"wrong"_s);
    QTRY_COMPARE(session.state(), State::Refused);
    QVERIFY(session.error()->code == ErrorCode::Forbidden);
    QVERIFY(session.writeRefusal().contains(u"token"_s));
}

void TestSession::agesWithoutAnswers()
{
    FakeAdmin admin;
    quota::console::Session session;
    session.setPollInterval(20ms);
    session.open(profileOf(admin), admin.token);
    QTRY_COMPARE(session.state(), State::Connected);
    admin.hold(u"GET /admin/health"_s);
    QTRY_COMPARE(session.state(), State::Stale);
    QVERIFY(session.canWrite());
    admin.release();
    QTRY_COMPARE(session.state(), State::Connected);
}

void TestSession::refusesWrites_data()
{
    QTest::addColumn<bool>("readOnly");
    QTest::addColumn<QString>("word");
    QTest::newRow("writable") << false << QString();
    QTest::newRow("read only") << true << u"read only"_s;
}

void TestSession::refusesWrites()
{
    QFETCH(bool, readOnly);
    QFETCH(QString, word);
    FakeAdmin admin;
    quota::console::Session session;
    QVERIFY(session.writeRefusal().contains(u"No service"_s));
    session.open(profileOf(admin, readOnly), admin.token);
    QTRY_COMPARE(session.state(), State::Connected);
    QCOMPARE(session.canWrite(), !readOnly);
    QVERIFY(session.writeRefusal().contains(word));
    ServiceProfile other = session.profile();
    other.readOnly = !readOnly;
    QSignalSpy changed(&session, &quota::console::Session::writesChanged);
    session.updateProfile(other);
    QCOMPARE(session.canWrite(), readOnly);
    QCOMPARE(changed.size(), 1);
}

void TestSession::dropsAnswersToAClosedService()
{
    FakeAdmin slow;
    FakeAdmin quick;
    quick.health.version = u"1.2.3"_s;
    quota::console::Session session;
    slow.hold(u"GET /admin/health"_s);
    session.open(profileOf(slow), slow.token);
    QTRY_COMPARE(slow.waiting(), 1);
    session.open(profileOf(quick), quick.token);
    QTRY_COMPARE(session.state(), State::Connected);
    slow.release();
    session.poll();
    QTRY_COMPARE(quick.count(u"GET /admin/health"_s), 2);
    QCOMPARE(session.health()->version, u"1.2.3"_s);
}

void TestSession::tellsTheServicesZone()
{
    FakeAdmin admin;
    admin.health.timeZone = u"Asia/Kathmandu"_s;
    quota::console::Session session;
    QSignalSpy zone(&session, &quota::console::Session::zoneChanged);
    session.open(profileOf(admin), admin.token);
    QTRY_COMPARE(session.state(), State::Connected);
    QCOMPARE(session.timeZone(), QByteArray("Asia/Kathmandu"));
    QCOMPARE(zone.size(), 1);
    admin.health.timeZone = u"Nowhere/Land"_s;
    session.checkHealth();
    QTRY_COMPARE(zone.size(), 2);
    QCOMPARE(session.timeZone(), QTimeZone::systemTimeZoneId());
}

void TestSession::followsTheLanguage()
{
    quota::console::Session session;
    QSignalSpy changed(&session, &quota::console::Session::formatChanged);
    session.setLanguage(Language::Chinese);
    QCOMPARE(changed.size(), 1);
    QVERIFY(session.format().language() == Language::Chinese);
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
