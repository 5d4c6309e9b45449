// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/field.h"

#include "app/widgets/format.h"
#include "app/widgets/glyph.h"

#include <QAccessible>
#include <QAction>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QStyle>
#include <QWheelEvent>

namespace quota::console
{
using namespace Qt::StringLiterals;

Field::Field(QWidget *editor, QWidget *parent)
    : QWidget(parent)
    , m_editor(editor)
    , m_label(new Label(TextStep::Body, Role::Text, this))
    , m_note(new Label(TextStep::Small, Role::Faint, this))
    , m_noteRow(new QWidget(this))
    , m_noteIcon(new Glyph(u"circle-x"_s, Role::Bad, 14, this))
{
    m_label->setWeight(Weight::Medium);
    m_label->setBuddy(editor);
    m_note->setWordWrap(true);

    auto *row = new QHBoxLayout(m_noteRow);
    row->setContentsMargins(0, 2, 0, 0);
    row->setSpacing(5);
    row->addWidget(m_noteIcon, 0, Qt::AlignTop);
    row->addWidget(m_note, 1);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_label);
    column->addWidget(editor);
    column->addWidget(m_noteRow);
    setFocusProxy(editor);
    showNote();
}

void Field::setLabel(const QString &label)
{
    m_label->setText(label);
    m_editor->setAccessibleName(label);
}

void Field::setHint(const QString &hint)
{
    m_hint = hint;
    showNote();
}

void Field::setError(const QString &error)
{
    if (m_error == error)
        return;
    m_error = error;
    showNote();
    if (!error.isEmpty()) {
        QAccessibleEvent event(m_editor, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void Field::showNote()
{
    const bool wrong = !m_error.isEmpty();
    const QString note = wrong ? m_error : m_hint;
    m_note->setText(note);
    m_note->setRole(wrong ? Role::Bad : Role::Faint);
    m_noteIcon->setVisible(wrong);
    m_noteRow->setVisible(!note.isEmpty());
    m_editor->setAccessibleDescription(note);
    m_editor->setProperty("error", wrong);
    m_editor->update();
}

LineField::LineField(QWidget *parent)
    : Field(new QLineEdit, parent)
    , m_edit(static_cast<QLineEdit *>(editor()))
{}

AmountEdit::AmountEdit(QWidget *parent)
    : QLineEdit(parent)
{
    connect(this, &QLineEdit::textEdited, this, &AmountEdit::amountChanged);
    connect(this, &QLineEdit::editingFinished, this, [this] {
        if (amount())
            setAmount(amount());
    });
}

std::optional<qint64> AmountEdit::amount() const
{
    return Format::parseAmount(text());
}

void AmountEdit::setAmount(std::optional<qint64> amount)
{
    setText(amount ? Format(Theme::of(this).language()).number(*amount) : QString());
}

QLineEdit *makeSecretEdit(QWidget *parent)
{
    auto *edit = new QLineEdit(parent);
    edit->setEchoMode(QLineEdit::Password);
    edit->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase);
    return edit;
}

Choice::Choice(QWidget *parent)
    : QComboBox(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
}

void Choice::wheelEvent(QWheelEvent *event)
{
    // A wheel that passes over a form must not change it.
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore();
}

}
