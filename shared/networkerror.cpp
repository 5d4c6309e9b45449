// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/networkerror.h"

using namespace Qt::StringLiterals;

namespace quota
{

Error networkError(QNetworkReply::NetworkError code, const QString &host, const QString &detail)
{
    switch (code) {
    case QNetworkReply::OperationCanceledError: // by the transfer timeout; nothing else aborts a live call
    case QNetworkReply::TimeoutError:
    case QNetworkReply::ProxyTimeoutError:
        return {ErrorCode::TimedOut,
                u"“%1” did not answer in time; check that the service runs and try again."_s.arg(host),
                detail,
                {}};
    case QNetworkReply::ConnectionRefusedError:
        return {ErrorCode::Unreachable,
                u"Nothing listens at “%1”; start the service or check the port."_s.arg(host),
                detail,
                {}};
    case QNetworkReply::HostNotFoundError:
        return {ErrorCode::Unreachable,
                u"The name “%1” is not known; check the address."_s.arg(host),
                detail,
                {}};
    case QNetworkReply::RemoteHostClosedError:
        return {ErrorCode::Unreachable,
                u"“%1” closed the connection before it answered; try again."_s.arg(host),
                detail,
                {}};
    case QNetworkReply::SslHandshakeFailedError:
        return {ErrorCode::Unreachable,
                u"No secure connection to “%1”; check its certificate, or that it speaks https."_s.arg(host),
                detail,
                {}};
    case QNetworkReply::ProtocolUnknownError:
        return {ErrorCode::InvalidField, u"The address must begin with http:// or https://."_s, detail,
                u"url"_s};
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolInvalidOperationError:
        return {ErrorCode::Protocol,
                u"“%1” answers, but does not speak HTTP; check the address and its port."_s.arg(host),
                detail,
                {}};
    default:
        return {ErrorCode::Unreachable,
                u"“%1” cannot be reached; check the address and the network."_s.arg(host),
                detail,
                {}};
    }
}

bool isStatusError(QNetworkReply::NetworkError code, int status)
{
    // Up to 199 are faults of the network and of proxies; ProtocolFailure is an answer that broke off.
    return status >= 400 && code > 200 && code != QNetworkReply::ProtocolFailure;
}

}
