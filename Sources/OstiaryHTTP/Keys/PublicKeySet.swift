// SPDX-License-Identifier: Apache-2.0

import Crypto
package import OstiaryCore

/// The public keys of a server as other programs have them (RFC 7517 §5).
package struct PublicKeySet: Sendable {
    private let keys: [PublicKey]

    /// - Parameter keys: the keys, the one that signs first.
    package init(_ keys: [PublicKey]) { self.keys = keys }

    /// The `kid`s.
    package var ids: Set<String> { Set(keys.map(\.fingerprint)) }

    /// Identifies keys and order: the `ETag` without its quotation marks.
    package var tag: String {
        let digest = keys.reduce(into: SHA256()) { $0.update(data: Array($1.fingerprint.utf8)) }.finalize()
        return digest.prefix(16).hexadecimal
    }

    /// True for an `ETag` of these keys, with or without its quotation marks (RFC 9110 §8.8.3).
    package func hasTag(_ text: String) -> Bool {
        text.hasSameBytes(as: tag) || text.hasSameBytes(as: "\"\(tag)\"")
    }

    /// The JWK Set.
    package var document: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("keys")
        json.beginArray()
        for key in keys { key.jwk.write(to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}
