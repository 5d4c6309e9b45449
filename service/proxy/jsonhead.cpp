// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/jsonhead.h"

#include <QCoreApplication>

#include <algorithm>

namespace quota::service
{

// «utf-8», quoted or not, as the only charset among the parameters of a media type.
static bool isUtf8(QByteArrayView parameters)
{
    const QList<QByteArray> list = parameters.toByteArray().toLower().split(';');
    return std::all_of(list.begin(), list.end(), [](const QByteArray &element) {
        const QByteArray parameter = element.trimmed();
        if (!parameter.contains("charset"))
            return true;
        QByteArray value = parameter;
        value.replace('"', "");
        return value == "charset=utf-8" || value == "charset=utf8";
    });
}

static bool isJson(QByteArrayView contentType)
{
    if (contentType.isEmpty() || contentType == "application/json")
        return true;
    const qsizetype semicolon = contentType.indexOf(';');
    const QByteArray type =
        (semicolon < 0 ? contentType : contentType.first(semicolon)).toByteArray().trimmed().toLower();
    return (type == "application/json" || (type.startsWith("application/") && type.endsWith("+json"))) &&
           (semicolon < 0 || isUtf8(contentType.sliced(semicolon + 1)));
}

Done checkJsonHead(const HeaderList &headers, Language language)
{
    const QByteArrayView coding = headers.value("Content-Encoding");
    if (headers.count("Content-Encoding") > 1 ||
        !(coding.isEmpty() || equalsIgnoringCase(coding, "identity")))
        return failure(ErrorCode::InvalidField,
                       message(language,
                               QT_TRANSLATE_NOOP("service", "The body must come uncompressed, without “%1”."),
                               {QStringLiteral("Content-Encoding")}));
    if (headers.count("Content-Type") > 1 || !isJson(headers.value("Content-Type")))
        return failure(ErrorCode::InvalidField,
                       message(language,
                               QT_TRANSLATE_NOOP("service", "“%1” must be “application/json”, in UTF-8."),
                               {QStringLiteral("Content-Type")}));
    return {};
}

}
