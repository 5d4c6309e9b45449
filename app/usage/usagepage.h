// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/page.h"
#include "app/prompts.h"
#include "app/usage/chartcard.h"
#include "app/usage/usagefilters.h"
#include "app/usage/usagemodel.h"
#include "app/widgets/pagestate.h"
#include "app/widgets/tableview.h"

// Usage: what was used in a range, as three charts with one crosshair and as a table of the same numbers, which
// can be exported.
namespace quota::console
{

class UsagePage : public Page
{
    Q_OBJECT

public:
    struct Parts // all outlive the page
    {
        Session &session;
        UsageModel &model;
        Prompts &prompts;
    };
    UsagePage(const Parts &parts, QWidget *parent);

    QString title() const override;
    void activate() override;
    void deactivate() override;
    void refresh() override;
    void focusFilter() override;

protected:
    void retranslate() override;

private:
    void build();
    void join();
    void showCharts();
    void showNote();
    void showState();
    void setTableOnly(bool only);
    void point(const ChartView *source, int bucket);
    void exportCsv();

    Parts m_parts;
    bool m_active = false;
    UsageFilters *m_filters;
    QPushButton *m_tableOnly;
    QPushButton *m_export;
    PageState *m_state;
    QWidget *m_charts;
    ChartCard *m_requests;
    ChartCard *m_tokens;
    ChartCard *m_refused;
    TableView *m_table;
};

}
