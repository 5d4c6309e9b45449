// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <QStringList>
#include <QStringListModel>
#include <QWidget>

// The models a key may use, as chips, with a line to add one; names the providers serve are suggested. None means
// all models.
namespace quota::console
{

class FlowLayout;

class ModelPicker : public QWidget
{
    Q_OBJECT

public:
    explicit ModelPicker(QWidget *parent);

    void setModels(const QStringList &models);
    QStringList models() const; // what is typed but not yet added counts
    void setSuggestions(const QStringList &models);

Q_SIGNALS:
    void edited();

protected:
    void changeEvent(QEvent *event) override;

private:
    void add();
    void showChips();
    void retranslate();

    QStringList m_models;
    FlowLayout *m_flow;
    QLineEdit *m_line;
    QStringListModel m_suggestions;
};

}
