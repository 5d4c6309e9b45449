// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/label.h"

#include <QComboBox>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

// A field of a form: the label above, the editor, and below it a hint that an error replaces. Field takes any
// editor; LineField, AmountField and SecretField bring theirs. The label's mnemonic and accessible name go to
// the editor; an error turns its edge red and is announced once.
namespace quota::console
{

class Field : public QWidget
{
    Q_OBJECT

public:
    Field(QWidget *editor, QWidget *parent); // takes the editor as its child

    void setLabel(const QString &label);
    void setHint(const QString &hint);
    void setError(const QString &error); // empty: the hint comes back
    QString error() const { return m_error; }
    QWidget *editor() const { return m_editor; }

private:
    void showNote();

    QWidget *m_editor;
    Label *m_label;
    Label *m_note;
    QWidget *m_noteRow;
    QWidget *m_noteIcon;
    QString m_hint;
    QString m_error;
};

class LineField : public Field
{
    Q_OBJECT

public:
    explicit LineField(QWidget *parent);
    QLineEdit *edit() const { return m_edit; }
    QString text() const { return m_edit->text(); }
    void setText(const QString &text) { m_edit->setText(text); }
    void setPlaceholder(const QString &example) { m_edit->setPlaceholderText(example); }

private:
    QLineEdit *m_edit;
};

// Whole numbers: takes «2 M», «200 万», «2e6», shows grouping after leaving. Empty or unreadable: nothing.
class AmountEdit : public QLineEdit
{
    Q_OBJECT

public:
    explicit AmountEdit(QWidget *parent);
    std::optional<qint64> amount() const;
    void setAmount(std::optional<qint64> amount);

Q_SIGNALS:
    void amountChanged();
};

// A line that shows dots: for tokens and passwords.
QLineEdit *makeSecretEdit(QWidget *parent);

// A combo box in the look of the console: readable width, wheel ignored unless focused.
class Choice : public QComboBox
{
    Q_OBJECT

public:
    explicit Choice(QWidget *parent);

protected:
    void wheelEvent(QWheelEvent *event) override;
};

}
