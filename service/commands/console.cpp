// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/console.h"

#include <QFile>
#include <QProcessEnvironment>
#include <QTextStream>

#include <cstdio>
#include <unistd.h>

namespace quota::service
{

static void put(FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stream);
    std::fflush(stream);
}

Console processConsole()
{
    Console console;
    console.write = [](const QString &text) { put(stdout, text); };
    console.writeError = [](const QString &text) { put(stderr, text); };
    console.readLine = [] {
        QFile input;
        return input.open(stdin, QIODevice::ReadOnly) ? QString::fromUtf8(input.readLine()).trimmed()
                                                      : QString();
    };
    console.interactive = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    console.language = languageFromEnvironment();
    const auto environment = QProcessEnvironment::systemEnvironment();
    const QStringList names = environment.keys();
    for (const QString &name : names)
        console.environment.insert(name, environment.value(name));
    return console;
}

}
