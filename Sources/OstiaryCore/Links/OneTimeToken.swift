// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The secret of a one-time link: 128 bits. It does not print.
///
/// Nothing stores it: it is derived from the nonce of the message that brings it, so each attempt to send the message
/// has the same one.
public struct OneTimeToken: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// - Parameter text: the text of a link or a form.
    /// - Returns: nil if it is not of the form of ``text``: 22 characters of base64url (RFC 4648 §5).
    public init?(_ text: String) {
        guard text.utf8.count == 22, let bytes = Base64URL.decode(text.utf8), bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    /// A token of its own, for a link that no message brings.
    package init(random: RandomBits = systemRandomBits) { bytes = UUIDText.bytes(random()) }

    /// The 16 bytes as they stand in a link: 22 characters of base64url without padding (RFC 4648 §5).
    public var text: String { Base64URL.text(bytes) }

    /// The digest that stores keep, another one for each purpose. A fast hash is enough for a secret of 128 bits
    /// (ASVS 6.5.2).
    public func digest(for purpose: LinkPurpose) -> OneTimeDigest {
        OneTimeDigest(label: "link/\(purpose.rawValue)", bytes)
    }

    public var description: String { "OneTimeToken(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The digest by which a store finds a one-time secret, 32 bytes. The secret cannot be computed from it.
public struct OneTimeDigest: Sendable, Hashable {
    /// The SHA-256, 32 bytes.
    public let bytes: [UInt8]

    /// - Parameter bytes: the 32 bytes of a digest that a store has kept.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    fileprivate init(label: String, _ parts: [UInt8]...) {
        var hash = SHA256()
        hash.update(data: Array("ostiary/one-time/1/\(label)".utf8))
        for part in parts {
            hash.update(data: [0])
            hash.update(data: part)
        }
        bytes = Array(hash.finalize())
    }
}

/// The secret by which the client that asked for a login by mail uses the code of the message.
public struct LoginToken: Sendable, CustomStringConvertible, CustomReflectable {
    private let token: OneTimeToken

    /// - Returns: nil if the text is not of the form of ``text``.
    public init?(_ text: String) {
        guard let token = OneTimeToken(text) else { return nil }
        self.token = token
    }

    fileprivate init(bytes: [UInt8]) { token = OneTimeToken(bytes: bytes) }

    /// The token as the client keeps it: 22 characters of base64url without padding (RFC 4648 §5).
    public var text: String { token.text }

    package var digest: OneTimeDigest { OneTimeDigest(label: "login-token", Array(text.utf8)) }

    /// The digest of a code, which cannot be guessed from it without the token.
    package func digest(ofCode code: String) -> OneTimeDigest {
        OneTimeDigest(label: "login-code", Array(text.utf8), Array(code.utf8))
    }

    public var description: String { "LoginToken(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Derives the secrets of a message from its nonce.
package struct OneTimeSecrets: Sendable {
    private let key: SymmetricKey

    package init(root: RootSecret) { key = root.key(for: "one-time/1") }

    package func token(_ nonce: MailNonce, for purpose: LinkPurpose) -> OneTimeToken {
        OneTimeToken(bytes: derived("link/\(purpose.rawValue)", nonce))
    }

    package func loginToken(_ nonce: MailNonce) -> LoginToken { LoginToken(bytes: derived("login-token", nonce)) }

    /// Six digits. The bias of the remainder is below one in 10^13.
    package func code(_ nonce: MailNonce) -> String {
        let number = derived("login-code", nonce).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 1_000_000
        return String(String(1_000_000 + number).dropFirst())
    }

    /// The unique part of the `Message-ID`, from which no other secret can be computed.
    package func messageID(_ nonce: MailNonce) -> String {
        derived("message-id", nonce).hexadecimal
    }

    private func derived(_ label: String, _ nonce: MailNonce) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(for: Array(label.utf8) + [0] + nonce.bytes, using: key)
        return Array(code.prefix(16))
    }
}
