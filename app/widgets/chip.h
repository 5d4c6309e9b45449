// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QWidget>

// Small painted words: the state chip (icon and word on a soft ground) and the environment tag (its word in
// the environment's own hue).
namespace quota::console
{

class StateChip : public QWidget
{
    Q_OBJECT

public:
    explicit StateChip(QWidget *parent);
    StateChip(Tone tone, const QString &word, QWidget *parent);

    void setState(Tone tone, const QString &word, const QString &glyph = {}); // empty glyph: the tone's
    QString word() const { return m_word; }
    Tone tone() const { return m_tone; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Neutral;
    QString m_word;
    QString m_glyph;
};

class EnvironmentTag : public QWidget
{
    Q_OBJECT

public:
    explicit EnvironmentTag(QWidget *parent);
    void setEnvironment(Environment environment);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

    static QString word(Environment environment);     // DEV, TEST, PROD; 开发, 测试, 生产
    static QString longWord(Environment environment); // Dev, Test, Production

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    Environment m_environment = Environment::Dev;
};

}
