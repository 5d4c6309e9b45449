// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/theme.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QImage>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include <cmath>

using namespace quota::console;
using namespace Qt::StringLiterals;

namespace
{

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

// WCAG 2: from 1 to 21.
double contrast(const QColor &left, const QColor &right)
{
    const double bright = std::max(luminance(left), luminance(right));
    const double dark = std::min(luminance(left), luminance(right));
    return (bright + 0.05) / (dark + 0.05);
}

struct Pair
{
    const char *name;
    Role ink;
    Role ground;
    double least; // in the ordinary themes
};

// Every ink on every ground it may stand on: text 4.5, shapes and edges 3.
const Pair pairs[] = {
    {"text on canvas", Role::Text, Role::Canvas, 4.5},
    {"text on sidebar", Role::Text, Role::Sidebar, 4.5},
    {"text on surface", Role::Text, Role::Surface, 4.5},
    {"text on raised", Role::Text, Role::Raised, 4.5},
    {"text on sunken", Role::Text, Role::Sunken, 4.5},
    {"text on input", Role::Text, Role::Input, 4.5},
    {"text on hover", Role::Text, Role::Hover, 4.5},
    {"text on selected", Role::Text, Role::Selected, 4.5},
    {"text on navigation", Role::Text, Role::Navigation, 4.5},
    {"text on chosen segment", Role::Text, Role::SegmentChosen, 4.5},
    {"text on warn banner", Role::Text, Role::WarnSoft, 4.5},
    {"text on bad banner", Role::Text, Role::BadSoft, 4.5},
    {"text on info banner", Role::Text, Role::InfoSoft, 4.5},
    {"text on ok banner", Role::Text, Role::OkSoft, 4.5},
    {"muted on canvas", Role::Muted, Role::Canvas, 4.5},
    {"muted on sidebar", Role::Muted, Role::Sidebar, 4.5},
    {"muted on surface", Role::Muted, Role::Surface, 4.5},
    {"muted on raised", Role::Muted, Role::Raised, 4.5},
    {"muted on hover", Role::Muted, Role::Hover, 4.5},
    {"muted on selected", Role::Muted, Role::Selected, 4.5},
    {"muted on segment", Role::Muted, Role::Segment, 4.5},
    {"muted on neutral chip", Role::Muted, Role::NeutralSoft, 4.5},
    {"muted on warn banner", Role::Muted, Role::WarnSoft, 4.5},
    {"muted on bad banner", Role::Muted, Role::BadSoft, 4.5},
    {"muted on info banner", Role::Muted, Role::InfoSoft, 4.5},
    {"faint on canvas", Role::Faint, Role::Canvas, 4.5},
    {"faint on surface", Role::Faint, Role::Surface, 4.5},
    {"faint on raised", Role::Faint, Role::Raised, 4.5},
    {"faint on input", Role::Faint, Role::Input, 4.5},
    {"faint on hover", Role::Faint, Role::Hover, 4.5},
    {"faint on selected", Role::Faint, Role::Selected, 4.5},
    {"accent on canvas", Role::Accent, Role::Canvas, 4.5},
    {"accent on surface", Role::Accent, Role::Surface, 4.5},
    {"accent on raised", Role::Accent, Role::Raised, 4.5},
    {"accent on soft", Role::Accent, Role::AccentSoft, 4.5},
    {"on accent", Role::OnAccent, Role::AccentFill, 4.5},
    {"on danger", Role::OnAccent, Role::BadFill, 4.5},
    {"ok on surface", Role::Ok, Role::Surface, 4.5},
    {"ok on soft", Role::Ok, Role::OkSoft, 4.5},
    {"ok on selected", Role::Ok, Role::Selected, 4.5},
    {"warn on surface", Role::Warn, Role::Surface, 4.5},
    {"warn on soft", Role::Warn, Role::WarnSoft, 4.5},
    {"warn on selected", Role::Warn, Role::Selected, 4.5},
    {"bad on surface", Role::Bad, Role::Surface, 4.5},
    {"bad on raised", Role::Bad, Role::Raised, 4.5},
    {"bad on soft", Role::Bad, Role::BadSoft, 4.5},
    {"bad on selected", Role::Bad, Role::Selected, 4.5},
    {"info on surface", Role::Info, Role::Surface, 4.5},
    {"info on soft", Role::Info, Role::InfoSoft, 4.5},
    {"production on soft", Role::Production, Role::ProductionSoft, 4.5},
    {"test on soft", Role::Test, Role::TestSoft, 4.5},
    {"dev on soft", Role::Dev, Role::DevSoft, 4.5},
    {"undo text", Role::UndoText, Role::UndoGround, 4.5},
    {"undo action", Role::UndoAction, Role::UndoGround, 4.5},
    {"input edge on input", Role::Control, Role::Input, 3},
    {"input edge on surface", Role::Control, Role::Surface, 3},
    {"focus on canvas", Role::Accent, Role::Canvas, 3},
    {"bar on track", Role::BarNormal, Role::Track, 3},
    {"near bar on track", Role::BarNear, Role::Track, 3},
    {"full bar on track", Role::BarFull, Role::Track, 3},
    {"bar on surface", Role::BarNormal, Role::Surface, 3},
    {"strip on canvas", Role::ProductionStrip, Role::Canvas, 3},
};

const ThemeChoice themes[] = {ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::HighContrastLight,
                              ThemeChoice::HighContrastDark};

}

// Colours, fonts and icons of the four themes.
class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void contrasts_data();
    void contrasts();
    void seriesStandOut();
    void highContrastIsHigh();
    void choicesSurviveTheirWords();
    void digitsAreEquallyWide_data();
    void digitsAreEquallyWide();
    void stepsFollowLanguageAndSize();
    void changesReachWidgets();
    void capitalsStandInTheMiddle();
    void iconsTakeTheirColour();
};

void TestTheme::contrasts_data()
{
    QTest::addColumn<ThemeChoice>("theme");
    QTest::addColumn<Role>("ink");
    QTest::addColumn<Role>("ground");
    QTest::addColumn<double>("least");
    for (const ThemeChoice theme : themes) {
        const bool high = theme == ThemeChoice::HighContrastLight || theme == ThemeChoice::HighContrastDark;
        for (const Pair &pair : pairs)
            QTest::addRow("%s: %s", qPrintable(toString(theme)), pair.name)
                << theme << pair.ink << pair.ground << (high ? std::max(pair.least, 7.0) : pair.least);
    }
}

void TestTheme::contrasts()
{
    QFETCH(ThemeChoice, theme);
    QFETCH(Role, ink);
    QFETCH(Role, ground);
    QFETCH(double, least);
    const double measured = contrast(Theme::colorIn(theme, ink), Theme::colorIn(theme, ground));
    QVERIFY2(measured >= least, qPrintable(u"measured %1, needed %2"_s.arg(measured).arg(least)));
}

void TestTheme::seriesStandOut()
{
    for (const ThemeChoice theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
        for (int index = 0; index < seriesCount; ++index)
            QVERIFY(contrast(Theme::seriesIn(theme, index), Theme::colorIn(theme, Role::Surface)) >= 3.8);
    }
    QCOMPARE(Theme::seriesIn(ThemeChoice::Light, 99), Theme::seriesIn(ThemeChoice::Light, seriesCount - 1));
}

void TestTheme::highContrastIsHigh()
{
    for (const ThemeChoice theme : {ThemeChoice::HighContrastLight, ThemeChoice::HighContrastDark}) {
        const QColor ground = Theme::colorIn(theme, Role::Surface);
        QCOMPARE(Theme::colorIn(theme, Role::Border), Theme::colorIn(theme, Role::Text));
        for (const Role ink :
             {Role::Text, Role::Muted, Role::Accent, Role::Ok, Role::Warn, Role::Bad, Role::Info})
            QVERIFY(contrast(Theme::colorIn(theme, ink), ground) >= 9);
    }
}

void TestTheme::choicesSurviveTheirWords()
{
    for (const ThemeChoice theme : themes)
        QVERIFY(themeChoiceFromString(toString(theme)) == theme);
    QVERIFY(themeChoiceFromString(u"system"_s) == ThemeChoice::System);
    QVERIFY(themeChoiceFromString(u"mauve"_s) == ThemeChoice::System);
}

void TestTheme::digitsAreEquallyWide_data()
{
    QTest::addColumn<Weight>("weight");
    QTest::newRow("regular") << Weight::Regular;
    QTest::newRow("medium") << Weight::Medium;
    QTest::newRow("strong") << Weight::Strong;
}

void TestTheme::digitsAreEquallyWide()
{
    QFETCH(Weight, weight);
    loadFonts();
    QFont font = fontFor(TextStep::Body, weight, Language::English, 100);
    font.setPixelSize(1000); // so that rounding hides nothing
    QCOMPARE(QFontInfo(font).family(), u"Inter Console"_s);
    const QFontMetricsF metrics(font);
    const qreal one = metrics.horizontalAdvance(u'1');
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        QVERIFY2(std::abs(metrics.horizontalAdvance(QChar(digit)) - one) <= 2,
                 qPrintable(QString(QChar(digit))));
}

void TestTheme::stepsFollowLanguageAndSize()
{
    QCOMPARE(fontFor(TextStep::Body, Weight::Regular, Language::English, 100).pixelSize(), 13);
    QCOMPARE(fontFor(TextStep::Body, Weight::Regular, Language::Chinese, 100).pixelSize(), 14);
    QCOMPARE(fontFor(TextStep::Caption, Weight::Regular, Language::Chinese, 100).pixelSize(), 12);
    QCOMPARE(fontFor(TextStep::Figure, Weight::Regular, Language::Chinese, 100).pixelSize(), 26);
    QCOMPARE(fontFor(TextStep::Body, Weight::Regular, Language::English, 150).pixelSize(), 20);
    QVERIFY(fontFor(TextStep::Body, Weight::Regular, Language::English, 100)
                .families()
                .contains("Noto Sans CJK SC"_L1));
}

void TestTheme::changesReachWidgets()
{
    Theme theme(*qApp);
    theme.setChoice(ThemeChoice::Light);
    QWidget window;
    QPushButton button(u"Export"_s, &window);
    window.show();
    QSignalSpy changed(&theme, &Theme::changed);
    const QSize before = button.sizeHint();

    theme.setTextPercent(150);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(button.font().pixelSize(), 20);
    QVERIFY(button.sizeHint().width() > before.width());
    QVERIFY(button.sizeHint().height() > before.height());

    theme.setTextPercent(1000);
    QCOMPARE(theme.textPercent(), maximumTextPercent);
    theme.setChoice(ThemeChoice::Dark);
    QTRY_COMPARE(window.palette().color(QPalette::Window), Theme::colorIn(ThemeChoice::Dark, Role::Canvas));
    QVERIFY(theme.isDark());
    theme.setChoice(ThemeChoice::Dark);
    QCOMPARE(changed.count(), 2); // the same again is no change
}

void TestTheme::capitalsStandInTheMiddle()
{
    loadFonts();
    const auto inkRows = [](const QString &text) {
        QImage image(120, 40, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        painter.setFont(fontFor(TextStep::Body, Weight::Regular, Language::English, 100));
        painter.setPen(Qt::black);
        drawText(painter, QRectF(0, 0, 120, 40), Qt::AlignLeft, text);
        painter.end();
        int first = -1;
        int last = -1;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (qGray(image.pixel(x, y)) < 128) {
                    first = first < 0 ? y : first;
                    last = y;
                }
            }
        }
        return std::pair(first, last);
    };
    const auto [top, bottom] = inkRows(u"HEH"_s);
    QVERIFY(top > 0);
    QVERIFY(std::abs((top + bottom) / 2.0 - 19.5) <= 1);
    // A neighbour with Han stands on the same baseline.
    QCOMPARE(inkRows(u"HEH"_s).second, inkRows(u"HEH"_s + u" "_s).second);
}

void TestTheme::iconsTakeTheirColour()
{
    QVERIFY(iconExists(u"key-round"_s));
    QVERIFY(!iconExists(u"no-such-icon"_s));
    IconCache cache;
    const QImage image = cache.pixmap(u"plus"_s, QColor(255, 0, 0), 16, 2).toImage();
    QCOMPARE(image.size(), QSize(32, 32));
    bool red = false;
    for (int x = 0; x < image.width(); ++x) {
        const QColor at = image.pixelColor(x, 16);
        red = red || (at.alpha() > 200 && at.red() > 200 && at.blue() < 50);
    }
    QVERIFY(red);
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
