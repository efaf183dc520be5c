// SPDX-License-Identifier: Apache-2.0

/// The address of a mail server, with its login.
struct SMTPEndpoint: Sendable, Equatable {
    enum Security: Sendable, Equatable {
        /// `STARTTLS` on a plain connection, required (RFC 3207).
        case startTLS
        /// TLS from the first byte (RFC 8314 §3.3).
        case implicit
        /// No TLS: a server on the same machine.
        case none
    }

    struct Credentials: Sendable, Equatable {
        let user: String
        let password: String
    }

    let host: String
    let port: Int
    let security: Security
    /// nil for a server that asks for no login.
    let credentials: Credentials?
    /// The path of a PEM file with the trusted certificates; nil for those of the system.
    let trustRootsFile: String?
}

extension SMTPEndpoint: CustomStringConvertible, CustomReflectable {
    /// The endpoint as a URL with `***` for the password.
    var description: String {
        let login = credentials.map { "\($0.user):***@" } ?? ""
        let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        let query = security == .none ? "?tls=off" : trustRootsFile.map { "?ca=\($0)" } ?? ""
        return "\(security == .implicit ? "smtps" : "smtp")://\(login)\(host):\(port)\(query)"
    }

    /// The URL without the password, which `dump` would show otherwise.
    var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
