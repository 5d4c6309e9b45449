// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

class QWidget;

// The questions a page must ask a person before it goes on: a yes, a place for a file. Pages ask through this
// interface and go on in the continuation, which is not called when the person declines; tests answer at once.
namespace quota::console
{

struct Confirmation
{
    QString title; // names the deed and its object: «Delete “thesis-lab”?»
    QString text;  // what will happen, in plain words
    QString verb;  // of the button
    bool dangerous = true;
    QString typed; // when not empty: what must be typed before the button works
};

class Prompts
{
public:
    virtual ~Prompts() = default;

    virtual void confirm(QWidget *parent, const Confirmation &question, std::function<void()> agreed) = 0;
    // Paths; the filter is in QFileDialog's form.
    virtual void saveFile(QWidget *parent, const QString &title, const QString &suggestedName,
                          const QString &filter, std::function<void(const QString &path)> chosen) = 0;
    virtual void openFile(QWidget *parent, const QString &title, const QString &filter,
                          std::function<void(const QString &path)> chosen) = 0;
};

// The real dialogs: modal to the window, yet never blocking.
class DialogPrompts : public Prompts
{
public:
    void confirm(QWidget *parent, const Confirmation &question, std::function<void()> agreed) override;
    void saveFile(QWidget *parent, const QString &title, const QString &suggestedName, const QString &filter,
                  std::function<void(const QString &path)> chosen) override;
    void openFile(QWidget *parent, const QString &title, const QString &filter,
                  std::function<void(const QString &path)> chosen) override;
};

}
