// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prompts.h"

#include "app/widgets/button.h"
#include "app/widgets/dialogframe.h"
#include "app/widgets/field.h"
#include "app/widgets/spacing.h"

#include <QFileDialog>

using namespace Qt::StringLiterals;

namespace quota::console
{

namespace
{

class ConfirmDialog : public DialogFrame
{
public:
    ConfirmDialog(const Confirmation &question, QWidget *parent)
        : DialogFrame(space::dialogSmall, parent)
        , m_question(question)
        , m_typed(new LineField(this))
    {
        setObjectName(u"confirmDialog"_s);
        verb()->setObjectName(u"confirm"_s);
        m_typed->edit()->setObjectName(u"typeToConfirm"_s);
        if (question.dangerous) {
            setGlyph(u"triangle-alert"_s, Role::Warn);
            setKind(verb(), ButtonKind::Danger);
            // Enter must not destroy by habit.
            verb()->setAutoDefault(false);
            verb()->setDefault(false);
        }
        body()->addWidget(m_typed);
        m_typed->setVisible(!question.typed.isEmpty());
        verb()->setEnabled(question.typed.isEmpty());
        connect(m_typed->edit(), &QLineEdit::textChanged, this,
                [this](const QString &text) { verb()->setEnabled(text.trimmed() == m_question.typed); });
        connect(verb(), &QPushButton::clicked, this, &QDialog::accept);
        retranslate();
        if (question.typed.isEmpty())
            cancelButton()->setFocus();
        else
            m_typed->edit()->setFocus();
    }

protected:
    void retranslate() override
    {
        DialogFrame::retranslate();
        setHeading(m_question.title, m_question.text);
        m_typed->setLabel(m_question.typed);
        verb()->setText(m_question.verb);
    }

private:
    Confirmation m_question;
    LineField *m_typed;
};

void choose(QFileDialog *dialog, std::function<void(const QString &)> chosen)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog,
                     [chosen = std::move(chosen)](const QString &path) { chosen(path); });
    dialog->open();
}

}

void DialogPrompts::confirm(QWidget *parent, const Confirmation &question, std::function<void()> agreed)
{
    auto *dialog = new ConfirmDialog(question, parent->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // The asker is the context: what it wanted to do is void once it is gone.
    QObject::connect(dialog, &QDialog::accepted, parent, [agreed = std::move(agreed)] { agreed(); });
    dialog->open();
}

void DialogPrompts::saveFile(QWidget *parent, const QString &title, const QString &suggestedName,
                             const QString &filter, std::function<void(const QString &)> chosen)
{
    auto *dialog = new QFileDialog(parent, title, QString(), filter);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(suggestedName);
    choose(dialog, std::move(chosen));
}

void DialogPrompts::openFile(QWidget *parent, const QString &title, const QString &filter,
                             std::function<void(const QString &)> chosen)
{
    auto *dialog = new QFileDialog(parent, title, QString(), filter);
    dialog->setFileMode(QFileDialog::ExistingFile);
    choose(dialog, std::move(chosen));
}

}
