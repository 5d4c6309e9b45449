// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "consoletools.h"
#include "fakeadmin.h"

#include "app/assembly.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

// The whole console over a scripted service, for tests of pages: real window, real client, loopback. Widgets are
// found by their object names. With QUOTA_PICTURES=DIR, picture() saves what a person would see.
namespace quota::console
{

class ConsoleFixture
{
public:
    explicit ConsoleFixture(bool keychain = true)
        : vault(keychain)
        , settings(directory.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat)
        , theme(*qApp)
        , look(settings, theme, translation)
        , console({directory.filePath(QStringLiteral("profiles.ini")), vault, prompts, look, translation,
                   *QApplication::clipboard()})
    {
        look.setTheme(ThemeChoice::Light);
        look.setLanguage(Language::English);
        console.window().resize(1366, 768);
    }

    // A service that is connected; its pages are shown.
    bool open(bool readOnly = false, Environment environment = Environment::Production)
    {
        ServiceProfile profile;
        profile.name = QStringLiteral("tokyo-1");
        profile.url = admin.url();
        profile.environment = environment;
        profile.readOnly = readOnly;
        profile.tokenKept = true;
        profile = console.profiles().save(profile);
        vault.tokens.insert(profile.id, admin.token);
        console.window().show();
        console.session().open(profile, admin.token);
        return QTest::qWaitFor([this] { return console.session().state() == Session::State::Connected; });
    }

    template <class T = QWidget>
    T *find(const char *name) const
    {
        for (QWidget *window : QApplication::topLevelWidgets()) {
            const QString wanted = QString::fromLatin1(name);
            if (auto *same = qobject_cast<T *>(window);
                same && window->objectName() == wanted && window->isVisible())
                return same;
            if (!window->isVisible())
                continue;
            const auto found = window->findChildren<T *>(wanted);
            for (T *child : found) {
                const auto *widget = qobject_cast<QWidget *>(child);
                if (!widget || widget->isVisible())
                    return child;
            }
        }
        return nullptr;
    }
    // Waits for a button that can be pressed, and presses it.
    bool click(const char *name) const
    {
        if (!QTest::qWaitFor([&] {
                const auto *button = find<QAbstractButton>(name);
                return button && button->isEnabled();
            }))
            return false;
        auto *button = find<QAbstractButton>(name);
        // A check box is pressed at its box: the words beside it may be shorter than the widget.
        const QPoint place = qobject_cast<QCheckBox *>(button) ? QPoint(8, button->height() / 2) : QPoint();
        QTest::mouseClick(button, Qt::LeftButton, {}, place);
        return true;
    }
    bool type(const char *name, const QString &text) const
    {
        auto *edit = find<QLineEdit>(name);
        if (!edit || !edit->isEnabled())
            return false;
        edit->setFocus();
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        // Key by key for plain text; what has no keys comes as an input method would bring it.
        for (const QChar character : text) {
            if (character.unicode() < 128)
                QTest::keyClick(edit, character.toLatin1());
            else
                edit->insert(character);
        }
        return edit->text() == text || edit->maxLength() < text.size();
    }
    void choosePage(const char *id) const
    {
        QTest::mouseClick(find<QAbstractButton>((QByteArray("navigation-") + id).constData()),
                          Qt::LeftButton);
    }

    // Both sizes, both themes, both languages.
    void pictures(const QString &name, QWidget *over = nullptr)
    {
        if (!qEnvironmentVariableIsSet("QUOTA_PICTURES"))
            return;
        const QDir target(qEnvironmentVariable("QUOTA_PICTURES"));
        target.mkpath(QStringLiteral("."));
        const QSize before = console.window().size();
        for (const QSize size : {QSize(1366, 768), QSize(1920, 1080)}) {
            console.window().resize(size);
            for (const auto choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
                look.setTheme(choice);
                for (const auto language : {Language::English, Language::Chinese}) {
                    look.setLanguage(language);
                    QTest::qWait(60);
                    QPixmap picture = console.window().grab();
                    if (over) {
                        QPainter painter(&picture);
                        painter.drawPixmap((size.width() - over->width()) / 2,
                                           (size.height() - over->height()) / 2, over->grab());
                    }
                    picture.save(
                        target.filePath(QStringLiteral("%1-%2-%3-%4.png")
                                            .arg(name,
                                                 choice == ThemeChoice::Light ? QStringLiteral("light")
                                                                              : QStringLiteral("dark"),
                                                 toString(language))
                                            .arg(size.width())));
                }
            }
        }
        look.setTheme(ThemeChoice::Light);
        look.setLanguage(Language::English);
        console.window().resize(before);
    }

    // Keys as an operator has them, in every state.
    void fillKeys()
    {
        const Timestamp now = SystemClock().now();
        const auto key = [&](const QString &label, const QString &prefix, qint64 today, qint64 tokens,
                             Limit limit, qint64 used, std::chrono::minutes ago,
                             QList<qint64> days) -> KeyOverview & {
            KeyOverview &made = admin.addKey(label);
            made.key.prefix = prefix;
            made.requestsToday = today;
            made.tokensToday = tokens;
            made.key.inheritsLimits = false;
            made.key.limits = {limit};
            made.limits = {{limit, used, 0,
                            limit.window == LimitWindow::Total
                                ? std::optional<Timestamp>()
                                : std::optional<Timestamp>(admin.endOfToday())}};
            made.lastUsedAt = now - ago;
            made.lastDays = std::move(days);
            return made;
        };
        using std::chrono::minutes;
        const auto daily = [](qint64 amount) { return Limit{LimitUnit::Requests, LimitWindow::Day, amount}; };
        key(QStringLiteral("course-nlp-2026 · 42"), QStringLiteral("course_"), 12'840, 9'820'000,
            daily(20'000), 12'840, minutes(0), {9, 5, 3, 5, 9, 12, 12})
            .key.expiresAt = now + std::chrono::hours(24 * 69);
        key(QStringLiteral("客服机器人 production"), QStringLiteral("bot_"), 9'317, 6'400'000,
            {LimitUnit::Tokens, LimitWindow::Month, 100'000'000}, 63'900'000, minutes(0),
            {12, 10, 5, 3, 4, 6, 9});
        key(QStringLiteral("thesis-lab"), QStringLiteral("lab_"), 4'102, 2'150'000, daily(5'000), 4'102,
            minutes(1), {3, 5, 8, 12, 11, 8, 5})
            .key.expiresAt = now + std::chrono::hours(52);
        key(QStringLiteral("ci-evals nightly"), QStringLiteral("ci_"), 3'958, 4'710'000,
            {LimitUnit::Requests, LimitWindow::Minute, 60}, 60, minutes(0), {3, 6, 10, 11, 8, 4, 3});
        key(QStringLiteral("王小明 · 个人试用"), QStringLiteral("trial_"), 1'840, 610'000,
            {LimitUnit::Requests, LimitWindow::Total, 2'000}, 1'840, minutes(3), {5, 4, 8, 12, 11, 8, 5})
            .key.expiresAt = now + std::chrono::hours(24 * 6);
        key(QStringLiteral("李老师 备课助手"), QStringLiteral("trial_"), 200, 120'000, daily(200), 200,
            minutes(14), {8, 11, 12, 9, 5, 4, 3});
        key(QStringLiteral("LobeChat family"), QStringLiteral("home_"), 62, 88'000, daily(200), 62,
            minutes(22), {12, 10, 8, 4, 3, 4, 8});
        key(QStringLiteral("数据标注外包组 A"), QStringLiteral("ext_"), 907, 1'020'000, daily(5'000), 907,
            minutes(60), {5, 3, 4, 9, 12, 12, 8});
        KeyOverview &old = admin.addKey(QStringLiteral("old-intern-2025"));
        old.key.disabled = true;
        old.state = KeyState::Disabled;
        old.lastUsedAt = now - std::chrono::hours(24 * 92);
        admin.addKey(QStringLiteral("RAG demo 演示"));
        // As if made at random times, so that no order is the order of making.
        for (qsizetype i = 0; i < admin.keys.size(); ++i)
            admin.keys[i].key.createdAt = now - std::chrono::hours(24 * ((i * 7) % 11 + 1));
    }

    QTemporaryDir directory;
    FakeAdmin admin;
    FakeVault vault;
    FakePrompts prompts;
    QSettings settings;
    Theme theme;
    Translation translation;
    LookSettings look;
    Assembly console;
};

}
