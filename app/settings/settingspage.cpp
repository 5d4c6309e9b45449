// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/settingspage.h"

#include "app/widgets/button.h"
#include "app/widgets/card.h"
#include "app/widgets/spacing.h"
#include "shared/version.h"

#include <array>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

constexpr std::array themes{ThemeChoice::System, ThemeChoice::Light, ThemeChoice::Dark,
                            ThemeChoice::HighContrastLight, ThemeChoice::HighContrastDark};
constexpr std::array percents{90, 100, 110, 125, 150};

QWidget *makeRow(Label *label, Label *hint, QWidget *control, QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 6, 0, 6);
    line->setSpacing(24);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    label->setWeight(Weight::Medium);
    label->setBuddy(control);
    words->addWidget(label);
    words->addWidget(hint);
    line->addLayout(words, 1);
    line->addWidget(control, 0, Qt::AlignVCenter);
    return row;
}

}

SettingsPage::SettingsPage(LookSettings &look, QWidget *parent)
    : Page(u"settings"_s, u"settings"_s, parent)
    , m_look(look)
    , m_card(new Card(this))
    , m_theme(new Segmented(m_card))
    , m_themeLabel(new Label(TextStep::Body, Role::Text, m_card))
    , m_themeHint(new Label(TextStep::Small, Role::Faint, m_card))
    , m_language(new Choice(m_card))
    , m_languageLabel(new Label(TextStep::Body, Role::Text, m_card))
    , m_languageHint(new Label(TextStep::Small, Role::Faint, m_card))
    , m_text(new Choice(m_card))
    , m_textLabel(new Label(TextStep::Body, Role::Text, m_card))
    , m_textHint(new Label(TextStep::Small, Role::Faint, m_card))
    , m_reset(makeButton(ButtonKind::Link, {}, m_card))
    , m_about(new Label(TextStep::Small, Role::Faint, this))
{
    buildLook();
    m_card->setMaximumWidth(space::dialogMedium);
    body()->addWidget(m_card);
    body()->addWidget(m_about);
    body()->addStretch(1);
    connect(&m_look, &LookSettings::changed, this, &SettingsPage::showLook);
    SettingsPage::retranslate();
}

QString SettingsPage::title() const
{
    return tr("Settings");
}

void SettingsPage::buildLook()
{
    m_theme->setObjectName(u"themeChoice"_s);
    m_language->setObjectName(u"languageChoice"_s);
    m_text->setObjectName(u"textSizeChoice"_s);
    m_reset->setObjectName(u"resetLook"_s);
    m_card->addAction(m_reset);
    QVBoxLayout *column = m_card->body();
    column->setSpacing(4);
    column->addWidget(makeRow(m_themeLabel, m_themeHint, m_theme, m_card));
    column->addWidget(Card::makeRule(m_card));
    column->addWidget(makeRow(m_languageLabel, m_languageHint, m_language, m_card));
    column->addWidget(Card::makeRule(m_card));
    column->addWidget(makeRow(m_textLabel, m_textHint, m_text, m_card));

    connect(m_theme, &Segmented::chosen, this,
            [this](int index) { m_look.setTheme(themes.at(size_t(index))); });
    connect(m_language, &QComboBox::activated, this, [this](int index) {
        m_look.setLanguage(index == 0 ? std::nullopt
                                      : std::optional(index == 1 ? Language::English : Language::Chinese));
    });
    connect(m_text, &QComboBox::activated, this,
            [this](int index) { m_look.setTextPercent(percents.at(size_t(index))); });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        m_look.setTheme(ThemeChoice::System);
        m_look.setLanguage(std::nullopt);
        m_look.setTextPercent(100);
    });
}

void SettingsPage::retranslate()
{
    head()->setTitle(title());
    head()->setNote(tr("Applied at once"));
    m_card->setTitle(tr("Look"));
    m_reset->setText(tr("Reset"));
    m_themeLabel->setText(tr("Theme"));
    m_themeHint->setText(tr("System follows the desktop."));
    m_theme->setChoices({tr("System"), tr("Light"), tr("Dark"), tr("Contrast"), tr("Contrast, dark")});
    m_theme->setAccessibleName(tr("Theme"));
    m_languageLabel->setText(tr("Language"));
    m_languageHint->setText(tr("Nothing needs a restart."));
    m_textLabel->setText(tr("Text size"));
    m_textHint->setText(tr("Ctrl+Plus, Ctrl+Minus, Ctrl+0"));

    m_language->clear();
    // Languages are named in themselves, so that everyone finds the way back.
    m_language->addItems({tr("System"), u"English"_s, u"简体中文"_s});
    m_language->setAccessibleName(tr("Language"));
    m_text->clear();
    for (const int percent : percents)
        m_text->addItem(u"%1 %"_s.arg(percent));
    m_text->setAccessibleName(tr("Text size"));
    m_about->setText(tr("Quota Console %1").arg(productVersion));
    showLook();
}

void SettingsPage::showLook()
{
    const auto theme = std::find(themes.cbegin(), themes.cend(), m_look.theme());
    const QSignalBlocker quiet(m_theme);
    m_theme->setCurrent(int(theme - themes.cbegin()));
    const std::optional<Language> language = m_look.language();
    m_language->setCurrentIndex(!language ? 0 : *language == Language::English ? 1 : 2);
    // A size set by keys may lie between two entries: the nearest one stands for it.
    int nearest = 0;
    for (int at = 1; at < int(percents.size()); ++at) {
        if (std::abs(percents.at(size_t(at)) - m_look.textPercent()) <
            std::abs(percents.at(size_t(nearest)) - m_look.textPercent()))
            nearest = at;
    }
    m_text->setCurrentIndex(nearest);
}

}
