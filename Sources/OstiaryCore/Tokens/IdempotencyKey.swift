// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The `Idempotency-Key` of a refresh. The client draws it when it receives a refresh token and sends it with every
/// attempt to exchange that token.
public struct IdempotencyKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// - Parameter text: 16 to 128 visible ASCII characters without commas, which join repeated headers.
    public init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(129))
        guard (16...128).contains(bytes.count),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") })
        else { return nil }
        self.bytes = bytes
    }

    /// The digest that stores keep.
    public var digest: IdempotencyKeyDigest { IdempotencyKeyDigest(bytes: Array(SHA256.hash(data: bytes))) }

    public var description: String { "IdempotencyKey(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The SHA-256 of an idempotency key.
public struct IdempotencyKeyDigest: Sendable, Hashable {
    /// The digest, 32 bytes.
    public let bytes: [UInt8]

    /// - Parameter bytes: the 32 bytes of a digest that a store has kept.
    public init(bytes: [UInt8]) { self.bytes = bytes }
}
