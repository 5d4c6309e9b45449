// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gallery.h"

#include "app/widgets/tableheader.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace quota::console;
using namespace Qt::StringLiterals;

// The table: choosing, sorting, menus, widths, and the values of its cells.
class TestTableView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void ticksChooseRows();
    void headTicksAll();
    void sortingIsAsked();
    void menusOpenEverywhere();
    void keysOpenAndDelete();
    void widthsFollowWeights();
    void rowsFollowTheText();
    void quotaStates_data();
    void quotaStates();

private:
    QPoint middleOf(int row, int column) const;
    QPoint headOf(int column) const;

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<gallery::KeysPage> m_page;
    TableView *m_table = nullptr;
};

void TestTableView::init()
{
    m_theme = std::make_unique<Theme>(*qApp);
    m_page = std::make_unique<gallery::KeysPage>(nullptr);
    m_table = m_page->table();
    m_page->resize(1154, 709);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
}

void TestTableView::cleanup()
{
    m_page.reset();
    m_theme.reset();
}

QPoint TestTableView::middleOf(int row, int column) const
{
    return m_table->visualRect(m_table->model()->index(row, column)).center();
}

QPoint TestTableView::headOf(int column) const
{
    const QHeaderView *head = m_table->horizontalHeader();
    return {head->sectionViewportPosition(column) + head->sectionSize(column) / 2, head->height() / 2};
}

void TestTableView::ticksChooseRows()
{
    QSignalSpy counted(m_table, &TableView::selectionCountChanged);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, middleOf(1, 0));
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, middleOf(3, 0));
    QCOMPARE(m_table->selectedRowNumbers(), (QList<int>{1, 3}));
    QCOMPARE(counted.last().at(0).toInt(), 2);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, middleOf(1, 0));
    QCOMPARE(m_table->selectedRowNumbers(), QList<int>{3});
    QTest::keyClick(m_table, Qt::Key_Escape);
    QVERIFY(m_table->selectedRowNumbers().isEmpty());
}

void TestTableView::headTicksAll()
{
    QWidget *head = m_table->horizontalHeader()->viewport();
    QTest::mouseClick(head, Qt::LeftButton, {}, headOf(0));
    QCOMPARE(m_table->selectedRowNumbers().size(), 12);
    QTest::mouseClick(head, Qt::LeftButton, {}, headOf(0));
    QVERIFY(m_table->selectedRowNumbers().isEmpty());
}

void TestTableView::sortingIsAsked()
{
    QSignalSpy asked(m_table, &TableView::sortRequested);
    QWidget *head = m_table->horizontalHeader()->viewport();
    QTest::mouseClick(head, Qt::LeftButton, {}, headOf(2)); // not sortable
    QCOMPARE(asked.count(), 0);
    QTest::mouseClick(head, Qt::LeftButton, {}, headOf(5)); // descending already: turned
    QCOMPARE(asked.last().at(0).toInt(), 5);
    QCOMPARE(asked.last().at(1).value<Qt::SortOrder>(), Qt::AscendingOrder);
    QTest::mouseClick(head, Qt::LeftButton, {}, headOf(6));
    QCOMPARE(asked.last().at(0).toInt(), 6);
    QCOMPARE(asked.last().at(1).value<Qt::SortOrder>(), Qt::DescendingOrder);
}

void TestTableView::menusOpenEverywhere()
{
    QSignalSpy asked(m_table, &TableView::menuRequested);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, middleOf(2, 8));
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.last().at(0).toModelIndex().row(), 2);
    QVERIFY(m_table->selectedRowNumbers().isEmpty());
    QContextMenuEvent right(QContextMenuEvent::Mouse, middleOf(4, 1),
                            m_table->viewport()->mapToGlobal(middleOf(4, 1)));
    QCoreApplication::sendEvent(m_table->viewport(), &right);
    QCOMPARE(asked.last().at(0).toModelIndex().row(), 4);
    QContextMenuEvent key(QContextMenuEvent::Keyboard, {}, {});
    QCoreApplication::sendEvent(m_table->viewport(), &key);
    QCOMPARE(asked.count(), 3);
    QCOMPARE(asked.last().at(0).toModelIndex().row(), 4);
}

void TestTableView::keysOpenAndDelete()
{
    QSignalSpy opened(m_table, &TableView::opened);
    QSignalSpy removed(m_table, &TableView::deleteRequested);
    m_table->setFocus();
    m_table->selectionModel()->setCurrentIndex(m_table->model()->index(2, 1), QItemSelectionModel::NoUpdate);
    QTest::keyClick(m_table, Qt::Key_Delete);
    QCOMPARE(removed.count(), 0); // nothing chosen
    QTest::keyClick(m_table, Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QTest::keyClick(m_table, Qt::Key_Down);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, middleOf(1, 1));
    QVERIFY(m_table->selectedRowNumbers().isEmpty()); // passing by selects nothing
    QTest::keyClick(m_table, Qt::Key_Down);
    QCOMPARE(m_table->currentIndex().row(), 2);
    QTest::keyClick(m_table, Qt::Key_Space);
    QCOMPARE(m_table->selectedRowNumbers(), QList<int>{2});
    QTest::keyClick(m_table, Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(m_table->selectedRowNumbers(), (QList<int>{2, 3}));
    QTest::keyClick(m_table, Qt::Key_Delete);
    QCOMPARE(removed.count(), 1);
    QTest::mouseDClick(m_table->viewport(), Qt::LeftButton, {}, middleOf(5, 1));
    QCOMPARE(opened.count(), 2);
    QTest::mouseDClick(m_table->viewport(), Qt::LeftButton, {}, middleOf(5, 0));
    QCOMPARE(opened.count(), 2); // a tick is no opening
}

void TestTableView::widthsFollowWeights()
{
    const int name = m_table->columnWidth(1);
    QCOMPARE(m_table->columnWidth(0), 40);
    m_page->resize(1554, 709);
    QTRY_VERIFY(m_table->columnWidth(1) > name);
    QCOMPARE(m_table->columnWidth(0), 40);
    int total = 0;
    for (int column = 0; column < 9; ++column)
        total += m_table->columnWidth(column);
    QCOMPARE(total, m_table->viewport()->width());
}

void TestTableView::rowsFollowTheText()
{
    const int before = m_table->rowHeight(0);
    QVERIFY(before >= 46);
    m_theme->setTextPercent(150);
    QVERIFY(m_table->rowHeight(0) > before);
}

void TestTableView::quotaStates_data()
{
    QTest::addColumn<qint64>("used");
    QTest::addColumn<qint64>("reserved");
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<Tone>("tone");
    QTest::newRow("quiet") << 79LL << 0LL << 100LL << Tone::Neutral;
    QTest::newRow("near") << 80LL << 0LL << 100LL << Tone::Warn;
    QTest::newRow("near by reservation") << 70LL << 10LL << 100LL << Tone::Warn;
    QTest::newRow("not yet full") << 99LL << 0LL << 100LL << Tone::Warn;
    QTest::newRow("full") << 100LL << 0LL << 100LL << Tone::Bad;
    QTest::newRow("over") << 101LL << 0LL << 100LL << Tone::Bad;
    QTest::newRow("blocked") << 0LL << 0LL << 0LL << Tone::Bad;
    QTest::newRow("no limit") << 5000LL << 0LL << -1LL << Tone::Neutral;
}

void TestTableView::quotaStates()
{
    QFETCH(qint64, used);
    QFETCH(qint64, reserved);
    QFETCH(qint64, amount);
    const QuotaValue value{used, reserved, amount, {}, {}};
    QTEST(value.tone(), "tone");
}

QTEST_MAIN(TestTableView)
#include "tst_tableview.moc"
