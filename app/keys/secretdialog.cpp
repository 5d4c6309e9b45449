// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/secretdialog.h"

#include "app/keys/snippets.h"
#include "app/widgets/button.h"
#include "app/widgets/spacing.h"

#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr int bulletsInBox = 28;
static constexpr int bulletsInCode = 4;
static constexpr int mostListed = 100;

SecretDialog::SecretDialog(const Parts &parts, const QList<CreatedKey> &keys, Occasion occasion,
                           const QUrl &service, QWidget *parent)
    : DialogFrame(space::dialogMedium, parent)
    , m_parts(parts)
    , m_keys(keys)
    , m_occasion(occasion)
    , m_service(service)
    , m_tick(new QCheckBox(this))
{
    Q_ASSERT(!keys.isEmpty());
    setObjectName(u"secretDialog"_s);
    setGlyph(u"circle-check"_s, Role::Ok);
    build();
    connect(m_show, &QPushButton::pressed, this, [this] { showSecret(true); });
    connect(m_show, &QPushButton::released, this, [this] { showSecret(false); });
    connect(m_copy, &QPushButton::clicked, this, &SecretDialog::copySecret);
    connect(m_save, &QPushButton::clicked, this, &SecretDialog::save);
    connect(m_tabs, &Segmented::chosen, this, &SecretDialog::showSnippet);
    connect(m_tick, &QCheckBox::toggled, verb(), &QPushButton::setEnabled);
    connect(verb(), &QPushButton::clicked, this, &QDialog::accept);
    connect(&m_parts.copier, &CopyHelper::secondsLeftChanged, this, &SecretDialog::showCountdown);
    verb()->setEnabled(false);
    cancelButton()->hide();
    retranslate();
    m_copy->setFocus();
}

void SecretDialog::build()
{
    m_box = new Card(this);
    m_box->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_box->layout()->setContentsMargins(16, 10, 10, 10);
    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    m_secret = new Label(TextStep::Mono, Role::Text, m_box);
    m_secret->setObjectName(u"secret"_s);
    m_show = makeButton(ButtonKind::Secondary, {}, u"eye"_s, m_box);
    m_show->setObjectName(u"showSecret"_s);
    m_copy = makeButton(ButtonKind::Secondary, {}, u"copy"_s, m_box);
    m_copy->setObjectName(u"copySecret"_s);
    line->addWidget(m_secret, 1);
    line->addWidget(m_show);
    line->addWidget(m_copy);
    m_box->body()->addLayout(line);
    body()->addWidget(m_box);

    auto *note = new QHBoxLayout;
    note->setSpacing(7);
    m_noteGlyph = new Glyph(u"timer"_s, Role::Muted, 14, this);
    m_note = new Label(TextStep::Small, Role::Muted, this);
    m_note->setObjectName(u"secretNote"_s);
    note->addWidget(m_noteGlyph);
    note->addWidget(m_note, 1);
    body()->addLayout(note);

    m_tabs = new Segmented(this);
    m_tabs->setObjectName(u"snippetTabs"_s);
    m_code = new CodeBox(m_parts.copier, this);
    m_code->setObjectName(u"snippet"_s);
    auto *tabs = new QHBoxLayout;
    tabs->addWidget(m_tabs);
    tabs->addStretch(1);
    body()->addLayout(tabs);
    body()->addWidget(m_code);
    m_tabs->setVisible(isOne());
    m_show->setVisible(isOne());

    m_tick->setObjectName(u"secretIsSafe"_s);
    body()->addWidget(m_tick);
    m_save = makeButton(ButtonKind::Secondary, {}, u"file-down"_s, this);
    m_save->setObjectName(u"saveSecret"_s);
    addHelper(m_save);
    verb()->setObjectName(u"secretDone"_s);
}

QString SecretDialog::masked(const CreatedKey &key, int bullets) const
{
    return maskedSecret(key.secret, key.overview.key.prefix, key.overview.key.tail, bullets);
}

QString SecretDialog::all() const
{
    if (isOne())
        return m_keys.first().secret;
    QStringList lines;
    for (const CreatedKey &key : m_keys)
        lines.append(key.overview.key.label + u'\t' + key.secret);
    return lines.join(u'\n');
}

void SecretDialog::showSecret(bool shown)
{
    if (!isOne()) {
        m_secret->setText(tr("%n secret(s)", nullptr, int(m_keys.size())));
        return;
    }
    m_secret->setText(shown ? m_keys.first().secret : masked(m_keys.first(), bulletsInBox));
    // A screen reader says what is on the screen, no more.
    m_secret->setAccessibleName(shown ? m_keys.first().secret : tr("Secret, hidden"));
}

void SecretDialog::copySecret()
{
    m_parts.copier.copySecret(all());
    m_copied = true;
    console::setGlyph(m_copy, u"check"_s);
    m_copy->setText(tr("Copied"));
    showCountdown(m_parts.copier.secondsLeft());
}

void SecretDialog::showCountdown(int seconds)
{
    if (!m_saveError.isEmpty()) {
        m_noteGlyph->setGlyph(u"octagon-x"_s, Role::Bad);
        m_note->setRole(Role::Bad);
        m_note->setText(m_saveError);
    } else if (m_copied && seconds > 0) {
        m_noteGlyph->setGlyph(u"timer"_s, Role::Muted);
        m_note->setRole(Role::Muted);
        m_note->setText(
            tr("The clipboard is cleared in %n s, unless you copy something else.", nullptr, seconds));
    } else if (!m_savedTo.isEmpty()) {
        m_noteGlyph->setGlyph(u"check"_s, Role::Ok);
        m_note->setRole(Role::Muted);
        m_note->setText(tr("Saved to %1, readable by you alone.").arg(m_savedTo));
    } else {
        m_noteGlyph->setGlyph(u"info"_s, Role::Muted);
        m_note->setRole(Role::Muted);
        m_note->setText(m_copied ? tr("The clipboard was cleared. Copy again if you need to.")
                                 : tr("Shown while you press; copied and saved in full."));
    }
    if (m_copied && seconds == 0) {
        console::setGlyph(m_copy, u"copy"_s);
        m_copy->setText(tr("Copy"));
    }
}

void SecretDialog::showSnippet()
{
    if (!isOne()) {
        QStringList lines;
        for (const CreatedKey &key : m_keys.mid(0, mostListed))
            lines.append(key.overview.key.label + u"  "_s + masked(key, bulletsInCode));
        m_code->setText(lines.join(u'\n'), all());
        return;
    }
    const CreatedKey &key = m_keys.first();
    const auto language = SnippetLanguage(qBound(0, m_tabs->current(), 2));
    const QString model = key.overview.key.models.value(0, u"gpt-4o-mini"_s);
    m_code->setText(snippet(language, m_service, masked(key, bulletsInCode), model),
                    snippet(language, m_service, key.secret, model));
}

void SecretDialog::save()
{
    const QString name = isOne() ? m_keys.first().overview.key.id.value + u".txt"_s : u"keys.txt"_s;
    m_parts.prompts.saveFile(this, tr("Save the secret"), name, tr("Text (*.txt)"),
                             [this](const QString &path) { write(path); });
}

void SecretDialog::write(const QString &path)
{
    m_saveError.clear();
    m_savedTo.clear();
    QSaveFile file(path);
    // The rights are set before the first byte is written, so that nobody else can have opened it.
    const bool good = file.open(QIODevice::WriteOnly) &&
                      file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
                      file.write(all().toUtf8() + '\n') > 0 && file.commit();
    if (good)
        m_savedTo = QFileInfo(path).fileName();
    else
        m_saveError = tr("%1 cannot be written: %2").arg(path, file.errorString());
    showCountdown(m_parts.copier.secondsLeft());
}

void SecretDialog::retranslate()
{
    DialogFrame::retranslate();
    const QString label = m_keys.first().overview.key.label;
    const QString warning = tr("Copy the secret now. It is not stored and cannot be shown again.");
    if (!isOne())
        setHeading(tr("%n key(s) created", nullptr, int(m_keys.size())),
                   tr("Copy the secrets now. They are not stored and cannot be shown again."));
    else
        setHeading(m_occasion == Occasion::Created ? tr("Key created") : tr("New secret"),
                   label.isEmpty() ? warning : tr("%1. %2", "label, warning").arg(label, warning));
    m_show->setText(tr("Show"));
    m_show->setToolTip(tr("Shown while pressed"));
    m_copy->setText(m_copied ? tr("Copied") : tr("Copy"));
    m_tabs->setChoices({u"curl"_s, u"Python"_s, u"Node"_s});
    m_tabs->setAccessibleName(tr("Ready code"));
    m_tick->setText(isOne() ? tr("I have handed over the secret or keep it safe")
                            : tr("I have handed over the secrets or keep them safe"));
    m_save->setText(tr("Save to file…"));
    verb()->setText(tr("Done"));
    showSecret(false);
    showCountdown(m_parts.copier.secondsLeft());
    showSnippet();
}

}
