// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/requestroute.h"

#include <QList>

#include <algorithm>
#include <array>

namespace quota::service
{

namespace
{

constexpr std::array<QByteArrayView, 2> modelFolders{"engines", "deployments"};
constexpr QByteArrayView models{"models"};
constexpr QByteArrayView root{"/v1/"};

template <size_t N>
bool isOneOf(QByteArrayView text, const std::array<QByteArrayView, N> &all)
{
    return std::find(all.begin(), all.end(), text) != all.end();
}

// The segments below /v1/, decoded, without empty ones.
QList<QByteArray> segmentsOf(QByteArrayView path)
{
    QList<QByteArray> segments = QByteArray::fromPercentEncoding(path.toByteArray()).split('/');
    segments.removeAll(QByteArray());
    if (!segments.isEmpty() && segments.constFirst() == "v1")
        segments.removeFirst();
    return segments;
}

// Of all that an upstream might take for one of them.
QByteArray plainPath(QByteArrayView path)
{
    QList<QByteArray> segments = segmentsOf(path);
    for (qsizetype i = 0; i + 1 < segments.size(); ++i) {
        if (isOneOf(segments.at(i).toLower(), modelFolders)) {
            segments.remove(0, i + 2);
            break;
        }
    }
    return segments.join('/').toLower();
}

const RequestRoute *find(QByteArrayView plain)
{
    using Ceiling = RequestRoute::Ceiling;
    using Upload = RequestRoute::Upload;
    static constexpr std::array<RequestRoute, 12> routes{{
        {"chat/completions", true, true, true, Ceiling::Chat},
        {"completions", true, true, true, Ceiling::MaxTokens},
        {"embeddings", true, false},
        {"responses", true, true, false, Ceiling::MaxOutputTokens},
        {"messages", true, true, false, Ceiling::MaxTokens},
        {"moderations", true, false},
        {"images/generations", true},
        {"audio/speech", true},
        {"audio/transcriptions", false, true, false, Ceiling::None, Upload::NamesModel},
        {"audio/translations", false, true, false, Ceiling::None, Upload::NamesModel},
        {"images/edits", false, true, false, Ceiling::None, Upload::NamesModel},
        {"images/variations", false, true, false, Ceiling::None, Upload::NamesModel},
    }};
    const auto *route = std::find_if(routes.begin(), routes.end(),
                                     [plain](const RequestRoute &one) { return one.path == plain; });
    return route != routes.end() ? route : nullptr;
}

const RequestRoute *usualRoute(QByteArrayView path)
{
    return path.startsWith(root) ? find(path.sliced(root.size())) : nullptr;
}

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Nothing where readers part: a «+» is a blank to some, and half an escape is anything.
std::optional<QByteArray> decoded(QByteArrayView text)
{
    if (text.contains('+'))
        return std::nullopt;
    for (qsizetype i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
        if (i + 2 >= text.size() || !isHexDigit(text[i + 1]) || !isHexDigit(text[i + 2]))
            return std::nullopt;
    }
    return QByteArray::fromPercentEncoding(text.toByteArray());
}

// Adds up what names a model; two that differ are one too many.
class NamedModel
{
public:
    void add(const std::optional<QByteArray> &name)
    {
        m_isClear = m_isClear && name && !name->isEmpty() && (m_name.isEmpty() || m_name == *name);
        if (m_isClear)
            m_name = *name;
    }
    std::optional<QByteArray> name() const { return m_isClear ? std::optional(m_name) : std::nullopt; }

private:
    QByteArray m_name;
    bool m_isClear = true;
};

void readQuery(QByteArrayView query, NamedModel &model)
{
    constexpr QByteArrayView wanted("model");
    QByteArray pairs = query.toByteArray();
    pairs.replace(';', '&'); // which some readers split at
    const QList<QByteArray> parts = pairs.split('&');
    for (const QByteArray &pair : parts) {
        const qsizetype equals = pair.indexOf('=');
        const QByteArray name =
            QByteArray::fromPercentEncoding(equals < 0 ? pair : pair.first(equals)).trimmed();
        if (name == wanted)
            model.add(decoded(QByteArrayView(pair).sliced(equals < 0 ? pair.size() : equals + 1)));
        else if (name.toLower() == wanted || name.toLower().startsWith("model["))
            model.add(std::nullopt);
    }
}

// «gemini:generateContent» is the model «gemini».
QByteArray withoutVerb(const QByteArray &name)
{
    static constexpr std::array<QByteArrayView, 7> verbs{
        "generatecontent", "streamgeneratecontent", "embedcontent", "batchembedcontents", "counttokens",
        "predict",         "batchgeneratecontent"};
    const qsizetype colon = name.lastIndexOf(':');
    return colon >= 0 && isOneOf(name.sliced(colon + 1).toLower(), verbs) ? name.first(colon) : name;
}

void readPath(QByteArrayView path, NamedModel &model)
{
    const QList<QByteArray> segments = segmentsOf(path);
    if (segments.value(0).toLower() == models && segments.size() > 1)
        model.add(withoutVerb(segments.sliced(1).join('/')));
    for (qsizetype i = 0; i + 1 < segments.size(); ++i) {
        if (isOneOf(segments.at(i).toLower(), modelFolders))
            return model.add(segments.at(i + 1));
    }
}

}

const RequestRoute &routeOf(QByteArrayView path)
{
    static constexpr RequestRoute other{};
    static constexpr RequestRoute otherGenerating{{}, true};
    static constexpr RequestRoute files{
        {}, false, true, false, RequestRoute::Ceiling::None, RequestRoute::Upload::Files};
    // As everybody writes them they are found without a copy.
    if (const RequestRoute *route = usualRoute(path))
        return *route;
    const QByteArray plain = plainPath(path);
    if (const RequestRoute *route = find(plain))
        return *route;
    if (plain == "files" || plain == "uploads" || plain.startsWith("uploads/"))
        return files;
    return plain.startsWith("models/") && withoutVerb(plain) != plain ? otherGenerating : other;
}

bool isUpload(QByteArrayView contentType)
{
    const QByteArray type = contentType.toByteArray().toLower();
    return type.startsWith("multipart/") || type.startsWith("application/octet-stream");
}

std::optional<QByteArray> modelOfTarget(QByteArrayView target)
{
    const qsizetype mark = target.indexOf('?');
    if (mark < 0 && usualRoute(target))
        return QByteArray();
    NamedModel model;
    readPath(mark < 0 ? target : target.first(mark), model);
    if (mark >= 0)
        readQuery(target.sliced(mark + 1), model);
    return model.name();
}

}
