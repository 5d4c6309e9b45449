// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gallery.h"

#include "app/mainwindow.h"
#include "app/settings/settingspage.h"
#include "app/widgets/dialogframe.h"
#include "app/widgets/skeleton.h"
#include "app/widgets/spacing.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

using namespace quota::console;
using namespace Qt::StringLiterals;

namespace
{

void keepPicture(QWidget &widget, const QString &name)
{
    const QString folder = qEnvironmentVariable("QUOTA_PICTURES");
    if (!folder.isEmpty())
        QVERIFY(widget.grab().save(folder + u'/' + name + u".png"_s));
}

}

// Every component is built in every theme and language: all can be reached, named and painted.
class TestComponents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void everyComponent_data();
    void everyComponent();
    void shell_data();
    void shell();
    void dialog();

private:
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Translation> m_translation;
};

void TestComponents::init()
{
    m_theme = std::make_unique<Theme>(*qApp);
    m_translation = std::make_unique<Translation>();
}

void TestComponents::cleanup()
{
    m_translation.reset();
    m_theme.reset();
}

void TestComponents::everyComponent_data()
{
    QTest::addColumn<ThemeChoice>("theme");
    QTest::addColumn<Language>("language");
    QTest::addColumn<int>("percent");
    for (const auto theme : {ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::HighContrastLight,
                             ThemeChoice::HighContrastDark}) {
        for (const auto language : {Language::English, Language::Chinese})
            QTest::addRow("%s-%s", qPrintable(toString(theme)), qPrintable(toString(language)))
                << theme << language << 100;
    }
    QTest::newRow("light-en-150") << ThemeChoice::Light << Language::English << 150;
}

void TestComponents::everyComponent()
{
    QFETCH(ThemeChoice, theme);
    QFETCH(Language, language);
    QFETCH(int, percent);
    m_theme->setChoice(theme);
    m_theme->setLanguage(language);
    m_theme->setTextPercent(percent);
    CopyHelper copier(*QGuiApplication::clipboard());
    const std::unique_ptr<QWidget> page(gallery::build(copier));
    page->resize(1366, qMax(768, page->sizeHint().height()));
    page->show();
    QVERIFY(QTest::qWaitForWindowExposed(page.get()));
    // The first state is «loading»: its skeleton comes by itself.
    const auto *skeleton = page->findChild<Skeleton *>();
    QTRY_VERIFY(skeleton->isVisible());
    keepPicture(*page, u"components-"_s + QString::fromLatin1(QTest::currentDataTag()));
}

void TestComponents::shell_data()
{
    everyComponent_data();
}

void TestComponents::shell()
{
    QFETCH(ThemeChoice, theme);
    QFETCH(Language, language);
    QFETCH(int, percent);
    QTemporaryDir folder;
    QSettings settings(folder.filePath(u"console.ini"_s), QSettings::IniFormat);
    LookSettings look(settings, *m_theme, *m_translation);
    look.setTheme(theme);
    look.setLanguage(language);
    look.setTextPercent(percent);

    MainWindow window(look);
    auto *keys = new gallery::KeysPage(&window);
    window.addPage(keys);
    auto *about = new SettingsPage(look, &window);
    window.addFootPage(about);
    window.header().setService({u"tokyo-1"_s, Environment::Production, QUrl(u"https://quota.example.com"_s),
                                std::chrono::milliseconds(12)});
    window.header().setHealth(Tone::Ok, u"Healthy"_s);
    window.header().setFreshness(quota::SystemClock().now(), std::chrono::seconds(15));
    window.sidebar().setTokenLine(u"shield-check"_s, u"Token in system keychain"_s);
    window.setEnvironment(Environment::Production);
    window.showPages();
    window.resize(1366, 768);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QCOMPARE(window.current(), keys);
    keys->table()->selectRow(1);
    QVERIFY(!window.grab().isNull());
    keepPicture(window, u"keys-"_s + QString::fromLatin1(QTest::currentDataTag()));

    QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(window.current(), about);
    window.undoBar().offer(u"3 keys disabled"_s, [] {});
    window.setNotice(
        u"offline"_s,
        BannerText{Tone::Warn, u"Connection lost 40 s ago."_s, u"Trying again."_s, u"Try now"_s, {}, false});
    keepPicture(window, u"settings-"_s + QString::fromLatin1(QTest::currentDataTag()));
}

void TestComponents::dialog()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath(u"console.ini"_s), QSettings::IniFormat);
    LookSettings look(settings, *m_theme, *m_translation);
    MainWindow window(look);
    window.addPage(new gallery::KeysPage(&window));
    window.showPages();
    window.show();
    DialogFrame dialog(space::dialogMedium, &window);
    dialog.setHeading(u"New key"_s, u"Issued on tokyo-1. The secret is shown once, after you create it."_s);
    auto *label = new LineField(&dialog);
    label->setLabel(u"Label"_s);
    dialog.body()->addWidget(label);
    dialog.body()->addWidget(gallery::choices(&dialog));
    dialog.verb()->setText(u"Create key"_s);
    dialog.addHelper(makeButton(ButtonKind::Link, u"Allowed addresses, notes…"_s, &dialog));
    dialog.open();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    keepPicture(dialog, u"dialog"_s);
    keepPicture(window, u"dialog-under"_s);
}

QTEST_MAIN(TestComponents)
#include "tst_components.moc"
