// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/searchfield.h"

#include "app/widgets/button.h"
#include "app/widgets/theme.h"

#include <QKeyEvent>
#include <QPainter>

namespace quota::console
{
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

SearchField::SearchField(QWidget *parent)
    : QLineEdit(parent)
    , m_clear(makeIconButton(u"x"_s, {}, this))
{
    setTextMargins(22, 0, 20, 0);
    m_clear->setFocusPolicy(Qt::NoFocus);
    setSmall(m_clear, true);
    m_clear->setCursor(Qt::ArrowCursor);
    m_clear->hide();
    m_pause.setSingleShot(true);
    m_pause.setInterval(250ms);
    connect(&m_pause, &QTimer::timeout, this, &SearchField::seek);
    connect(this, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_clear->setVisible(!text.isEmpty());
        m_pause.start();
    });
    connect(this, &QLineEdit::returnPressed, this, &SearchField::seek);
    connect(m_clear, &QToolButton::clicked, this, [this] {
        clear();
        seek();
    });
    setIconWords(m_clear, tr("Clear"));
}

void SearchField::seek()
{
    m_pause.stop();
    const QString wanted = text().trimmed();
    if (wanted == m_last)
        return;
    m_last = wanted;
    Q_EMIT sought(wanted);
}

void SearchField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    drawIcon(painter, this, QRectF(10, 0, 16, height()), u"search"_s, Role::Muted, 16);
}

void SearchField::resizeEvent(QResizeEvent *event)
{
    QLineEdit::resizeEvent(event);
    const int side = qMin(height() - 6, m_clear->sizeHint().height());
    m_clear->setGeometry(width() - side - 4, (height() - side) / 2, side, side);
}

void SearchField::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        seek();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void SearchField::changeEvent(QEvent *event)
{
    QLineEdit::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        setIconWords(m_clear, tr("Clear"));
}

}
