// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL
import OstiaryCore

extension MailFailure {
    /// The reason of an error of NIO or NIOSSL. Only fixed words are kept of its text.
    static func reason(of error: any Error) -> String {
        switch error {
        case ChannelError.connectTimeout:
            return "no answer in time"
        case let error as NIOConnectionError:
            return error.connectionErrors.first.map { reason(of: $0.error) } ?? "the host is unknown"
        case let error as IOError:
            return reason(errno: error.errnoCode)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return "the certificate is not for this host"
        case let error as NIOSSLError:
            // The peer closed the connection without closing TLS.
            if case .uncleanShutdown = error { return "the mail server closed the connection" }
            let isUntrusted = String(describing: error).utf8.firstRange(of: "CERTIFICATE_VERIFY_FAILED".utf8) != nil
            return isUntrusted ? "the certificate is not trusted" : "TLS failed"
        case is NIOSSLExtraError, is BoringSSLError:
            return "TLS failed"
        default:
            return "the connection was lost"
        }
    }

    private static func reason(errno code: Int32) -> String {
        switch code {
        case ECONNREFUSED: "the connection was refused"
        case ECONNRESET, EPIPE: "the mail server closed the connection"
        case ETIMEDOUT: "no answer in time"
        case ENETUNREACH, EHOSTUNREACH: "there is no way to the host"
        default: "the connection failed (errno \(code))"
        }
    }
}
