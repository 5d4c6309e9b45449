// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakeadmin.h"
#include "windowfixture.h"

// The whole console over a scripted service, for tests of pages: real window, real client, loopback. With
// QUOTA_PICTURES=DIR, pictures() saves what a person would see.
namespace quota::console
{

class ConsoleFixture : public WindowFixture
{
public:
    explicit ConsoleFixture(bool keychain = true)
        : WindowFixture(keychain)
    {}

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
                    seen(over).save(
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

    FakeAdmin admin;
};

}
