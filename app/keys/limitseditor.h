// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/field.h"
#include "shared/limit.h"

#include <QCheckBox>
#include <QPushButton>
#include <QToolButton>

// The limits of a key as rows of amount, unit, window and mode, to be added and taken away. No row means the default of
// the service, or the template that the key follows; «no limit at all» is said expressly. The create and edit dialogs
// use it.
namespace quota::console
{

class LimitsEditor : public QWidget
{
    Q_OBJECT

public:
    explicit LimitsEditor(QWidget *parent);

    void setLimits(const std::optional<QList<Limit>> &limits); // nothing: the default of the service
    std::optional<QList<Limit>> limits() const;
    void setTemplate(
        const QString &name); // whose limits apply while there is no row; empty: the default of the service
    // What is wrong with the rows, in words; empty when they may be sent.
    QString fault() const;
    void setError(const QString &error);

Q_SIGNALS:
    void edited();

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Row
    {
        QWidget *widget;
        AmountEdit *amount;
        Choice *unit;
        Label *per;
        Choice *window;
        Choice *mode;
        QToolButton *remove;
    };
    void addRow(const Limit &limit, bool focus);
    void removeRow(QWidget *widget);
    void fill(const Row &row);
    QString noteWithoutRows() const;
    void changed();
    void retranslate();

    QList<Row> m_rows;
    QVBoxLayout *m_layout;
    Label *m_label;
    Label *m_note;
    QPushButton *m_add;
    QCheckBox *m_unlimited;
    QString m_error;
    QString m_template;
};

}
