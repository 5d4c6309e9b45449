// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

// What the target and the type of a request below /v1/ say of it before its body is read: whether it makes a model
// work, which one, and how its body is to be taken. Paths are read as generously as any upstream might: nobody gets
// past a key's models or token limits by spelling one differently. proxycall asks. Pure.
namespace quota::service
{

struct RequestRoute
{
    // By which member a body says how long the answer may be. Chat has two names for it, of which upstreams know one
    // or both.
    enum class Ceiling
    {
        None,
        Chat,
        MaxTokens,
        MaxOutputTokens
    };
    enum class Upload
    {
        NamesModel, // forms with a field «model»
        Files,      // no model has a part in it
        Other
    };

    QByteArrayView path;       // below /v1/
    bool generates = false;    // makes a model work and has a JSON body, whatever its type says
    bool hasOutput = true;     // tokens beside those of the prompt, as embeddings have none
    bool reportsUsage = false; // at the end of its streams, when stream_options asks for it
    Ceiling ceiling = Ceiling::None;
    Upload upload = Upload::Other;
};

// Of static storage.
const RequestRoute &routeOf(QByteArrayView path);

// Content that is passed on as it comes.
bool isUpload(QByteArrayView contentType);

// The model that a target names, beside or instead of the body: «?model=», «/v1/engines/MODEL/», «/v1/models/MODEL»,
// «/deployments/MODEL/»; empty without one. Nothing when two readers could find two.
std::optional<QByteArray> modelOfTarget(QByteArrayView target);

}
