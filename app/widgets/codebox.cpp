// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/codebox.h"

#include "app/widgets/button.h"
#include "app/widgets/copyhelper.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QEvent>
#include <QPainter>
#include <QPlainTextDocumentLayout>
#include <QScrollBar>

#include <cmath>

namespace quota::console
{
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

CodeBox::CodeBox(CopyHelper &copier, QWidget *parent)
    : QWidget(parent)
    , m_copier(copier)
    , m_text(new QPlainTextEdit(this))
    , m_copy(makeIconButton(u"copy"_s, {}, this))
{
    m_text->setReadOnly(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->viewport()->setAutoFillBackground(false);
    m_text->setAutoFillBackground(false);
    m_text->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_text->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setWordWrapMode(QTextOption::WrapAnywhere);
    m_text->setTabChangesFocus(true);
    m_text->document()->setDocumentMargin(0);
    setStep(m_text, TextStep::Mono);
    setSmall(m_copy, true);
    m_copy->setObjectName(u"copy"_s);
    setFocusProxy(m_copy);
    m_thanks.setSingleShot(true);
    m_thanks.setInterval(2s);
    connect(&m_thanks, &QTimer::timeout, this, &CodeBox::retranslate);
    connect(m_copy, &QToolButton::clicked, this, &CodeBox::copy);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setSizePolicy(policy);
    retranslate();
}

void CodeBox::setText(const QString &shown)
{
    m_secret.clear();
    m_text->setPlainText(shown);
    fit();
}

void CodeBox::setText(const QString &shown, const QString &copied)
{
    setText(shown);
    m_secret = copied;
}

QString CodeBox::text() const
{
    return m_text->toPlainText();
}

void CodeBox::copy()
{
    if (m_secret.isEmpty())
        m_copier.copy(text());
    else
        m_copier.copySecret(m_secret);
    setGlyph(m_copy, u"check"_s);
    setIconWords(m_copy, tr("Copied"));
    m_thanks.start();
    Q_EMIT copied();
}

void CodeBox::retranslate()
{
    setGlyph(m_copy, u"copy"_s);
    setIconWords(m_copy, tr("Copy"));
    m_text->setAccessibleName(tr("Code"));
}

void CodeBox::fit()
{
    const QMargins padding(12, 10, 44, 10);
    m_text->setGeometry(rect().marginsRemoved(padding));
    // Lines after wrapping; the box is as tall as its text.
    qreal lines = 0;
    for (QTextBlock block = m_text->document()->begin(); block.isValid(); block = block.next()) {
        m_text->document()->documentLayout()->blockBoundingRect(block);
        lines += qMax(1, block.layout()->lineCount());
    }
    const int line = QFontMetrics(m_text->font()).lineSpacing();
    const int height = qMax(int(std::ceil(lines * line)) + padding.top() + padding.bottom(),
                            m_copy->sizeHint().height() + 12);
    setFixedHeight(height);
    const QSize button = m_copy->sizeHint();
    m_copy->setGeometry(QRect(QPoint(width() - button.width() - 8, 6), button));
}

void CodeBox::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paint::box(painter, Theme::of(this), rect(), space::radiusControl, Role::Sunken, Role::Border);
}

void CodeBox::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

bool CodeBox::event(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    if (event->type() == QEvent::StyleChange && m_text)
        fit();
    return QWidget::event(event);
}

}
