// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/upstream.h"

#include "service/http/fieldparser.h"
#include "service/proxy/democall.h"

#include <algorithm>

namespace quota::service
{

static constexpr QByteArrayView versionPath{"/v1"};

template <size_t N>
static bool isOneOf(const QByteArray &name, const std::array<QByteArrayView, N> &names)
{
    return std::any_of(names.begin(), names.end(),
                       [&](QByteArrayView known) { return equalsIgnoringCase(name, known); });
}

// RFC 9110 §7.6.1, and what nobody should forward although it is not listed there.
static constexpr std::array<QByteArrayView, 10> hopByHop{
    "Connection", "Keep-Alive",        "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE",
    "Trailer",    "Transfer-Encoding", "Upgrade",          "Content-Length"};

// Fields that the Connection field names belong to this hop too.
static bool isNamedByConnection(const HeaderList &headers, const QByteArray &name)
{
    return std::any_of(headers.begin(), headers.end(), [&](const HeaderField &field) {
        return equalsIgnoringCase(field.name, "Connection") && fields::listContains(field.value, name);
    });
}

QByteArray upstreamTarget(const QUrl &baseUrl, const QByteArray &holderTarget)
{
    Q_ASSERT(holderTarget.startsWith(versionPath));
    QByteArray path = baseUrl.path(QUrl::FullyEncoded).toLatin1();
    while (path.endsWith('/'))
        path.chop(1);
    const QByteArray target = path + holderTarget.sliced(versionPath.size());
    return target.startsWith('/') ? target : '/' + target;
}

bool hasDotSegments(QByteArrayView path)
{
    const QByteArray decoded = QByteArray::fromPercentEncoding(path.toByteArray());
    const QList<QByteArray> segments = decoded.split('/');
    return segments.contains(".") || segments.contains("..");
}

// The lines of a list field, as one (RFC 9110 §5.3).
static QByteArray joined(const HeaderList &headers, QByteArrayView name)
{
    QByteArray list;
    for (const HeaderField &field : headers) {
        if (equalsIgnoringCase(field.name, name))
            list += list.isEmpty() ? field.value : ", " + field.value;
    }
    return list;
}

HeaderList upstreamHeaders(const HttpRequest &request, const QByteArray &secret, AnswerCoding coding)
{
    static constexpr std::array<QByteArrayView, 9> ours{
        "Authorization", "x-api-key", "x-trial-key",     "x-admin-token", "Host",
        "Cookie",        "Expect",    "Accept-Encoding", "x-request-id"};
    HeaderList headers;
    for (const HeaderField &field : request.headers) {
        if (!isOneOf(field.name, hopByHop) && !isOneOf(field.name, ours) &&
            !isNamedByConnection(request.headers, field.name))
            headers.append(field.name, field.value);
    }
    headers.append("Accept-Encoding", coding == AnswerCoding::Identity
                                          ? QByteArray("identity")
                                          : readableCodings(joined(request.headers, "Accept-Encoding")));
    if (!secret.isEmpty()) {
        headers.append("Authorization", "Bearer " + secret);
        // The Anthropic shape of the API reads this one.
        if (request.headers.contains("anthropic-version"))
            headers.append("x-api-key", secret);
    }
    return headers;
}

HeaderList holderHeaders(const HeaderList &upstream)
{
    static constexpr std::array<QByteArrayView, 5> itsOwn{"Set-Cookie", "Strict-Transport-Security",
                                                          "Alt-Svc", "openai-organization", "Retry-After-Ms"};
    HeaderList headers;
    for (const HeaderField &field : upstream) {
        if (isOneOf(field.name, hopByHop) || isOneOf(field.name, itsOwn) ||
            isNamedByConnection(upstream, field.name) || field.name.toLower().startsWith("x-ratelimit-"))
            continue;
        if (equalsIgnoringCase(field.name, "x-request-id"))
            headers.append("x-upstream-request-id", field.value);
        else
            headers.append(field.name, field.value);
    }
    return headers;
}

ContentCoding codingOf(const HeaderList &upstream)
{
    return codingOf(joined(upstream, "Content-Encoding"));
}

std::unique_ptr<UpstreamCall> startCall(Client &client, const StoredProvider &provider,
                                        UpstreamRequest request, qint64 nowSeconds)
{
    if (provider.provider.source == ProviderSource::Demo) {
        const qsizetype mark = request.target.indexOf('?');
        const QByteArrayView path =
            QByteArrayView(request.target).first(mark < 0 ? request.target.size() : mark);
        return std::make_unique<DemoCall>(demoAnswer(request.method, path, request.body, nowSeconds));
    }
    return client.start(std::move(request));
}

}
