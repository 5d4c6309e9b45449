// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <chrono>

class QClipboard;

// The clipboard for secrets: marked so that clipboard managers do not keep it, cleared after 30 s and at exit if
// it still holds what was put there. Only a digest is kept for that. One per application, owned by main.
namespace quota::console
{

class CopyHelper : public QObject
{
    Q_OBJECT

public:
    explicit CopyHelper(QClipboard &clipboard, QObject *parent = nullptr);
    ~CopyHelper() override;

    void setLifetime(std::chrono::seconds lifetime); // default 30 s
    void copy(const QString &text);
    void copySecret(const QString &secret);
    void clearNow();                           // if it is still ours
    int secondsLeft() const { return m_left; } // 0: nothing of ours

Q_SIGNALS:
    void secondsLeftChanged(int seconds); // for «cleared in 27 s»
    void cleared();

private:
    bool isOurs() const;
    void forget();

    QClipboard &m_clipboard;
    std::chrono::seconds m_lifetime{30};
    QTimer m_timer;
    QByteArray m_digest;
    int m_left = 0;
};

}
