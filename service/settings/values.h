// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/messages.h"

#include <tl/expected.hpp>

#include <QStringList>
#include <QTimeZone>
#include <QUrl>

#include <chrono>
#include <span>

// How the text of a setting becomes a value. Each reader returns the value, or what is wrong with the text
// and how to write it. Used by the table of settings and by the options of the command line. Pure.
namespace quota::service
{

// A text that is put into the reader's language when it is shown.
struct Text
{
    const char *english = "";
    QStringList arguments;
    QString in(Language language) const { return message(language, english, arguments); }
};

template <class T>
using Reading = tl::expected<T, Text>;

Reading<qint64> readInteger(const QString &text, qint64 minimum, qint64 maximum);
Reading<bool> readBoolean(const QString &text);
// «1048576», «10MB», «32mb», «512k»: powers of 1024.
Reading<qint64> readSize(const QString &text, qint64 minimum, qint64 maximum);
// «30», «30s», «500ms», «2m», «1h»; a bare number is seconds.
Reading<std::chrono::milliseconds> readDuration(const QString &text, std::chrono::milliseconds minimum,
                                                std::chrono::milliseconds maximum);
// An IP address (IPv6 also in brackets) or localhost.
Reading<QString> readHost(const QString &text);
bool isLoopbackHost(const QString &host);
Reading<QTimeZone> readTimeZone(const QString &text);
// The base URL of an upstream: http or https with a host, and no credentials, query or fragment.
Reading<QUrl> readBaseUrl(const QString &text);

struct DatabaseLocation
{
    bool memory = false;
    QString path; // as given: may be relative
};
// «memory:», a path, «sqlite:PATH», «file:PATH».
Reading<DatabaseLocation> readDatabase(const QString &text);

// Short or known to everybody, so that anyone could guess it.
bool isWeakToken(const QString &token);

// The candidate that a mistyped word most likely meant; empty when none is near.
QString nearestWord(const QString &word, const QStringList &candidates);

}
