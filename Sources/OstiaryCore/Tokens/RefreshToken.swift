// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A refresh token: 128 random bits. It is a secret and does not print.
public struct RefreshToken: Sendable, CustomStringConvertible, CustomReflectable {
    private let bits: UInt128

    package init(bits: UInt128) { self.bits = bits }

    /// - Parameter text: a UUID in any case, with or without hyphens, braces or `urn:uuid:`.
    public init?(_ text: String) {
        guard let bits = UUIDText.parse(text) else { return nil }
        self.bits = bits
    }

    /// - Parameter bytes: the 16 bytes of ``bytes``.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    var bytes: [UInt8] { UUIDText.bytes(bits) }

    /// The text that clients receive.
    public var text: String { UUIDText.format(bits) }

    /// The digest that stores keep, of the 16 bytes and not of the spelling as sent. A fast hash is enough for a secret
    /// of 128 bits (ASVS 6.5.2).
    public var digest: RefreshTokenDigest {
        RefreshTokenDigest(bytes: Array(SHA256.hash(data: UUIDText.bytes(bits))))
    }

    public var description: String { "RefreshToken(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The SHA-256 of a refresh token, by which stores find it; the token cannot be computed from it.
public struct RefreshTokenDigest: Sendable, Hashable {
    /// The digest, 32 bytes.
    public let bytes: [UInt8]

    /// - Parameter bytes: the 32 bytes of a digest that a store has kept.
    public init(bytes: [UInt8]) { self.bytes = bytes }
}
