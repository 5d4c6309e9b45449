// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/overview/firststeps.h"

#include "app/widgets/button.h"

#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

FirstSteps::FirstSteps(CopyHelper &copier, QWidget *parent)
    : Card(parent)
    , m_heading(new Label(TextStep::Title, Role::Text, this))
{
    setObjectName(u"firstSteps"_s);
    body()->setContentsMargins(12, 10, 12, 10);
    body()->setSpacing(18);
    m_heading->setWeight(Weight::Strong);
    body()->addWidget(m_heading);
    m_provider = addStep();
    m_key = addStep();
    m_request = addStep();
    m_providerCode = new CodeBox(copier, this);
    m_provider.room->addWidget(m_providerCode);
    m_new = makeButton(ButtonKind::Secondary, {}, u"plus"_s, this);
    m_new->setObjectName(u"firstKey"_s);
    m_key.room->addWidget(m_new, 0, Qt::AlignLeft);
    m_requestCode = new CodeBox(copier, this);
    m_request.room->addWidget(m_requestCode);
    body()->addStretch(1);
    connect(m_new, &QPushButton::clicked, this, &FirstSteps::keyWanted);
    retranslate();
}

FirstSteps::Step FirstSteps::addStep()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(14);
    auto *words = new QVBoxLayout;
    words->setSpacing(6);
    Step step{new Glyph(u"circle-dashed"_s, Role::Faint, 20, this),
              new Label(TextStep::Section, Role::Text, this), new Label(TextStep::Body, Role::Muted, this),
              words};
    step.title->setWeight(Weight::Strong);
    step.text->setWordWrap(true);
    words->addWidget(step.title);
    words->addWidget(step.text);
    row->addWidget(step.glyph, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    body()->addLayout(row);
    return step;
}

void FirstSteps::setProgress(bool hasProvider, bool hasKey, bool canWrite, const QUrl &service)
{
    m_hasProvider = hasProvider;
    m_hasKey = hasKey;
    m_service = service;
    m_new->setEnabled(canWrite);
    retranslate();
}

static void setDone(Glyph *glyph, bool done)
{
    glyph->setGlyph(done ? u"circle-check"_s : u"circle-dashed"_s, done ? Role::Ok : Role::Faint);
}

void FirstSteps::retranslate()
{
    m_heading->setText(tr("Three steps to the first answer"));
    setDone(m_provider.glyph, m_hasProvider);
    setDone(m_key.glyph, m_hasKey);
    m_provider.title->setText(tr("Add a provider"));
    m_provider.text->setText(m_hasProvider
                                 ? tr("A provider is set.")
                                 : tr("Start the service with its address and secret. Until then the "
                                      "built-in demo provider answers."));
    m_providerCode->setVisible(!m_hasProvider);
    m_providerCode->setText(
        u"DEEPSEEK_BASE_URL=https://api.deepseek.com/v1 DEEPSEEK_API_KEY=… quota-proxy serve"_s);
    m_key.title->setText(tr("Make a key"));
    m_key.text->setText(m_hasKey ? tr("There is one to use.")
                                 : tr("With limits of its own, for one holder."));
    m_new->setText(tr("New key"));
    m_new->setVisible(!m_hasKey);
    m_request.title->setText(tr("Send a request"));
    m_request.text->setText(tr("With the secret of the key; any OpenAI client does, given this base URL."));
    m_requestCode->setText(u"curl %1/v1/chat/completions \\\n  -H 'Authorization: Bearer …' \\\n"
                           "  -H 'Content-Type: application/json' \\\n"
                           "  -d '{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", "
                           "\"content\": \"Hello\"}]}'"_s.arg(m_service.toString()));
}

void FirstSteps::changeEvent(QEvent *event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
