// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/authenticator.h"

#include "service/access/holdererror.h"

#include <QCryptographicHash>

#include <sodium.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

Authenticator::Authenticator(const AdminContext &context)
    : m_context(context)
    , m_tokenDigest(QCryptographicHash::hash(context.adminToken, QCryptographicHash::Sha256))
{}

bool Authenticator::isAdminToken(QByteArrayView token) const
{
    // Digests have one length, so that the comparison tells nothing about the token's.
    const QByteArray digest = QCryptographicHash::hash(token, QCryptographicHash::Sha256);
    const bool same =
        sodium_memcmp(digest.constData(), m_tokenDigest.constData(), size_t(digest.size())) == 0;
    return same && !m_context.adminToken.isEmpty();
}

static std::optional<HttpAnswer> unauthorized(const QString &text)
{
    HttpAnswer answer = errorAnswer({ErrorCode::Unauthorized, text, {}, {}});
    answer.headers.append("WWW-Authenticate", "Bearer realm=\"quota-proxy admin\"");
    return answer;
}

// Behind a reverse proxy on the same host every caller has a loopback address.
static bool isThisHost(const HttpRequest &request)
{
    return isLoopbackPeer(request.peer) && !request.headers.contains("x-forwarded-for") &&
           !request.headers.contains("forwarded") && !request.headers.contains("x-real-ip");
}

std::optional<HttpAnswer> Authenticator::admit(Access access, AdminCall &call)
{
    switch (access) {
    case Access::Open:
        return std::nullopt;
    case Access::OpenOnLoopback:
        return isThisHost(call.request) ? std::nullopt : admitOperator(call, false);
    case Access::Holder:
        return admitHolder(call);
    case Access::OperatorOrHolder:
        return admitOperator(call, true);
    case Access::Operator:
        break;
    }
    return admitOperator(call, false);
}

std::optional<HttpAnswer> Authenticator::admitHolder(AdminCall &call)
{
    const QByteArray secret = credentialOf(call.request);
    if (secret.isEmpty())
        return holderError(HolderFault::MissingKey, call.language);
    const KeyEntryPointer entry = m_context.keyring.bySecret(secret);
    if (const auto fault = keyFault(entry, m_context.clock.now()))
        return holderError(*fault, call.language);
    call.role = Role::Holder;
    call.actor = entry->key.id.value;
    call.secret = secret;
    return std::nullopt;
}

std::optional<HttpAnswer> Authenticator::admitOperator(AdminCall &call, bool holderToo)
{
    const HttpRequest &request = call.request;
    QByteArray given = bearerOf(request);
    if (given.isEmpty())
        given = request.headers.value("x-admin-token").trimmed().toByteArray();
    if (given.isEmpty() && holderToo)
        given = credentialOf(request);
    if (given.isEmpty()) {
        const bool malformed = request.headers.contains("authorization");
        return unauthorized(message(
            call.language,
            malformed ? QT_TRANSLATE_NOOP("service", "The Authorization header cannot be read. Write it as "
                                                     "“Authorization: Bearer ADMIN_TOKEN”.")
                      : QT_TRANSLATE_NOOP("service", "The admin token is missing. Send it as “Authorization: "
                                                     "Bearer ADMIN_TOKEN”.")));
    }

    const Timestamp now = m_context.clock.now();
    if (const auto wait = m_attempts.blockedFor(request.peer, now)) {
        const QByteArray seconds = QByteArray::number(qint64(wait->count()));
        HttpAnswer answer = errorAnswer(
            {ErrorCode::TooManyAttempts,
             message(call.language,
                     QT_TRANSLATE_NOOP("service",
                                       "Too many wrong admin tokens came from this address. Try again "
                                       "in %1 seconds."),
                     {QString::fromLatin1(seconds)}),
             {},
             {}});
        answer.headers.append("Retry-After", seconds);
        return answer;
    }
    if (isAdminToken(given)) {
        call.role = Role::Operator;
        call.actor = u"admin"_s;
        return std::nullopt;
    }
    const KeyEntryPointer entry = m_context.keyring.bySecret(given);
    if (!entry) {
        m_attempts.failed(request.peer, now);
        return errorAnswer(
            {ErrorCode::Forbidden,
             message(call.language,
                     QT_TRANSLATE_NOOP("service", "The admin token is wrong. It is the service's "
                                                  "ADMIN_TOKEN, or stands in the file admin-token of "
                                                  "its data directory.")),
             {},
             {}});
    }
    if (!holderToo) {
        return errorAnswer(
            {ErrorCode::Forbidden,
             message(call.language,
                     QT_TRANSLATE_NOOP("service", "This is the secret of a key, not the admin token. "
                                                  "A key may only read itself here, with GET "
                                                  "/admin/keys and GET /admin/usage.")),
             {},
             {}});
    }
    if (const auto fault = keyFault(entry, now))
        return holderError(*fault, call.language);
    call.role = Role::Holder;
    call.actor = entry->key.id.value;
    call.secret = given;
    return std::nullopt;
}

}
