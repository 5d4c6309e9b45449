// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/partfields.h"

#include "service/http/fieldparser.h"
#include "service/proxy/utf8.h"

#include <QCoreApplication>

#include <algorithm>

namespace quota::service
{

static constexpr int maximumFields = 16;

static constexpr const char *badFields =
    QT_TRANSLATE_NOOP("service", "the fields above a part of the form are malformed");
static constexpr const char *badDisposition = QT_TRANSLATE_NOOP(
    "service", "a part of the form does not have one plain “Content-Disposition: form-data; name=…”");
static constexpr const char *badModel =
    QT_TRANSLATE_NOOP("service", "the form's field “model” is not plain UTF-8 text");
static constexpr const char *badName =
    QT_TRANSLATE_NOOP("service", "a name in the form is one that some read as “model”; write it “model”");
static constexpr const char *badEncoding =
    QT_TRANSLATE_NOOP("service", "a part of the form is encoded, or has parts of its own");

// The length of the value a parameter begins with, quotes included; 0 when it is malformed. A quoted value ends at the
// next quote: escapes are read in too many ways.
static qsizetype valueLength(QByteArrayView text)
{
    if (text.startsWith('"')) {
        const qsizetype end = text.indexOf('"', 1);
        return end < 0 || text.first(end).contains('\\') ? 0 : end + 1;
    }
    const qsizetype end = text.indexOf(';');
    const QByteArrayView token = fields::trimmed(end < 0 ? text : text.first(end));
    return fields::isToken(token) ? token.size() : 0;
}

static QByteArrayView withoutQuotes(QByteArrayView value)
{
    return value.startsWith('"') ? value.sliced(1, value.size() - 2) : value;
}

std::optional<QList<FieldParameter>> parametersOf(QByteArrayView field, QByteArray *value)
{
    const qsizetype end = field.indexOf(';');
    *value = fields::trimmed(end < 0 ? field : field.first(end)).toByteArray().toLower();
    QList<FieldParameter> parameters;
    QByteArrayView rest = end < 0 ? QByteArrayView() : field.sliced(end);
    while (!rest.isEmpty()) {
        if (rest.front() != ';')
            return std::nullopt;
        rest = fields::trimmed(rest.sliced(1));
        const qsizetype equals = rest.indexOf('=');
        if (equals <= 0 || !fields::isToken(rest.first(equals)))
            return std::nullopt;
        const QByteArray name = rest.first(equals).toByteArray().toLower();
        rest = rest.sliced(equals + 1);
        const qsizetype length = valueLength(rest);
        const bool isKnown =
            std::any_of(parameters.begin(), parameters.end(),
                        [&](const FieldParameter &parameter) { return parameter.name == name; });
        if (length == 0 || isKnown)
            return std::nullopt;
        parameters.append({name, withoutQuotes(rest.first(length)).toByteArray()});
        rest = fields::trimmed(rest.sliced(length));
    }
    return parameters;
}

static bool isWordCharacter(char c)
{
    return fields::isDigit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '-' || uchar(c) >= 0x80;
}

// Whether some reader takes a name for «model» that is not: without case, without the blanks around it, with
// percents decoded, or as the beginning of a list or a map («model[]», «model.x»).
static bool isTakenForModel(const QByteArray &name)
{
    if (name == "model")
        return false;
    const QByteArray decoded = QByteArray::fromPercentEncoding(name).toLower();
    const auto begin = std::find_if(decoded.begin(), decoded.end(), isWordCharacter);
    const QByteArrayView word = QByteArrayView(decoded).sliced(begin - decoded.begin());
    constexpr QByteArrayView model("model");
    return word.startsWith(model) && (word.size() == model.size() || !isWordCharacter(word[model.size()]));
}

static bool isUtf8(QByteArrayView text)
{
    while (!text.isEmpty()) {
        const int length = utf8SequenceLength(text);
        if (length == 0)
            return false;
        text = text.sliced(length);
    }
    return true;
}

// Readers that search for «name=» find it only where it is, and those that decode RFC 2047 have nothing to decode.
static bool isInnocent(const FieldParameter &parameter)
{
    return isUtf8(parameter.value) && !parameter.value.contains("=?") &&
           !parameter.value.toLower().contains("name=");
}

static const char *readDisposition(QByteArrayView field, PartFields &part)
{
    QByteArray type;
    const auto parameters = parametersOf(field, &type);
    // Everybody who sends forms writes the name first; who searches for the word finds it there.
    if (!parameters || type != "form-data" || parameters->isEmpty() || parameters->first().name != "name" ||
        !std::all_of(parameters->begin(), parameters->end(), isInnocent))
        return badDisposition;
    for (const FieldParameter &parameter : *parameters) {
        if (parameter.name.startsWith("name*"))
            return badDisposition;
    }
    const QByteArray name = parameters->first().value;
    // RFC 7578 §4.6: a field that says how to read the others.
    if (name.toLower() == "_charset_")
        return badEncoding;
    if (isTakenForModel(name))
        return badName;
    part.isModel = name == "model";
    // With a file's name it would be a file to some, and no value.
    return part.isModel && parameters->size() > 1 ? badModel : nullptr;
}

static const char *readType(QByteArrayView field, bool *isPlain)
{
    QByteArray type;
    const auto parameters = parametersOf(field, &type);
    if (!parameters)
        return badFields;
    if (type.startsWith("multipart/") || type.startsWith("message/"))
        return badEncoding;
    *isPlain = type == "text/plain" &&
               std::all_of(parameters->begin(), parameters->end(), [](const FieldParameter &parameter) {
                   const QByteArray charset = parameter.value.toLower();
                   return parameter.name == "charset" && (charset == "utf-8" || charset == "us-ascii");
               });
    return nullptr;
}

static bool isUnencoded(QByteArrayView encoding)
{
    return equalsIgnoringCase(encoding, "binary") || equalsIgnoringCase(encoding, "8bit") ||
           equalsIgnoringCase(encoding, "7bit");
}

// Lines that each end in CR LF.
static bool readHeaders(QByteArrayView lines, HeaderList &headers)
{
    while (!lines.isEmpty()) {
        const qsizetype end = lines.indexOf("\r\n");
        HeaderField field;
        if (end < 0 || headers.size() >= maximumFields || !fields::readField(lines.first(end), field))
            return false;
        headers.append(field.name, field.value);
        lines = lines.sliced(end + 2);
    }
    return true;
}

PartFields readPartFields(QByteArrayView lines, const char **fault)
{
    PartFields part;
    HeaderList headers;
    *fault = readHeaders(lines, headers) ? nullptr : badFields;
    bool isPlain = true;
    bool hasOthers = false;
    bool hasDisposition = false;
    for (const HeaderField field : headers) {
        if (*fault)
            return {};
        const QByteArray name = field.name.toByteArray().toLower();
        if (name == "content-disposition") {
            *fault =
                std::exchange(hasDisposition, true) ? badDisposition : readDisposition(field.value, part);
        } else if (headers.count(name) > 1) {
            *fault = badFields;
        } else if (name == "content-type") {
            *fault = readType(field.value, &isPlain);
        } else if (name == "content-transfer-encoding") {
            *fault = isUnencoded(field.value) ? nullptr : badEncoding;
        } else if (name == "content-length") {
            part.size = fields::contentLength(field.value);
            *fault = part.size ? nullptr : badFields;
        } else {
            hasOthers = true;
        }
    }
    if (!*fault && !hasDisposition)
        *fault = badDisposition;
    if (!*fault && part.isModel && (hasOthers || !isPlain))
        *fault = badModel;
    return part;
}

}
