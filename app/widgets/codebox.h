// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QPlainTextEdit>
#include <QTimer>
#include <QToolButton>

// Code or a command in a sunken box with a copy button. What is copied may differ from what is shown (a masked
// secret on screen, the full one in the clipboard); then the clipboard is treated as secret.
namespace quota::console
{

class CopyHelper;

class CodeBox : public QWidget
{
    Q_OBJECT

public:
    CodeBox(CopyHelper &copier, QWidget *parent); // the copier outlives the box
    void setText(const QString &shown);
    void setText(const QString &shown, const QString &copied); // copied as a secret
    QString text() const;

Q_SIGNALS:
    void copied();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void copy();
    void fit();
    void retranslate();

    CopyHelper &m_copier;
    QPlainTextEdit *m_text = nullptr;
    QToolButton *m_copy;
    QTimer m_thanks;
    QString m_secret;
};

}
