// SPDX-License-Identifier: Apache-2.0

import Crypto
package import OstiaryCore
import Synchronization

/// The public keys of a server as other programs have them (RFC 7517 §5).
package struct PublicKeySet: Sendable {
    fileprivate let order: [String]
    /// The `kid`s.
    package let ids: Set<String>
    /// Identifies keys and order: the `ETag` without its quotation marks.
    package let tag: String
    /// The JWK Set.
    package let document: [UInt8]

    /// - Parameter keys: the keys, the one that signs first.
    package init(_ keys: [PublicKey]) {
        order = keys.map(\.fingerprint)
        ids = Set(order)
        let digest = order.reduce(into: SHA256()) { $0.update(data: Array($1.utf8)) }.finalize()
        tag = digest.prefix(16).hexadecimal
        var json = JSONWriter()
        json.beginObject()
        json.key("keys")
        json.beginArray()
        for key in keys { key.jwk.write(to: &json) }
        json.endArray()
        json.endObject()
        document = json.bytes
    }

    /// True for an `ETag` of these keys, with or without its quotation marks (RFC 9110 §8.8.3), or weak, as a proxy that
    /// compresses makes it.
    package func hasTag(_ text: String) -> Bool {
        [tag, "\"\(tag)\"", "W/\"\(tag)\""].contains(where: text.hasSameBytes)
    }
}

/// The public keys in force, written once for all who ask.
package final class PublicKeySets: Sendable {
    private let keys: @Sendable () -> [PublicKey]
    private let last = Mutex<PublicKeySet?>(nil)

    /// - Parameter keys: returns the keys in force, the one that signs first.
    package init(_ keys: @escaping @Sendable () -> [PublicKey]) { self.keys = keys }

    package var current: PublicKeySet {
        let keys = keys()
        return last.withLock { last in
            // A `kid` is the digest of its key, so equal ones mean equal keys.
            if let last, last.order.elementsEqual(keys.lazy.map(\.fingerprint), by: { $0.hasSameBytes(as: $1) }) {
                return last
            }
            let set = PublicKeySet(keys)
            last = set
            return set
        }
    }
}
