// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QUrl>

// How a holder calls the service with the new key: ready code for curl, Python and Node. Pure.
namespace quota::console
{

enum class SnippetLanguage
{
    Curl,
    Python,
    Node
};
QString snippet(SnippetLanguage language, const QUrl &service, const QString &secret, const QString &model);
// «trial_••••3f18»: what of a secret may be on screen.
QString maskedSecret(const QString &secret, const QString &prefix, const QString &tail, int bullets);

}
