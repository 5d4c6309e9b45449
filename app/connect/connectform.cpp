// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/connectform.h"

#include "app/connect/localtoken.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

static const Environment environments[] = {Environment::Dev, Environment::Test, Environment::Production};

ConnectForm::ConnectForm(QWidget *parent)
    : QWidget(parent)
    , m_address(new LineField(this))
    , m_name(new LineField(this))
    , m_environment(new Segmented(this))
    , m_environmentField(new Field(m_environment, this))
    , m_token(makeSecretEdit(this))
    , m_tokenField(new Field(m_token, this))
    , m_localToken(makeButton(ButtonKind::Link, {}, this))
    , m_keepGlyph(new Glyph(u"shield-check"_s, Role::Ok, 16, this))
    , m_keep(new QCheckBox(this))
    , m_noKeychain(new Label(TextStep::Small, Role::Muted, this))
    , m_group(new LineField(this))
    , m_readOnly(new QCheckBox(this))
{
    m_address->edit()->setObjectName(u"address"_s);
    m_name->edit()->setObjectName(u"name"_s);
    m_environment->setObjectName(u"environment"_s);
    m_token->setObjectName(u"token"_s);
    m_localToken->setObjectName(u"useLocalToken"_s);
    m_keep->setObjectName(u"keepToken"_s);
    m_noKeychain->setObjectName(u"noKeychain"_s);
    m_group->edit()->setObjectName(u"group"_s);
    m_readOnly->setObjectName(u"readOnly"_s);
    m_noKeychain->setWordWrap(true);
    m_keep->setChecked(true);
    build();

    for (QLineEdit *edit : {m_address->edit(), m_name->edit(), m_token, m_group->edit()}) {
        connect(edit, &QLineEdit::textEdited, this, &ConnectForm::edited);
        connect(edit, &QLineEdit::returnPressed, this, &ConnectForm::submitted);
    }
    connect(m_address->edit(), &QLineEdit::textEdited, this, [this] {
        m_address->setError({});
        suggestName();
        showLocalToken();
    });
    connect(m_name->edit(), &QLineEdit::textEdited, this, [this] { m_nameTyped = true; });
    connect(m_token, &QLineEdit::textEdited, this, [this] { m_tokenField->setError({}); });
    connect(m_localToken, &QPushButton::clicked, this, &ConnectForm::useLocalToken);
    retranslate();
    setProfile({});
}

void ConnectForm::build()
{
    auto *form = new QVBoxLayout(this);
    form->setContentsMargins({});
    form->setSpacing(space::betweenFields);
    form->addWidget(m_address);
    auto *nameRow = new QHBoxLayout;
    nameRow->setSpacing(12);
    nameRow->addWidget(m_name, 1, Qt::AlignTop);
    nameRow->addWidget(m_environmentField, 0, Qt::AlignTop);
    form->addLayout(nameRow);
    form->addWidget(m_tokenField);
    auto *keepRow = new QHBoxLayout;
    keepRow->setSpacing(8);
    keepRow->addWidget(m_keep);
    keepRow->addWidget(m_keepGlyph);
    keepRow->addWidget(m_noKeychain, 1);
    keepRow->addStretch();
    keepRow->addWidget(m_localToken);
    form->addLayout(keepRow);
    form->addWidget(m_readOnly);
    form->addWidget(m_group);
    form->addStretch(1);
}

void ConnectForm::setProfile(const ServiceProfile &profile)
{
    m_profile = profile;
    m_nameTyped = !profile.name.isEmpty();
    m_address->setText(profile.url.isEmpty() ? u"http://127.0.0.1:8787"_s : profile.url.toString());
    m_address->setError({});
    m_name->setText(profile.name);
    m_group->setText(profile.group);
    for (int i = 0; i < 3; ++i) {
        if (environments[i] == profile.environment)
            m_environment->setCurrent(i);
    }
    m_readOnly->setChecked(profile.readOnly);
    m_keep->setChecked(profile.id.isEmpty() || profile.tokenKept);
    clearToken();
    m_tokenField->setError({});
    suggestName();
    showLocalToken();
    retranslate();
}

std::optional<ServiceProfile> ConnectForm::profile()
{
    const auto url = serviceUrlFromText(m_address->text());
    if (!url) {
        m_address->setError(tr("“%1” is no address of a service. Write it like https://quota.example.com or "
                               "http://127.0.0.1:8787.")
                                .arg(m_address->text().trimmed()));
        m_address->edit()->setFocus();
        return {};
    }
    ServiceProfile profile = m_profile;
    profile.url = *url;
    profile.name = m_name->text().trimmed();
    if (profile.name.isEmpty())
        profile.name = url->host();
    profile.group = m_group->text().trimmed();
    profile.environment = environments[qBound(0, m_environment->current(), 2)];
    profile.readOnly = m_readOnly->isChecked();
    return profile;
}

QString ConnectForm::token() const
{
    return m_token->text().trimmed();
}

void ConnectForm::setToken(const QString &token)
{
    m_token->setText(token);
    m_tokenField->setError({});
}

void ConnectForm::clearToken()
{
    m_token->clear();
}

void ConnectForm::setKeychain(bool available)
{
    m_keychain = available;
    m_keep->setVisible(available);
    m_keepGlyph->setGlyph(available ? u"shield-check"_s : u"info"_s, available ? Role::Ok : Role::Info);
    m_keepGlyph->setVisible(!available);
    m_noKeychain->setVisible(!available);
}

void ConnectForm::setTokenError(const QString &error)
{
    m_tokenField->setError(error);
    if (!error.isEmpty())
        m_token->setFocus();
}

void ConnectForm::setAddressError(const QString &error)
{
    m_address->setError(error);
}

void ConnectForm::focusFirst()
{
    m_address->edit()->setFocus();
    m_address->edit()->selectAll();
}

// Only for a service on this computer that a user of it runs: its token file lies in this user's data folder.
void ConnectForm::showLocalToken()
{
    const auto url = serviceUrlFromText(m_address->text());
    m_localToken->setVisible(url && isThisComputer(*url) && hasLocalToken());
}

void ConnectForm::useLocalToken()
{
    const auto token = readLocalToken();
    if (!token) {
        m_tokenField->setError(token.error().message);
        return;
    }
    setToken(*token);
    Q_EMIT edited();
}

void ConnectForm::suggestName()
{
    if (m_nameTyped)
        return;
    const auto url = serviceUrlFromText(m_address->text());
    if (!url)
        return;
    m_name->setText(isThisComputer(*url) ? tr("This computer") : url->host().section(u'.', 0, 0));
}

void ConnectForm::retranslate()
{
    m_address->setLabel(tr("Address"));
    m_address->setPlaceholder(u"https://quota.example.com"_s);
    m_name->setLabel(tr("Name"));
    m_environmentField->setLabel(tr("Environment"));
    m_environment->setChoices({tr("Dev"), tr("Test"), tr("Production")});
    m_tokenField->setLabel(tr("Admin token"));
    m_token->setPlaceholderText(m_profile.tokenKept ? tr("Kept in the system keychain") : QString());
    m_localToken->setText(tr("Use this computer's token"));
    m_keep->setText(tr("Keep it in the system keychain"));
    m_noKeychain->setText(tr("No system keychain here. The token is asked for each time."));
    m_group->setLabel(tr("Group (optional)"));
    m_group->setPlaceholder(tr("for example Asia"));
    m_readOnly->setText(tr("Read only: look, but change nothing"));
}

void ConnectForm::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

}
