// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The secret of a client: 256 random bits. It does not print.
package struct ClientSecret: Sendable, CustomStringConvertible, CustomReflectable {
    /// The text that the operator gives to the client: a prefix by which scanners of repositories find it, and 43
    /// characters of base64url (RFC 4648 §5).
    package let text: String

    /// The beginning of every secret.
    package static let prefix = "ocs_"
    /// The length of the longest text that is judged, in bytes.
    static let maximumLength = 128

    /// Makes a secret.
    package init() { text = Self.prefix + Base64URL.text(SecureRandom.bytes(32)) }

    /// The digest that stores keep.
    package var digest: ClientSecretDigest { ClientSecretDigest(of: Array(text.utf8)[...]) }

    package var description: String { "ClientSecret(redacted)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The SHA-256 of a client's secret. A fast hash is enough for a secret of 256 random bits (ASVS 6.5.2).
package struct ClientSecretDigest: Sendable, Hashable {
    /// The digest, 32 bytes.
    package let bytes: [UInt8]

    /// - Parameter bytes: the 32 bytes of a digest that a store has kept.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter secret: the bytes of the secret's text.
    init(of secret: ArraySlice<UInt8>) { bytes = Array(SHA256.hash(data: secret)) }

    /// The digest of no secret, which takes the place of one that does not exist.
    static let ofNothing = ClientSecretDigest(bytes: Array(repeating: 0, count: SHA256.byteCount))

    /// True if both digests are equal. The time does not depend on the bytes.
    func matches(_ other: ClientSecretDigest) -> Bool { Sodium.areEqual(bytes, other.bytes) }
}

/// A client with the digests of its secrets.
package struct StoredClient: Sendable, Hashable {
    /// The client.
    package var client: Client
    /// The digest of the newest secret.
    package var secret: ClientSecretDigest
    /// The digest of the secret before, which works until the next one is made; nil for none.
    package var previous: ClientSecretDigest?

    /// - Parameters:
    ///   - client: the client.
    ///   - secret: the digest of the newest secret.
    ///   - previous: the digest of the secret before; nil for none.
    package init(_ client: Client, secret: ClientSecretDigest, previous: ClientSecretDigest? = nil) {
        self.client = client
        self.secret = secret
        self.previous = previous
    }

    /// True if the digest is that of one of the secrets. Both are compared, whichever matches.
    func accepts(_ digest: ClientSecretDigest) -> Bool {
        let isNewest = digest.matches(secret)
        let isPrevious = digest.matches(previous ?? .ofNothing)
        return isNewest || isPrevious
    }
}
