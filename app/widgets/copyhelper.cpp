// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/copyhelper.h"

#include <QClipboard>
#include <QCryptographicHash>
#include <QMimeData>

namespace quota::console
{
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

QByteArray digestOf(const QString &text)
{
    return QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256);
}

}

CopyHelper::CopyHelper(QClipboard &clipboard, QObject *parent)
    : QObject(parent)
    , m_clipboard(clipboard)
{
    m_timer.setInterval(1s);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (!isOurs()) {
            forget();
            return;
        }
        if (--m_left <= 0)
            clearNow();
        else
            Q_EMIT secondsLeftChanged(m_left);
    });
}

CopyHelper::~CopyHelper()
{
    // A secret must not outlive the program in the clipboard.
    if (!m_digest.isEmpty() && isOurs())
        m_clipboard.clear();
}

void CopyHelper::setLifetime(std::chrono::seconds lifetime)
{
    m_lifetime = lifetime;
}

void CopyHelper::copy(const QString &text)
{
    forget();
    m_clipboard.setText(text);
}

void CopyHelper::copySecret(const QString &secret)
{
    auto *content = new QMimeData; // the clipboard owns it
    content->setText(secret);
    // What KDE's, and most other, clipboard managers look at before they keep a history.
    content->setData(u"x-kde-passwordManagerHint"_s, "secret"_ba);
    m_clipboard.setMimeData(content);
    m_digest = digestOf(secret);
    m_left = int(m_lifetime.count());
    m_timer.start();
    Q_EMIT secondsLeftChanged(m_left);
}

void CopyHelper::clearNow()
{
    if (m_digest.isEmpty())
        return;
    if (isOurs())
        m_clipboard.clear();
    forget();
    Q_EMIT cleared();
}

bool CopyHelper::isOurs() const
{
    return digestOf(m_clipboard.text()) == m_digest;
}

void CopyHelper::forget()
{
    m_timer.stop();
    m_digest.clear();
    if (m_left != 0) {
        m_left = 0;
        Q_EMIT secondsLeftChanged(0);
    }
}

}
