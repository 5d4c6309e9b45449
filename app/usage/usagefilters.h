// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/usage/usagemodel.h"
#include "app/widgets/field.h"
#include "app/widgets/segmented.h"

#include <QCheckBox>
#include <QDateEdit>

// The row over the charts of Usage: range, group, key, bucket, comparison, and what the table's rows are. It asks
// the model for everything at once.
namespace quota::console
{

class UsageFilters : public QWidget
{
    Q_OBJECT

public:
    UsageFilters(UsageModel &model, Session &session, QWidget *parent);
    void focusFirst();
    void setGroupShown(UsageGroup group);
    void setKeyShown(const KeyId &key);

protected:
    void changeEvent(QEvent *event) override;

private:
    void build();
    void join();
    void choose();
    void showBuckets();
    void showKeys();
    void retranslate();

    UsageModel &m_model;
    Session &m_session;
    Segmented *m_span;
    QWidget *m_dates;
    QDateEdit *m_first;
    Label *m_to;
    QDateEdit *m_last;
    Choice *m_group;
    Choice *m_key;
    Choice *m_bucket;
    QCheckBox *m_compare;
    Choice *m_rows;
};

}
