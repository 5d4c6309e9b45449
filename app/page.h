// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/banner.h"
#include "app/widgets/pagehead.h"

#include <QVBoxLayout>

// The base of every page beside the navigation: head, banners, body, in the margins of the console and at most
// 1600 wide. The window calls activate() when it is shown, refresh() on F5, createNew() on Ctrl+N, focusFilter()
// on Ctrl+F. A page gets its session and models through its constructor and sets all texts in retranslate().
namespace quota::console
{

class Page : public QWidget
{
    Q_OBJECT

public:
    // Id: objectName and the word in settings («keys»). Glyph: the Lucide icon of the navigation.
    Page(const QString &id, const QString &glyph, QWidget *parent);

    virtual QString title() const = 0; // the word in the navigation, in the current language
    const QString &glyph() const { return m_glyph; }

    virtual void activate() {}   // loads what is missing or old
    virtual void deactivate() {} // stops live refresh
    virtual void refresh() {}    // loads anew, content stays meanwhile
    virtual bool canCreate() const { return false; }
    virtual void createNew() {}
    virtual void focusFilter() {}

    PageHead *head() const { return m_head; }
    BannerStack *banners() const { return m_banners; }
    QVBoxLayout *body() const { return m_body; }

Q_SIGNALS:
    // For the navigation badge: what needs a person; zero takes it away.
    void badgeChanged(int count, quota::console::Tone tone);

protected:
    // Every text of the page; called on LanguageChange. Call it once at the end of your constructor.
    virtual void retranslate() = 0;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QString m_glyph;
    QVBoxLayout *m_outer;
    PageHead *m_head;
    BannerStack *m_banners;
    QVBoxLayout *m_body;
};

}
