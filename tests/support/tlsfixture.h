// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSslConfiguration>

// The certificates of the tests as configurations of Qt's: tests/data/tls tells what they are.
namespace quota::test
{

QByteArray tlsFixture(const QString &name); // the content of a file there
QString tlsFixturePath(const QString &name);
QSslConfiguration tlsServerConfiguration(); // of 127.0.0.1 and localhost
QSslConfiguration trustingTestAuthority();
QSslConfiguration trusting(const QString &name); // another authority, by its file

}
