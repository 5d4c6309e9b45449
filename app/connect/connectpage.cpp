// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/connectpage.h"

#include "app/whendone.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QEvent>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr int widthAlone = 980;
static constexpr int widthWithList = 1240;

ConnectPage::ConnectPage(const Parts &parts, QWidget *parent)
    : QWidget(parent)
    , m_parts(parts)
    , m_test(this)
{
    setObjectName(u"connectPage"_s);
    build();
    join();
    m_form->setKeychain(true);
    whenDone(m_parts.vault.isAvailable(), this, [this](bool available) { m_form->setKeychain(available); });
    retranslate();
    showList();
}

void ConnectPage::join()
{
    connect(m_form, &ConnectForm::submitted, this, &ConnectPage::submit);
    connect(m_form, &ConnectForm::edited, this, &ConnectPage::resetTest);
    connect(m_go, &QPushButton::clicked, this, &ConnectPage::submit);
    connect(m_restore, &QPushButton::clicked, this, &ConnectPage::localRestoreWanted);
    connect(m_save, &QPushButton::clicked, this, &ConnectPage::saveForLater);
    connect(m_remove, &QPushButton::clicked, this, &ConnectPage::removeProfile);
    connect(&m_test, &ConnectionTest::finished, this, &ConnectPage::finish);
    connect(m_list, &ProfileList::chosen, this, [this](const QString &id) { choose(id); });
    connect(m_list, &ProfileList::opened, this, [this](const QString &id) { choose(id, true); });
    connect(m_list, &ProfileList::newWanted, this, [this] { choose({}); });
    connect(&m_parts.profiles, &ProfileStore::changed, this, &ConnectPage::showList);
    connect(m_language, &QComboBox::activated, this, [this](int index) {
        m_parts.look.setLanguage(index == 0   ? std::nullopt
                                 : index == 1 ? std::optional(Language::English)
                                              : std::optional(Language::Chinese));
    });
    connect(m_theme, &QComboBox::activated, this,
            [this](int index) { m_parts.look.setTheme(ThemeChoice(index)); });
}

void ConnectPage::choose(const QString &profileId, bool go)
{
    resetTest();
    m_shown = profileId;
    const auto profile = m_parts.profiles.profile(profileId);
    m_form->setProfile(profile.value_or(ServiceProfile()));
    m_list->setCurrent(profileId);
    m_remove->setVisible(profile.has_value());
    if (go && profile && profile->tokenKept)
        submit();
}

void ConnectPage::submit()
{
    if (m_test.isRunning() || m_submitted)
        return;
    const auto profile = m_form->profile();
    if (!profile)
        return;
    m_submitted = true;
    setBusy(m_go, true);
    const QString typed = m_form->token();
    if (!typed.isEmpty() || !profile->tokenKept)
        return test(*profile, typed);
    whenDone(m_parts.vault.read(profile->id), this, [this, profile](const Result<QString> &token) {
        if (m_submitted)
            test(*profile, token ? *token : QString());
    });
}

void ConnectPage::test(const ServiceProfile &profile, const QString &token)
{
    m_tested = profile;
    m_testedToken = token;
    m_test.start(profile.url, token);
}

void ConnectPage::finish(bool good)
{
    m_submitted = false;
    setBusy(m_go, false);
    const QString token = std::exchange(m_testedToken, {});
    if (good)
        return open(m_tested, token);
    showTokenError();
}

void ConnectPage::showTokenError()
{
    if (m_test.failedAt() != ConnectionTest::Stage::Token)
        return m_form->setTokenError({});
    const bool missing = m_test.error().field == "token"_L1;
    m_form->setTokenError(missing ? tr("Give the admin token of this service.")
                                  : tr("The service does not accept this token."));
}

void ConnectPage::open(ServiceProfile profile, const QString &token)
{
    const bool keeps = m_form->keepsToken();
    profile.tokenKept = false;
    profile = m_parts.profiles.save(profile);
    m_parts.profiles.setLastUsed(profile.id);
    m_shown = profile.id;
    if (keeps) {
        ServiceProfile kept = profile;
        kept.tokenKept = true;
        whenDone(m_parts.vault.write(profile.id, token), this, [this, kept](const Done &written) {
            if (!written || !m_parts.profiles.profile(kept.id))
                return;
            m_parts.profiles.save(kept);
            m_parts.session.updateProfile(kept);
        });
    } else {
        m_parts.vault.remove(profile.id);
    }
    m_form->clearToken();
    m_parts.session.open(profile, token);
}

void ConnectPage::saveForLater()
{
    auto profile = m_form->profile();
    if (!profile)
        return;
    const QString token = m_form->token();
    const ServiceProfile saved = m_parts.profiles.save(*profile);
    if (m_form->keepsToken() && !token.isEmpty()) {
        whenDone(m_parts.vault.write(saved.id, token), this, [this, saved](const Done &written) {
            ServiceProfile kept = saved;
            kept.tokenKept = written.has_value();
            m_parts.profiles.save(kept);
        });
    }
    choose(saved.id);
}

void ConnectPage::removeProfile()
{
    const auto profile = m_parts.profiles.profile(m_shown);
    if (!profile)
        return;
    Confirmation question;
    question.title = tr("Remove “%1”?").arg(profile->name);
    question.text = tr("The console forgets this service and its token. The service itself is not touched.");
    question.verb = tr("Remove");
    m_parts.prompts.confirm(this, question, [this, id = profile->id] {
        m_parts.vault.remove(id);
        if (m_parts.session.profile().id == id)
            m_parts.session.close();
        m_parts.profiles.remove(id);
        choose({});
    });
}

void ConnectPage::resetTest()
{
    m_submitted = false;
    m_testedToken.clear();
    setBusy(m_go, false);
    m_test.stop();
}

void ConnectPage::showList()
{
    const bool any = !m_parts.profiles.profiles().isEmpty();
    m_list->setVisible(any);
    m_listRule->setVisible(any);
    m_column->setMaximumWidth((any ? widthWithList : widthAlone) + 2 * space::pageSide);
    m_remove->setVisible(m_parts.profiles.profile(m_shown).has_value());
    retranslate();
}

void ConnectPage::retranslate()
{
    const bool first = m_parts.profiles.profiles().isEmpty();
    m_title->setText(first ? tr("Welcome to Quota Console") : tr("Connect to a service"));
    m_note->setText(first ? tr("Connect to a service: you have its address and its admin token.")
                          : tr("Choose a service, or add another."));
    m_go->setText(tr("Test and connect"));
    m_save->setText(tr("Save for later"));
    m_remove->setText(tr("Remove"));
    m_restore->setText(tr("Restore a service of this computer…"));
    m_promise->setText(tr("Nothing leaves this computer but the calls to your service."));
    m_language->clear();
    m_language->addItems({tr("System language"), u"English"_s, u"中文"_s});
    m_language->setAccessibleName(tr("Language"));
    const auto language = m_parts.look.language();
    m_language->setCurrentIndex(!language ? 0 : *language == Language::English ? 1 : 2);
    m_theme->clear();
    m_theme->addItems({tr("Follow system"), tr("Light"), tr("Dark"), tr("High contrast, light"),
                       tr("High contrast, dark")});
    m_theme->setAccessibleName(tr("Theme"));
    m_theme->setCurrentIndex(int(m_parts.look.theme()));
}

void ConnectPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        showTokenError();
    }
}

void ConnectPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_list->isVisible())
        m_list->focusSearch();
    else
        m_form->focusFirst();
}

}
