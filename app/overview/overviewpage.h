// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/overview/firststeps.h"
#include "app/overview/overviewmodel.h"
#include "app/overview/rankrow.h"
#include "app/page.h"
#include "app/usage/chartcard.h"
#include "app/widgets/pagestate.h"
#include "app/widgets/tile.h"

// Overview: how the service stands, in one look: four figures of today, today's curve over yesterday's, the
// service's parts, and the keys to look at. It leads to the other pages and changes nothing.
namespace quota::console
{

class OverviewPage : public Page
{
    Q_OBJECT

public:
    struct Parts // all outlive the page
    {
        Session &session;
        OverviewModel &model;
        CopyHelper &copier;
    };
    OverviewPage(const Parts &parts, QWidget *parent);

    QString title() const override;
    void activate() override;
    void deactivate() override;
    void refresh() override;
    bool canCreate() const override { return m_parts.session.canWrite(); }
    void createNew() override { Q_EMIT keyWanted(); }

Q_SIGNALS:
    void keyWanted();   // a new one
    void usageWanted(); // the page
    void keysWanted();
    void runningOutWanted();
    void endingWanted();
    void keyOpened(const quota::KeyId &id);

protected:
    void retranslate() override;

private:
    void build();
    void buildLists(QVBoxLayout *column);
    void join();
    void showAll();
    void showTiles();
    void showTile(Tile *tile, const QString &name, const QString &glyph, qint64 (*pick)(const UsageSums &),
                  bool lessIsGood);
    void showLists();
    void addRow(Card *card, const RankText &text, const KeyId &id);
    void addNothing(Card *card, const QString &words);
    void showService();
    void showEncryption();
    void showState();
    void showWrites();

    Parts m_parts;
    bool m_active = false;
    QPushButton *m_new;
    PageState *m_state;
    QWidget *m_figures;
    FirstSteps *m_steps;
    Tile *m_requests;
    Tile *m_tokens;
    Tile *m_refused;
    Tile *m_failed;
    ChartCard *m_curve;
    QPushButton *m_openUsage;
    Card *m_service;
    QPushButton *m_checkNow;
    Card *m_busiest;
    QPushButton *m_allKeys;
    Card *m_runOut;
    QPushButton *m_over80;
    Card *m_ending;
    QPushButton *m_soon;
};

}
