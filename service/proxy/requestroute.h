// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

// What the path and the type of a request below /v1/ say of it before its body is read: whether it makes a model
// work, and how its body is to be taken. proxycall asks. Pure.
namespace quota::service
{

// Routes that make a model work. Their body is read as JSON whatever its type says: nobody gets past a key's
// models or token limits by calling it something else.
bool isGenerating(QByteArrayView path);

// Whether streams of it end with their usage when stream_options asks for it.
bool reportsUsage(QByteArrayView path);

// Content that is passed on as it comes.
bool isUpload(QByteArrayView contentType);

}
