// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/testpanel.h"

#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

TestPanel::TestPanel(const ConnectionTest &test, CopyHelper &copier, QWidget *parent)
    : QWidget(parent)
    , m_test(test)
    , m_layout(new QVBoxLayout(this))
    , m_title(new Label(TextStep::Section, Role::Text, this))
    , m_elapsed(new Label(TextStep::Small, Role::Muted, this))
{
    setObjectName(u"testPanel"_s);
    m_layout->setContentsMargins({});
    m_layout->setSpacing(0);
    auto *head = new QHBoxLayout;
    m_title->setWeight(Weight::Strong);
    m_elapsed->setObjectName(u"testElapsed"_s);
    m_elapsed->setElides(false);
    head->addWidget(m_title, 1);
    head->addWidget(m_elapsed);
    m_layout->addLayout(head);
    m_layout->addSpacing(10);
    for (int stage = 0; stage < ConnectionTest::stageCount; ++stage)
        addRow(stage);
    m_layout->addSpacing(14);
    addCure(copier);
    m_layout->addStretch(1);
    connect(&test, &ConnectionTest::changed, this, &TestPanel::update);
    update();
}

void TestPanel::addRow(int stage)
{
    auto *line = new QHBoxLayout;
    line->setContentsMargins(0, 6, 2, 6);
    line->setSpacing(8);
    Row row{new Glyph(u"circle-dashed"_s, Role::Faint, 16, this),
            new Label(TextStep::Body, Role::Faint, this), new Label(TextStep::Small, Role::Muted, this)};
    row.words->setObjectName(u"testWords%1"_s.arg(stage));
    row.detail->setObjectName(u"testDetail%1"_s.arg(stage));
    row.detail->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row.words->setElides(false);
    line->addWidget(row.glyph);
    line->addWidget(row.words);
    line->addWidget(row.detail, 1);
    if (stage > 0)
        m_layout->addWidget(Card::makeRule(this));
    m_layout->addLayout(line);
    m_rows.append(row);
}

void TestPanel::addCure(CopyHelper &copier)
{
    m_cure = new Card(this);
    m_cure->setObjectName(u"cure"_s);
    m_cure->setGround(Role::BadSoft);
    m_cureTitle = new Label(TextStep::Body, Role::Text, m_cure);
    m_cureTitle->setWeight(Weight::Strong);
    m_cureText = new Label(TextStep::Body, Role::Muted, m_cure);
    m_cureText->setObjectName(u"cureText"_s);
    m_cureText->setWordWrap(true);
    m_cureCommand = new CodeBox(copier, m_cure);
    m_cureCommand->setObjectName(u"cureCommand"_s);
    m_cure->body()->setSpacing(6);
    m_cure->body()->addWidget(m_cureTitle);
    m_cure->body()->addWidget(m_cureText);
    m_cure->body()->addWidget(m_cureCommand);
    m_layout->addWidget(m_cure);
}

void TestPanel::update()
{
    const Format format(Theme::of(this).language());
    m_title->setText(tr("Test connection"));
    const bool done = m_test.elapsed().count() > 0;
    m_elapsed->setText(done ? format.latency(m_test.elapsed()) : QString());
    for (int stage = 0; stage < ConnectionTest::stageCount; ++stage)
        showRow(stage);
    const auto cure = m_test.cure();
    m_cure->setVisible(cure.has_value());
    if (!cure)
        return;
    m_cureTitle->setText(cure->title);
    m_cureText->setText(cure->text);
    m_cureCommand->setVisible(!cure->command.isEmpty());
    m_cureCommand->setText(cure->command);
}

void TestPanel::showRow(int stage)
{
    const Row &row = m_rows.at(stage);
    const auto step = ConnectionTest::Stage(stage);
    row.words->setText(m_test.words(step));
    row.detail->setText(m_test.detail(step, Format(Theme::of(this).language())));
    Role words = Role::Text;
    Role detail = Role::Muted;
    switch (m_test.outcome(step)) {
    case ConnectionTest::Outcome::Waiting:
        row.glyph->setGlyph(u"circle-dashed"_s, Role::Faint);
        words = Role::Faint;
        break;
    case ConnectionTest::Outcome::Running:
        row.glyph->setGlyph(u"loader-circle"_s, Role::Accent);
        break;
    case ConnectionTest::Outcome::Good:
        row.glyph->setGlyph(u"circle-check"_s, Role::Ok);
        break;
    case ConnectionTest::Outcome::Doubtful:
        row.glyph->setGlyph(u"triangle-alert"_s, Role::Warn);
        detail = Role::Warn;
        break;
    case ConnectionTest::Outcome::Bad:
        row.glyph->setGlyph(u"octagon-x"_s, Role::Bad);
        detail = Role::Bad;
        break;
    case ConnectionTest::Outcome::NotNeeded:
        row.glyph->setGlyph(u"circle-check"_s, Role::Faint);
        words = Role::Muted;
        break;
    }
    row.words->setRole(words);
    row.detail->setRole(detail);
}

void TestPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        update();
}

}
