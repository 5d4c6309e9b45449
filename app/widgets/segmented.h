// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QButtonGroup>
#include <QStringList>
#include <QWidget>

// 2-6 exclusive choices that change at once what is seen; works like radio buttons: arrows move, Space chooses.
namespace quota::console
{

class Segmented : public QWidget
{
    Q_OBJECT

public:
    explicit Segmented(QWidget *parent);

    // Call again with the same number of words to retranslate; the choice stays and nothing is signalled.
    void setChoices(const QStringList &words);
    int current() const;
    void setCurrent(int index); // signals only when it changes

Q_SIGNALS:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QButtonGroup m_buttons;
};

}
