// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/snippets.h"

using namespace Qt::StringLiterals;

namespace quota::console
{

QString maskedSecret(const QString &secret, const QString &prefix, const QString &tail, int bullets)
{
    Q_ASSERT(secret.startsWith(prefix) && secret.endsWith(tail));
    return prefix + QString(bullets, QChar(0x2022)) + tail;
}

QString snippet(SnippetLanguage language, const QUrl &service, const QString &secret, const QString &model)
{
    QUrl base = service;
    base.setPath(base.path() + u"/v1"_s);
    const QString url = base.toString();
    switch (language) {
    case SnippetLanguage::Curl:
        return u"curl %1/chat/completions \\\n"
               "  -H 'Authorization: Bearer %2' \\\n"
               "  -H 'Content-Type: application/json' \\\n"
               "  -d '{\"model\": \"%3\",\n"
               "       \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'"_s.arg(url, secret,
                                                                                             model);
    case SnippetLanguage::Python:
        return u"from openai import OpenAI\n\n"
               "client = OpenAI(base_url=\"%1\",\n"
               "                api_key=\"%2\")\n"
               "reply = client.chat.completions.create(\n"
               "    model=\"%3\",\n"
               "    messages=[{\"role\": \"user\", \"content\": \"Hello\"}])\n"
               "print(reply.choices[0].message.content)"_s.arg(url, secret, model);
    case SnippetLanguage::Node:
        return u"import OpenAI from \"openai\";\n\n"
               "const client = new OpenAI({ baseURL: \"%1\",\n"
               "                            apiKey: \"%2\" });\n"
               "const reply = await client.chat.completions.create({\n"
               "  model: \"%3\",\n"
               "  messages: [{ role: \"user\", content: \"Hello\" }] });\n"
               "console.log(reply.choices[0].message.content);"_s.arg(url, secret, model);
    }
    Q_UNREACHABLE();
}

}
