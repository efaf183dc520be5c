// SPDX-License-Identifier: Apache-2.0

/// A way on which messages leave the server.
public protocol MailSending: Sendable {
    /// Sends a message. It may be called by several tasks at once.
    /// - Throws: ``MailFailure``. The message may have left even so, if the connection was lost while the server's last
    ///   answer was awaited; a second attempt has the same `Message-ID`.
    func send(_ mail: Mail) async throws(MailFailure)

    /// Ends what is kept open.
    func close() async
}

/// The reason for which a message did not leave. It names no address and no link, so it can be logged.
public struct MailFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The scope of a failure, which decides about further attempts.
    public enum Kind: String, Sendable {
        /// The mail server refuses this message for good (a reply 5yz, RFC 5321 §4.2.1).
        case refused
        /// The mail server asks to try this message again later (a reply 4yz).
        case deferred
        /// No message leaves at the moment: the mail server is not reached, speaks no SMTP or no TLS, or refuses the
        /// login.
        case unavailable
    }

    /// The scope of the failure.
    public let kind: Kind
    /// The step that failed, such as `connect`, `tls`, `auth` or `recipient`.
    public let step: String
    /// The code of the reply; nil if there was none.
    public let code: Int?
    /// The reason in plain words, without anything that the mail server said.
    public let reason: String

    /// - Parameters:
    ///   - kind: the scope of the failure.
    ///   - step: the step that failed, such as `connect`, `tls`, `auth` or `recipient`.
    ///   - code: the code of the reply; nil if there was none.
    ///   - reason: plain words without address and link: they come into the log.
    public init(_ kind: Kind, step: String, code: Int? = nil, reason: String) {
        self.kind = kind
        self.step = step
        self.code = code
        self.reason = reason
    }

    public var description: String {
        "\(step): \(reason)\(code.map { " (\($0))" } ?? "")"
    }
}
