// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QPushButton>
#include <QWidget>

#include <functional>

// Banners: a bold fact, what it means, up to two small buttons. BannerStack shows the worst two, then «1 more».
// Showing a banner under an id that is there replaces it in place; each new one is announced once.
namespace quota::console
{

struct BannerText
{
    Tone tone = Tone::Info;
    QString fact;
    QString meaning;
    QString action; // empty: no button
    QString second;
    bool dismissible = false;
    bool operator==(const BannerText &) const = default;
};

class Banner : public QWidget
{
    Q_OBJECT

public:
    explicit Banner(QWidget *parent);
    void setContent(const BannerText &content);
    const BannerText &content() const { return m_content; }
    QSize sizeHint() const override;

Q_SIGNALS:
    void acted();
    void secondActed();
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    BannerText m_content;
    class Label *m_fact;
    class Label *m_meaning;
    QPushButton *m_action;
    QPushButton *m_second;
    QAbstractButton *m_close;
};

class BannerStack : public QWidget
{
    Q_OBJECT

public:
    explicit BannerStack(QWidget *parent);
    void show(const QString &id, const BannerText &content);
    void remove(const QString &id);
    bool has(const QString &id) const;

Q_SIGNALS:
    void acted(const QString &id);
    void secondActed(const QString &id);
    void dismissed(const QString &id); // already removed

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Entry
    {
        QString id;
        Banner *banner;
    };
    void arrange();

    QList<Entry> m_entries;
    QPushButton *m_more;
    bool m_all = false;
};

}
