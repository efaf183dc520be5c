// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

extension RedisError {
    /// - Parameter error: an error of NIO or NIOSSL. Only fixed words are kept of its text.
    init(connecting error: any Error) {
        switch error {
        case let error as RedisError:
            self = error
        case ChannelError.connectTimeout:
            self.init(.timedOut)
        case let error as NIOConnectionError:
            let first = error.connectionErrors.first.map { RedisError(connecting: $0.error) }
            self.init(first?.code ?? .unreachable, detail: first.map(\.detail) ?? "unknown host")
        case let error as IOError:
            self.init(error: error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self.init(.tlsFailed, detail: "the certificate is not for this host")
        case is NIOSSLExtraError, is BoringSSLError:
            self.init(.tlsFailed)
        case let error as NIOSSLError:
            // The peer closed the connection without closing TLS.
            if case .uncleanShutdown = error { self.init(.connectionClosed) } else { self.init(handshake: error) }
        default:
            self.init(.connectionClosed)
        }
    }

    private init(error: IOError) {
        switch error.errnoCode {
        case ECONNRESET, EPIPE: self.init(.connectionClosed)
        case ETIMEDOUT: self.init(.timedOut)
        case ECONNREFUSED: self.init(.unreachable, detail: "connection refused")
        case ENOENT: self.init(.unreachable, detail: "no such socket")
        case EACCES: self.init(.unreachable, detail: "permission denied")
        default: self.init(.unreachable, detail: "errno \(error.errnoCode)")
        }
    }

    private init(handshake error: NIOSSLError) {
        let isUntrusted = String(describing: error).utf8.firstRange(of: "CERTIFICATE_VERIFY_FAILED".utf8) != nil
        self.init(.tlsFailed, detail: isUntrusted ? "the certificate is not trusted" : nil)
    }
}
