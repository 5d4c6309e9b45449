// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <QTimer>
#include <QToolButton>

// A search line with a magnifier and a clear button. sought() comes 250 ms after the last keystroke, at once on
// Enter, and Esc clears.
namespace quota::console
{

class SearchField : public QLineEdit
{
    Q_OBJECT

public:
    explicit SearchField(QWidget *parent);

Q_SIGNALS:
    void sought(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void seek();

    QToolButton *m_clear;
    QTimer m_pause;
    QString m_last;
};

}
