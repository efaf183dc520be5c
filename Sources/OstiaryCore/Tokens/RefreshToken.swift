// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A refresh token: 128 random bits. Whoever knows it owns the session, so it prints as nothing.
public struct RefreshToken: Sendable, CustomStringConvertible, CustomReflectable {
    private let bits: UInt128

    package init(bits: UInt128) { self.bits = bits }

    /// - Parameter text: any spelling of a UUID; see the contract's list.
    public init?(_ text: String) {
        guard let bits = UUIDText.parse(text) else { return nil }
        self.bits = bits
    }

    /// - Parameter bytes: the sixteen that ``bytes`` gave.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    var bytes: [UInt8] { UUIDText.bytes(bits) }

    /// What the client is given.
    public var text: String { UUIDText.format(bits) }

    /// What the store is given. The sixteen bytes are digested, never the spelling that was sent. A fast hash is
    /// enough for a secret of 128 bits (ASVS 6.5.2).
    public var digest: RefreshTokenDigest {
        RefreshTokenDigest(bytes: Array(SHA256.hash(data: UUIDText.bytes(bits))))
    }

    public var description: String { "RefreshToken(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// SHA-256 of a refresh token: enough to find it, too little to present it.
public struct RefreshTokenDigest: Sendable, Hashable {
    /// 32 bytes.
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }
}
