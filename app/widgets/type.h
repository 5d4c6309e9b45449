// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/language.h"

#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QString>

// The text steps and how text is put on the screen. Sizes follow the language (Chinese is a step larger) and
// the reader's text size; digits are equally wide. Widgets take fonts from Theme::font or mark themselves with
// setStep, so that a change of language or text size reaches them. Nobody sets a point size.
namespace quota::console
{

enum class TextStep
{
    Caption,
    Small,
    Body,
    Section,
    Title,
    Figure,
    Mono,
    MonoSmall
};

enum class Weight
{
    Regular,
    Medium,
    Strong
};

inline constexpr int minimumTextPercent = 90;
inline constexpr int maximumTextPercent = 150;

// Registers the bundled Inter Console once per process; called by Theme.
void loadFonts();
QFont fontFor(TextStep step, Weight weight, Language language, int textPercent);

// Marks a widget with its step and gives it the font; Theme gives it anew whenever the scale changes.
void setStep(QWidget *widget, TextStep step, Weight weight = Weight::Regular);

// Draws one line so that the capitals stand in the middle of the rectangle whatever script the text is in;
// too long a text is elided. Alignment: horizontal flags only. Answers the width drawn.
int drawText(QPainter &painter, const QRectF &rect, Qt::Alignment alignment, const QString &text,
             Qt::TextElideMode elide = Qt::ElideRight);
// The baseline for such a line in this rectangle.
qreal baselineIn(const QRectF &rect, const QFontMetricsF &metrics);

}
