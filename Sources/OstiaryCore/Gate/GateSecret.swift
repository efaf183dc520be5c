// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A secret of the login across hosts: 128 random bits. It does not print.
///
/// A ticket leads one browser from the host of the login to another one; a state says which browser it was.
package struct GateSecret: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The purpose of a secret: digests of two purposes never agree.
    package enum Purpose: String, Sendable {
        case ticket, state
    }

    private let bytes: [UInt8]

    /// - Parameter text: the text of an address or a cookie.
    /// - Returns: nil if it is not of the form of ``text``: 22 characters of base64url (RFC 4648 §5).
    package init?(_ text: String) {
        guard text.utf8.count == 22, let bytes = Base64URL.decode(text.utf8), bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package init(random: RandomBits = systemRandomBits) { bytes = UUIDText.bytes(random()) }

    /// The 16 bytes as 22 characters of base64url without padding (RFC 4648 §5).
    package var text: String { Base64URL.text(bytes) }

    /// The digest that is stored or shown in the place of the secret. A fast hash is enough for 128 bits (ASVS 6.5.2).
    package func digest(for purpose: Purpose) -> GateDigest {
        var hash = SHA256()
        hash.update(data: Array("ostiary/gate/1/\(purpose.rawValue)".utf8) + [0])
        hash.update(data: bytes)
        return GateDigest(bytes: Array(hash.finalize()))
    }

    package var description: String { "GateSecret(redacted)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The digest of a ``GateSecret``, 32 bytes, from which the secret cannot be computed.
package struct GateDigest: Sendable, Hashable {
    package let bytes: [UInt8]

    /// - Parameter bytes: the 32 bytes of a digest.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter text: the text of an address.
    /// - Returns: nil if it is not of the form of ``text``.
    package init?(_ text: String) {
        guard text.utf8.count == 43, let bytes = Base64URL.decode(text.utf8), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The digest as 43 characters of base64url without padding (RFC 4648 §5).
    package var text: String { Base64URL.text(bytes) }
}
