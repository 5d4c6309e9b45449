// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QWidget>

// The line across the top of the window in the environment's colour: production is never mistaken for a test.
namespace quota::console
{

class Strip : public QWidget
{
    Q_OBJECT

public:
    explicit Strip(QWidget *parent);
    void setEnvironment(Environment environment);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Environment m_environment = Environment::Dev;
};

}
