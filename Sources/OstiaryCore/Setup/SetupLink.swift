// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The secret of a one-time link that creates the first superuser: 128 random bits. It does not print.
public struct SetupLink: Sendable, CustomStringConvertible, CustomReflectable {
    private let bits: UInt128

    /// The seconds for which a link is valid.
    public static let lifetime = 1_800

    package init(random: RandomBits = systemRandomBits) { bits = random() }

    /// - Parameter text: the text of a link.
    /// - Returns: nil if the text has not the form of ``text``.
    public init?(_ text: String) {
        guard text.utf8.count == 32, let bits = UInt128(text, radix: 16),
            text.utf8.allSatisfy({ $0.hexadecimalValue != nil })
        else { return nil }
        self.bits = bits
    }

    /// 32 hexadecimal digits.
    public var text: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }

    package var digest: SetupLinkDigest {
        SetupLinkDigest(bytes: Array(SHA256.hash(data: Array("ostiary/setup/1/\(text)".utf8))))
    }

    public var description: String { "SetupLink(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The SHA-256 digest by which a ``SetupLink`` is stored. A slow hash is not needed: the link has 128 random bits.
public struct SetupLinkDigest: Sendable, Hashable {
    /// The digest, 32 bytes.
    public let bytes: [UInt8]

    /// - Parameter bytes: the 32 bytes of a digest that a store has kept.
    public init(bytes: [UInt8]) { self.bytes = bytes }
}
