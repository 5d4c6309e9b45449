// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gallery.h"

#include "app/widgets/dialogframe.h"
#include "app/widgets/skeleton.h"
#include "app/widgets/spacing.h"

#include <QAccessible>
#include <QMimeData>
#include <QSignalSpy>
#include <QtTest>

using namespace quota::console;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// What the components do, one by one.
class TestWidgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void everythingIsReachableAndNamed();
    void longTextsElideWithTooltip();
    void fieldShowsHintOrError();
    void amountGroupsOnLeaving();
    void searchWaitsForAPause();
    void segmentedMovesWithArrows();
    void chipsKeepTheirChoice();
    void chipIsRemovedByCrossOrKey();
    void busyButtonDoesNothing();
    void bannersShowTheWorstTwo();
    void stateKeepsContentWhileLoading();
    void undoCountsDownAndPauses();
    void undoRunsOnce();
    void secretLeavesTheClipboard();
    void foreignClipboardStays();
    void codeBoxCopiesTheFullText();
    void dialogAsksBeforeLosingText();
    void dialogCoversItsWindow();

private:
    std::unique_ptr<Theme> m_theme;
};

void TestWidgets::init()
{
    m_theme = std::make_unique<Theme>(*qApp);
    m_theme->setChoice(ThemeChoice::Light);
}

void TestWidgets::cleanup()
{
    m_theme.reset();
}

void TestWidgets::everythingIsReachableAndNamed()
{
    CopyHelper copier(*QGuiApplication::clipboard());
    const std::unique_ptr<QWidget> page(gallery::build(copier));
    page->show();
    QVERIFY(QTest::qWaitForWindowExposed(page.get()));
    QSet<QWidget *> wanted;
    for (QWidget *widget : page->findChildren<QWidget *>()) {
        const bool control = qobject_cast<QAbstractButton *>(widget) || qobject_cast<QLineEdit *>(widget) ||
                             qobject_cast<QComboBox *>(widget) || qobject_cast<QAbstractSpinBox *>(widget);
        if (!control || !widget->isVisible() || !widget->isEnabled())
            continue;
        const QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
        QVERIFY(face);
        const bool inner = qobject_cast<QAbstractSpinBox *>(widget->parentWidget()) != nullptr;
        const bool named = inner || !face->text(QAccessible::Name).isEmpty();
        QVERIFY2(named, widget->metaObject()->className());
        // Of exclusive buttons the chosen one is in the chain; the arrows do the rest.
        auto *button = qobject_cast<QAbstractButton *>(widget);
        const bool other = button && button->group() && !button->isChecked();
        if (widget->focusPolicy() & Qt::TabFocus && !other && !inner)
            wanted.insert(widget);
    }
    QVERIFY(wanted.size() > 20);
    QWidget *at = page.get();
    for (int step = 0; step < 300; ++step) {
        at = at->nextInFocusChain();
        wanted.remove(at);
    }
    QVERIFY(wanted.isEmpty());
}

void TestWidgets::longTextsElideWithTooltip()
{
    QWidget window;
    auto *label =
        new Label(u"course-nlp-2026 · 42 · 客服机器人 production"_s, TextStep::Body, Role::Text, &window);
    label->resize(80, 20);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QCOMPARE(label->toolTip(), label->text());
    label->resize(600, 20);
    QVERIFY(label->toolTip().isEmpty());
    QVERIFY(label->minimumSizeHint().width() < 80);
    label->setElides(false);
    QCOMPARE(label->minimumSizeHint().width(), label->sizeHint().width());
}

void TestWidgets::fieldShowsHintOrError()
{
    LineField field(nullptr);
    field.setLabel(u"Label"_s);
    field.setHint(u"Who gets this key"_s);
    QCOMPARE(field.edit()->accessibleName(), u"Label"_s);
    QCOMPARE(field.edit()->accessibleDescription(), u"Who gets this key"_s);
    field.setError(u"Too long"_s);
    QCOMPARE(field.edit()->accessibleDescription(), u"Too long"_s);
    QVERIFY(field.edit()->property("error").toBool());
    field.setError({});
    QCOMPARE(field.edit()->accessibleDescription(), u"Who gets this key"_s);
    QVERIFY(!field.edit()->property("error").toBool());
}

void TestWidgets::amountGroupsOnLeaving()
{
    AmountEdit edit(nullptr);
    QSignalSpy changed(&edit, &AmountEdit::amountChanged);
    edit.show();
    QTest::keyClicks(&edit, u"2 M"_s);
    QCOMPARE(edit.amount(), std::optional<qint64>(2'000'000));
    QCOMPARE(changed.count(), 3);
    QTest::keyClick(&edit, Qt::Key_Return);
    QCOMPARE(edit.text(), u"2,000,000"_s);
    edit.setText(u"2oo"_s);
    QTest::keyClick(&edit, Qt::Key_Return);
    QCOMPARE(edit.text(), u"2oo"_s); // what cannot be read stays as it was typed
    QVERIFY(!edit.amount());
}

void TestWidgets::searchWaitsForAPause()
{
    SearchField search(nullptr);
    QSignalSpy sought(&search, &SearchField::sought);
    QTest::keyClicks(&search, u"lab"_s);
    QCOMPARE(sought.count(), 0);
    QVERIFY(sought.wait());
    QCOMPARE(sought.takeFirst().at(0).toString(), u"lab"_s);
    QTest::keyClicks(&search, u"s"_s);
    QTest::keyClick(&search, Qt::Key_Return);
    QCOMPARE(sought.takeFirst().at(0).toString(), u"labs"_s);
    QTest::keyClick(&search, Qt::Key_Escape);
    QCOMPARE(sought.takeFirst().at(0).toString(), QString());
    QVERIFY(search.text().isEmpty());
    QVERIFY(sought.isEmpty());
}

void TestWidgets::segmentedMovesWithArrows()
{
    QWidget window;
    Segmented range(&window);
    range.setChoices({u"1 h"_s, u"24 h"_s, u"7 d"_s});
    QSignalSpy chosen(&range, &Segmented::chosen);
    QCOMPARE(range.current(), 0);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    range.findChildren<QAbstractButton *>().first()->setFocus();
    QTest::keyClick(window.focusWidget(), Qt::Key_Right);
    QCOMPARE(range.current(), 1);
    QCOMPARE(chosen.count(), 1);
    range.setChoices({u"1 小时"_s, u"24 小时"_s, u"7 天"_s});
    QCOMPARE(range.current(), 1);
    QCOMPARE(chosen.count(), 1); // other words are no other choice
}

void TestWidgets::chipsKeepTheirChoice()
{
    FilterChips views(nullptr);
    views.setEntries({{u"All"_s, u"3"_s}, {u"Over 80 %"_s, u"1"_s}, {u"Never used"_s, {}}});
    QSignalSpy chosen(&views, &FilterChips::chosen);
    views.setCurrent(2);
    QCOMPARE(chosen.count(), 1);
    views.setEntries({{u"All"_s, u"4"_s}, {u"Over 80 %"_s, u"2"_s}, {u"Never used"_s, {}}});
    QCOMPARE(views.current(), 2);
    views.setEntries({{u"All"_s, u"4"_s}});
    QCOMPARE(views.current(), 0);
    QCOMPARE(chosen.count(), 1);
}

void TestWidgets::chipIsRemovedByCrossOrKey()
{
    Chip chip(nullptr);
    chip.setText(u"label: lab"_s);
    chip.setRemovable(true);
    chip.resize(chip.sizeHint());
    chip.show();
    QSignalSpy removed(&chip, &Chip::removed);
    QTest::mouseClick(&chip, Qt::LeftButton, {}, QPoint(8, chip.height() / 2));
    QCOMPARE(removed.count(), 0);
    QTest::mouseClick(&chip, Qt::LeftButton, {}, QPoint(chip.width() - 14, chip.height() / 2));
    QCOMPARE(removed.count(), 1);
    QTest::keyClick(&chip, Qt::Key_Delete);
    QCOMPARE(removed.count(), 2);
}

void TestWidgets::busyButtonDoesNothing()
{
    const std::unique_ptr<QPushButton> button(makeButton(ButtonKind::Primary, u"Create key"_s, nullptr));
    QSignalSpy clicked(button.get(), &QPushButton::clicked);
    setBusy(button.get(), true);
    QTest::mouseClick(button.get(), Qt::LeftButton);
    QCOMPARE(clicked.count(), 0);
    setBusy(button.get(), false);
    QTest::mouseClick(button.get(), Qt::LeftButton);
    QCOMPARE(clicked.count(), 1);
}

void TestWidgets::bannersShowTheWorstTwo()
{
    QWidget window;
    BannerStack stack(&window);
    window.show();
    const auto visible = [&] {
        QStringList ids;
        for (const Banner *banner : stack.findChildren<Banner *>()) {
            if (!banner->isHidden())
                ids << banner->objectName();
        }
        ids.sort();
        return ids;
    };
    QVERIFY(stack.isHidden());
    stack.show(u"info"_s, {Tone::Info, u"Read-only profile."_s, {}, {}, {}, true});
    stack.show(u"warn"_s, {Tone::Warn, u"Connection lost."_s, {}, u"Try now"_s, {}, false});
    stack.show(u"bad"_s, {Tone::Bad, u"Store does not write."_s, {}, {}, {}, false});
    QCOMPARE(visible(), (QStringList{u"banner-bad"_s, u"banner-warn"_s}));

    QSignalSpy acted(&stack, &BannerStack::acted);
    stack.findChild<Banner *>(u"banner-warn"_s)->findChild<QPushButton *>()->click();
    QCOMPARE(acted.takeFirst().at(0).toString(), u"warn"_s);
    stack.remove(u"bad"_s);
    QCOMPARE(visible(), (QStringList{u"banner-info"_s, u"banner-warn"_s}));
    stack.remove(u"warn"_s);
    stack.remove(u"info"_s);
    QVERIFY(!stack.has(u"info"_s));
    QVERIFY(stack.isHidden());
}

void TestWidgets::stateKeepsContentWhileLoading()
{
    auto *content = new QWidget;
    PageState state(content, nullptr);
    state.resize(300, 200);
    state.show();
    const auto *skeleton = state.findChild<Skeleton *>();
    state.set(PageState::State::Loading);
    QVERIFY(!skeleton->isVisible()); // a quick answer shows no skeleton
    QTRY_VERIFY(skeleton->isVisible());
    state.set(PageState::State::Content);
    QVERIFY(content->isVisible());
    QVERIFY(!skeleton->isVisible());

    QSignalSpy acted(&state, &PageState::acted);
    state.set(PageState::State::Error,
              {{}, u"Could not load the keys"_s, u"500 (store_busy)"_s, u"Try again"_s, {}, {}});
    auto *again = state.findChild<QPushButton *>(u"stateAction"_s);
    QVERIFY(again->isVisible());
    again->click();
    QCOMPARE(acted.count(), 1);
    QCOMPARE(acted.first().at(0).value<PageState::State>(), PageState::State::Error);
    state.set(PageState::State::Content);
    state.set(PageState::State::Loading);
    QTest::qWait(200); // longer than the pause: content that was there stays
    QVERIFY(content->isVisible());
}

void TestWidgets::undoCountsDownAndPauses()
{
    QWidget window;
    window.resize(900, 600);
    QLineEdit elsewhere(&window);
    auto *bar = new UndoBar(&window);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    elsewhere.setFocus();
    QSignalSpy expired(bar, &UndoBar::expired);
    bar->offer(u"3 keys disabled"_s, [] {});
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->secondsLeft(), 30);
    QTest::mouseMove(&window, bar->geometry().center());
    QTRY_VERIFY(bar->underMouse());
    bar->tick();
    QCOMPARE(bar->secondsLeft(), 30);
    QTest::mouseMove(&window, QPoint(2, 300));
    QTRY_VERIFY(!bar->underMouse());
    bar->tick();
    QCOMPARE(bar->secondsLeft(), 29);
    bar->findChild<QPushButton *>(u"undo"_s)->setFocus();
    bar->tick();
    QCOMPARE(bar->secondsLeft(), 29);
    elsewhere.setFocus();
    for (int second = 0; second < 29; ++second)
        bar->tick();
    QCOMPARE(expired.count(), 1);
    QVERIFY(!bar->isVisible());
}

void TestWidgets::undoRunsOnce()
{
    QWidget window;
    auto *bar = new UndoBar(&window);
    window.show();
    QStringList undone;
    bar->offer(u"thesis-lab deleted"_s, [&] { undone << u"delete"_s; });
    bar->offer(u"3 keys disabled"_s, [&] { undone << u"disable"_s; });
    QCOMPARE(bar->waiting(), 2);
    bar->undo();
    QCOMPARE(undone, QStringList{u"delete"_s});
    QCOMPARE(bar->secondsLeft(), 30);
    bar->undo();
    bar->undo();
    QCOMPARE(undone, (QStringList{u"delete"_s, u"disable"_s}));
    QVERIFY(!bar->isVisible());
}

void TestWidgets::secretLeavesTheClipboard()
{
    QClipboard &clipboard = *QGuiApplication::clipboard();
    CopyHelper copier(clipboard);
    copier.setLifetime(2s);
    QSignalSpy left(&copier, &CopyHelper::secondsLeftChanged);
    QSignalSpy cleared(&copier, &CopyHelper::cleared);
    copier.copySecret(u"sk-test-not-a-secret"_s);
    QCOMPARE(clipboard.text(), u"sk-test-not-a-secret"_s);
    QCOMPARE(clipboard.mimeData()->data(u"x-kde-passwordManagerHint"_s), "secret"_ba);
    QCOMPARE(left.first().at(0).toInt(), 2);
    QVERIFY(cleared.wait());
    QVERIFY(clipboard.text().isEmpty());
    QCOMPARE(copier.secondsLeft(), 0);
    {
        CopyHelper leaving(clipboard);
        leaving.copySecret(u"sk-test-not-a-secret"_s);
    }
    QVERIFY(clipboard.text().isEmpty()); // at exit too
}

void TestWidgets::foreignClipboardStays()
{
    QClipboard &clipboard = *QGuiApplication::clipboard();
    CopyHelper copier(clipboard);
    copier.copySecret(u"sk-test-not-a-secret"_s);
    clipboard.setText(u"somebody's sentence"_s);
    copier.clearNow();
    QCOMPARE(clipboard.text(), u"somebody's sentence"_s);
    QCOMPARE(copier.secondsLeft(), 0);
}

void TestWidgets::codeBoxCopiesTheFullText()
{
    QClipboard &clipboard = *QGuiApplication::clipboard();
    CopyHelper copier(clipboard);
    CodeBox box(copier, nullptr);
    box.resize(500, 100);
    box.setText(u"curl -H 'Authorization: Bearer sk-…3f18'"_s, u"curl -H 'Authorization: Bearer sk-test'"_s);
    QVERIFY(!box.text().contains(u"sk-test"_s));
    box.findChild<QToolButton *>(u"copy"_s)->click();
    QCOMPARE(clipboard.text(), u"curl -H 'Authorization: Bearer sk-test'"_s);
    QVERIFY(copier.secondsLeft() > 0);
    box.setText(u"quota-proxy serve"_s);
    box.findChild<QToolButton *>(u"copy"_s)->click();
    QCOMPARE(clipboard.text(), u"quota-proxy serve"_s);
    QCOMPARE(copier.secondsLeft(), 0); // no secret, no countdown
}

namespace
{

class EditDialog : public DialogFrame
{
public:
    explicit EditDialog(QWidget *parent)
        : DialogFrame(space::dialogSmall, parent)
        , field(new LineField(this))
    {
        body()->addWidget(field);
    }
    LineField *field;

protected:
    bool isDirty() const override { return !field->text().isEmpty(); }
};

}

void TestWidgets::dialogAsksBeforeLosingText()
{
    QWidget window;
    window.show();
    EditDialog dialog(&window);
    dialog.open();
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible()); // nothing typed, nothing asked

    dialog.open();
    dialog.field->setText(u"thesis-lab"_s);
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(dialog.isVisible());
    auto *question = dialog.findChild<QWidget *>(u"discardQuestion"_s);
    QVERIFY(question->isVisible());
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(dialog.isVisible());
    QVERIFY(!question->isVisible());
    dialog.close();
    QVERIFY(question->isVisible());
    dialog.findChild<QPushButton *>(u"discard"_s)->click();
    QVERIFY(!dialog.isVisible());
}

void TestWidgets::dialogCoversItsWindow()
{
    QWidget window;
    window.resize(800, 500);
    window.show();
    EditDialog dialog(&window);
    const auto scrims = [&] {
        int count = 0;
        for (const QWidget *child : window.findChildren<QWidget *>())
            count += qstrcmp(child->metaObject()->className(), "quota::console::Scrim") == 0;
        return count;
    };
    dialog.open();
    QCOMPARE(scrims(), 1);
    QCOMPARE(dialog.width(), space::dialogSmall);
    dialog.reject();
    QCOMPARE(scrims(), 0);
}

QTEST_MAIN(TestWidgets)
#include "tst_widgets.moc"
