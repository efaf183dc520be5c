// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The columns of a key in every query.
enum KeyRow {
    static let columns: StaticString = """
        jwk, state, sealed, published_at, signing_at, retired_at, remove_after, longest_lifetime, reason
        """

    static func key(_ row: SQLRow) throws -> StoredKey {
        let document = try? JSONReader.read(Array(try row.text(0).utf8))
        guard let jwk = document.flatMap(JSONWebKey.init), let state = KeyState(rawValue: try row.text(1)) else {
            throw SQLError(.decoding, detail: "a key of the ring is not one")
        }
        return StoredKey(
            jwk: jwk, state: state, sealed: try row.optionalBlob(2).map(SealedKey.init(bytes:)),
            publishedAt: try row.timestamp(3), signingAt: try row.optionalTimestamp(4),
            retiredAt: try row.optionalTimestamp(5), removeAfter: try row.optionalTimestamp(6),
            longestLifetime: Int(clamping: try row.integer(7)), reason: try row.optionalText(8))
    }
}

/// The columns of a verifier in every query.
enum VerifierRow {
    static let columns: StaticString = "name, kind, kids, seen_at"

    static func verifier(_ row: SQLRow) throws -> Verifier {
        guard let kind = Verifier.Kind(rawValue: try row.text(1)) else {
            throw SQLError(.decoding, detail: "a verifier is of no known kind")
        }
        let keys = try row.text(2).utf8.split(separator: UInt8(ascii: " "))
        return Verifier(
            name: try row.text(0), kind: kind, keys: Set(keys.map { String(decoding: $0, as: UTF8.self) }),
            seenAt: try row.timestamp(3))
    }

    static func text(of keys: Set<String>) -> String {
        keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: " ")
    }
}
