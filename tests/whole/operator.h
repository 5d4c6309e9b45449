// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "../app/windowfixture.h"
#include "fakeupstream.h"
#include "runningservice.h"

#include "app/widgets/chip.h"

#include <QComboBox>
#include <QDateTime>
#include <QJsonDocument>
#include <QMenu>

// An operator at the console's real window before the real service, and a holder who calls it over HTTP. Only the
// provider, the keychain and the answers to questions are stand-ins. With QUOTA_PICTURES=DIR, picture() saves what
// the operator sees.
namespace quota::console
{

class Operator : public WindowFixture
{
public:
    Operator()
        : service({{QStringLiteral("DEEPSEEK_BASE_URL"), QString::fromLatin1(upstream.baseUrl())},
                   {QStringLiteral("DEEPSEEK_API_KEY"), QStringLiteral("provider-secret")},
                   {QStringLiteral("QUOTA_TIMEZONE"), zoneFarFromMidnight()}})
    {
        console.window().show();
        console.start();
    }
    ~Operator() { console.session().close(); }

    // Through the Connect page; the caller waits for what follows.
    bool connectToService()
    {
        return type("address", QStringLiteral("http://127.0.0.1:%1").arg(service.port())) &&
               type("name", QStringLiteral("tokyo-1")) &&
               type("token", QString::fromLatin1(service.adminToken())) && pressSegment("environment", 2) &&
               click("testAndConnect") &&
               QTest::qWaitFor([this] { return console.session().state() == Session::State::Connected; });
    }
    bool openKeys()
    {
        choosePage("keys");
        return QTest::qWaitFor([this] {
            const auto *state = find<PageState>("keysState");
            return state && state->state() != PageState::State::Loading;
        });
    }
    // Made in the dialog with one limit; the secret is read while Show is held.
    bool createKey(const QString &label, int requestsADay)
    {
        if (!click("newKey") || !type("keyLabel", label) || !pressSegment("template", 3) ||
            !click("addLimit") || !type("limitAmount0", QString::number(requestsADay)))
            return false;
        picture("newkey");
        if (!click("createKey") || !QTest::qWaitFor([this] { return find("secretDialog"); }))
            return false;
        auto *show = find<QAbstractButton>("showSecret");
        QTest::mousePress(show, Qt::LeftButton);
        secret = textOf("secret").toLatin1();
        picture("secret");
        QTest::mouseRelease(show, Qt::LeftButton);
        secretStays = textOf("secret").toLatin1() == secret;
        return click("secretIsSafe") && click("secretDone") &&
               QTest::qWaitFor([this, label] { return !find("secretDialog") && rowOf(label) >= 0; });
    }

    TableView *table() const { return find<TableView>("keys"); }
    int rowOf(const QString &label) const
    {
        for (int row = 0; table() && row < table()->model()->rowCount(); ++row) {
            if (table()->model()->index(row, NameColumn).data().toString() == label)
                return row;
        }
        return -1;
    }
    QVariant cell(const QString &label, int column, int role = Qt::DisplayRole) const
    {
        const int row = rowOf(label);
        return row < 0 ? QVariant() : table()->model()->index(row, column).data(role);
    }
    QString state(const QString &label) const { return cell(label, StateColumn).toString(); }
    void pressCell(const QString &label, int column) const
    {
        const QModelIndex index = table()->model()->index(rowOf(label), column);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(index).center());
    }
    // An entry of the menu at the end of a row.
    QAction *openVerb(const QString &label, const char *name) const
    {
        pressCell(label, MenuColumn);
        const auto *menu = find<QMenu>("keyMenu");
        return menu ? menu->findChild<QAction *>(QString::fromLatin1(name)) : nullptr;
    }
    bool press(QAction *action)
    {
        auto *menu = find<QMenu>("keyMenu");
        if (!menu || !action || !action->isEnabled())
            return false;
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
        // A desktop gives the focus back when a menu closes; the offscreen one does not.
        console.window().activateWindow();
        return QTest::qWaitFor([this] { return !find("keyMenu") && console.window().isActiveWindow(); });
    }
    bool pressSegment(const char *name, int index) const
    {
        const auto *segmented = find<Segmented>(name);
        if (!segmented)
            return false;
        QTest::mouseClick(segmented->findChildren<QAbstractButton *>().value(index), Qt::LeftButton);
        return segmented->current() == index;
    }
    bool choose(const char *name, int index) const
    {
        auto *box = find<QComboBox>(name);
        if (!box)
            return false;
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int step = 0; step < index; ++step)
            QTest::keyClick(box, Qt::Key_Down);
        return box->currentIndex() == index;
    }

    QString textOf(const char *label) const
    {
        const auto *found = find<QLabel>(label);
        return found ? found->text() : QString();
    }
    QStringList wordsIn(const char *name) const
    {
        QStringList words;
        const QWidget *widget = find(name);
        const auto labels = widget ? widget->findChildren<QLabel *>() : QList<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->isVisible())
                words.append(label->text());
        }
        return words;
    }

    // One call of the holder, as any OpenAI client makes it: its status, and the code when it was refused.
    QString call() const
    {
        const test::RawAnswer answer =
            test::fetch(service.port(), "POST", "/v1/chat/completions", test::bearer(secret),
                        R"({"model":"deepseek-chat","messages":[{"role":"user","content":"hello"}]})");
        const QJsonObject error =
            QJsonDocument::fromJson(answer.body).object().value(QStringLiteral("error")).toObject();
        const QString code = error.value(QStringLiteral("code")).toString();
        return (QString::number(answer.status) + QLatin1Char(' ') + code).trimmed();
    }

    void picture(const char *name)
    {
        if (!qEnvironmentVariableIsSet("QUOTA_PICTURES"))
            return;
        const QDir target(qEnvironmentVariable("QUOTA_PICTURES"));
        target.mkpath(QStringLiteral("."));
        QApplication::processEvents(); // layouts settle
        QVERIFY(seen(QApplication::activeModalWidget())
                    .save(target.filePath(QString::fromLatin1(name) + QStringLiteral(".png"))));
    }

    test::FakeUpstream upstream;
    test::RunningService service;
    QByteArray secret;        // of the key made last, as the dialog showed it
    bool secretStays = false; // it could still be read when Show was let go

private:
    // A zone in which no day ends soon: what begins on one day must not end on the next.
    static QString zoneFarFromMidnight()
    {
        const int hour = QDateTime::currentDateTimeUtc().time().hour();
        return hour < 14 || hour > 16 ? QStringLiteral("Asia/Shanghai") : QStringLiteral("UTC");
    }
};

}
