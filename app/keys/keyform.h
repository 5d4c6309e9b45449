// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/expirypicker.h"
#include "app/keys/limitseditor.h"
#include "app/keys/modelpicker.h"
#include "app/widgets/field.h"

#include <QHBoxLayout>

// What can be set about a key, as a form: label, limits, expiry, requests at once, models. The dialogs for a new
// key and for an edit both hold one.
namespace quota::console
{

struct KeyValues
{
    QString label;
    std::optional<QList<Limit>> limits; // nothing: the default of the service
    std::optional<qint64> concurrency;
    QStringList models;
    std::optional<Timestamp> expiresAt;
    bool operator==(const KeyValues &) const = default;
};

class KeyForm : public QWidget
{
    Q_OBJECT

public:
    KeyForm(const QTimeZone &zone, QWidget *parent);

    void setValues(const KeyValues &values);
    KeyValues values(Timestamp now) const;
    void setTemplate(const QString &name) { m_limits->setTemplate(name); }
    void setExpiryDays(int days) { m_expiry->setDays(days); }
    void setExpiry(Timestamp expiry) { m_expiry->setExpiry(expiry); }
    QString expiryWord() const { return m_expiry->commandWord(); }
    void setSuggestions(const QStringList &models) { m_models->setSuggestions(models); }
    // False, with the fault shown at its field, when the values may not be sent.
    bool check();
    // Shows what the service found at the field it names; false when no field here has that name.
    bool showError(const Error &error);
    QHBoxLayout *labelRow() const { return m_labelRow; } // for what a dialog puts beside the label
    void focusLabel();

Q_SIGNALS:
    void edited();

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    LineField *m_label;
    QHBoxLayout *m_labelRow;
    LimitsEditor *m_limits;
    ExpiryPicker *m_expiry;
    Field *m_expiryField;
    AmountEdit *m_atOnce;
    Field *m_atOnceField;
    ModelPicker *m_models;
    Field *m_modelsField;
};

}
