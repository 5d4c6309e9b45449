// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/type.h"

#include "app/widgets/theme.h"

#include <QFontDatabase>
#include <QGuiApplication>
#include <QScreen>
#include <QWidget>

#include <cmath>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

int pixels(TextStep step, Language language)
{
    const bool chinese = language == Language::Chinese;
    switch (step) {
    case TextStep::Caption:
        return chinese ? 12 : 11;
    case TextStep::Small:
        return chinese ? 13 : 12;
    case TextStep::Body:
        return chinese ? 14 : 13;
    case TextStep::Section:
        return chinese ? 15 : 14;
    case TextStep::Title:
        return 20;
    case TextStep::Figure:
        return 26;
    case TextStep::Mono:
        return 12;
    case TextStep::MonoSmall:
        return 11;
    }
    return 13;
}

QStringList families(TextStep step)
{
    if (step == TextStep::Mono || step == TextStep::MonoSmall)
        return {u"JetBrains Mono"_s, u"DejaVu Sans Mono"_s,      u"Consolas"_s,
                u"Menlo"_s,          u"Noto Sans Mono CJK SC"_s, u"Noto Sans CJK SC"_s};
    // SC expressly: fontconfig alone may pick Japanese shapes.
    return {u"Inter Console"_s,      u"Noto Sans CJK SC"_s, u"Source Han Sans SC"_s,
            u"Microsoft YaHei UI"_s, u"PingFang SC"_s,      u"DejaVu Sans"_s};
}

QFont::Weight weightOf(TextStep step, Weight weight)
{
    if (step == TextStep::Section || step == TextStep::Title || step == TextStep::Figure)
        return QFont::DemiBold;
    switch (weight) {
    case Weight::Regular:
        return QFont::Normal;
    case Weight::Medium:
        return QFont::Medium;
    case Weight::Strong:
        return QFont::DemiBold;
    }
    return QFont::Normal;
}

}

void loadFonts()
{
    if (QFontDatabase::families().contains("Inter Console"_L1))
        return;
    for (const auto weight : {"Regular"_L1, "Medium"_L1, "SemiBold"_L1})
        QFontDatabase::addApplicationFont(":/fonts/InterConsole-"_L1 + weight + ".otf"_L1);
}

QFont fontFor(TextStep step, Weight weight, Language language, int textPercent)
{
    QFont font;
    font.setFamilies(families(step));
    font.setPixelSize(int(std::lround(pixels(step, language) * textPercent / 100.0)));
    font.setWeight(weightOf(step, weight));
    if (step == TextStep::Title)
        font.setLetterSpacing(QFont::PercentageSpacing, 98.5);
    const QScreen *screen = QGuiApplication::primaryScreen();
    const qreal ratio = screen ? screen->devicePixelRatio() : 1.0;
    font.setHintingPreference(ratio > 1.25 ? QFont::PreferNoHinting : QFont::PreferVerticalHinting);
    return font;
}

void setStep(QWidget *widget, TextStep step, Weight weight)
{
    widget->setProperty("textStep", int(step));
    widget->setProperty("textWeight", int(weight));
    widget->setFont(Theme::of(widget).font(step, weight));
}

qreal baselineIn(const QRectF &rect, const QFontMetricsF &metrics)
{
    return std::round(rect.center().y() + metrics.capHeight() / 2);
}

int drawText(QPainter &painter, const QRectF &rect, Qt::Alignment alignment, const QString &text,
             Qt::TextElideMode elide)
{
    const QFontMetricsF metrics(painter.font());
    QString shown = text;
    qreal width = metrics.horizontalAdvance(shown);
    // Sizes are whole pixels, advances are not: less than one over still fits.
    if (width > rect.width() + 1 && elide != Qt::ElideNone) {
        shown = metrics.elidedText(text, elide, rect.width());
        width = metrics.horizontalAdvance(shown);
    }
    qreal left = rect.left();
    if (alignment & Qt::AlignRight)
        left = rect.right() - width;
    else if (alignment & Qt::AlignHCenter)
        left = rect.left() + (rect.width() - width) / 2;
    painter.drawText(QPointF(left, baselineIn(rect, metrics)), shown);
    return int(std::ceil(width));
}

}
