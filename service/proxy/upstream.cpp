// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/upstream.h"

#include "service/http/fieldnames.h"
#include "service/http/fieldparser.h"
#include "service/proxy/democall.h"

#include <QVarLengthArray>

#include <algorithm>

namespace quota::service
{

static constexpr QByteArrayView versionPath{"/v1"};

// RFC 9110 §7.6.1, and what nobody should forward although it is not listed there.
static constexpr FieldNames hopByHop({"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate",
                                      "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
                                      "Content-Length"});

// Fields that the Connection field names belong to this hop too.
class ConnectionOptions
{
public:
    explicit ConnectionOptions(const HeaderList &headers)
    {
        for (const HeaderField field : headers) {
            if (equalsIgnoringCase(field.name, "Connection"))
                fields::forEachInList(field.value, [this](QByteArrayView option) {
                    if (!hopByHop.contains(option)) // «keep-alive», mostly
                        m_names.append(option);
                });
        }
    }
    bool name(QByteArrayView field) const
    {
        return std::any_of(m_names.begin(), m_names.end(),
                           [&](QByteArrayView name) { return equalsIgnoringCase(name, field); });
    }

private:
    QVarLengthArray<QByteArrayView, 2> m_names;
};

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
    if (!path.contains('.') && !path.contains('%'))
        return false;
    const QByteArray decoded = QByteArray::fromPercentEncoding(path.toByteArray());
    const QList<QByteArray> segments = decoded.split('/');
    return segments.contains(".") || segments.contains("..");
}

// The lines of a list field, as one (RFC 9110 §5.3).
static ByteBuffer joined(const HeaderList &headers, QByteArrayView name)
{
    ByteBuffer list;
    for (const HeaderField field : headers) {
        if (!equalsIgnoringCase(field.name, name))
            continue;
        if (!list.isEmpty())
            list.append(", ");
        list.append(field.value);
    }
    return list;
}

HeaderList upstreamHeaders(const HttpRequest &request, const QByteArray &secret, AnswerCoding coding)
{
    static constexpr FieldNames ours({"Authorization", "x-api-key", "x-trial-key", "x-admin-token", "Host",
                                      "Cookie", "Expect", "Accept-Encoding", "x-request-id"});
    const ConnectionOptions connectionOptions(request.headers);
    HeaderList headers;
    headers.reserve(request.headers.lines().size() + secret.size() + 64, request.headers.size() + 3);
    headers.append(request.headers, [&](HeaderField field) {
        return !hopByHop.contains(field.name) && !ours.contains(field.name) &&
               !connectionOptions.name(field.name);
    });
    headers.append("Accept-Encoding",
                   coding == AnswerCoding::Identity
                       ? QByteArray("identity")
                       : readableCodings(joined(request.headers, "Accept-Encoding").view()));
    if (!secret.isEmpty()) {
        headers.append("Authorization", "Bearer " + secret);
        // The Anthropic shape of the API reads this one.
        if (request.headers.contains("anthropic-version"))
            headers.append("x-api-key", secret);
    }
    return headers;
}

static bool startsWithIgnoringCase(QByteArrayView text, QByteArrayView start)
{
    return text.size() >= start.size() && equalsIgnoringCase(text.first(start.size()), start);
}

HeaderList holderHeaders(const HeaderList &upstream)
{
    static constexpr QByteArrayView requestId("x-request-id");
    static constexpr FieldNames itsOwn({"Set-Cookie", "Strict-Transport-Security", "Alt-Svc",
                                        "openai-organization", "Retry-After-Ms", requestId});
    const ConnectionOptions connectionOptions(upstream);
    HeaderList headers;
    headers.reserve(upstream.lines().size() + 256, upstream.size() + 8);
    headers.append(upstream, [&](HeaderField field) {
        return !hopByHop.contains(field.name) && !itsOwn.contains(field.name) &&
               !startsWithIgnoringCase(field.name, "x-ratelimit-") && !connectionOptions.name(field.name);
    });
    // Ours has that name.
    for (const HeaderField field : upstream) {
        if (equalsIgnoringCase(field.name, requestId) && !connectionOptions.name(field.name))
            headers.append("x-upstream-request-id", field.value);
    }
    return headers;
}

ContentCoding codingOf(const HeaderList &upstream)
{
    return codingOf(joined(upstream, "Content-Encoding").view());
}

ClientOptions clientOptions(const Config &config)
{
    ClientOptions options;
    options.connect = config.connectTimeout;
    options.firstByte = config.firstByteTimeout;
    options.idle = config.idleTimeout;
    options.total = config.upstreamTotalTimeout;
    options.keptPerOrigin = config.upstreamKeptConnections;
    options.keptIdle = config.upstreamKeepAlive;
    options.maximumAge = config.upstreamConnectionAge;
    options.privateAuthorities = config.upstreamAuthorities;
    options.proxies.forHttp = config.httpProxy.isEmpty() ? config.allProxy : config.httpProxy;
    options.proxies.forHttps = config.httpsProxy.isEmpty() ? config.allProxy : config.httpsProxy;
    options.proxies.direct = config.noProxy;
    return options;
}

UpstreamRoute routeOf(const StoredProvider &provider)
{
    return {provider.provider.privateCa, provider.proxy};
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
    request.route = routeOf(provider);
    return client.start(std::move(request));
}

}
