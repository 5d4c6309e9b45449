// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mainwindow.h"
#include "app/settings/settingspage.h"
#include "app/widgets/spacing.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace quota::console;
using namespace Qt::StringLiterals;

namespace
{

class CountingPage : public Page
{
public:
    CountingPage(const QString &id, QWidget *parent)
        : Page(id, u"cloud"_s, parent)
    {
        retranslate();
    }
    QString title() const override { return objectName(); }
    void activate() override { ++activated; }
    void deactivate() override { ++deactivated; }
    void refresh() override { ++refreshed; }
    bool canCreate() const override { return true; }
    void createNew() override { ++created; }
    void focusFilter() override { ++filtered; }

    int activated = 0;
    int deactivated = 0;
    int refreshed = 0;
    int created = 0;
    int filtered = 0;

protected:
    void retranslate() override { head()->setTitle(title()); }
};

}

// The window: its pages, its keys, what it remembers.
class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void pagesOpenByKey();
    void keysReachThePage();
    void gateHidesTheShell();
    void narrowWindowFoldsTheSidebar();
    void noticesStandOnEveryPage();
    void languageChangesAtOnce();
    void lookIsRemembered();
    void freshnessGrowsOld();

private:
    QTemporaryDir m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Translation> m_translation;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<LookSettings> m_look;
    std::unique_ptr<MainWindow> m_window;
    CountingPage *m_first = nullptr;
    CountingPage *m_second = nullptr;
};

void TestMainWindow::init()
{
    m_theme = std::make_unique<Theme>(*qApp);
    m_translation = std::make_unique<Translation>();
    m_settings = std::make_unique<QSettings>(m_folder.filePath(u"console.ini"_s), QSettings::IniFormat);
    m_settings->clear();
    m_look = std::make_unique<LookSettings>(*m_settings, *m_theme, *m_translation);
    m_look->setLanguage(Language::English);
    m_window = std::make_unique<MainWindow>(*m_look);
    m_first = new CountingPage(u"overview"_s, m_window.get());
    m_second = new CountingPage(u"keys"_s, m_window.get());
    m_window->addPage(m_first);
    m_window->addPage(m_second);
    m_window->addFootPage(new SettingsPage(*m_look, m_window.get()));
    m_window->show();
    m_window->showPages();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestMainWindow::cleanup()
{
    m_window.reset();
    m_look.reset();
    m_settings.reset();
    m_translation.reset();
    m_theme.reset();
}

void TestMainWindow::pagesOpenByKey()
{
    QCOMPARE(m_window->current(), m_first);
    QCOMPARE(m_first->activated, 1);
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(m_window->current(), m_second);
    QCOMPARE(m_first->deactivated, 1);
    QCOMPARE(m_second->activated, 1);
    auto *item = m_window->findChild<NavigationItem *>(u"navigation-overview"_s);
    QTest::mouseClick(item, Qt::LeftButton);
    QCOMPARE(m_window->current(), m_first);
    QTest::keyClick(m_window.get(), Qt::Key_9, Qt::ControlModifier); // no such page
    QCOMPARE(m_window->current(), m_first);
}

void TestMainWindow::keysReachThePage()
{
    QSignalSpy refreshed(m_window.get(), &MainWindow::refreshed);
    QTest::keyClick(m_window.get(), Qt::Key_F5);
    QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
    QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
    QCOMPARE(m_first->refreshed, 1);
    QCOMPARE(refreshed.count(), 1);
    QCOMPARE(m_first->created, 1);
    QCOMPARE(m_first->filtered, 1);
    bool undone = false;
    m_window->undoBar().offer(u"1 key deleted"_s, [&] { undone = true; });
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(undone);
    QTest::keyClick(m_window.get(), Qt::Key_Plus, Qt::ControlModifier);
    QCOMPARE(m_look->textPercent(), 110);
    QTest::keyClick(m_window.get(), Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(m_look->textPercent(), 100);
    QTest::keyClick(m_window.get(), Qt::Key_F6);
    QVERIFY(m_window->focusWidget());
}

void TestMainWindow::gateHidesTheShell()
{
    m_window->setEnvironment(Environment::Production);
    const auto *strip = m_window->findChild<QWidget *>(u"environmentStrip"_s);
    QVERIFY(strip->isVisible());
    m_window->setGate(new QWidget(m_window.get()));
    m_window->showGate();
    QVERIFY(!m_window->sidebar().isVisible());
    QVERIFY(!strip->isVisible());
    QCOMPARE(m_first->deactivated, 1);
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(m_second->activated, 0); // pages are behind the gate
    m_window->showPages();
    QVERIFY(m_window->sidebar().isVisible());
    QVERIFY(strip->isVisible());
    QCOMPARE(m_first->activated, 2);
}

void TestMainWindow::narrowWindowFoldsTheSidebar()
{
    m_window->resize(1366, 768);
    QTRY_COMPARE(m_window->sidebar().width(), space::sidebarWide);
    m_window->resize(1000, 768);
    QTRY_COMPARE(m_window->sidebar().width(), space::sidebarNarrow);
    QCOMPARE(m_window->findChild<NavigationItem *>(u"navigation-keys"_s)->toolTip(), u"keys"_s);
}

void TestMainWindow::noticesStandOnEveryPage()
{
    QSignalSpy acted(m_window.get(), &MainWindow::noticeActed);
    m_window->setNotice(u"offline"_s, BannerText{Tone::Warn, u"Offline"_s, {}, u"Try now"_s, {}, false});
    QVERIFY(m_first->banners()->has(u"offline"_s));
    QVERIFY(m_second->banners()->has(u"offline"_s));
    m_first->banners()->findChild<Banner *>()->findChild<QPushButton *>()->click();
    QCOMPARE(acted.takeFirst().at(0).toString(), u"offline"_s);
    m_window->setNotice(u"offline"_s, std::nullopt);
    QVERIFY(!m_second->banners()->has(u"offline"_s));
}

void TestMainWindow::languageChangesAtOnce()
{
    const auto *settings = m_window->findChild<NavigationItem *>(u"navigation-settings"_s);
    QCOMPARE(settings->text(), u"Settings"_s);
    m_look->setLanguage(Language::Chinese);
    QTRY_COMPARE(settings->text(), u"设置"_s);
    QCOMPARE(settings->font().pixelSize(), 14);
    m_look->setLanguage(Language::English);
    QTRY_COMPARE(settings->text(), u"Settings"_s);
}

void TestMainWindow::lookIsRemembered()
{
    m_look->setTheme(ThemeChoice::Dark);
    m_look->setTextPercent(125);
    m_look->setLanguage(Language::Chinese);
    LookSettings again(*m_settings, *m_theme, *m_translation);
    QCOMPARE(toString(again.theme()), u"dark"_s);
    QCOMPARE(again.textPercent(), 125);
    QCOMPARE(again.language(), std::optional(Language::Chinese));
    m_window->resize(1111, 700);
    m_window->close();
    MainWindow other(again);
    QCOMPARE(other.size(), QSize(1111, 700));
}

void TestMainWindow::freshnessGrowsOld()
{
    const auto words = [&] {
        QStringList texts;
        for (const QLabel *label : m_window->header().findChildren<QLabel *>())
            texts << label->text();
        return texts.join(u' ');
    };
    using namespace std::chrono_literals;
    m_window->header().setFreshness(quota::SystemClock().now() - 4s, 15s);
    QCOMPARE(words(), u"Live · 4 s ago"_s);
    m_window->header().setFreshness(quota::SystemClock().now() - 3min, 15s);
    QCOMPARE(words(), u"3 min old"_s);
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
